// SPDX-License-Identifier: Apache-2.0
/* Texts of the design: styles, parts, headings. Runs in: intake. */
#include "templates/extract_text.h"

#include "base/text.h"
#include "templates/colour.h"
#include "templates/css_property.h"
#include "templates/extract_box.h"
#include "templates/extract_clip.h"
#include "templates/extract_layer_box.h"
#include "templates/extract_place.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/placeholder.h"
#include "templates/rules.h"

/* Smaller than six points is hard to read on paper; in CSS pixels. */
#define SMALL_TEXT_PX 8.0

/* ---- styles ---- */

/* The colour in the middle of a gradient: the mean of its stops; black for a pattern. */
static uint32_t server_colour(const struct extract *e, struct str id)
{
	const struct tree_node *server = refs_find(e->ix, id);
	double sum[4] = {0, 0, 0, 0};
	unsigned count = 0;

	for (unsigned hop = 0; server != NULL && hop < 16 && count == 0; hop++) {
		struct str href = tree_value(server, "href");

		for (const struct tree_node *n = server->first; n != NULL; n = n->next) {
			uint32_t c = COLOUR_BLACK;

			if (n->is_text || n->element != EL_STOP)
				continue;
			colour_read(tree_prop(n, PROP_STOP_COLOR), &c);
			for (int i = 0; i < 4; i++)
				sum[i] += c >> (24 - 8 * i) & 0xff;
			count++;
		}
		server = href.n > 1 ? refs_find(e->ix, str_slice(href, 1, href.n)) : NULL;
	}
	if (count == 0)
		return COLOUR_BLACK;
	return colour_rgb(sum[0] / count, sum[1] / count, sum[2] / count, sum[3] / count / 255);
}

static void add_family(struct extract *e, struct str name)
{
	struct template_cleaned *out = e->out;

	for (uint32_t i = 0; i < out->families.count; i++)
		if (str_eq_nocase(out->families.items[i], name))
			return;
	if (name.n > 0 && out->families.count < LIMIT_FAMILIES)
		out->families.items[out->families.count++] = name;
}

static void add_families(struct extract *e, struct str list)
{
	for (size_t at = 0; at < list.n;) {
		size_t end = str_find(list, ',', at);

		add_family(e, str_trim(str_slice(list, at, end)));
		at = end + 1;
	}
}

static bool same_outline(const struct design_outline *a, const struct design_outline *b)
{
	return a->colour == b->colour && a->width == b->width && a->miter_limit == b->miter_limit
		&& a->join == b->join && a->under == b->under;
}

static bool same_style(const struct design_style *a, const struct design_style *b)
{
	return str_eq(a->families, b->families) && a->size == b->size && a->weight == b->weight
		&& a->italic == b->italic && a->small_caps == b->small_caps && a->fill == b->fill
		&& a->letter_spacing == b->letter_spacing && str_eq(a->lang, b->lang)
		&& same_outline(&a->outline, &b->outline);
}

static enum rc style_index(struct extract *e, const struct style *s, uint16_t *out, struct err *err)
{
	struct design *d = &e->out->design;
	struct style solid = *s;
	struct design_style want;

	if (s->paint == STYLE_SERVER)
		solid.fill = server_colour(e, s->server);
	if (s->paint == STYLE_NONE)
		solid.fill_opacity = 0;
	if (s->stroke_server.n > 0)
		solid.stroke = server_colour(e, s->stroke_server);
	want = style_to_design(&solid);
	for (uint32_t i = 0; i < d->styles.count; i++)
		if (same_style(&d->styles.items[i], &want)) {
			*out = (uint16_t)i;
			return RC_OK;
		}
	if (d->styles.count == LIMIT_STYLES)
		return err_set(err, RC_LIMIT,
			"the template's texts have more than %u different styles", LIMIT_STYLES);
	add_families(e, want.families);
	d->styles.items[d->styles.count] = want;
	*out = (uint16_t)d->styles.count++;
	return RC_OK;
}

/* ---- parts ---- */

struct parts {
	struct extract *e;
	const struct extract_line *line;
	struct design_part *items; /* room for LIMIT_PARTS */
	uint32_t count;
};

static const struct style *style_at(const struct extract_line *l, size_t at, size_t *end)
{
	for (uint32_t i = 0; i < l->runs.count; i++)
		if (at < l->runs.items[i].end) {
			*end = l->runs.items[i].end;
			return l->runs.items[i].style;
		}
	*end = l->text.n;
	return l->runs.items[l->runs.count - 1].style;
}

static enum rc add_part(
	struct parts *p, struct design_part part, const struct style *style, struct err *err)
{
	struct design_part *last = p->count > 0 ? &p->items[p->count - 1] : NULL;
	enum rc rc = style_index(p->e, style, &part.style, err);

	if (rc != RC_OK)
		return rc;
	/* Spans that change nothing: shaping should see one run. */
	if (last != NULL && last->kind == PART_LITERAL && part.kind == PART_LITERAL
		&& last->style == part.style && last->text.n + part.text.n <= LIMIT_PART_LEN) {
		last->text.n += part.text.n;
		return RC_OK;
	}
	if (RULE_ON(RULE_PARTS) && p->count == LIMIT_PARTS)
		return err_set(err, RC_LIMIT, "line %u: a line of text with more than %u parts",
			p->line->at->line, LIMIT_PARTS);
	p->items[p->count++] = part;
	return RC_OK;
}

/* Literal characters, a part for each style. */
static enum rc add_literal(struct parts *p, size_t from, size_t to, struct err *err)
{
	while (from < to) {
		size_t end;
		const struct style *style = style_at(p->line, from, &end);
		struct design_part part = {.kind = PART_LITERAL, .filter = STR("")};
		enum rc rc;

		end = end < to ? end : to;
		if (end - from > LIMIT_PART_LEN) {
			end = from + LIMIT_PART_LEN;
			/* Not inside a character: continuation bytes are 10xxxxxx. */
			while (((uint8_t)p->line->text.p[end] & 0xc0) == 0x80)
				end--;
		}
		part.text = str_slice(p->line->text, from, end);
		rc = add_part(p, part, style, err);
		if (rc != RC_OK)
			return rc;
		from = end;
	}
	return RC_OK;
}

static enum rc add_field_name(
	struct extract *e, const struct tree_node *at, struct str name, struct err *err)
{
	struct template_cleaned *out = e->out;

	for (uint32_t i = 0; i < out->fields.count; i++)
		if (str_eq(out->fields.items[i], name))
			return RC_OK;
	if (out->fields.count == LIMIT_FIELDS)
		return err_set(err, RC_LIMIT,
			"line %u: more than %u different placeholders; a row has no more values",
			at->line, LIMIT_FIELDS);
	out->fields.items[out->fields.count++] = name;
	return RC_OK;
}

/* Warned of, and remembered: a certificate with a hole in it must not go out. */
static void tell_unfilled(struct parts *p, struct str shown, const char *why)
{
	struct extract *e = p->e;
	char text[256];

	notes_warned(e->notes, p->line->at, why, STR_FMT, STR_ARG(shown));
	if (e->out->unfilled.n != 0)
		return;
	text_fmt(text, sizeof text, "line %u: " STR_FMT ": %s", p->line->at->line, STR_ARG(shown),
		why);
	e->out->unfilled = str_dup(e->a, str_of(text));
}

static void tell_unknown(struct parts *p, struct str name)
{
	struct str like = placeholder_suggest(name);
	const char *why = "no such placeholder; it stays empty";

	if (str_eq_cz(name, "qr"))
		why = "the code stands alone: put {{qr}} into a text of its own, or give a "
		      "rectangle the id qr";
	else if (like.n > 0) {
		struct str s = str_fmt(p->e->a,
			"no such placeholder; did you mean {{" STR_FMT "}}?", STR_ARG(like));
		char *text = arena_zalloc(p->e->a, s.n + 1, 1);

		for (size_t i = 0; i < s.n; i++)
			text[i] = s.p[i];
		why = text;
	}
	tell_unfilled(p, str_fmt(p->e->a, "{{" STR_FMT "}}", STR_ARG(str_slice(name, 0, 60))), why);
}

static enum rc add_field(
	struct parts *p, size_t at, struct str name, struct str filter, struct err *err)
{
	size_t end;
	enum rc rc;

	if (!placeholder_is_known(name) || str_eq_cz(name, "qr"))
		tell_unknown(p, name);
	rc = add_field_name(p->e, p->line->at, name, err);
	if (rc != RC_OK)
		return rc;
	return add_part(p, (struct design_part){.kind = PART_FIELD, .text = name, .filter = filter},
		style_at(p->line, at, &end), err);
}

/* From {{ to its }}, or a part that is enough to find it. */
static struct str shown_of(struct str s, size_t open, size_t close)
{
	return str_slice(s, open, close < s.n && close - open < 40 ? close + 2 : open + 40);
}

/* One pass over the line's characters, whatever elements they came from. */
static enum rc read_parts(struct parts *p, struct err *err)
{
	struct str s = p->line->text;
	size_t literal = 0;
	size_t at = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK && at < s.n) {
		struct str rest = str_slice(s, at, s.n);
		size_t open = at + str_find_str(rest, STR("{{"));
		size_t close = open + str_find_str(str_slice(s, open, s.n), STR("}}"));
		struct str name;
		struct str filter;

		if (open >= s.n)
			break;
		if (close >= s.n
			|| placeholder_read(str_slice(s, open + 2, close), &name, &filter)
				!= PLACEHOLDER_GOOD) {
			tell_unfilled(p, notes_printable(p->e->a, shown_of(s, open, close)),
				"not a placeholder; it is printed as it stands");
			at = open + 2;
			continue;
		}
		rc = add_literal(p, literal, open, err);
		if (rc == RC_OK)
			rc = add_field(p, open, name, filter, err);
		literal = at = close + 2;
	}
	return rc == RC_OK ? add_literal(p, literal, s.n, err) : rc;
}

/* ---- texts ---- */

static enum rc add_text(struct extract *e, struct tree_node *text, const struct extract_lines *all,
	const struct extract_line *line, struct err *err)
{
	struct design *d = &e->out->design;
	struct design_text *t = &d->texts.items[d->texts.count];
	struct parts p = {
		.e = e, .line = line, .items = arena_zalloc(e->a, LIMIT_PARTS, sizeof *p.items)};
	const struct extract_scope *scope = extract_scope_of(e, text);
	enum rc rc = read_parts(&p, err);

	if (rc != RC_OK)
		return rc;
	*t = (struct design_text){
		.id = tree_value(line->at, "id"),
		.line = line->at->line,
		.matrix = extract_place_of(e, text, line),
		.x = line->x,
		.y = line->y + line->style->baseline * line->style->size,
		.anchor = line->style->anchor,
		.direction = line->style->direction,
		.line_height = line->style->line_height,
		.order = scope->order,
	};
	if (t->id.n == 0)
		t->id = tree_value(text, "id");
	if (line->text_path != NULL)
		t->anchor = ANCHOR_MIDDLE;
	t->parts.items = p.items;
	t->parts.count = p.count;
	if (str_eq_cz(tree_value(text, "data-tag"), "h1"))
		t->tag = TAG_H1;
	extract_box_apply(e, text, t, all->lines.count == 1);
	if (line->style->size * geometry_scale(t->matrix) < SMALL_TEXT_PX)
		notes_warned(e->notes, line->at, "smaller than six points is hard to read in print",
			"small text");
	d->texts.count++;
	return RC_OK;
}

static bool is_seen(const struct style *s)
{
	return s->paint != STYLE_NONE || s->stroked;
}

static bool has_seen(const struct extract_lines *all)
{
	for (uint32_t i = 0; i < all->lines.count; i++)
		for (uint32_t k = 0; k < all->lines.items[i].runs.count; k++)
			if (is_seen(all->lines.items[i].runs.items[k].style))
				return true;
	return false;
}

static bool is_of_server(const struct style *s)
{
	return s->paint == STYLE_SERVER || (s->stroked && s->stroke_server.n > 0);
}

/* Some run of some line is filled or outlined with a gradient or pattern. */
static bool has_server(const struct extract_lines *all)
{
	for (uint32_t i = 0; i < all->lines.count; i++)
		for (uint32_t k = 0; k < all->lines.items[i].runs.count; k++)
			if (is_of_server(all->lines.items[i].runs.items[k].style))
				return true;
	return false;
}

/* NULL: it goes into the design. Otherwise why it stays artwork. */
static const char *why_artwork(
	const struct extract *e, const struct tree_node *text, const struct extract_lines *all)
{
	struct design_matrix unused;

	if (extract_scope_of(e, text)->undrawn)
		return "it is drawn through a reference";
	if (all->unable != NULL)
		return all->unable;
	if (!geometry_invert(extract_scope_of(e, text)->m, &unused))
		return "its transform leaves it no area";
	if (!has_seen(all))
		return "it has no fill";
	if (!all->dynamic && e->out->design.texts.count + all->lines.count > LIMIT_TEXTS)
		return "the template has too many lines of text";
	return NULL;
}

static void tell_artwork(struct extract *e, const struct tree_node *text,
	const struct extract_lines *all, const char *why)
{
	if (all->dynamic)
		notes_warned(
			e->notes, text, why, "text with placeholders that cannot be filled in");
	else
		notes_warned(e->notes, text, why, "text that is not drawn; turn it into outlines");
}

/* The text added last is not surely inside the clips around it. */
static bool is_cut(const struct extract *e, const struct tree_node *text)
{
	const struct design *d = &e->out->design;

	return extract_scope_of(e, text)->style.clipped
		&& !extract_clip_keeps(
			e, text, extract_layer_box_of_text(e, &d->texts.items[d->texts.count - 1]));
}

enum rc extract_text_take(struct extract *e, struct tree_node *text, struct err *err)
{
	struct extract_lines all;
	const char *why;
	bool clipped = false;
	enum rc rc = extract_line_read(e, text, &all, err);

	if (rc != RC_OK)
		return rc;
	if (all.lines.count == 0) {
		text->taken = !extract_scope_of(e, text)->undrawn;
		return RC_OK;
	}
	why = why_artwork(e, text, &all);
	if (why != NULL) {
		tell_artwork(e, text, &all, why);
		return RC_OK;
	}
	if (e->out->design.texts.count + all.lines.count > LIMIT_TEXTS)
		return err_set(
			err, RC_LIMIT, "the template has more than %u lines of text", LIMIT_TEXTS);
	if (all.unlike != NULL)
		notes_warned(e->notes, text, all.unlike, "text whose look is simplified");
	if (has_server(&all))
		notes_warned(e->notes, text,
			"text is painted with one colour: the gradient's or pattern's mean is "
			"taken",
			"paint of text");
	for (uint32_t i = 0; i < all.lines.count && rc == RC_OK; i++) {
		rc = add_text(e, text, &all, &all.lines.items[i], err);
		clipped = clipped || (rc == RC_OK && is_cut(e, text));
	}
	if (clipped)
		notes_warned(e->notes, text, "a clip may cut off a part of it; it is set whole",
			"text whose look is simplified");
	text->taken = true;
	return rc;
}

/* ---- heading ---- */

static double heading_size(const struct extract *e, const struct design_text *t)
{
	double size = 0;

	for (uint32_t i = 0; i < t->parts.count; i++) {
		const struct design_part *p = &t->parts.items[i];

		if (p->kind == PART_FIELD && !str_eq_cz(p->text, "achievement.name"))
			return 0;
		if (e->out->design.styles.items[p->style].size > size)
			size = e->out->design.styles.items[p->style].size;
	}
	return size * geometry_scale(t->matrix);
}

void extract_text_mark_heading(struct extract *e)
{
	struct design *d = &e->out->design;
	struct design_text *marked = NULL;
	struct design_text *largest = NULL;
	double size = 0;

	for (uint32_t i = 0; i < d->texts.count; i++) {
		struct design_text *t = &d->texts.items[i];

		if (t->tag == TAG_H1 && marked == NULL)
			marked = t;
		t->tag = TAG_P;
		if (heading_size(e, t) > size) {
			size = heading_size(e, t);
			largest = t;
		}
	}
	if (marked != NULL)
		marked->tag = TAG_H1;
	else if (largest != NULL)
		largest->tag = TAG_H1;
}
