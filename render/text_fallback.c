// SPDX-License-Identifier: Apache-2.0
/*
 * A font for each grapheme cluster: the style's own, else the nearest in kind of the pinned list.
 * The region of Han decides before all else. Runs in: compile, render.
 */
#include "render/text_inner.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#define DECOMPOSE_DEPTH 4

static bool holds(struct str s, struct str part)
{
	for (size_t at = 0; at + part.n <= s.n; at++)
		if (str_eq_nocase(str_slice(s, at, at + part.n), part))
			return true;
	return false;
}

/* A subtag, or the end of a family name: bounded by '-', '_', ' ' or an end. */
static bool has_word(struct str s, struct str word)
{
	for (size_t at = 0; at + word.n <= s.n; at++) {
		bool left =
			at == 0 || s.p[at - 1] == '-' || s.p[at - 1] == '_' || s.p[at - 1] == ' ';
		size_t end = at + word.n;
		bool right = end == s.n || s.p[end] == '-' || s.p[end] == '_' || s.p[end] == ' ';

		if (left && right && str_eq_nocase(str_slice(s, at, end), word))
			return true;
	}
	return false;
}

static enum text_region region_of_family(struct str family)
{
	if (has_word(family, STR("JP")))
		return TEXT_REGION_JP;
	if (has_word(family, STR("KR")))
		return TEXT_REGION_KR;
	if (has_word(family, STR("TC")) || has_word(family, STR("HK")))
		return TEXT_REGION_TC;
	if (has_word(family, STR("SC")))
		return TEXT_REGION_SC;
	return TEXT_REGION_NONE;
}

enum text_region text_fallback_region(struct str lang)
{
	size_t end = 0;
	struct str primary;

	while (end < lang.n && lang.p[end] != '-' && lang.p[end] != '_')
		end++;
	primary = str_slice(lang, 0, end);
	if (str_eq_nocase(primary, STR("ja")))
		return TEXT_REGION_JP;
	if (str_eq_nocase(primary, STR("ko")))
		return TEXT_REGION_KR;
	if (str_eq_nocase(primary, STR("zh")) || str_eq_nocase(primary, STR("yue"))
		|| str_eq_nocase(primary, STR("cmn"))) {
		if (has_word(lang, STR("Hant")))
			return TEXT_REGION_TC;
		if (has_word(lang, STR("Hans")))
			return TEXT_REGION_SC;
		return has_word(lang, STR("TW")) || has_word(lang, STR("HK"))
				|| has_word(lang, STR("MO")) || str_eq_nocase(primary, STR("yue"))
			? TEXT_REGION_TC
			: TEXT_REGION_SC;
	}
	return holds(lang, STR("CJK")) || holds(lang, STR("Noto S")) ? region_of_family(lang)
								     : TEXT_REGION_NONE;
}

/* How bad font i stands in for the style's font own; the list's order breaks ties. */
static unsigned cost_of(const struct text_engine *e, unsigned region, size_t own, size_t i)
{
	const struct text_face *want = &e->faces[own];
	const struct text_face *have = &e->faces[i];
	unsigned weight = have->info.weight > want->info.weight
		? have->info.weight - want->info.weight
		: want->info.weight - have->info.weight;
	unsigned cost = (unsigned)i;

	cost += have->info.italic != want->info.italic ? 64 : 0;
	cost += (weight > 900 ? 900 : weight) * 128;
	cost += have->class != want->class ? 1u << 20 : 0;
	if (region != TEXT_REGION_NONE && have->region != region)
		cost += have->region != TEXT_REGION_NONE ? 1u << 22 : 0;
	/* The style's own font comes first, but not with another country's Han. */
	if (i == own
		&& (region == TEXT_REGION_NONE || have->region == TEXT_REGION_NONE
			|| have->region == region))
		cost = 0;
	else
		cost += 1;
	return cost;
}

void text_fallback_rank(struct text_engine *e)
{
	for (unsigned r = 0; r < TEXT_REGION_COUNT; r++) {
		for (size_t own = 0; own < e->count; own++) {
			uint8_t *order = e->order[r][own];
			unsigned cost[TEXT_FONTS_MAX];

			for (size_t i = 0; i < e->count; i++) {
				size_t at = i;

				cost[i] = cost_of(e, r, own, i);
				for (; at > 0 && cost[order[at - 1]] > cost[i]; at--)
					order[at] = order[at - 1];
				order[at] = (uint8_t)i;
			}
		}
	}
}

static bool has_glyph(const struct text_engine *e, uint8_t font, uint32_t cp)
{
	hb_codepoint_t glyph;

	return hb_font_get_nominal_glyph(e->faces[font].hb_font, cp, &glyph) && glyph != 0;
}

static uint32_t next_of(const UChar *units, int32_t n, int32_t *at)
{
	uint32_t c = units[(*at)++];

	if (c >= 0xD800 && c < 0xDC00 && *at < n)
		c = 0x10000 + ((c - 0xD800) << 10) + (units[(*at)++] - 0xDC00u);
	return c;
}

/* What HarfBuzz makes of other characters when the font lacks the character itself. */
static bool has_char(const struct text_engine *e, uint8_t font, uint32_t cp)
{
	const UNormalizer2 *nfc;
	UErrorCode st = U_ZERO_ERROR;
	UChar32 rest = (UChar32)cp;

	if (has_glyph(e, font, cp))
		return true;
	if (cp == 0x2011)
		return has_glyph(e, font, 0x2010) || has_glyph(e, font, '-');
	if (u_charType((UChar32)cp) == U_SPACE_SEPARATOR)
		return has_glyph(e, font, ' ');
	nfc = unorm2_getNFCInstance(&st);
	for (int depth = 0; U_SUCCESS(st) && depth < DECOMPOSE_DEPTH; depth++) {
		UChar pair[8];
		int32_t n = unorm2_getRawDecomposition(nfc, rest, pair, 8, &st);
		int32_t at = 0;
		uint32_t first;

		if (n <= 0 || n > 8)
			return false;
		first = next_of(pair, n, &at);
		if (at < n) {
			if (!has_glyph(e, font, next_of(pair, n, &at)))
				return false;
		}
		if (has_glyph(e, font, first))
			return true;
		rest = (UChar32)first;
	}
	return false;
}

/* Base and mark as one character, for fonts that know only that. */
static bool has_composed(const struct text_para *p, uint8_t font, uint32_t from, uint32_t to)
{
	UErrorCode st = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&st);
	UChar32 cp = (UChar32)p->cps[from];

	for (uint32_t i = from + 1; U_SUCCESS(st) && i < to; i++) {
		if (p->chars[i].flags & TEXT_CHAR_IGNORED)
			continue;
		cp = unorm2_composePair(nfc, cp, (UChar32)p->cps[i]);
		if (cp < 0)
			return false;
	}
	return U_SUCCESS(st) && has_glyph(p->e, font, (uint32_t)cp);
}

/* *missing: the first character without a glyph. */
static bool covers(
	const struct text_para *p, uint8_t font, uint32_t from, uint32_t to, uint32_t *missing)
{
	for (uint32_t i = from; i < to; i++) {
		if ((p->chars[i].flags & TEXT_CHAR_IGNORED) || has_char(p->e, font, p->cps[i]))
			continue;
		if (to - from > 1 && has_composed(p, font, from, to))
			return true;
		if (missing != NULL)
			*missing = i;
		return false;
	}
	return true;
}

static uint32_t cluster_end(const struct text_para *p, uint32_t from)
{
	uint32_t to = from + 1;

	while (to < p->count && !(p->chars[to].flags & TEXT_CHAR_STARTS))
		to++;
	return to;
}

/* Kana or Hangul anywhere tells whose Han it is, when no language does. */
static unsigned region_of_text(const struct text_para *p)
{
	if (p->cp_max < 0x1100)
		return TEXT_REGION_NONE;
	for (uint32_t i = 0; i < p->count; i++) {
		if (p->chars[i].script == USCRIPT_HIRAGANA
			|| p->chars[i].script == USCRIPT_KATAKANA)
			return TEXT_REGION_JP;
		if (p->chars[i].script == USCRIPT_HANGUL)
			return TEXT_REGION_KR;
		if (p->chars[i].script == USCRIPT_BOPOMOFO)
			return TEXT_REGION_TC;
	}
	return TEXT_REGION_NONE;
}

static bool is_east_asian(uint16_t script)
{
	return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA
		|| script == USCRIPT_HANGUL || script == USCRIPT_BOPOMOFO;
}

/* True when no character of the cluster has a script of its own. */
static bool is_shared(const struct text_para *p, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		UErrorCode st = U_ZERO_ERROR;
		UScriptCode s = uscript_getScript((UChar32)p->cps[i], &st);

		if (U_FAILURE(st) || (s != USCRIPT_COMMON && s != USCRIPT_INHERITED))
			return false;
	}
	return true;
}

static const uint8_t *order_for(const struct text_para *p, uint32_t at, unsigned by_text)
{
	const struct text_part *part = &p->parts[p->chars[at].part];
	unsigned region = TEXT_REGION_NONE;

	if (is_east_asian(p->chars[at].script))
		region = part->region != TEXT_REGION_NONE ? part->region : by_text;
	return p->e->order[region][part->font];
}

/* The style's own font, the others it names, then what is nearest in kind. SIZE_MAX: none. */
static size_t first_covering(
	const struct text_para *p, const uint8_t *order, uint32_t from, uint32_t to)
{
	const struct design_style *style = p->parts[p->chars[from].part].style;
	size_t named;

	if (covers(p, order[0], from, to, NULL))
		return order[0];
	for (size_t at = 0; !is_east_asian(p->chars[from].script)
		&& (named = text_font_next(p->e, style, &at)) != SIZE_MAX;)
		if (covers(p, (uint8_t)named, from, to, NULL))
			return named;
	for (size_t i = 0; i < p->e->count; i++)
		if (covers(p, order[i], from, to, NULL))
			return order[i];
	return SIZE_MAX;
}

static enum rc report_missing(
	struct text_para *p, const uint8_t *order, uint32_t from, uint32_t to, struct err *err)
{
	uint32_t at = from;
	char shown[5] = {0};

	/* Of the fonts that know the cluster's base, the first says which mark it lacks. */
	for (size_t i = 0; i < p->e->count; i++) {
		covers(p, order[i], from, to, &at);
		if (at != from)
			break;
	}
	str_put_char(p->cps[at], shown);
	return text_problem_set(p, &p->parts[p->chars[at].part], "glyph-missing", err,
		"no font has the character \"%s\" (U+%04X)", shown, p->cps[at]);
}

static void set_font(struct text_para *p, uint32_t from, uint32_t to, size_t font)
{
	for (uint32_t i = from; i < to; i++)
		p->chars[i].font = (uint8_t)font;
}

/* Spaces and punctuation stay in the font of the word before them, at the start of the one after. */
static enum rc choose_shared(
	struct text_para *p, uint32_t from, uint32_t to, unsigned by_text, struct err *err)
{
	const struct text_char *c = &p->chars[from];
	const uint8_t *order = order_for(p, from, by_text);
	size_t font = SIZE_MAX;

	if (from > 0 && c[-1].script == c->script && c[-1].font != UINT8_MAX
		&& p->parts[c[-1].part].source->style == p->parts[c->part].source->style
		&& covers(p, c[-1].font, from, to, NULL))
		font = c[-1].font;
	for (uint32_t i = to; font == SIZE_MAX && from == 0 && i < p->count; i++)
		if (p->chars[i].font != UINT8_MAX && p->chars[i].part == c->part
			&& covers(p, p->chars[i].font, from, to, NULL))
			font = p->chars[i].font;
	if (font == SIZE_MAX)
		font = first_covering(p, order, from, to);
	if (font == SIZE_MAX)
		return report_missing(p, order, from, to, err);
	set_font(p, from, to, font);
	return RC_OK;
}

enum rc text_fallback_choose(struct text_para *p, struct err *err)
{
	unsigned by_text = region_of_text(p);
	uint32_t to;

	for (uint32_t from = 0; from < p->count; from = to) {
		const uint8_t *order = order_for(p, from, by_text);
		size_t font;

		to = cluster_end(p, from);
		if (is_shared(p, from, to)) {
			set_font(p, from, to, UINT8_MAX);
			continue;
		}
		font = first_covering(p, order, from, to);
		if (font == SIZE_MAX)
			return report_missing(p, order, from, to, err);
		set_font(p, from, to, font);
	}
	for (uint32_t from = 0; from < p->count; from = to) {
		enum rc rc = RC_OK;

		to = cluster_end(p, from);
		if (p->chars[from].font == UINT8_MAX)
			rc = choose_shared(p, from, to, by_text, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
