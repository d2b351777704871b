// SPDX-License-Identifier: Apache-2.0
/* Computed style of text: what inheritance makes of declared properties. */
#ifndef TEMPLATES_STYLE_H
#define TEMPLATES_STYLE_H

#include "templates/design.h"
#include "templates/tree.h"

enum style_paint {
	STYLE_NONE,
	STYLE_COLOUR,
	STYLE_SERVER, /* gradient or pattern */
};

struct style {
	struct str families; /* unquoted, comma separated */
	struct str lang;
	struct str server; /* id, when paint is STYLE_SERVER */
	double size; /* own coordinates */
	double fill_opacity;
	double opacity; /* product from the root down */
	double letter_spacing;
	double word_spacing;
	double line_height; /* multiple of the size */
	double baseline; /* what dominant-baseline adds to y, multiple of the size */
	uint32_t fill; /* when paint is STYLE_COLOUR */
	uint32_t color;
	uint32_t stroke; /* when stroked with a colour */
	struct str stroke_server; /* id, when stroked with a gradient or pattern */
	double stroke_width; /* own coordinates; below 0: a share of the view's size */
	double stroke_opacity;
	double miter_limit;
	uint16_t weight;
	uint8_t paint; /* enum style_paint */
	uint8_t anchor; /* enum design_anchor */
	uint8_t direction; /* enum design_direction */
	bool italic;
	bool small_caps;
	bool preserve; /* white space */
	bool hidden; /* visibility */
	bool absent; /* display, here or further out */
	uint8_t join; /* enum design_join */
	bool stroked;
	bool stroke_first; /* the fill is painted over it */
	bool dashed;
	bool unscaled; /* the stroke keeps its width whatever the transform */
	bool decorated; /* underlined and the like, here or further out */
	bool vertical;
	bool shifted; /* baseline-shift, here or further out */
	bool clipped; /* clip path, here or further out */
	bool layered; /* mask, filter or blend mode, here or further out */
};

struct style style_initial(void);
/* The style of n inside an element of style parent. */
void style_compute(
	struct arena *a, const struct style *parent, const struct tree_node *n, struct style *out);
/* As the design wants it; opacity goes into the colour. */
struct design_style style_to_design(const struct style *s);

#endif
