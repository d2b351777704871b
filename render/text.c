// SPDX-License-Identifier: Apache-2.0
/* The text engine's entrance: its life, one layout from end to end. Runs in: compile, render. */
#include "render/text.h"

#include "base/mem.h"
#include "base/text.h"
#include "render/text_inner.h"

#include <math.h>
#include <unicode/ucal.h>
#include <unicode/udata.h>
#include <unicode/uloc.h>

#define ENGINE_ARENA_LEN ((size_t)64 * 1024)
/* Steps in which a text whose marks tower over its room is made smaller. */
#define SHRINK_STEP 0.95
/* Pictures put baselines on whole pixels and spread edges over two, CSS pixels. */
#define PIXEL_SPREAD 1

static enum rc open_icu(struct text_engine *e, struct err *err)
{
	UErrorCode st = U_ZERO_ERROR;

	/* ICU_DATA, LANG and TZ of the environment stay unread: data is linked in, defaults are ours. */
	udata_setFileAccess(UDATA_NO_FILES, &st);
	uloc_setDefault("en", &st);
	ucal_setDefaultTimeZone(u"UTC", &st);
	e->bidi = ubidi_open();
	e->graphemes = ubrk_open(UBRK_CHARACTER, "en", NULL, 0, &st);
	if (U_FAILURE(st) || e->bidi == NULL)
		return err_set(err, RC_SYSTEM, "ICU does not start: %s", u_errorName(st));
	return RC_OK;
}

enum rc text_engine_new(const struct wire_font *fonts, const struct bytes *files, size_t count,
	struct text_engine **out, struct err *err)
{
	struct text_engine *e;
	enum rc rc;

	if (count == 0 || count > TEXT_FONTS_MAX)
		return err_set(err, RC_INPUT, "%zu fonts: at least one and at most %d are needed",
			count, TEXT_FONTS_MAX);
	e = mem_zalloc(1, sizeof *e);
	e->arena = arena_new(ENGINE_ARENA_LEN);
	e->count = count;
	rc = text_font_open(e, fonts, files, err);
	if (rc == RC_OK)
		rc = open_icu(e, err);
	if (rc != RC_OK) {
		text_engine_free(&e);
		return rc;
	}
	e->buffer = hb_buffer_create();
	text_fallback_rank(e);
	*out = e;
	return RC_OK;
}

void text_engine_free(struct text_engine **own_e)
{
	struct text_engine *e = *own_e;

	if (e == NULL)
		return;
	text_format_close(e);
	for (size_t i = 0; i < TEXT_BREAKERS_MAX; i++)
		ubrk_close(e->breakers[i].lines);
	ubrk_close(e->graphemes);
	ubidi_close(e->bidi);
	hb_buffer_destroy(e->buffer);
	text_font_close(e);
	arena_free(&e->arena);
	MEM_FREE(*own_e);
}

enum rc text_problem_set(struct text_para *p, const struct text_part *part, const char *code,
	struct err *err, const char *fmt, ...)
{
	char text[512];
	va_list args;
	struct str column = p->t->id.n != 0 ? p->t->id : STR("text");

	if (part != NULL && part->source->kind == PART_FIELD)
		column = part->source->text;
	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	if (p->problem != NULL)
		*p->problem = (struct text_problem){.column = str_dup(p->a, column),
			.code = str_of(code),
			.message = str_dup(p->a, str_of(text))};
	/* Without the text: err goes into logs, and values are people's names. */
	return err_set(err, RC_INPUT, "text \"" STR_FMT "\" of the template: %s in " STR_FMT,
		STR_ARG(design_text_name(p->t)), code, STR_ARG(column));
}

enum rc text_problem_overflow(struct text_para *p, struct str why, struct err *err)
{
	const struct design_text *t = p->t;
	struct text_extent at = {t->x, t->y, t->x, t->y};
	struct str where;
	uint32_t i = 0;

	while (i + 1 < t->parts.count && t->parts.items[i].kind != PART_FIELD)
		i++;
	at = text_place_on_page(&t->matrix, &at);
	if (t->id.n != 0)
		where = str_fmt(p->a, " (text \"" STR_FMT "\" of the template)", STR_ARG(t->id));
	else
		where = str_fmt(p->a, " (the text %.0f mm from the left and %.0f mm from the top)",
			at.x0 * 25.4 / 96, at.y0 * 25.4 / 96);
	return text_problem_set(p, &p->parts[i], "text-overflow", err, STR_FMT STR_FMT,
		STR_ARG(why), STR_ARG(where));
}

static bool is_inside(const struct text_extent *ink, const struct text_extent *room)
{
	return ink->x0 >= room->x0 && ink->x1 <= room->x1 && ink->y0 >= room->y0
		&& ink->y1 <= room->y1;
}

/*
 * The picture redraws only the object's room, so ink outside it would be lost there. Fonts whose
 * stacks are taller than text_bounds allows for are made smaller; static text is drawn once and free.
 */
static enum rc place_in_room(
	struct text_para *p, struct text_fit *fit, struct text_block *out, struct err *err)
{
	struct text_extent room = text_place_room(p->e, p->c, p->t);
	double least = p->t->shrink ? p->t->min_scale : fit->scale;
	struct text_extent ink;

	for (;;) {
		text_place_lines(p, fit, out, &ink);
		if (design_text_is_static(p->t) || is_inside(&ink, &room))
			break;
		if (fit->scale * SHRINK_STEP < least)
			return text_problem_overflow(p,
				str_fmt(p->a,
					"its marks reach beyond the room of its line (%.0f %% of "
					"the size)",
					fit->scale * 100),
				err);
		fit->scale *= SHRINK_STEP;
	}
	ink = text_place_on_page(&p->t->matrix, &ink);
	out->x0 = ink.x0;
	out->y0 = ink.y0;
	out->x1 = ink.x1;
	out->y1 = ink.y1;
	return RC_OK;
}

static enum rc check_design(const struct text_engine *e, const struct compiled *c,
	const struct design_text *t, struct err *err)
{
	for (uint32_t i = 0; i < t->parts.count; i++) {
		uint16_t style = t->parts.items[i].style;

		if (style >= c->design.styles.count || style >= c->style_fonts.count
			|| c->style_fonts.items[style].font >= e->count)
			return err_set(err, RC_INPUT,
				"text \"" STR_FMT "\" of the template has a style without a font",
				STR_ARG(design_text_name(t)));
		if (!(c->design.styles.items[style].size >= 0
			    && c->design.styles.items[style].size <= 1e5))
			return err_set(err, RC_INPUT,
				"text \"" STR_FMT "\" of the template has an impossible size",
				STR_ARG(design_text_name(t)));
	}
	if (!(t->box_w > 0) || !(t->box_w < 1e9) || t->max_lines < 1 || t->max_lines > 20
		|| !(t->min_scale >= 0.01) || !(t->line_height >= 0 && t->line_height <= 100))
		return err_set(err, RC_INPUT,
			"text \"" STR_FMT "\" of the template has an impossible box",
			STR_ARG(design_text_name(t)));
	return RC_OK;
}

/* NOLINTNEXTLINE(readability-function-size): tests/tools/sizes_allow.txt says why. */
enum rc text_lay_out(struct text_engine *e, const struct compiled *c, const struct design_text *t,
	const struct text_values *values, struct arena *a, struct text_block *out,
	struct text_problem *problem, struct err *err)
{
	static const struct text_values no_values;
	struct text_para p = {.e = e, .c = c, .t = t, .a = a, .problem = problem};
	struct text_fit fit = {0};
	enum rc rc = check_design(e, c, t, err);

	p.values = values != NULL ? values : &no_values;
	if (rc == RC_OK)
		rc = text_value_bind(&p, err);
	if (rc != RC_OK)
		return rc;
	*out = (struct text_block){.source = t, .text = p.text, .lang = p.lang, .scale = 1};
	if (p.count == 0 || p.size <= 0)
		return RC_OK;
	rc = text_item_analyse(&p, err);
	if (rc == RC_OK)
		rc = text_fallback_choose(&p, err);
	if (rc == RC_OK)
		rc = text_fit_lines(&p, &fit, err);
	if (rc == RC_OK)
		rc = place_in_room(&p, &fit, out, err);
	return rc;
}

void text_bounds(struct text_engine *e, const struct compiled *c, const struct design_text *t,
	double *x0, double *y0, double *x1, double *y1)
{
	struct text_extent room = text_place_room(e, c, t);

	room = text_place_on_page(&t->matrix, &room);
	*x0 = room.x0 - PIXEL_SPREAD;
	*y0 = room.y0 - PIXEL_SPREAD;
	*x1 = room.x1 + PIXEL_SPREAD;
	*y1 = room.y1 + PIXEL_SPREAD;
}
