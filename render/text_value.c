// SPDX-License-Identifier: Apache-2.0
/*
 * Parts and values to one logical text. A value is plain text: it is never searched for
 * placeholders again, and its control characters become spaces. Runs in: compile, render.
 */
#include "render/text_inner.h"

#include <string.h>
#include <unicode/uchar.h>

/* Where the text is being put together. */
struct joiner {
	uint32_t *cps;
	struct text_char *chars;
	char *text;
	size_t byte;
	uint32_t count;
	bool gap; /* an absent value went before: its space goes too */
};

static const struct str *find_value(const struct text_values *values, struct str name)
{
	for (size_t i = 0; i < values->count; i++)
		if (str_eq(values->items[i].name, name))
			return values->items[i].text.p != NULL && values->items[i].text.n != 0
				? &values->items[i].text
				: NULL;
	return NULL;
}

/* The template's own language where it has one; a value's is the row's. */
static struct str part_lang(const struct text_para *p, const struct text_part *part)
{
	if (part->style->lang.n != 0)
		return part->style->lang;
	if (part->source->kind == PART_FIELD && p->values->lang.n != 0)
		return p->values->lang;
	return p->c->design.lang.n != 0 ? p->c->design.lang : STR("en");
}

static hb_language_t hb_language_of(struct str lang)
{
	return hb_language_from_string(lang.p, (int)lang.n);
}

static enum text_region part_region(const struct text_para *p, const struct text_part *part)
{
	enum text_region region = text_fallback_region(part->lang);

	if (region == TEXT_REGION_NONE && part->source->kind == PART_FIELD)
		region = text_fallback_region(p->values->lang);
	return region != TEXT_REGION_NONE ? region : text_fallback_region(p->c->design.lang);
}

static void open_part(struct text_para *p, struct text_part *part, const struct design_part *source)
{
	part->source = source;
	part->style = &p->c->design.styles.items[source->style];
	part->font = (uint8_t)p->c->style_fonts.items[source->style].font;
	part->lang = part_lang(p, part);
	part->hb_lang = hb_language_of(part->lang);
	part->region = (uint8_t)part_region(p, part);
	part->rtl = false;
	if (part->style->size > p->size)
		p->size = part->style->size;
}

static enum rc part_text(
	struct text_para *p, const struct text_part *part, struct str *out, struct err *err)
{
	const struct str *value;

	*out = part->source->text;
	if (part->source->kind != PART_FIELD)
		return RC_OK;
	value = find_value(p->values, part->source->text);
	if (value != NULL)
		return text_format_apply(p, part, *value, out, err);
	*out = (struct str){NULL, 0};
	if (str_eq_cz(part->source->text, "recipient.name"))
		return text_problem_set(p, part, "value-missing", err,
			"the recipient's name is missing, and the template shows it");
	return RC_OK;
}

static bool is_blank(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029 || cp == ' ';
}

static bool is_rtl(uint32_t cp)
{
	UCharDirection d;

	if (cp < 0x590)
		return false;
	d = u_charDirection((UChar32)cp);
	return d == U_RIGHT_TO_LEFT || d == U_RIGHT_TO_LEFT_ARABIC;
}

/* Flags that need no context. Space: what hangs at a line's end, so no-break spaces are not. */
static uint8_t flags_of(uint32_t cp)
{
	if (cp == ' ' || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200A && cp != 0x2007))
		return TEXT_CHAR_SPACE;
	if (cp >= 0xAD && u_hasBinaryProperty((UChar32)cp, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
		return TEXT_CHAR_IGNORED;
	return 0;
}

static void join_char(struct joiner *j, uint32_t cp, uint16_t part)
{
	if (is_blank(cp)) {
		cp = ' ';
		if (j->gap && (j->count == 0 || j->cps[j->count - 1] == ' '))
			return;
	} else {
		j->gap = false;
	}
	j->cps[j->count] = cp;
	j->chars[j->count] =
		(struct text_char){.byte = (uint32_t)j->byte, .part = part, .flags = flags_of(cp)};
	j->count++;
	j->byte += str_put_char(cp, j->text + j->byte);
}

static void join_part(struct text_para *p, struct joiner *j, uint16_t index, struct str text)
{
	struct text_part *part = &p->parts[index];
	uint32_t from = j->count;
	bool after_cr = false;

	for (size_t at = 0; at < text.n;) {
		uint32_t cp = str_next_char(text, &at);

		if (!(after_cr && cp == '\n'))
			join_char(j, cp, index);
		after_cr = cp == '\r';
		if (cp > p->cp_max)
			p->cp_max = cp;
		if (part->source->kind == PART_FIELD && !part->rtl)
			part->rtl = is_rtl(cp);
	}
	if (j->count == from)
		j->gap = true;
}

/* The language of the block: of the first value shown, else of the first part. */
static struct str block_lang(const struct text_para *p, const struct str *texts)
{
	uint32_t n = p->t->parts.count;

	for (uint32_t i = 0; i < n; i++)
		if (p->parts[i].source->kind == PART_FIELD && texts[i].n != 0)
			return p->parts[i].lang;
	return n != 0 ? p->parts[0].lang : p->c->design.lang.n != 0 ? p->c->design.lang : STR("en");
}

static bool is_all_space(const struct joiner *j)
{
	for (uint32_t i = 0; i < j->count; i++)
		if (j->cps[i] != ' ')
			return false;
	return true;
}

static enum rc join_all(struct text_para *p, const struct str *texts, size_t len, struct err *err)
{
	struct joiner j = {0};

	if (arena_left_len(p->a) / TEXT_CHAR_COST < len + 64)
		return err_set(err, RC_LIMIT,
			"text \"" STR_FMT "\" of the template: no room to lay it out",
			STR_ARG(design_text_name(p->t)));
	j.cps = arena_alloc(p->a, (len + 1) * sizeof *j.cps);
	j.chars = arena_alloc(p->a, (len + 1) * sizeof *j.chars);
	/* A broken byte becomes U+FFFD, three bytes long. */
	j.text = arena_alloc(p->a, len * 3 + 4);
	for (uint32_t i = 0; i < p->t->parts.count; i++)
		join_part(p, &j, (uint16_t)i, texts[i]);
	if (is_all_space(&j))
		j.count = 0;
	j.chars[j.count] = (struct text_char){.byte = (uint32_t)j.byte};
	p->cps = j.cps;
	p->chars = j.chars;
	p->count = j.count;
	p->text = (struct str){j.text, j.count != 0 ? j.byte : 0};
	return RC_OK;
}

enum rc text_value_bind(struct text_para *p, struct err *err)
{
	uint32_t n = p->t->parts.count;
	struct str *texts = arena_zalloc(p->a, n, sizeof *texts);
	size_t len = 0;
	enum rc rc;

	p->parts = arena_zalloc(p->a, n, sizeof *p->parts);
	for (uint32_t i = 0; i < n; i++) {
		open_part(p, &p->parts[i], &p->t->parts.items[i]);
		rc = part_text(p, &p->parts[i], &texts[i], err);
		if (rc != RC_OK)
			return rc;
		len += texts[i].n;
		if (len > TEXT_CHARS_MAX * 4 || str_char_count(texts[i]) > TEXT_CHARS_MAX)
			return text_problem_set(p, &p->parts[i], "text-overflow", err,
				"the text has more than %d characters", TEXT_CHARS_MAX);
	}
	p->lang = block_lang(p, texts);
	return join_all(p, texts, len, err);
}
