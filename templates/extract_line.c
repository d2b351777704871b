// SPDX-License-Identifier: Apache-2.0
/* Reading a text element into lines. Runs in: intake. */
#include "templates/extract_line.h"

#include "templates/limits.h"
#include "templates/names.h"
#include "templates/value.h"

#include <math.h>
#include <string.h>

/* Of the font's size: the average advance of common text fonts. */
#define MEAN_ADVANCE 0.52

struct reader {
	const struct extract *e;
	struct tree_node *text;
	struct extract_lines *out;
	struct extract_line *line; /* the open one */
	struct buf chars; /* of the open line */
	struct extract_run *runs;
	uint32_t run_count;
	uint32_t run_room;
	uint32_t line_room;
	const struct style *pending; /* of a space that counts only when something follows */
	double y; /* current baseline: dy is relative to it */
};

/* Position attributes of one element. */
struct offsets {
	bool has_x;
	bool has_y;
	double x;
	double y;
	double dx;
	double dy;
	bool many; /* letters placed one by one */
};

double extract_line_width(struct str text, double size)
{
	return (double)str_char_count(text) * MEAN_ADVANCE * size;
}

/* The first of a list of lengths; *many when others follow that matter. */
static bool first_length(const struct tree_node *n, const char *name, double em, double percent_of,
	double *out, bool *many)
{
	struct str s = tree_value(n, name);
	struct value_length l;
	size_t at = 0;

	if (s.n == 0 || !value_length(s, &at, &l))
		return false;
	*out = value_px(l, em, percent_of);
	at = value_skip_comma(s, at);
	while (at < s.n && value_length(s, &at, &l)) {
		/* Zeros in dx and dy move nothing. */
		if (name[0] != 'd' || l.number != 0)
			*many = true;
		at = value_skip_comma(s, at);
	}
	return true;
}

static struct offsets read_offsets(const struct reader *r, const struct tree_node *n)
{
	const struct extract_scope *s = extract_scope_of(r->e, n);
	struct offsets o = {.has_x = false};

	o.has_x = first_length(n, "x", s->style.size, s->vw, &o.x, &o.many);
	o.has_y = first_length(n, "y", s->style.size, s->vh, &o.y, &o.many);
	first_length(n, "dx", s->style.size, s->vw, &o.dx, &o.many);
	first_length(n, "dy", s->style.size, s->vh, &o.dy, &o.many);
	return o;
}

/* ---- lines ---- */

static void close_line(struct reader *r)
{
	struct extract_line *l = r->line;
	size_t n = r->chars.n;

	if (l == NULL)
		return;
	r->line = NULL;
	r->pending = NULL;
	while (n > 0 && (r->chars.p[n - 1] == ' ' || r->chars.p[n - 1] == '\n'))
		n--;
	if (n == 0) {
		r->out->lines.count--;
		return;
	}
	l->text = str_dup(r->e->a, (struct str){(const char *)r->chars.p, n});
	while (r->run_count > 1 && r->runs[r->run_count - 2].end >= n)
		r->run_count--;
	r->runs[r->run_count - 1].end = n;
	l->runs.items = arena_dup(r->e->a, r->runs, r->run_count * sizeof *r->runs);
	l->runs.count = r->run_count;
}

static bool open_line(struct reader *r, const struct tree_node *at, double x, double y)
{
	close_line(r);
	if (r->out->lines.count == LIMIT_TEXTS)
		return false;
	if (r->out->lines.count == r->line_room) {
		struct extract_line *more =
			arena_zalloc(r->e->a, (size_t)r->line_room * 2 + 4, sizeof *more);

		if (r->line_room > 0)
			memcpy(more, r->out->lines.items, r->line_room * sizeof *more);
		r->out->lines.items = more;
		r->line_room = r->line_room * 2 + 4;
	}
	r->line = &r->out->lines.items[r->out->lines.count++];
	*r->line = (struct extract_line){
		.x = x, .y = y, .style = &extract_scope_of(r->e, at)->style, .at = at};
	r->y = y;
	r->run_count = 0;
	buf_reset(&r->chars);
	return true;
}

static void add_char(struct reader *r, const char *p, size_t n, const struct style *style)
{
	buf_put(&r->chars, p, n);
	if (r->run_count > 0 && r->runs[r->run_count - 1].style == style) {
		r->runs[r->run_count - 1].end = r->chars.n;
		return;
	}
	if (r->run_count == r->run_room) {
		struct extract_run *more =
			arena_zalloc(r->e->a, (size_t)r->run_room * 2 + 16, sizeof *more);

		if (r->run_count > 0)
			memcpy(more, r->runs, r->run_count * sizeof *more);
		r->runs = more;
		r->run_room = r->run_room * 2 + 16;
	}
	r->runs[r->run_count++] = (struct extract_run){r->chars.n, style};
}

/*
 * White space as SVG 1.1 has it (10.15), but for line breaks: like browsers we make them spaces, so
 * that words on two lines of a file do not grow together.
 */
static void add_text(struct reader *r, struct str s, const struct style *style)
{
	if (style->absent || style->hidden || r->line == NULL)
		return;
	for (size_t i = 0; i < s.n; i++) {
		bool space = s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r';

		if (space && !style->preserve) {
			if (r->pending == NULL && r->chars.n > 0)
				r->pending = style;
			continue;
		}
		if (r->pending != NULL && r->chars.p[r->chars.n - 1] != ' ')
			add_char(r, " ", 1, r->pending);
		r->pending = NULL;
		add_char(r, space ? " " : s.p + i, 1, style);
	}
}

/*
 * Illustrator cuts a line into pieces for kerning, each with its own x on the same baseline. A piece
 * that begins about where the last one should end goes on with it; one further off is a column.
 */
static bool continues_line(const struct reader *r, double x, double y, const struct style *style)
{
	double width = extract_line_width(buf_str(&r->chars), style->size);

	return r->chars.n > 0 && style->anchor == ANCHOR_START
		&& fabs(y - r->line->y) < 0.01 * style->size && x >= r->line->x
		&& x - r->line->x < width * 1.6 + style->size;
}

static bool place_span(struct reader *r, const struct tree_node *n)
{
	const struct style *style = &extract_scope_of(r->e, n)->style;
	struct offsets o = read_offsets(r, n);
	double y = (o.has_y ? o.y : r->y) + o.dy;

	if (o.many)
		r->out->unlike = "its letters are placed one by one";
	if (o.has_x && r->line != NULL && continues_line(r, o.x + o.dx, y, style))
		return true;
	if (o.has_x)
		return open_line(r, n, o.x + o.dx, y);
	if (r->line != NULL && r->chars.n == 0) {
		r->line->x += o.dx;
		r->line->y = r->y = y;
		r->line->style = style;
		return true;
	}
	if (fabs(y - r->y) > 0.01 * style->size || fabs(o.dx) > 0.5 * style->size)
		r->out->unlike = "parts of it are shifted";
	r->y = y;
	return true;
}

static bool place_text(struct reader *r)
{
	struct offsets o = read_offsets(r, r->text);

	if (o.many)
		r->out->unlike = "its letters are placed one by one";
	return open_line(r, r->text, o.x + o.dx, o.y + o.dy);
}

static bool has_rotation(const struct tree_node *n)
{
	struct str s = tree_value(n, "rotate");
	size_t at = 0;
	double v;

	while (at < s.n && value_number(s, &at, &v)) {
		if (v != 0)
			return true;
		at = value_skip_comma(s, at);
	}
	return false;
}

/* What one element of the text says about how it can be set. */
static void judge(struct reader *r, const struct tree_node *n)
{
	const struct style *s = &extract_scope_of(r->e, n)->style;

	if (s->vertical)
		r->out->unlike = "it is vertical";
	if (has_rotation(n))
		r->out->unlike = "its letters are turned one by one";
	if (s->stroked && s->dashed)
		r->out->unlike = "its outline is dashed and is drawn without gaps";
	if (s->stroked && s->unscaled)
		r->out->unlike = "its outline is to keep its width and is scaled with it";
	if (s->stroked && s->paint != STYLE_NONE && s->opacity < 1)
		r->out->unlike = "its opacity works on letters and outline, each for itself";
	if (s->decorated)
		r->out->unlike = "it is underlined or struck through";
	if (s->shifted)
		r->out->unlike = "parts of it are raised or lowered";
	if (s->layered)
		r->out->unlike = "a mask, filter or blend mode works on it";
	if (s->word_spacing != 0)
		r->out->unlike = "it has word spacing";
}

/* A line of its own; where it lies is found out when it is taken. */
static bool enter_text_path(struct reader *r, const struct tree_node *n)
{
	struct str href = tree_value(n, "href");
	const struct tree_node *to =
		href.n > 1 ? refs_find(r->e->ix, str_slice(href, 1, href.n)) : NULL;

	if (!open_line(r, n, 0, 0))
		return false;
	r->line->text_path = n;
	/* SVG 1.1 draws nothing then (10.13.2). */
	if (to == NULL || to->element != EL_PATH)
		r->out->unable = "it runs along what is not a path";
	else
		r->out->unlike = "it runs along a path and is set straight";
	return true;
}

enum rc extract_line_read(
	const struct extract *e, struct tree_node *text, struct extract_lines *out, struct err *err)
{
	struct reader r = {.e = e, .text = text, .out = out, .chars = buf_new(LIMIT_INPUT_LEN)};
	bool fits;

	*out = (struct extract_lines){.dynamic = false};
	fits = place_text(&r);
	judge(&r, text);
	for (struct tree_node *n = tree_next(text, text); n != NULL && fits;
		n = tree_next(text, n)) {
		if (n->is_text && EL_IS(n->parent->element, EL_BIT(EL_TITLE) | EL_BIT(EL_DESC)))
			continue;
		if (n->is_text) {
			add_text(&r, n->text, &extract_scope_of(e, n->parent)->style);
		} else if (EL_IS(n->element, EL_BIT(EL_TSPAN) | EL_BIT(EL_TEXT_PATH))) {
			fits = n->element == EL_TEXT_PATH ? enter_text_path(&r, n)
							  : place_span(&r, n);
			judge(&r, n);
		}
	}
	close_line(&r);
	buf_free(&r.chars);
	if (!fits)
		return err_set(err, RC_LIMIT, "line %u: a text of more than %u lines", text->line,
			LIMIT_TEXTS);
	for (uint32_t i = 0; i < out->lines.count; i++)
		if (str_find_str(out->lines.items[i].text, STR("{{")) < out->lines.items[i].text.n)
			out->dynamic = true;
	return RC_OK;
}
