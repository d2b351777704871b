// SPDX-License-Identifier: Apache-2.0
/* Comparing designs. Runs in: control. */
#include "jobs/design_diff.h"

#include "base/text.h"
#include "templates/design.h"

#include <math.h>
#include <string.h>

#define SHOWN_LEN 400
#define NONE UINT32_MAX

struct differ {
	struct arena *a;
	const struct design *designs[2];
	struct str *shown[2]; /* by text */
	uint32_t *like[2]; /* by text: the one of the other design that stands for it; NONE */
	design_diff_say *say;
	void *context;
};

/* What a text shows, placeholders as they are typed. */
static struct str shown(struct arena *a, const struct design_text *t)
{
	struct str s = STR("");

	for (uint32_t i = 0; i < t->parts.count && s.n < SHOWN_LEN; i++) {
		const struct design_part *p = &t->parts.items[i];
		struct str part = str_slice(p->text, 0, 200);

		if (p->kind == PART_LITERAL)
			s = str_fmt(a, STR_FMT STR_FMT, STR_ARG(s), STR_ARG(part));
		else
			s = str_fmt(a, STR_FMT "{{" STR_FMT "%s" STR_FMT "}}", STR_ARG(s),
				STR_ARG(part), p->filter.n > 0 ? " | " : "", STR_ARG(p->filter));
	}
	return str_slice(s, 0, SHOWN_LEN);
}

/* Lines of one text have its id together, and copies the same words: the nearest likeness goes first. */
enum likeness {
	LIKE_ALL,
	LIKE_ID,
	LIKE_WORDS,
	LIKENESSES,
};

static bool is_like(const struct differ *d, enum likeness likeness, uint32_t i, uint32_t k)
{
	struct str id = d->designs[0]->texts.items[i].id;
	bool same_id = id.n > 0 && str_eq(id, d->designs[1]->texts.items[k].id);
	bool same_words = str_eq(d->shown[0][i], d->shown[1][k]);

	return likeness == LIKE_ALL   ? same_id && same_words
		: likeness == LIKE_ID ? same_id
				      : same_words;
}

static void pair(struct differ *d, enum likeness likeness, uint32_t i)
{
	for (uint32_t k = 0; k < d->designs[1]->texts.count && d->like[0][i] == NONE; k++)
		if (d->like[1][k] == NONE && is_like(d, likeness, i, k)) {
			d->like[0][i] = k;
			d->like[1][k] = i;
		}
}

static void say_if(const struct differ *d, struct str text, const char *property, struct str before,
	struct str after)
{
	char what[160];

	if (str_eq(before, after))
		return;
	(void)text_fmt(what, sizeof what, "text \"" STR_FMT "\": %s",
		STR_ARG(str_slice(text, 0, 60)), property);
	d->say(d->context, what, before, after);
}

/* Millimetres on the page: what a designer measures. */
static struct str place(struct differ *d, const struct design_text *t)
{
	double y = t->box_h > 0 ? t->box_y : t->y;

	return str_fmt(d->a, "%.1f, %.1f mm",
		(t->matrix.a * t->x + t->matrix.c * y + t->matrix.e) * 25.4 / 96,
		(t->matrix.b * t->x + t->matrix.d * y + t->matrix.f) * 25.4 / 96);
}

static struct str box(struct differ *d, const struct design_text *t)
{
	double scale = hypot(t->matrix.a, t->matrix.b) * 25.4 / 96;

	return str_fmt(d->a, "%.1f x %.1f mm", t->box_w * scale, t->box_h * scale);
}

static struct str fit(struct differ *d, const struct design_text *t)
{
	return t->shrink ? str_fmt(d->a, "shrink to %.2f, %u lines", t->min_scale, t->max_lines)
			 : str_fmt(d->a, "as it is, %u lines", t->max_lines);
}

static struct str align(const struct design_text *t)
{
	static const char *const names[] = {"start", "middle", "end"};

	return str_of(t->anchor < 3 ? names[t->anchor] : "?");
}

static struct str outline(struct differ *d, const struct design_outline *o)
{
	static const char *const joins[] = {"miter", "round", "bevel"};

	if (o->width == 0)
		return STR("");
	return str_fmt(d->a, ", outline %.1f #%08x %s%s", o->width, o->colour,
		o->join < ARRAY_COUNT(joins) ? joins[o->join] : "?", o->under ? " below" : "");
}

static struct str look(struct differ *d, const struct design *in, const struct design_text *t)
{
	const struct design_style *s;

	if (t->parts.count == 0 || t->parts.items[0].style >= in->styles.count)
		return STR("");
	s = &in->styles.items[t->parts.items[0].style];
	return str_fmt(d->a, STR_FMT ", %.1f pt, %u%s%s, #%08x" STR_FMT "%s" STR_FMT,
		STR_ARG(str_slice(s->families, 0, 100)),
		s->size * hypot(t->matrix.a, t->matrix.b) * 0.75, s->weight,
		s->italic ? " italic" : "", s->small_caps ? " small caps" : "", s->fill,
		STR_ARG(outline(d, &s->outline)), s->lang.n > 0 ? ", " : "", STR_ARG(s->lang));
}

static void compare(struct differ *d, uint32_t i, uint32_t k)
{
	const struct design_text *x = &d->designs[0]->texts.items[i];
	const struct design_text *y = &d->designs[1]->texts.items[k];
	struct str name = x->id.n > 0 ? x->id : d->shown[0][i];

	say_if(d, name, "words", d->shown[0][i], d->shown[1][k]);
	say_if(d, name, "place", place(d, x), place(d, y));
	say_if(d, name, "room", box(d, x), box(d, y));
	say_if(d, name, "fit", fit(d, x), fit(d, y));
	say_if(d, name, "align", align(x), align(y));
	say_if(d, name, "look", look(d, d->designs[0], x), look(d, d->designs[1], y));
}

static void compare_all(struct differ *d)
{
	for (int side = 0; side < 2; side++) {
		const struct design *x = d->designs[side];

		d->shown[side] = arena_zalloc(d->a, x->texts.count, sizeof **d->shown);
		d->like[side] = arena_zalloc(d->a, x->texts.count, sizeof **d->like);
		for (uint32_t i = 0; i < x->texts.count; i++) {
			d->shown[side][i] = shown(d->a, &x->texts.items[i]);
			d->like[side][i] = NONE;
		}
	}
	for (enum likeness likeness = LIKE_ALL; likeness < LIKENESSES; likeness++)
		for (uint32_t i = 0; i < d->designs[0]->texts.count; i++)
			pair(d, likeness, i);
	for (uint32_t i = 0; i < d->designs[0]->texts.count; i++) {
		if (d->like[0][i] != NONE)
			compare(d, i, d->like[0][i]);
		else
			d->say(d->context, "text", d->shown[0][i], STR(""));
	}
	for (uint32_t i = 0; i < d->designs[1]->texts.count; i++)
		if (d->like[1][i] == NONE)
			d->say(d->context, "text", STR(""), d->shown[1][i]);
}

static struct str page(struct differ *d, const struct design *x)
{
	return str_fmt(d->a, "%.1f x %.1f mm", x->width * 25.4 / 96, x->height * 25.4 / 96);
}

static struct str codes(struct differ *d, const struct design *x)
{
	struct str s = STR("");

	for (uint32_t i = 0; i < x->qrs.count; i++) {
		const struct design_qr *q = &x->qrs.items[i];
		double mm = 25.4 / 96;

		s = str_fmt(d->a, STR_FMT "%s%.1f mm at %.1f, %.1f", STR_ARG(s),
			s.n > 0 ? "; " : "", q->size * hypot(q->matrix.a, q->matrix.b) * mm,
			(q->matrix.a * q->x + q->matrix.c * q->y + q->matrix.e) * mm,
			(q->matrix.b * q->x + q->matrix.d * q->y + q->matrix.f) * mm);
	}
	return s;
}

enum rc design_diff(struct arena *a, const struct bytes designs[2], design_diff_say *say,
	void *context, struct err *err)
{
	struct design x;
	struct design y;
	struct differ d = {.a = a, .designs = {&x, &y}, .say = say, .context = context};
	enum rc rc = wire_decode(&design_type, designs[0], a, &x, err);

	if (rc == RC_OK)
		rc = wire_decode(&design_type, designs[1], a, &y, err);
	if (rc != RC_OK)
		return err_set(err, RC_PEER, "what intake gave is no design");
	if (!str_eq(page(&d, &x), page(&d, &y)))
		say(context, "page", page(&d, &x), page(&d, &y));
	if (!str_eq(x.lang, y.lang))
		say(context, "language", x.lang, y.lang);
	if (!str_eq(x.title, y.title))
		say(context, "title", x.title, y.title);
	if (!str_eq(codes(&d, &x), codes(&d, &y)))
		say(context, "verification code", codes(&d, &x), codes(&d, &y));
	compare_all(&d);
	return RC_OK;
}
