// SPDX-License-Identifier: Apache-2.0
/* The words that mark what must not be taken for a real credential (ADR 0014). */
#ifndef RENDER_DRAW_DEMO_H
#define RENDER_DRAW_DEMO_H

#include "render/raster.h"

/* Puts the marking's style at the end of c's styles (in a). fonts: text_font_find's engine. */
void draw_demo_add_style(struct compiled *c, struct text_engine *e, struct arena *a);
/*
 * Makes the marking as a text object of the last style: in rows of the picture that are drawn anew for
 * everybody, clear of texts and codes, on calm ground of the picture where there is some, as large as
 * there is room for, in ink that stands out from the ground.
 */
struct design_text draw_demo_text(const struct compiled *c, struct text_engine *e,
	const struct raster *base, struct arena *a);

#endif
