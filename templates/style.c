// SPDX-License-Identifier: Apache-2.0
/* Computed style. Runs in: intake. */
#include "templates/style.h"

#include "templates/colour.h"
#include "templates/css_property.h"
#include "templates/limits.h"
#include "templates/value.h"

#include <math.h>
#include <stdlib.h>

/* CSS 2.1, 15.7: medium is 16 pixels, each step a factor of 1.2. */
static const struct {
	const char *word;
	double size;
} size_words[] = {
	{"xx-small", 9.6},
	{"x-small", 12},
	{"small", 13.3},
	{"medium", 16},
	{"large", 19.2},
	{"x-large", 24},
	{"xx-large", 32},
};

static const struct {
	const char *word;
	double shift; /* of the size, downwards: what common fonts have between that line and the baseline */
} baselines[] = {
	{"middle", 0.26},
	{"central", 0.35},
	{"hanging", 0.73},
	{"mathematical", 0.5},
	{"text-before-edge", 0.93},
	{"text-top", 0.93},
	{"text-after-edge", -0.22},
	{"text-bottom", -0.22},
	{"ideographic", -0.22},
};

struct style style_initial(void)
{
	return (struct style){
		.families = STR("serif"),
		.lang = STR(""),
		.size = 16,
		.fill_opacity = 1,
		.opacity = 1,
		.stroke_width = 1,
		.stroke_opacity = 1,
		.miter_limit = 4,
		.line_height = 1.2,
		.fill = COLOUR_BLACK,
		.color = COLOUR_BLACK,
		.weight = 400,
		.paint = STYLE_COLOUR,
		.anchor = ANCHOR_START,
		.direction = DIRECTION_AUTO,
	};
}

/* The declared value, unless it says to inherit, which is what happens anyway. */
static struct str declared(const struct tree_node *n, enum css_property property)
{
	struct str value = tree_prop(n, property);

	return str_eq_cz(value, "inherit") ? STR("") : value;
}

static double share_of(struct str value, double otherwise)
{
	return value.n > 0 ? fmin(fmax(value_px_or(value, 1, 1, otherwise), 0), 1) : otherwise;
}

static void compute_size(const struct style *parent, struct str value, struct style *out)
{
	if (value.n == 0)
		return;
	if (str_eq_cz(value, "larger") || str_eq_cz(value, "smaller"))
		out->size = str_eq_cz(value, "larger") ? parent->size * 1.2 : parent->size / 1.2;
	for (size_t i = 0; i < ARRAY_COUNT(size_words); i++)
		if (str_eq_cz(value, size_words[i].word))
			out->size = size_words[i].size;
	/* Sizes in em multiply from level to level. */
	out->size =
		fmin(value_px_or(value, parent->size, parent->size, out->size), LIMIT_FONT_SIZE);
}

static void compute_weight(const struct style *parent, struct str value, struct style *out)
{
	struct value_length l;

	if (str_eq_cz(value, "bold"))
		out->weight = 700;
	else if (str_eq_cz(value, "normal"))
		out->weight = 400;
	else if (str_eq_cz(value, "bolder"))
		out->weight = parent->weight < 400 ? 400 : parent->weight < 600 ? 700 : 900;
	else if (str_eq_cz(value, "lighter"))
		out->weight = parent->weight > 700 ? 700 : parent->weight > 500 ? 400 : 100;
	else if (value_whole_length(value, &l))
		out->weight = (uint16_t)fmin(fmax(round(l.number / 100) * 100, 100), 900);
}

/* "'Noto Serif', serif" to "Noto Serif, serif": no family holds a quote or a comma. */
static struct str unquoted(struct arena *a, struct str value)
{
	char *p = arena_alloc(a, value.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\'')
			p[n++] = value.p[i];
	return (struct str){p, n};
}

static void compute_font(
	struct arena *a, const struct style *parent, const struct tree_node *n, struct style *out)
{
	struct str families = declared(n, PROP_FONT_FAMILY);
	struct str slant = declared(n, PROP_FONT_STYLE);
	struct str variant = declared(n, PROP_FONT_VARIANT);

	if (families.n > 0)
		out->families = unquoted(a, families);
	compute_size(parent, declared(n, PROP_FONT_SIZE), out);
	compute_weight(parent, declared(n, PROP_FONT_WEIGHT), out);
	if (slant.n > 0)
		out->italic = !str_eq_cz(slant, "normal");
	if (variant.n > 0)
		out->small_caps = str_eq_cz(variant, "small-caps");
}

static void compute_fill(const struct tree_node *n, struct style *out)
{
	struct str color = declared(n, PROP_COLOR);
	struct str fill = declared(n, PROP_FILL);

	if (color.n > 0)
		colour_read(color, &out->color);
	out->fill_opacity = share_of(declared(n, PROP_FILL_OPACITY), out->fill_opacity);
	if (fill.n == 0)
		return;
	out->server = css_property_reference(fill);
	out->paint = out->server.n > 0    ? STYLE_SERVER
		: str_eq_cz(fill, "none") ? STYLE_NONE
					  : STYLE_COLOUR;
	if (out->paint == STYLE_COLOUR && !colour_read(fill, &out->fill))
		out->fill = out->color;
}

/* True when "stroke" comes before "fill", which is named or not. */
static bool is_stroke_first(struct str order)
{
	return str_find_str(order, STR("stroke")) < str_find_str(order, STR("fill"));
}

static void compute_stroke_shape(const struct tree_node *n, struct style *out)
{
	struct str join = declared(n, PROP_STROKE_LINEJOIN);
	struct str order = declared(n, PROP_PAINT_ORDER);
	struct str dashes = declared(n, PROP_STROKE_DASHARRAY);
	struct str effect = declared(n, PROP_VECTOR_EFFECT);
	struct value_length l;

	if (join.n > 0)
		out->join = str_eq_cz(join, "round") ? JOIN_ROUND
			: str_eq_cz(join, "bevel")   ? JOIN_BEVEL
						     : JOIN_MITER;
	if (order.n > 0)
		out->stroke_first = is_stroke_first(order);
	if (dashes.n > 0)
		out->dashed = !str_eq_cz(dashes, "none");
	out->unscaled = str_eq_cz(effect, "non-scaling-stroke");
	if (value_whole_length(declared(n, PROP_STROKE_MITERLIMIT), &l) && l.number >= 1)
		out->miter_limit = fmin(l.number, LIMIT_MITER);
}

static void compute_stroke(const struct tree_node *n, struct style *out)
{
	struct str stroke = declared(n, PROP_STROKE);

	/* A percentage is of the view, which only those who place the text know. */
	out->stroke_width =
		fmin(value_px_or(declared(n, PROP_STROKE_WIDTH), out->size, -1, out->stroke_width),
			LIMIT_FONT_SIZE);
	out->stroke_opacity = share_of(declared(n, PROP_STROKE_OPACITY), out->stroke_opacity);
	compute_stroke_shape(n, out);
	if (stroke.n == 0)
		return;
	out->stroked = !str_eq_cz(stroke, "none");
	out->stroke_server = css_property_reference(stroke);
	if (out->stroke_server.n > 0 || !colour_read(stroke, &out->stroke))
		out->stroke = out->color;
}

static double read_line_height(struct str value, double size, double otherwise)
{
	struct value_length l;
	double multiple = otherwise;

	if (value_whole_length(value, &l)) {
		multiple = l.unit == UNIT_NONE ? l.number
					       : value_px(l, size, size) / (size > 0 ? size : 1);
		/* Inkscape writes 0 for "as the font says". */
		multiple = multiple > 0.5 && multiple <= 5 ? multiple : 1.2;
	}
	return str_eq_cz(value, "normal") ? 1.2 : multiple;
}

static void compute_spacing(const struct tree_node *n, struct style *out)
{
	struct str letter = declared(n, PROP_LETTER_SPACING);
	struct str word = declared(n, PROP_WORD_SPACING);
	struct str baseline = declared(n, PROP_DOMINANT_BASELINE);

	if (letter.n > 0)
		out->letter_spacing = value_px_or(letter, out->size, out->size, 0);
	if (word.n > 0)
		out->word_spacing = value_px_or(word, out->size, out->size, 0);
	out->line_height =
		read_line_height(declared(n, PROP_LINE_HEIGHT), out->size, out->line_height);
	if (baseline.n == 0)
		return;
	out->baseline = 0;
	for (size_t i = 0; i < ARRAY_COUNT(baselines); i++)
		if (str_eq_cz(baseline, baselines[i].word))
			out->baseline = baselines[i].shift;
}

static void compute_flow(const struct tree_node *n, struct style *out)
{
	struct str anchor = declared(n, PROP_TEXT_ANCHOR);
	struct str direction = declared(n, PROP_DIRECTION);
	struct str mode = declared(n, PROP_WRITING_MODE);
	struct str space = declared(n, PROP_WHITE_SPACE);
	struct str xml_space = tree_value(n, "xml:space");

	if (anchor.n > 0)
		out->anchor = str_eq_cz(anchor, "middle") ? ANCHOR_MIDDLE
			: str_eq_cz(anchor, "end")        ? ANCHOR_END
							  : ANCHOR_START;
	if (direction.n > 0)
		out->direction = str_eq_cz(direction, "rtl") ? DIRECTION_RTL : DIRECTION_LTR;
	if (mode.n > 0)
		out->vertical = str_starts(mode, STR("tb")) || str_starts(mode, STR("vertical"));
	if (xml_space.n > 0)
		out->preserve = str_eq_cz(xml_space, "preserve");
	if (space.n > 0)
		out->preserve = str_starts(space, STR("pre")) && !str_eq_cz(space, "pre-line");
}

/* Properties that do not inherit but work on everything inside. */
static void compute_effects(const struct tree_node *n, struct style *out)
{
	struct str filter = declared(n, PROP_FILTER);
	struct str blend = declared(n, PROP_MIX_BLEND_MODE);
	struct str decoration = declared(n, PROP_TEXT_DECORATION);
	struct str shift = declared(n, PROP_BASELINE_SHIFT);
	struct str visibility = declared(n, PROP_VISIBILITY);
	struct value_length l;

	out->opacity *= share_of(declared(n, PROP_OPACITY), 1);
	if (visibility.n > 0)
		out->hidden = !str_eq_cz(visibility, "visible");
	if (str_eq_cz(declared(n, PROP_DISPLAY), "none"))
		out->absent = true;
	if (decoration.n > 0 && !str_eq_cz(decoration, "none"))
		out->decorated = true;
	if (shift.n > 0 && !str_eq_cz(shift, "baseline")
		&& !(value_whole_length(shift, &l) && l.number == 0))
		out->shifted = true;
	if ((blend.n > 0 && !str_eq_cz(blend, "normal"))
		|| (filter.n > 0 && !str_eq_cz(filter, "none")))
		out->layered = true;
	if (css_property_reference(declared(n, PROP_MASK)).n > 0)
		out->layered = true;
	if (css_property_reference(declared(n, PROP_CLIP_PATH)).n > 0)
		out->clipped = true;
}

void style_compute(
	struct arena *a, const struct style *parent, const struct tree_node *n, struct style *out)
{
	struct tree_attr *lang = tree_find_attr(n, "xml:lang");

	*out = *parent;
	if (lang != NULL)
		out->lang = str_trim(lang->value);
	compute_font(a, parent, n, out);
	compute_fill(n, out);
	compute_stroke(n, out);
	compute_spacing(n, out);
	compute_flow(n, out);
	compute_effects(n, out);
}

/* ---- faces named by the family ---- */

static bool take_ending(struct str *s, struct str ending)
{
	if (s->n < ending.n || !str_eq_nocase(str_slice(*s, s->n - ending.n, s->n), ending))
		return false;
	s->n -= ending.n;
	return true;
}

/*
 * Illustrator names a face by its PostScript name, "Poppins-SemiBoldItalic", and says no weight. Weights as in OpenType's
 * usWeightClass. Anything else behind a dash is part of a family's name.
 */
static void read_face(struct str families, uint16_t *weight, bool *italic)
{
	static const struct {
		struct str name;
		uint16_t weight;
	} faces[] = {{{"", 0}, 400}, {{"regular", 7}, 400}, {{"roman", 5}, 400}, {{"thin", 4}, 100},
		{{"extralight", 10}, 200}, {{"light", 5}, 300}, {{"book", 4}, 400},
		{{"medium", 6}, 500}, {{"semibold", 8}, 600}, {{"demibold", 8}, 600},
		{{"bold", 4}, 700}, {{"extrabold", 9}, 800}, {{"black", 5}, 900},
		{{"heavy", 5}, 900}};
	struct str first = str_trim(str_slice(families, 0, str_find(families, ',', 0)));
	struct str face = STR("");
	bool slanted;

	for (size_t i = first.n; i > 0 && face.n == 0; i--)
		if (first.p[i - 1] == '-')
			face = str_slice(first, i, first.n);
	if (face.n == 0)
		return;
	(void)take_ending(&face, STR("mt"));
	slanted = take_ending(&face, STR("italic")) || take_ending(&face, STR("oblique"))
		|| take_ending(&face, STR("it"));
	for (size_t i = 0; i < ARRAY_COUNT(faces); i++)
		if (str_eq_nocase(face, faces[i].name) && (face.n > 0 || slanted)) {
			*weight = *weight == 400 ? faces[i].weight : *weight;
			*italic = *italic || slanted;
		}
}

static struct design_outline outline_of(const struct style *s)
{
	struct design_outline o = {
		.colour = colour_fade(s->stroke, s->stroke_opacity * s->opacity),
		.width = fmin(s->stroke_width, DESIGN_OUTLINE_MAX * s->size),
		.miter_limit = s->miter_limit,
		.join = s->join,
		.under = s->stroke_first,
	};

	return s->stroked && s->stroke_width > 0 && (o.colour & 0xff) != 0
		? o
		: (struct design_outline){0};
}

struct design_style style_to_design(const struct style *s)
{
	uint16_t weight = s->weight;
	bool italic = s->italic;

	read_face(s->families, &weight, &italic);
	return (struct design_style){
		.families = s->families,
		.size = s->size,
		.weight = weight,
		.italic = italic,
		.small_caps = s->small_caps,
		.fill = colour_fade(s->fill, s->fill_opacity * s->opacity),
		.letter_spacing = s->letter_spacing,
		.lang = s->lang,
		.outline = outline_of(s),
	};
}
