// SPDX-License-Identifier: Apache-2.0
/*
 * A design: what the template extractor (intake) found that is not artwork, handed to compile. The
 * artwork itself travels as an SVG without these objects. Lengths are CSS pixels (1/96 inch) of
 * the page, y downwards; matrices map an object's own coordinates to the page.
 */
#ifndef TEMPLATES_DESIGN_H
#define TEMPLATES_DESIGN_H

#include "base/wire.h"

/* x' = a x + c y + e, y' = b x + d y + f, as in SVG. */
struct design_matrix {
	double a, b, c, d, e, f;
};

enum design_join {
	JOIN_MITER,
	JOIN_ROUND,
	JOIN_BEVEL,
};

/* Widest outline, in sizes of its text. */
#define DESIGN_OUTLINE_MAX 2

/* The line along the edges of letters, half of it on either side; all 0: none. */
struct design_outline {
	uint32_t colour; /* 0xRRGGBBAA */
	double width; /* own coordinates */
	double miter_limit; /* from 1: beyond it a miter becomes a bevel (SVG 1.1, 11.4) */
	uint8_t join; /* enum design_join */
	bool under; /* the fill lies over it */
};

/* Computed style of a piece of text. */
struct design_style {
	struct str families; /* <=512: CSS list, comma separated, unquoted */
	double size; /* font-size in the object's own coordinates */
	uint16_t weight; /* 100..900 */
	bool italic;
	bool small_caps;
	uint32_t fill; /* 0xRRGGBBAA */
	double letter_spacing; /* own coordinates */
	struct str lang; /* <=35: xml:lang in force, may be empty */
	struct design_outline outline;
};

enum design_part_kind {
	PART_LITERAL, /* text as it stands */
	PART_FIELD, /* {{name | filter}} */
};

struct design_part {
	uint8_t kind; /* enum design_part_kind */
	struct str text; /* <=8192: the literal, or the name ("recipient.name") */
	struct str filter; /* <=64: "date:long", empty */
	uint16_t style; /* index into design.styles */
};

enum design_anchor {
	ANCHOR_START,
	ANCHOR_MIDDLE,
	ANCHOR_END,
};

enum design_direction {
	DIRECTION_AUTO, /* by the first strong character */
	DIRECTION_LTR,
	DIRECTION_RTL,
};

enum design_tag {
	TAG_P,
	TAG_H1, /* at most one text per design */
};

/*
 * A line of text with its own anchor point; wrapping may make several lines of it. x, y: anchor on
 * the baseline in own coordinates. box_w: room for the text along the baseline, own coordinates,
 * always above 0. box_h: 0, or the height of a frame in which the lines are centred vertically.
 */
struct design_text {
	struct str id; /* <=128: the element's id, may be empty */
	/* In the template's source; 0 in what is compiled, for cleaning moves lines. */
	uint32_t line;
	struct design_matrix matrix;
	double x;
	double y;
	double box_w;
	double box_h;
	double box_y; /* top of the frame, when box_h is not 0 */
	uint8_t anchor; /* enum design_anchor */
	uint8_t direction; /* enum design_direction */
	bool shrink;
	double min_scale; /* 0.2..1 */
	uint8_t max_lines; /* 1..20 */
	double line_height; /* multiple of the size, 1.2 by default */
	uint8_t tag; /* enum design_tag */
	LIST_OF(struct design_part) parts; /* <=100 */
	uint32_t order; /* place in the drawing: artwork objects before it lie below */
	uint16_t layer; /* the artwork layer it lies on; layers after it lie over it */
};

/* {{qr}}: a square in own coordinates, quiet zone of four modules included. */
struct design_qr {
	uint32_t line; /* as of texts */
	struct design_matrix matrix;
	double x;
	double y;
	double size;
	uint32_t dark; /* 0xRRGGBBAA */
	uint32_t light;
	uint32_t order; /* as of texts */
	uint16_t layer;
};

/* One SVG document of the artwork. Layer 0 is the lowest; each lies over the fields of those below. */
struct design_layer {
	uint64_t art_len;
};

/* Layers of artwork that one design may have. */
#define DESIGN_LAYERS_MAX 8

struct design {
	double width; /* page, CSS pixels */
	double height;
	struct str title; /* <=255 */
	struct str lang; /* <=35 */
	LIST_OF(struct design_style) styles; /* <=2000 */
	LIST_OF(struct design_text) texts; /* <=500 */
	LIST_OF(struct design_qr) qrs; /* <=4 */
	/* <=8: the artwork's documents in their order, one after the other; empty: it is a single one */
	LIST_OF(struct design_layer) layers;
};

/* What a sentence calls it: its id, else the first placeholder in it, else "text". Borrowed. */
struct str design_text_name(const struct design_text *t);

/* How far it is drawn beyond the letters' edges, own coordinates; 0 without an outline. */
double design_outline_reach(const struct design_outline *o);

/* Lines become 0: cleaning moves them, and a template and its cleaned form have to compile to the same. */
void design_forget_lines(struct design *d);

extern const struct wire_type design_type;
extern const struct wire_type design_matrix_type;
extern const struct wire_type design_style_type;
extern const struct wire_type design_outline_type;
extern const struct wire_type design_part_type;
extern const struct wire_type design_text_type;
extern const struct wire_type design_qr_type;
extern const struct wire_type design_layer_type;

#endif
