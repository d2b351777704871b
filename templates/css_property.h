// SPDX-License-Identifier: Apache-2.0
/*
 * The allow-list of properties, and the grammar of their values. One table serves presentation
 * attributes, style attributes and style sheets.
 */
#ifndef TEMPLATES_CSS_PROPERTY_H
#define TEMPLATES_CSS_PROPERTY_H

#include "templates/css_token.h"

/* In the order of writing. */
enum css_property {
	PROP_DISPLAY,
	PROP_VISIBILITY,
	PROP_OPACITY,
	PROP_COLOR,
	PROP_FILL,
	PROP_FILL_OPACITY,
	PROP_FILL_RULE,
	PROP_STROKE,
	PROP_STROKE_OPACITY,
	PROP_STROKE_WIDTH,
	PROP_STROKE_LINECAP,
	PROP_STROKE_LINEJOIN,
	PROP_STROKE_MITERLIMIT,
	PROP_STROKE_DASHARRAY,
	PROP_STROKE_DASHOFFSET,
	PROP_MARKER_START,
	PROP_MARKER_MID,
	PROP_MARKER_END,
	PROP_CLIP_PATH,
	PROP_CLIP_RULE,
	PROP_MASK,
	PROP_FILTER,
	PROP_OVERFLOW,
	PROP_STOP_COLOR,
	PROP_STOP_OPACITY,
	PROP_FLOOD_COLOR,
	PROP_FLOOD_OPACITY,
	PROP_LIGHTING_COLOR,
	PROP_COLOR_INTERPOLATION,
	PROP_COLOR_INTERPOLATION_FILTERS,
	PROP_SHAPE_RENDERING,
	PROP_TEXT_RENDERING,
	PROP_IMAGE_RENDERING,
	PROP_PAINT_ORDER,
	PROP_VECTOR_EFFECT,
	PROP_FONT_FAMILY,
	PROP_FONT_SIZE,
	PROP_FONT_STYLE,
	PROP_FONT_VARIANT,
	PROP_FONT_WEIGHT,
	PROP_FONT_STRETCH,
	PROP_LETTER_SPACING,
	PROP_WORD_SPACING,
	PROP_TEXT_ANCHOR,
	PROP_TEXT_DECORATION,
	PROP_DIRECTION,
	PROP_UNICODE_BIDI,
	PROP_WRITING_MODE,
	PROP_BASELINE_SHIFT,
	PROP_DOMINANT_BASELINE,
	/* From here on we write no presentation attributes. */
	PROP_MASK_TYPE,
	PROP_LINE_HEIGHT,
	PROP_WHITE_SPACE,
	PROP_TEXT_ALIGN,
	PROP_SHAPE_INSIDE, /* taken off again by flow_to_text(), like the next */
	PROP_INLINE_SIZE,
	/* From here on none are read either: nobody's drawing program knows these by attribute. */
	PROP_MIX_BLEND_MODE,
	PROP_ISOLATION,
	/* From here on they become attributes of elements that have those (cascade.c). */
	PROP_TRANSFORM,
	PROP_X,
	PROP_Y,
	PROP_WIDTH,
	PROP_HEIGHT,
	PROP_CX,
	PROP_CY,
	PROP_R,
	PROP_RX,
	PROP_RY,
	PROP_COUNT,
};

enum css_grammar {
	CSS_GRAMMAR_WORD, /* one of arg */
	CSS_GRAMMAR_PAINT,
	CSS_GRAMMAR_COLOUR,
	CSS_GRAMMAR_OPACITY, /* number or percentage */
	CSS_GRAMMAR_LENGTH, /* length or percentage, or one of arg; not negative */
	CSS_GRAMMAR_SIGNED, /* the same, of either sign */
	CSS_GRAMMAR_SIZE, /* font-size */
	CSS_GRAMMAR_NUMBER,
	CSS_GRAMMAR_DASHES,
	CSS_GRAMMAR_REFERENCE, /* none or url(#id) */
	CSS_GRAMMAR_FAMILY,
	CSS_GRAMMAR_WEIGHT,
	CSS_GRAMMAR_WORDS, /* several of arg */
	CSS_GRAMMAR_LINE_HEIGHT,
	CSS_GRAMMAR_FILTER, /* none, functions, url(#id) */
	CSS_GRAMMAR_TRANSFORM,
};

struct css_property_row {
	const char *name;
	enum css_grammar grammar;
	bool inherited;
	bool style_only; /* SVG has no attribute of that name */
	const char *arg;
};

/* Tokens of one value, white space left out. */
struct css_value {
	const struct css_token *tokens;
	size_t count;
};

const struct css_property_row *css_property_row(unsigned property);
/* PROP_COUNT when the name (without regard to case) is not of the list. */
enum css_property css_property_find(struct str name);
/* True for properties that draw nothing here and that editors leave by the thousand. */
bool css_property_is_leftover(struct str name);
/*
 * Checks a value. True: *out is its normal form in a, which passes again unchanged. False: *why is
 * a sentence.
 */
bool css_property_check(enum css_property property, struct css_value v, struct arena *a,
	struct str *out, const char **why);
/* The "id" of a value in normal form with "url(#id)" in it; empty when there is none. */
struct str css_property_reference(struct str value);

#endif
