// SPDX-License-Identifier: Apache-2.0
/* Places for the verification code. Runs in: intake. */
#include "templates/extract_qr.h"

#include "templates/extract_box.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/rules.h"
#include "templates/value.h"

#include <math.h>

/* CSS pixels: what phones read from paper at arm's length, and what is used when nothing is said. */
#define SMALL_QR_PX (18 * 96 / 25.4)
#define DEFAULT_QR_PX (24 * 96 / 25.4)

#define PLACES (EL_SHAPES | EL_BIT(EL_IMAGE) | EL_BIT(EL_G) | EL_BIT(EL_TEXT) | EL_BIT(EL_USE))

/* All characters below n, without white space, are "{{qr}}". */
static bool says_qr(const struct tree_node *n)
{
	static const char want[] = "{{qr}}";
	size_t at = 0;

	for (const struct tree_node *c = n->first; c != NULL; c = c->next) {
		const struct tree_node *t = c;

		/* A tspan or two around it is what editors make of it. */
		while (!t->is_text && t->first != NULL && t->first->next == NULL)
			t = t->first;
		for (size_t i = 0; t->is_text && i < t->text.n; i++) {
			if ((unsigned char)t->text.p[i] <= ' ')
				continue;
			if (at >= sizeof want - 1 || t->text.p[i] != want[at])
				return false;
			at++;
		}
	}
	return at == sizeof want - 1;
}

bool extract_qr_is_place(const struct extract *e, const struct tree_node *n)
{
	if (n->is_text || !EL_IS(n->element, PLACES) || extract_scope_of(e, n)->undrawn)
		return false;
	if (tree_find_attr(n, "data-qr") != NULL)
		return !str_eq_cz(tree_value(n, "data-qr"), "none");
	if (str_eq_nocase(tree_value(n, "id"), STR("qr")))
		return true;
	return n->element == EL_TEXT && says_qr(n);
}

/* The box around everything drawn below n, in n's own coordinates. */
static struct geometry_box content_box(const struct extract *e, struct tree_node *n)
{
	struct geometry_box all = GEOMETRY_EMPTY;
	struct design_matrix back;

	if (!geometry_invert(extract_scope_of(e, n)->m, &back))
		return GEOMETRY_EMPTY;
	for (struct tree_node *c = n; c != NULL; c = tree_next(n, c)) {
		const struct extract_scope *s = extract_scope_of(e, c);

		if (!c->is_text && !s->undrawn)
			all = geometry_join(all,
				geometry_map(geometry_multiply(back, s->m),
					geometry_shape(c, s->vw, s->vh)));
	}
	return all;
}

static double sides_ratio(struct geometry_box b)
{
	return (b.x1 - b.x0) / fmax(b.y1 - b.y0, 1e-9);
}

/* Designers type {{qr}} onto a square: the smallest one that holds the text's anchor. */
static struct geometry_box square_around(
	const struct extract *e, const struct tree_node *text, double x, double y)
{
	struct geometry_box best = GEOMETRY_EMPTY;
	struct design_matrix back;
	double page_x = x;
	double page_y = y;

	if (!geometry_invert(extract_scope_of(e, text)->m, &back))
		return best;
	geometry_apply(extract_scope_of(e, text)->m, &page_x, &page_y);
	for (struct tree_node *n = e->root; n != NULL; n = tree_next(e->root, n)) {
		const struct extract_scope *s = extract_scope_of(e, n);
		struct geometry_box b;

		if (n->is_text || n->element != EL_RECT || s->undrawn)
			continue;
		b = geometry_map(s->m, geometry_shape(n, s->vw, s->vh));
		if (geometry_is_empty(b) || sides_ratio(b) < 0.8 || sides_ratio(b) > 1.25)
			continue;
		if (page_x < b.x0 || page_x > b.x1 || page_y < b.y0 || page_y > b.y1)
			continue;
		b = geometry_map(back, b);
		if (geometry_is_empty(best) || b.x1 - b.x0 < best.x1 - best.x0)
			best = b;
	}
	return best;
}

static struct geometry_box text_box(struct extract *e, const struct tree_node *text)
{
	struct geometry_box box = extract_box_frame(e, text);
	struct value_length l;
	double x = 0;
	double y = 0;
	double size = DEFAULT_QR_PX / fmax(geometry_scale(extract_scope_of(e, text)->m), 1e-9);
	size_t at = 0;

	if (!geometry_is_empty(box) && box.y1 > box.y0)
		return box;
	if (value_length(tree_value(text, "x"), &at, &l))
		x = value_px(l, 16, extract_scope_of(e, text)->vw);
	at = 0;
	if (value_length(tree_value(text, "y"), &at, &l))
		y = value_px(l, 16, extract_scope_of(e, text)->vh);
	box = square_around(e, text, x, y);
	if (!geometry_is_empty(box))
		return box;
	notes_warned(e->notes, text,
		"it stands on no square; 24 mm above its baseline are taken. Better give a "
		"rectangle the id qr",
		"{{qr}}");
	if (extract_scope_of(e, text)->style.anchor == ANCHOR_MIDDLE)
		x -= size / 2;
	if (extract_scope_of(e, text)->style.anchor == ANCHOR_END)
		x -= size;
	return (struct geometry_box){x, y - size, x + size, y};
}

enum rc extract_qr_take(struct extract *e, struct tree_node *n, struct err *err)
{
	struct design *d = &e->out->design;
	struct geometry_box box = n->element == EL_TEXT ? text_box(e, n) : content_box(e, n);
	double w = box.x1 - box.x0;
	double h = box.y1 - box.y0;
	struct design_matrix unused;
	struct design_qr qr = {.line = n->line,
		.matrix = extract_scope_of(e, n)->m,
		.size = fmin(w, h),
		.dark = 0x000000ff,
		.light = 0xffffffff,
		.order = extract_scope_of(e, n)->order};

	n->taken = true;
	if (geometry_is_empty(box) || !(qr.size > 0) || !geometry_invert(qr.matrix, &unused)) {
		notes_warned(e->notes, n, "it has no area that we can tell; use a rectangle",
			"place of the code");
		return RC_OK;
	}
	if (RULE_ON(RULE_QRS) && d->qrs.count == LIMIT_QRS)
		return err_set(err, RC_LIMIT, "line %u: more than %u verification codes", n->line,
			LIMIT_QRS);
	qr.x = box.x0 + (w - qr.size) / 2;
	qr.y = box.y0 + (h - qr.size) / 2;
	if (qr.size * geometry_scale(qr.matrix) < SMALL_QR_PX - 0.5)
		notes_warned(
			e->notes, n, "smaller than 18 mm is hard to scan", "verification code");
	d->qrs.items[d->qrs.count++] = qr;
	e->out->has_qr = true;
	return RC_OK;
}
