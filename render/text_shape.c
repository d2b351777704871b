// SPDX-License-Identifier: Apache-2.0
/* Lines to glyphs: items in visual order, each through HarfBuzz. Runs in: compile, render. */
#include "render/text_inner.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

/* Scripts whose letters join: letter spacing would tear them apart (CSS Text 3, 8.2.1). */
static bool is_cursive(uint16_t script)
{
	switch ((int)script) {
	case USCRIPT_ARABIC:
	case USCRIPT_SYRIAC:
	case USCRIPT_MONGOLIAN:
	case USCRIPT_NKO:
	case USCRIPT_PHAGS_PA:
	case USCRIPT_MANDAIC:
	case USCRIPT_MANICHAEAN:
	case USCRIPT_ADLAM:
	case USCRIPT_HANIFI_ROHINGYA:
		return true;
	default:
		return false;
	}
}

double text_shape_spacing(const struct text_para *p, const struct text_item *item)
{
	return is_cursive(item->script) ? 0 : p->parts[item->part].style->letter_spacing;
}

/* Same font, style, language, script and level: one run of HarfBuzz. */
static bool belongs(
	const struct text_para *p, uint32_t i, uint8_t level, const struct text_item *item)
{
	const struct text_char *c = &p->chars[i];
	const struct text_part *part = &p->parts[c->part];
	const struct text_part *first = &p->parts[item->part];

	return level == item->level && c->font == item->font && c->script == item->script
		&& (part == first
			|| (part->source->style == first->source->style
				&& part->hb_lang == first->hb_lang));
}

/* Where the spaces begin that hang over the line's end. */
static uint32_t hang_from(const struct text_para *p, uint32_t from, uint32_t to)
{
	while (to > from && (p->chars[to - 1].flags & TEXT_CHAR_SPACE))
		to--;
	return to;
}

/* UAX #9, L1: hanging spaces take the paragraph's level. Returns the count of items. */
static size_t cut_items(
	const struct text_para *p, uint32_t from, uint32_t to, struct text_item *items)
{
	uint32_t hang = hang_from(p, from, to);
	size_t n = 0;

	for (uint32_t i = from; i < to; i++) {
		uint8_t level = i < hang ? p->chars[i].level : p->base_level;

		if (n != 0 && i != hang && belongs(p, i, level, &items[n - 1])) {
			items[n - 1].to = i + 1;
			continue;
		}
		items[n++] = (struct text_item){.from = i,
			.to = i + 1,
			.part = p->chars[i].part,
			.script = p->chars[i].script,
			.level = level,
			.font = p->chars[i].font};
	}
	return n;
}

static void order_items(
	struct text_para *p, struct text_line *line, struct text_item *logical, size_t n)
{
	UBiDiLevel *levels = arena_alloc(p->a, n);
	int32_t *map = arena_zalloc(p->a, n, sizeof *map);

	for (size_t i = 0; i < n; i++)
		levels[i] = logical[i].level;
	ubidi_reorderVisual(levels, (int32_t)n, map);
	line->items = arena_zalloc(p->a, n, sizeof *line->items);
	line->item_count = n;
	for (size_t i = 0; i < n; i++)
		line->items[i] = logical[map[i]];
}

/*
 * Where i and dotless i are two letters, small capitals of common fonts give the first without its dot and the
 * second as it is: a name in plain letters is spelt right.
 */
static bool misspells_small_caps(const struct text_para *p, const struct text_item *item)
{
	static const char *const languages[] = {"tr", "az", "crh", "gag"};
	struct str lang = p->parts[item->part].lang;
	struct str primary = str_slice(lang, 0, str_find(lang, '-', 0));

	for (size_t i = 0; i < ARRAY_COUNT(languages); i++)
		if (str_eq_cz(primary, languages[i]))
			return true;
	for (uint32_t i = item->from; i < item->to; i++)
		if (p->cps[i] == 0x131)
			return true;
	return false;
}

static unsigned set_features(
	const struct text_para *p, const struct text_item *item, hb_feature_t out[4])
{
	const struct design_style *style = p->parts[item->part].style;
	unsigned n = 0;

	if (style->small_caps && !misspells_small_caps(p, item))
		out[n++] = (hb_feature_t){HB_TAG('s', 'm', 'c', 'p'), 1, HB_FEATURE_GLOBAL_START,
			HB_FEATURE_GLOBAL_END};
	if (style->letter_spacing < 0 || style->letter_spacing > 0) {
		out[n++] = (hb_feature_t){HB_TAG('l', 'i', 'g', 'a'), 0, HB_FEATURE_GLOBAL_START,
			HB_FEATURE_GLOBAL_END};
		out[n++] = (hb_feature_t){HB_TAG('c', 'l', 'i', 'g'), 0, HB_FEATURE_GLOBAL_START,
			HB_FEATURE_GLOBAL_END};
	}
	return n;
}

static hb_script_t hb_script_of(uint16_t script)
{
	const char *name = uscript_getShortName((UScriptCode)script);

	return name != NULL ? hb_script_from_string(name, 4) : HB_SCRIPT_COMMON;
}

/* The line is the context: letters join over items, never over a line's end. */
static void shape_item(
	struct text_para *p, const struct text_line *line, const struct text_item *item)
{
	/* Named, else HB_SHAPER_LIST of the environment would choose. */
	static const char *const shapers[] = {"ot", NULL};
	const struct text_part *part = &p->parts[item->part];
	hb_buffer_t *b = p->e->buffer;
	hb_feature_t features[4];
	unsigned flags = HB_BUFFER_FLAG_DEFAULT;

	if (item->from == line->from)
		flags |= HB_BUFFER_FLAG_BOT;
	if (item->to == line->to)
		flags |= HB_BUFFER_FLAG_EOT;
	hb_buffer_reset(b);
	hb_buffer_set_cluster_level(b, HB_BUFFER_CLUSTER_LEVEL_MONOTONE_CHARACTERS);
	hb_buffer_set_flags(b, (hb_buffer_flags_t)flags);
	hb_buffer_add_codepoints(b, p->cps + line->from, (int)(line->to - line->from),
		item->from - line->from, (int)(item->to - item->from));
	hb_buffer_set_direction(b, item->level & 1 ? HB_DIRECTION_RTL : HB_DIRECTION_LTR);
	hb_buffer_set_script(b, hb_script_of(item->script));
	hb_buffer_set_language(b, part->hb_lang);
	hb_shape_full(p->e->faces[item->font].hb_font, b, features, set_features(p, item, features),
		shapers);
}

/* Every glyph of the buffer; those of hanging spaces apart. */
static enum rc take_glyphs(struct text_para *p, struct text_line *line, struct text_item *item,
	bool hangs, struct err *err)
{
	unsigned n = 0;
	const hb_glyph_info_t *info = hb_buffer_get_glyph_infos(p->e->buffer, &n);
	const hb_glyph_position_t *at = hb_buffer_get_glyph_positions(p->e->buffer, &n);
	double k = p->parts[item->part].style->size / p->e->faces[item->font].upem;
	double spacing = text_shape_spacing(p, item);
	struct text_shaped *out;
	double width = 0;

	/* A font may turn one character into very many glyphs. */
	if (arena_left_len(p->a) / TEXT_CHAR_COST < n)
		return err_set(err, RC_LIMIT,
			"text \"" STR_FMT "\" of the template: no room to lay it out",
			STR_ARG(design_text_name(p->t)));
	out = arena_alloc(p->a, n * sizeof *out);
	item->placed = arena_alloc(p->a, n * sizeof *item->placed);
	item->glyph_count = n;
	item->glyphs = out;
	for (unsigned i = 0; i < n; i++) {
		uint32_t c = line->from + info[i].cluster;

		if (info[i].codepoint == 0 && !(p->chars[c].flags & TEXT_CHAR_IGNORED)) {
			char shown[5] = {0};

			str_put_char(p->cps[c], shown);
			return text_problem_set(p, &p->parts[p->chars[c].part], "glyph-missing",
				err, "no font has the character \"%s\" (U+%04X) in this place",
				shown, p->cps[c]);
		}
		out[i] = (struct text_shaped){
			info[i].codepoint, c, at[i].x_advance, at[i].x_offset, at[i].y_offset};
		width += at[i].x_advance * k;
	}
	for (uint32_t i = 0; i < n; i++)
		if (text_shape_ends_cluster(p, item, i))
			width += spacing;
	if (hangs)
		line->hang += width;
	else
		line->width += width;
	return RC_OK;
}

/* The grapheme cluster's first character. */
static uint32_t cluster_of(const struct text_para *p, uint32_t c)
{
	while (c > 0 && !(p->chars[c].flags & TEXT_CHAR_STARTS))
		c--;
	return c;
}

bool text_shape_ends_cluster(const struct text_para *p, const struct text_item *item, uint32_t i)
{
	if (i + 1 == item->glyph_count)
		return true;
	return cluster_of(p, item->glyphs[i].cluster) != cluster_of(p, item->glyphs[i + 1].cluster);
}

enum rc text_shape_line(
	struct text_para *p, uint32_t from, uint32_t to, struct text_line *out, struct err *err)
{
	struct text_item *logical = arena_alloc(p->a, (to - from) * sizeof *logical);
	uint32_t hang = hang_from(p, from, to);
	size_t n;

	*out = (struct text_line){.from = from, .to = to};
	n = cut_items(p, from, to, logical);
	order_items(p, out, logical, n);
	for (size_t i = 0; i < n; i++) {
		enum rc rc;

		shape_item(p, out, &out->items[i]);
		rc = take_glyphs(p, out, &out->items[i], out->items[i].from >= hang, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
