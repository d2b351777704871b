// SPDX-License-Identifier: Apache-2.0
/* Bidi levels, scripts, grapheme clusters and line breaks of a paragraph. Runs in: compile, render. */
#include "base/text.h"
#include "render/text_inner.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

/* Below it every character is its own cluster, left to right, Latin or common. */
#define PLAIN_BELOW 0x300
#define SCRIPTS_MAX 32
#define FIRST_STRONG_ISOLATE 0x2068
#define POP_ISOLATE 0x2069

/* The paragraph in UTF-16; of[i] is the character that unit i belongs to, UINT32_MAX for ours. */
struct units {
	UChar *p;
	uint32_t *of;
	int32_t n;
};

static void put_unit(struct units *u, uint32_t cp, uint32_t of)
{
	if (cp >= 0x10000) {
		u->of[u->n] = of;
		u->p[u->n++] = U16_LEAD(cp);
		u->of[u->n] = of;
		u->p[u->n++] = U16_TRAIL(cp);
		return;
	}
	u->of[u->n] = of;
	u->p[u->n++] = (UChar)cp;
}

/*
 * isolate: each right-to-left value in a text of several parts stands in an isolate, else digits
 * of the template behind an Arabic name would be drawn before it (UAX #9, rule W2).
 */
static struct units make_units(const struct text_para *p, bool isolate)
{
	size_t room = 2 * (size_t)p->count + 2 * (size_t)p->t->parts.count + 2;
	struct units u = {arena_alloc(p->a, room * sizeof(UChar)),
		arena_alloc(p->a, room * sizeof(uint32_t)), 0};

	isolate = isolate && p->t->parts.count > 1;
	for (uint32_t i = 0; i < p->count; i++) {
		uint16_t part = p->chars[i].part;
		bool apart = isolate && p->parts[part].rtl;

		if (apart && (i == 0 || p->chars[i - 1].part != part))
			put_unit(&u, FIRST_STRONG_ISOLATE, UINT32_MAX);
		put_unit(&u, p->cps[i], i);
		if (apart && (i + 1 == p->count || p->chars[i + 1].part != part))
			put_unit(&u, POP_ISOLATE, UINT32_MAX);
	}
	return u;
}

/* UAX #9, rules P2 and P3, over values as well. */
static UBiDiLevel base_level(const struct text_para *p)
{
	if (p->t->direction == DIRECTION_RTL)
		return 1;
	for (uint32_t i = 0; p->t->direction == DIRECTION_AUTO && i < p->count; i++) {
		UCharDirection d = u_charDirection((UChar32)p->cps[i]);

		if (d == U_LEFT_TO_RIGHT)
			return 0;
		if (d == U_RIGHT_TO_LEFT || d == U_RIGHT_TO_LEFT_ARABIC)
			return 1;
	}
	return 0;
}

static enum rc find_levels(struct text_para *p, struct err *err)
{
	struct units u = make_units(p, true);
	UErrorCode st = U_ZERO_ERROR;
	const UBiDiLevel *levels;

	p->base_level = base_level(p);
	ubidi_setPara(p->e->bidi, u.p, u.n, p->base_level, NULL, &st);
	levels = ubidi_getLevels(p->e->bidi, &st);
	if (U_FAILURE(st))
		return err_set(err, RC_SYSTEM, "ICU cannot order the text: %s", u_errorName(st));
	for (int32_t i = 0; i < u.n; i++)
		if (u.of[i] != UINT32_MAX)
			p->chars[u.of[i]].level = levels[i];
	return RC_OK;
}

static bool is_real(UScriptCode s)
{
	return s != USCRIPT_COMMON && s != USCRIPT_INHERITED && s != USCRIPT_UNKNOWN;
}

static bool has_script(const UScriptCode *set, int32_t n, UScriptCode s)
{
	for (int32_t i = 0; i < n; i++)
		if (set[i] == s)
			return true;
	return false;
}

/* The first character from i on that has a script of its own. */
static UScriptCode next_script(const struct text_para *p, uint32_t i)
{
	UErrorCode st = U_ZERO_ERROR;

	for (; i < p->count; i++) {
		UScriptCode s = uscript_getScript((UChar32)p->cps[i], &st);

		if (U_SUCCESS(st) && is_real(s))
			return s;
		st = U_ZERO_ERROR;
	}
	return USCRIPT_COMMON;
}

/*
 * UAX #24: shared characters go with what stands before them, at the start with what follows;
 * those used by some scripts only (tatweel, danda) go with a neighbour that is one of them.
 */
static UScriptCode resolve_script(const struct text_para *p, uint32_t i, UScriptCode before)
{
	UScriptCode set[SCRIPTS_MAX];
	UErrorCode st = U_ZERO_ERROR;
	UScriptCode own = uscript_getScript((UChar32)p->cps[i], &st);
	UScriptCode next;
	int32_t n;

	if (U_FAILURE(st) || own == USCRIPT_UNKNOWN)
		return before;
	n = uscript_getScriptExtensions((UChar32)p->cps[i], set, SCRIPTS_MAX, &st);
	if (U_FAILURE(st) || n < 1)
		return own;
	if (n == 1 && is_real(set[0]))
		return set[0];
	if (is_real(before) && (!is_real(set[0]) || has_script(set, n, before)))
		return before;
	if (is_real(own))
		return own;
	next = next_script(p, i + 1);
	if (!is_real(set[0]) || has_script(set, n, next))
		return is_real(next) ? next : before;
	return set[0];
}

static void find_scripts(struct text_para *p)
{
	UScriptCode before = USCRIPT_COMMON;

	for (uint32_t i = 0; i < p->count; i++) {
		UScriptCode s = resolve_script(p, i, before);

		p->chars[i].script = (uint16_t)s;
		before = s;
	}
}

/* Sets flag on every character that begins a segment of the iterator. */
static enum rc mark_segments(struct text_para *p, UBreakIterator *it, uint8_t flag, struct err *err)
{
	struct units u = make_units(p, false);
	UErrorCode st = U_ZERO_ERROR;

	ubrk_setText(it, u.p, u.n, &st);
	if (U_FAILURE(st))
		return err_set(err, RC_SYSTEM, "ICU cannot divide the text: %s", u_errorName(st));
	for (int32_t at = ubrk_first(it); at != UBRK_DONE && at < u.n; at = ubrk_next(it))
		p->chars[u.of[at]].flags |= flag;
	/* Nothing may point into the arena after this call. */
	ubrk_setText(it, u"", 0, &st);
	return RC_OK;
}

enum rc text_item_analyse(struct text_para *p, struct err *err)
{
	enum rc rc = RC_OK;

	find_scripts(p);
	if (p->cp_max < PLAIN_BELOW) {
		for (uint32_t i = 0; i < p->count; i++)
			p->chars[i].flags |= TEXT_CHAR_STARTS;
		if (p->t->direction != DIRECTION_RTL)
			return RC_OK;
	} else {
		rc = mark_segments(p, p->e->graphemes, TEXT_CHAR_STARTS, err);
	}
	return rc == RC_OK ? find_levels(p, err) : rc;
}

static UBreakIterator *line_breaker(struct text_engine *e, struct str lang)
{
	char locale[40];
	UErrorCode st = U_ZERO_ERROR;
	struct text_breaker *b;

	text_format_locale(lang, locale);
	for (size_t i = 0; i < TEXT_BREAKERS_MAX; i++)
		if (e->breakers[i].lines != NULL && strcmp(e->breakers[i].locale, locale) == 0)
			return e->breakers[i].lines;
	b = &e->breakers[e->breaker_next++ % TEXT_BREAKERS_MAX];
	if (b->lines != NULL)
		ubrk_close(b->lines);
	b->lines = ubrk_open(UBRK_LINE, locale, NULL, 0, &st);
	if (U_FAILURE(st))
		b->lines = NULL;
	text_copy(b->locale, sizeof b->locale, locale);
	return b->lines;
}

enum rc text_item_mark_breaks(struct text_para *p, struct err *err)
{
	UBreakIterator *it = line_breaker(p->e, p->lang);

	if (it == NULL)
		return err_set(err, RC_SYSTEM, "ICU has no line breaks for this language");
	return mark_segments(p, it, TEXT_CHAR_BREAK, err);
}
