// SPDX-License-Identifier: Apache-2.0
/* The table of properties. Runs in: intake. */
#include "templates/css_property.h"

#define LINECAP "butt|round|square"
#define AUTO_ATTR(words) CSS_GRAMMAR_WORD, true, false, words

static const struct css_property_row rows[PROP_COUNT] = {
	[PROP_DISPLAY] = {"display", CSS_GRAMMAR_WORD, false, false,
		"none|inline|block|list-item|run-in|compact|marker|table|inline-table|"
		"table-row-group|table-header-group|table-footer-group|table-row|"
		"table-column-group|table-column|table-cell|table-caption"},
	[PROP_VISIBILITY] = {"visibility", AUTO_ATTR("visible|hidden|collapse")},
	[PROP_OPACITY] = {"opacity", CSS_GRAMMAR_OPACITY, false, false, NULL},
	[PROP_COLOR] = {"color", CSS_GRAMMAR_COLOUR, true, false, NULL},
	[PROP_FILL] = {"fill", CSS_GRAMMAR_PAINT, true, false, NULL},
	[PROP_FILL_OPACITY] = {"fill-opacity", CSS_GRAMMAR_OPACITY, true, false, NULL},
	[PROP_FILL_RULE] = {"fill-rule", AUTO_ATTR("nonzero|evenodd")},
	[PROP_STROKE] = {"stroke", CSS_GRAMMAR_PAINT, true, false, NULL},
	[PROP_STROKE_OPACITY] = {"stroke-opacity", CSS_GRAMMAR_OPACITY, true, false, NULL},
	[PROP_STROKE_WIDTH] = {"stroke-width", CSS_GRAMMAR_LENGTH, true, false, ""},
	[PROP_STROKE_LINECAP] = {"stroke-linecap", AUTO_ATTR(LINECAP)},
	[PROP_STROKE_LINEJOIN] = {"stroke-linejoin", AUTO_ATTR("miter|round|bevel")},
	[PROP_STROKE_MITERLIMIT] = {"stroke-miterlimit", CSS_GRAMMAR_NUMBER, true, false, NULL},
	[PROP_STROKE_DASHARRAY] = {"stroke-dasharray", CSS_GRAMMAR_DASHES, true, false, NULL},
	[PROP_STROKE_DASHOFFSET] = {"stroke-dashoffset", CSS_GRAMMAR_SIGNED, true, false, ""},
	[PROP_MARKER_START] = {"marker-start", CSS_GRAMMAR_REFERENCE, true, false, NULL},
	[PROP_MARKER_MID] = {"marker-mid", CSS_GRAMMAR_REFERENCE, true, false, NULL},
	[PROP_MARKER_END] = {"marker-end", CSS_GRAMMAR_REFERENCE, true, false, NULL},
	[PROP_CLIP_PATH] = {"clip-path", CSS_GRAMMAR_REFERENCE, false, false, NULL},
	[PROP_CLIP_RULE] = {"clip-rule", AUTO_ATTR("nonzero|evenodd")},
	[PROP_MASK] = {"mask", CSS_GRAMMAR_REFERENCE, false, false, NULL},
	[PROP_FILTER] = {"filter", CSS_GRAMMAR_FILTER, false, false, NULL},
	[PROP_OVERFLOW] = {"overflow", CSS_GRAMMAR_WORD, false, false,
		"visible|hidden|scroll|auto"},
	[PROP_STOP_COLOR] = {"stop-color", CSS_GRAMMAR_COLOUR, false, false, NULL},
	[PROP_STOP_OPACITY] = {"stop-opacity", CSS_GRAMMAR_OPACITY, false, false, NULL},
	[PROP_FLOOD_COLOR] = {"flood-color", CSS_GRAMMAR_COLOUR, false, false, NULL},
	[PROP_FLOOD_OPACITY] = {"flood-opacity", CSS_GRAMMAR_OPACITY, false, false, NULL},
	[PROP_LIGHTING_COLOR] = {"lighting-color", CSS_GRAMMAR_COLOUR, false, false, NULL},
	[PROP_COLOR_INTERPOLATION] = {"color-interpolation", AUTO_ATTR("auto|sRGB|linearRGB")},
	[PROP_COLOR_INTERPOLATION_FILTERS] = {"color-interpolation-filters",
		AUTO_ATTR("auto|sRGB|linearRGB")},
	[PROP_SHAPE_RENDERING] = {"shape-rendering",
		AUTO_ATTR("auto|optimizeSpeed|crispEdges|geometricPrecision")},
	[PROP_TEXT_RENDERING] = {"text-rendering",
		AUTO_ATTR("auto|optimizeSpeed|optimizeLegibility|geometricPrecision")},
	[PROP_IMAGE_RENDERING] = {"image-rendering",
		AUTO_ATTR("auto|optimizeSpeed|optimizeQuality|smooth|"
			  "crisp-edges|pixelated")},
	[PROP_PAINT_ORDER] = {"paint-order", CSS_GRAMMAR_WORDS, true, false,
		"normal|fill|stroke|markers"},
	[PROP_VECTOR_EFFECT] = {"vector-effect", CSS_GRAMMAR_WORD, false, false,
		"none|non-scaling-stroke"},
	[PROP_FONT_FAMILY] = {"font-family", CSS_GRAMMAR_FAMILY, true, false, NULL},
	[PROP_FONT_SIZE] = {"font-size", CSS_GRAMMAR_SIZE, true, false, NULL},
	[PROP_FONT_STYLE] = {"font-style", AUTO_ATTR("normal|italic|oblique")},
	[PROP_FONT_VARIANT] = {"font-variant", AUTO_ATTR("normal|small-caps")},
	[PROP_FONT_WEIGHT] = {"font-weight", CSS_GRAMMAR_WEIGHT, true, false, NULL},
	[PROP_FONT_STRETCH] = {"font-stretch",
		AUTO_ATTR("normal|ultra-condensed|extra-condensed|condensed|semi-condensed|"
			  "semi-expanded|expanded|extra-expanded|ultra-expanded")},
	[PROP_LETTER_SPACING] = {"letter-spacing", CSS_GRAMMAR_SIGNED, true, false, "normal"},
	[PROP_WORD_SPACING] = {"word-spacing", CSS_GRAMMAR_SIGNED, true, false, "normal"},
	[PROP_TEXT_ANCHOR] = {"text-anchor", AUTO_ATTR("start|middle|end")},
	[PROP_TEXT_DECORATION] = {"text-decoration", CSS_GRAMMAR_WORDS, false, false,
		"none|underline|overline|line-through"},
	[PROP_DIRECTION] = {"direction", AUTO_ATTR("ltr|rtl")},
	[PROP_UNICODE_BIDI] = {"unicode-bidi", CSS_GRAMMAR_WORD, false, false,
		"normal|embed|isolate|plaintext|"
		"bidi-override|isolate-override"},
	[PROP_WRITING_MODE] = {"writing-mode",
		AUTO_ATTR("lr-tb|rl-tb|tb-rl|lr|rl|tb|horizontal-tb|vertical-rl|vertical-lr")},
	[PROP_BASELINE_SHIFT] = {"baseline-shift", CSS_GRAMMAR_SIGNED, false, false,
		"baseline|sub|super"},
	[PROP_DOMINANT_BASELINE] = {"dominant-baseline",
		AUTO_ATTR("auto|alphabetic|middle|central|hanging|ideographic|"
			  "mathematical|text-before-edge|text-after-edge|text-top|text-bottom")},
	[PROP_MASK_TYPE] = {"mask-type", CSS_GRAMMAR_WORD, false, true, "luminance|alpha"},
	[PROP_LINE_HEIGHT] = {"line-height", CSS_GRAMMAR_LINE_HEIGHT, true, true, NULL},
	[PROP_WHITE_SPACE] = {"white-space", CSS_GRAMMAR_WORD, true, true,
		"normal|pre|nowrap|pre-wrap|pre-line"},
	[PROP_TEXT_ALIGN] = {"text-align", CSS_GRAMMAR_WORD, true, true,
		"start|end|left|right|center|justify"},
	[PROP_MIX_BLEND_MODE] = {"mix-blend-mode", CSS_GRAMMAR_WORD, false, true,
		"normal|multiply|screen|overlay|darken|"
		"lighten|color-dodge|color-burn|hard-light|soft-light|difference|exclusion|hue|"
		"saturation|color|luminosity"},
	[PROP_ISOLATION] = {"isolation", CSS_GRAMMAR_WORD, false, true, "auto|isolate"},
	[PROP_SHAPE_INSIDE] = {"shape-inside", CSS_GRAMMAR_REFERENCE, false, true, NULL},
	[PROP_INLINE_SIZE] = {"inline-size", CSS_GRAMMAR_LENGTH, false, true, "auto"},
	[PROP_TRANSFORM] = {"transform", CSS_GRAMMAR_TRANSFORM, false, true, NULL},
	[PROP_X] = {"x", CSS_GRAMMAR_SIGNED, false, true, ""},
	[PROP_Y] = {"y", CSS_GRAMMAR_SIGNED, false, true, ""},
	[PROP_WIDTH] = {"width", CSS_GRAMMAR_LENGTH, false, true, "auto"},
	[PROP_HEIGHT] = {"height", CSS_GRAMMAR_LENGTH, false, true, "auto"},
	[PROP_CX] = {"cx", CSS_GRAMMAR_SIGNED, false, true, ""},
	[PROP_CY] = {"cy", CSS_GRAMMAR_SIGNED, false, true, ""},
	[PROP_R] = {"r", CSS_GRAMMAR_LENGTH, false, true, ""},
	[PROP_RX] = {"rx", CSS_GRAMMAR_LENGTH, false, true, "auto"},
	[PROP_RY] = {"ry", CSS_GRAMMAR_LENGTH, false, true, "auto"},
};

const struct css_property_row *css_property_row(unsigned property)
{
	return &rows[property];
}

enum css_property css_property_find(struct str name)
{
	for (unsigned i = 0; i < PROP_COUNT; i++)
		if (str_eq_nocase(name, str_of(rows[i].name)))
			return (enum css_property)i;
	return PROP_COUNT;
}

bool css_property_is_leftover(struct str name)
{
	static const char *const known[] = {"pointer-events", "cursor", "enable-background",
		"color-rendering", "clip", "color-profile", "kerning", "text-indent",
		"text-transform", "block-progression", "solid-color", "solid-opacity",
		"font-feature-settings", "font-variation-settings", "font-kerning",
		"font-variant-ligatures", "font-variant-position", "font-variant-caps",
		"font-variant-numeric", "font-variant-alternates", "font-variant-east-asian",
		"font-size-adjust", "font-synthesis", "text-decoration-line",
		"text-decoration-style", "text-decoration-color", "text-orientation",
		"text-overflow", "shape-padding", "shape-margin", "glyph-orientation-vertical",
		"glyph-orientation-horizontal", "alignment-baseline", "transform-origin",
		"transform-box", "user-select", "will-change", "stop-radius", "fill-color",
		"gradient-color", "background", "background-color", "shape-subtract", "tab-size",
		"text-decoration-thickness", "text-underline-offset", "box-sizing", "margin",
		"padding"};

	if (name.n > 0 && name.p[0] == '-')
		return true;
	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (str_eq_nocase(name, str_of(known[i])))
			return true;
	return false;
}
