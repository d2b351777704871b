// SPDX-License-Identifier: Apache-2.0
/* Faces over memory, and which of them a CSS family list means. Runs in: compile, render. */
#include "base/mem.h"
#include "render/text_inner.h"

#include FT_MODULE_H
#include FT_TRUETYPE_TABLES_H
#include <hb-ot.h>
#include <math.h>
#include <string.h>

/* More than any table of an honest font; a hostile one must not empty the machine. */
#define FONT_ALLOC_MAX ((long)64 << 20)
/* Highest and lowest ink a font may claim, in em. */
#define FONT_TOP_MAX 2.0

static void *font_alloc(FT_Memory memory, long len)
{
	(void)memory;
	return len > 0 && len <= FONT_ALLOC_MAX ? mem_alloc((size_t)len) : NULL;
}

static void font_release(FT_Memory memory, void *block)
{
	(void)memory;
	mem_release(block);
}

static void *font_resize(FT_Memory memory, long old_len, long len, void *block)
{
	(void)memory;
	(void)old_len;
	return len > 0 && len <= FONT_ALLOC_MAX ? mem_resize(block, (size_t)len, 1) : NULL;
}

/* FT_Init_FreeType would let FREETYPE_PROPERTIES of the environment change outlines. */
static bool open_library(struct text_engine *e)
{
	e->memory.alloc = font_alloc;
	e->memory.free = font_release;
	e->memory.realloc = font_resize;
	if (FT_New_Library(&e->memory, &e->library) != 0)
		return false;
	FT_Add_Default_Modules(e->library);
	return true;
}

struct family_hint {
	const char *part; /* lower case */
	uint8_t class;
};

/* First hit wins; so "sans" stands before "serif" for "sans-serif". */
static const struct family_hint family_hints[] = {
	{"mono", TEXT_MONO},
	{"courier", TEXT_MONO},
	{"consol", TEXT_MONO},
	{"menlo", TEXT_MONO},
	{"sans", TEXT_SANS},
	{"kufi", TEXT_SANS},
	{"serif", TEXT_SERIF},
	{"naskh", TEXT_SERIF},
	{"nastaliq", TEXT_SERIF},
	{"times", TEXT_SERIF},
	{"georgia", TEXT_SERIF},
	{"garamond", TEXT_SERIF},
	{"baskerville", TEXT_SERIF},
	{"playfair", TEXT_SERIF},
	{"cormorant", TEXT_SERIF},
	{"merriweather", TEXT_SERIF},
	{"crimson", TEXT_SERIF},
	{"lora", TEXT_SERIF},
	{"cambria", TEXT_SERIF},
	{"palatino", TEXT_SERIF},
	{"antiqua", TEXT_SERIF},
	{"bodoni", TEXT_SERIF},
	{"didot", TEXT_SERIF},
	{"caslon", TEXT_SERIF},
	{"century", TEXT_SERIF},
	{"cinzel", TEXT_SERIF},
	{"cursive", TEXT_SERIF},
	{"fantasy", TEXT_SERIF},
	{"script", TEXT_SERIF},
	{"roman", TEXT_SERIF},
	{"minion", TEXT_SERIF},
	{"trajan", TEXT_SERIF},
};

/* -1: the name says nothing. */
static int class_of_name(struct str family)
{
	for (size_t i = 0; i < ARRAY_COUNT(family_hints); i++) {
		struct str part = str_of(family_hints[i].part);

		for (size_t at = 0; at + part.n <= family.n; at++)
			if (str_eq_nocase(str_slice(family, at, at + part.n), part))
				return family_hints[i].class;
	}
	return -1;
}

/* PANOSE family 2 (Latin text): serif style in [1], proportion in [3]. */
static uint8_t class_of_face(struct str family, FT_Face ft)
{
	int named = class_of_name(family);
	const TT_OS2 *os2;

	if (named >= 0)
		return (uint8_t)named;
	os2 = FT_Get_Sfnt_Table(ft, FT_SFNT_OS2);
	if (os2 == NULL || os2->panose[0] != 2)
		return TEXT_SANS;
	if (os2->panose[3] == 9)
		return TEXT_MONO;
	return os2->panose[1] >= 2 && os2->panose[1] <= 10 ? TEXT_SERIF : TEXT_SANS;
}

static double within(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

static void measure_face(struct text_face *f)
{
	hb_font_extents_t extents = {0};

	f->upem = f->ft->units_per_EM;
	hb_font_get_h_extents(f->hb_font, &extents);
	f->ascent = within(extents.ascender / f->upem, 0.5, FONT_TOP_MAX);
	f->descent = within(-extents.descender / f->upem, 0.1, FONT_TOP_MAX);
	f->top = within((double)f->ft->bbox.yMax / f->upem, f->ascent, FONT_TOP_MAX);
	f->bottom = within(-(double)f->ft->bbox.yMin / f->upem, f->descent, FONT_TOP_MAX);
}

static enum rc open_face(struct text_engine *e, struct text_face *f, const struct wire_font *font,
	struct bytes file, struct err *err)
{
	hb_blob_t *blob;

	f->info = *font;
	f->info.key = str_dup(e->arena, font->key);
	f->info.family = str_dup(e->arena, font->family);
	if (file.n > INT32_MAX || file.n == 0)
		return err_set(err, RC_INPUT, "font \"" STR_FMT "\" is empty or too large",
			STR_ARG(font->key));
	if (FT_New_Memory_Face(e->library, file.p, (FT_Long)file.n, font->face_index, &f->ft) != 0)
		return err_set(err, RC_INPUT,
			"font \"" STR_FMT "\" does not load: not a font file we read",
			STR_ARG(font->key));
	if (!FT_IS_SCALABLE(f->ft) || !FT_IS_SFNT(f->ft) || f->ft->units_per_EM < 16
		|| f->ft->units_per_EM > 16384)
		return err_set(err, RC_INPUT,
			"font \"" STR_FMT "\" is not an OpenType or TrueType outline font",
			STR_ARG(font->key));
	blob = hb_blob_create(
		(const char *)file.p, (unsigned)file.n, HB_MEMORY_MODE_READONLY, NULL, NULL);
	f->hb_face = hb_face_create(blob, font->face_index);
	hb_blob_destroy(blob);
	if (hb_face_get_glyph_count(f->hb_face) == 0
		|| hb_face_get_upem(f->hb_face) != f->ft->units_per_EM)
		return err_set(err, RC_INPUT,
			"font \"" STR_FMT "\" contradicts itself about its glyphs",
			STR_ARG(font->key));
	f->hb_font = hb_font_create(f->hb_face);
	hb_ot_font_set_funcs(f->hb_font);
	measure_face(f);
	f->class = class_of_face(f->info.family, f->ft);
	f->region = (uint8_t)text_fallback_region(f->info.family);
	return RC_OK;
}

enum rc text_font_open(struct text_engine *e, const struct wire_font *fonts,
	const struct bytes *files, struct err *err)
{
	if (!open_library(e))
		return err_set(err, RC_SYSTEM, "FreeType does not start");
	for (size_t i = 0; i < e->count; i++) {
		enum rc rc = open_face(e, &e->faces[i], &fonts[i], files[i], err);

		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

void text_font_close(struct text_engine *e)
{
	for (size_t i = 0; i < TEXT_FONTS_MAX; i++) {
		hb_font_destroy(e->faces[i].hb_font);
		hb_face_destroy(e->faces[i].hb_face);
		if (e->faces[i].ft != NULL)
			FT_Done_Face(e->faces[i].ft);
	}
	if (e->library != NULL)
		FT_Done_Library(e->library);
}

size_t text_font_count(const struct text_engine *e)
{
	return e->count;
}

FT_Face text_font_ft(struct text_engine *e, uint16_t font)
{
	CHECK(font < e->count);
	return e->faces[font].ft;
}

hb_face_t *text_font_hb_face(struct text_engine *e, uint16_t font)
{
	CHECK(font < e->count);
	return e->faces[font].hb_face;
}

hb_font_t *text_font_hb(struct text_engine *e, uint16_t font)
{
	CHECK(font < e->count);
	return e->faces[font].hb_font;
}

const struct wire_font *text_font_info(const struct text_engine *e, uint16_t font)
{
	CHECK(font < e->count);
	return &e->faces[font].info;
}

/* CSS Fonts 4, section 5.2: which way a weight that is not there is looked for. */
static unsigned weight_distance(unsigned want, unsigned have)
{
	if (have == want)
		return 0;
	if (want >= 400 && want <= 500) {
		if (have > want && have <= 500)
			return have - want;
		return have < want ? 1000 + want - have : 2000 + have - want;
	}
	if (want < 400)
		return have < want ? want - have : 1000 + have - want;
	return have > want ? have - want : 1000 + want - have;
}

/* Slant decides before weight, as in CSS. SIZE_MAX: no such family. */
static size_t best_of_family(
	const struct text_engine *e, struct str family, uint16_t weight, bool italic)
{
	size_t best = SIZE_MAX;
	unsigned best_cost = 0;

	for (size_t i = 0; i < e->count; i++) {
		const struct wire_font *f = &e->faces[i].info;
		unsigned cost =
			weight_distance(weight, f->weight) + (f->italic != italic ? 10000 : 0);

		if (!str_eq_nocase(f->family, family))
			continue;
		if (best == SIZE_MAX || cost < best_cost) {
			best = i;
			best_cost = cost;
		}
	}
	return best;
}

static size_t first_of_class(const struct text_engine *e, int class)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->faces[i].class == class)
			return i;
	return SIZE_MAX;
}

static struct str unquoted(struct str name)
{
	name = str_trim(name);
	if (name.n >= 2 && (name.p[0] == '"' || name.p[0] == '\'')
		&& name.p[name.n - 1] == name.p[0])
		name = str_trim(str_slice(name, 1, name.n - 1));
	return name;
}

/* The next name of a CSS list; commas inside quotes belong to the name. */
static struct str next_family(struct str families, size_t *at)
{
	size_t from = *at;
	char quote = '\0';
	size_t i = from;

	for (; i < families.n; i++) {
		char c = families.p[i];

		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == ',')
			break;
	}
	*at = i + 1;
	return unquoted(str_slice(families, from, i));
}

uint16_t text_font_find(
	const struct text_engine *e, struct str families, uint16_t weight, bool italic)
{
	int class = -1;
	size_t hit;

	for (size_t at = 0; at < families.n;) {
		struct str name = next_family(families, &at);

		if (name.n == 0)
			continue;
		hit = best_of_family(e, name, weight, italic);
		if (hit != SIZE_MAX)
			return (uint16_t)hit;
		if (class < 0)
			class = class_of_name(name);
	}
	hit = first_of_class(e, class < 0 ? TEXT_SANS : class);
	if (hit == SIZE_MAX)
		hit = 0;
	return (uint16_t)best_of_family(e, e->faces[hit].info.family, weight, italic);
}

size_t text_font_next(const struct text_engine *e, const struct design_style *style, size_t *at)
{
	while (*at < style->families.n) {
		struct str name = next_family(style->families, at);
		size_t hit = best_of_family(e, name, style->weight, style->italic);

		if (hit != SIZE_MAX)
			return hit;
	}
	return SIZE_MAX;
}

const struct text_ink *text_font_ink(struct text_engine *e, uint8_t font, uint32_t glyph)
{
	uint64_t key = ((uint64_t)font + 1) << 32 | glyph;
	struct text_ink *ink = &e->inks[(key * 0x9E3779B97F4A7C15u) >> 52];
	const struct text_face *f = &e->faces[font];
	hb_glyph_extents_t x = {0};

	if (ink->key == key)
		return ink;
	hb_font_get_glyph_extents(f->hb_font, glyph, &x);
	ink->key = key;
	ink->x0 = (float)(x.x_bearing / f->upem);
	ink->x1 = (float)(((double)x.x_bearing + x.width) / f->upem);
	ink->y1 = (float)(x.y_bearing / f->upem);
	ink->y0 = (float)(((double)x.y_bearing + x.height) / f->upem);
	return ink;
}
