// SPDX-License-Identifier: Apache-2.0
/* Colours of CSS Color Level 3 (and 4's eight-digit and space-separated forms). */
#ifndef TEMPLATES_COLOUR_H
#define TEMPLATES_COLOUR_H

#include "base/arena.h"
#include "base/str.h"

#define COLOUR_BLACK 0x000000ffu

/* Each gives 0xRRGGBBAA. name: a keyword without regard to case; "transparent" too. */
bool colour_named(struct str name, uint32_t *out);
/* The digits after "#": 3, 4, 6 or 8. */
bool colour_hex(struct str digits, uint32_t *out);
/* r, g, b: 0..255; alpha: 0..1; both clamped. */
uint32_t colour_rgb(double r, double g, double b, double alpha);
/* hue: degrees; saturation, lightness, alpha: 0..1. */
uint32_t colour_hsl(double hue, double saturation, double lightness, double alpha);

/* How we write it: "#rrggbb", or "rgba(r, g, b, a)". */
struct str colour_text(struct arena *a, uint32_t rgba);
/* Reads what colour_text wrote. */
bool colour_read(struct str s, uint32_t *out);
/* Multiplies the alpha. */
uint32_t colour_fade(uint32_t rgba, double opacity);

#endif
