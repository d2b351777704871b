// SPDX-License-Identifier: Apache-2.0
/* Subsets of fonts. Runs in: render. */
#include "render/pdf_font.h"

#include "base/mem.h"
#include "render/pdf_cff.h"
#include "render/pdf_font_memory.h"

#include <hb-ot.h>
#include <hb-subset.h>
#include <libdeflate.h>
#include <math.h>

/* For streams of a few KB: higher levels take twice the time for four bytes in a hundred. */
#define SQUEEZE_LEVEL 1
/* Deflating 5 KB takes 60 microseconds; to seal, hash and write the 4 KB that it saves takes 6. */
#define DEFLATED_LEN_MIN ((size_t)8 << 10)
#define TAG_CFF HB_TAG('C', 'F', 'F', ' ')
#define TAG_GLYF HB_TAG('g', 'l', 'y', 'f')
#define PS_NAME_MAX 96
/* Letters that are higher or lower than their neighbours by this part of the size leave the line. */
#define OFF_THE_LINE 0.02
#define METRICS_MAX 320

/* A font of the engine, seen by the PDF. face: only the tables that a subset needs; made on first use. */
struct kit_font {
	hb_face_t *face;
	double per_mille; /* font units to 1/1000 of the size */
	bool cff;
	char name[PS_NAME_MAX]; /* PostScript name */
	char metrics[METRICS_MAX]; /* entries of the descriptor */
};

struct pdf_font_kit {
	struct text_engine *engine;
	struct libdeflate_compressor *compressor;
	struct kit_font *fonts;
	size_t font_count;
	struct pdf_font_memory *memory; /* NULL: not asked for yet */
};

struct pdf_font_kit *pdf_font_kit_new(struct text_engine *e)
{
	struct pdf_font_kit *kit = mem_zalloc(1, sizeof(*kit));

	kit->engine = e;
	kit->font_count = text_font_count(e);
	kit->fonts = mem_zalloc(kit->font_count, sizeof(*kit->fonts));
	kit->compressor = libdeflate_alloc_compressor(SQUEEZE_LEVEL);
	CHECK(kit->compressor != NULL);
	return kit;
}

void pdf_font_kit_free(struct pdf_font_kit **pointer)
{
	struct pdf_font_kit *kit = *pointer;

	if (kit == NULL)
		return;
	for (size_t i = 0; i < kit->font_count; i++)
		hb_face_destroy(kit->fonts[i].face);
	libdeflate_free_compressor(kit->compressor);
	pdf_font_memory_free(&kit->memory);
	MEM_FREE(kit->fonts);
	MEM_FREE(*pointer);
}

void pdf_font_kit_remember(struct pdf_font_kit *kit)
{
	CHECK(kit->font_count < PDF_FONT_MEMORY_SLOTS);
	kit->memory = pdf_font_memory_new();
}

struct pdf_packed pdf_font_pack(struct pdf_font_kit *kit, struct bytes in, struct arena *a)
{
	size_t room = libdeflate_zlib_compress_bound(kit->compressor, in.n);
	uint8_t *out;
	size_t n;

	if (in.n < DEFLATED_LEN_MIN)
		return (struct pdf_packed){{arena_dup(a, in.p, in.n), in.n}, false};
	out = arena_alloc(a, room);
	n = libdeflate_zlib_compress(kit->compressor, in.p, in.n, out, room);
	CHECK(n > 0);
	return (struct pdf_packed){{out, n}, true};
}

struct str pdf_font_packed_entries(const struct pdf_packed *p, struct arena *a)
{
	return str_fmt(
		a, "/Length %zu\n%s", p->bytes.n, p->deflated ? "/Filter /FlateDecode\n" : "");
}

/* ---- what the kit knows of a font ---- */

/*
 * Without cmap, GSUB and the like a subset plan costs a tenth, and for a CJK font a hundredth: HarfBuzz
 * would walk them only to throw them away.
 */
static hb_face_t *strip(hb_face_t *whole)
{
	static const hb_tag_t keep[] = {HB_TAG('h', 'e', 'a', 'd'), HB_TAG('h', 'h', 'e', 'a'),
		HB_TAG('h', 'm', 't', 'x'), HB_TAG('m', 'a', 'x', 'p'), TAG_CFF, TAG_GLYF,
		HB_TAG('l', 'o', 'c', 'a')};
	hb_face_t *face = hb_face_builder_create();

	for (size_t i = 0; i < ARRAY_COUNT(keep); i++) {
		hb_blob_t *table = hb_face_reference_table(whole, keep[i]);

		if (hb_blob_get_length(table) > 0)
			hb_face_builder_add_table(face, keep[i], table);
		hb_blob_destroy(table);
	}
	return face;
}

static bool has_table(hb_face_t *face, hb_tag_t tag)
{
	hb_blob_t *table = hb_face_reference_table(face, tag);
	bool there = hb_blob_get_length(table) > 0;

	hb_blob_destroy(table);
	return there;
}

/* Characters of a name object that need no escape (7.3.5). */
static void read_name(hb_face_t *face, struct str fallback, char out[PS_NAME_MAX])
{
	char raw[PS_NAME_MAX];
	unsigned raw_len = sizeof(raw);
	size_t n = 0;

	hb_ot_name_get_utf8(
		face, HB_OT_NAME_ID_POSTSCRIPT_NAME, HB_LANGUAGE_INVALID, &raw_len, raw);
	if (raw_len == 0) {
		raw_len = (unsigned)(fallback.n < sizeof(raw) ? fallback.n : sizeof(raw) - 1);
		for (unsigned i = 0; i < raw_len; i++)
			raw[i] = fallback.p[i];
	}
	for (unsigned i = 0; i < raw_len; i++) {
		char c = raw[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
			|| c == '-')
			out[n++] = c;
	}
	out[n] = 0;
	if (n == 0) {
		out[0] = 'F';
		out[1] = 0;
	}
}

static int head_field(const uint8_t *head, unsigned at)
{
	return (int16_t)(head[at] << 8 | head[at + 1]);
}

static void read_metrics(
	struct kit_font *k, hb_face_t *whole, hb_font_t *font, const struct wire_font *info)
{
	struct buf b = buf_new(METRICS_MAX - 1);
	hb_blob_t *head = hb_face_reference_table(whole, HB_TAG('h', 'e', 'a', 'd'));
	const uint8_t *p = (const uint8_t *)hb_blob_get_data(head, NULL);
	hb_font_extents_t extents = {0};
	hb_position_t capital = 0;

	hb_font_get_h_extents(font, &extents);
	if (!hb_ot_metrics_get_position(font, HB_OT_METRICS_TAG_CAP_HEIGHT, &capital))
		capital = extents.ascender * 7 / 10;
	/* Flags: symbolic (own codes), and italic (9.8.2). */
	buf_fmt(&b, "/Flags %d\n/FontBBox [", info->italic ? 4 | 64 : 4);
	for (unsigned i = 0; i < 4; i++) {
		if (i > 0)
			buf_put_char(&b, ' ');
		pdf_object_put_number(&b,
			hb_blob_get_length(head) >= 54 ? head_field(p, 36 + 2 * i) * k->per_mille
						       : 0,
			0);
	}
	buf_put_cz(&b, "]\n/ItalicAngle ");
	pdf_object_put_number(&b, (double)hb_style_get_value(font, HB_STYLE_TAG_SLANT_ANGLE), 1);
	buf_put_cz(&b, "\n/Ascent ");
	pdf_object_put_number(&b, extents.ascender * k->per_mille, 0);
	buf_put_cz(&b, "\n/Descent ");
	pdf_object_put_number(&b, extents.descender * k->per_mille, 0);
	buf_put_cz(&b, "\n/CapHeight ");
	pdf_object_put_number(&b, capital * k->per_mille, 0);
	/* No table says how thick stems are; this is what other producers derive from the weight. */
	buf_fmt(&b, "\n/StemV %d\n", 10 + info->weight * 7 / 40);
	CHECK(!b.full);
	for (size_t i = 0; i < b.n; i++)
		k->metrics[i] = (char)b.p[i];
	k->metrics[b.n] = 0;
	hb_blob_destroy(head);
	buf_free(&b);
}

static enum rc kit_open(
	struct pdf_font_kit *kit, uint16_t font, struct kit_font **out, struct err *err)
{
	struct kit_font *k;
	const struct wire_font *info = text_font_info(kit->engine, font);
	hb_face_t *whole = text_font_hb_face(kit->engine, font);

	CHECK(font < kit->font_count);
	*out = k = &kit->fonts[font];
	if (k->face != NULL)
		return RC_OK;
	k->cff = has_table(whole, TAG_CFF);
	if (!k->cff && !has_table(whole, TAG_GLYF))
		return err_set(err, RC_INPUT,
			"font \"" STR_FMT
			"\" has neither glyf nor CFF outlines, so it cannot go into a PDF",
			STR_ARG(info->key));
	k->per_mille = 1000.0 / hb_face_get_upem(whole);
	read_name(whole, info->key, k->name);
	read_metrics(k, whole, text_font_hb(kit->engine, font), info);
	k->face = strip(whole);
	return RC_OK;
}

/* ---- making a subset ---- */

bool pdf_font_needs_anchor(const struct text_run *run)
{
	const struct text_glyph *last = NULL;

	for (size_t i = 0; i < run->glyph_count && run->rtl; i++) {
		const struct text_glyph *g = &run->glyphs[i];

		if (g->advance <= 0)
			continue;
		if (last != NULL && fabs(g->y - last->y) > OFF_THE_LINE * run->size)
			return true;
		last = g;
	}
	return false;
}

/* Many fonts draw an arrow for a mark of direction, which no shaper leaves in a text. */
static bool has_ink(hb_font_t *font, hb_codepoint_t glyph)
{
	hb_glyph_extents_t e;

	return !hb_font_get_glyph_extents(font, glyph, &e) || e.width != 0 || e.height != 0;
}

/* The glyph of a character that no reader shows, else of the space. */
static uint32_t find_anchor(hb_font_t *font, const struct pdf_font_runs *runs)
{
	static const hb_codepoint_t candidates[] = {0x200F, 0x200B, 0x200D, 0x200C, 0x2060, ' '};
	bool needed = false;
	hb_codepoint_t glyph;

	for (size_t i = 0; i < runs->count; i++)
		needed |= pdf_font_needs_anchor(runs->items[i]);
	for (size_t i = 0; i < ARRAY_COUNT(candidates) && needed; i++)
		if (hb_font_get_nominal_glyph(font, candidates[i], &glyph) && !has_ink(font, glyph))
			return glyph;
	return 0;
}

static enum rc list_glyphs(struct pdf_font_kit *kit, const struct pdf_font_runs *runs,
	hb_set_t *set, struct arena *a, struct pdf_font_subset *out, struct err *err)
{
	hb_font_t *font = text_font_hb(kit->engine, out->font);
	double per_mille = kit->fonts[out->font].per_mille;
	hb_codepoint_t glyph = HB_SET_VALUE_INVALID;

	for (size_t i = 0; i < runs->count; i++) {
		for (size_t k = 0; k < runs->items[i]->glyph_count; k++) {
			if (runs->items[i]->glyphs[k].glyph == 0)
				return err_set(err, RC_INPUT,
					"the text holds a character that no font has");
			hb_set_add(set, runs->items[i]->glyphs[k].glyph);
		}
	}
	out->anchor = find_anchor(font, runs);
	if (out->anchor != 0)
		hb_set_add(set, out->anchor);
	out->glyphs = arena_zalloc(a, hb_set_get_population(set), sizeof(*out->glyphs));
	while (hb_set_next(set, &glyph)) {
		struct pdf_glyph *g = &out->glyphs[out->glyph_count++];

		g->glyph = glyph;
		g->width = hb_font_get_glyph_h_advance(font, glyph) * per_mille;
	}
	pdf_unicode_assign(font, runs->items, runs->count, out->glyphs, out->glyph_count, a);
	return RC_OK;
}

/* Runs of following codes share a list: "3 [500 512] 9 [480]" (9.7.4.3). */
static void put_widths(struct buf *b, const struct pdf_glyph *glyphs, size_t count)
{
	bool open = false;

	for (size_t i = 0; i < count; i++) {
		bool follows = i > 0 && glyphs[i].code == glyphs[i - 1].code + 1;

		if (open && !follows)
			buf_put_char(b, ']');
		if (!follows)
			buf_fmt(b, "%s%u [", i > 0 ? " " : "", glyphs[i].code);
		else
			buf_put_char(b, ' ');
		pdf_object_put_number(b, glyphs[i].width, 2);
		open = true;
	}
	if (open)
		buf_put_char(b, ']');
}

/* Six letters that differ when the program differs (9.6.4). */
static void make_tag(struct bytes file, char tag[7])
{
	uint64_t h = 14695981039346656037ULL; /* FNV-1a */

	for (size_t i = 0; i < file.n; i++)
		h = (h ^ file.p[i]) * 1099511628211ULL;
	for (unsigned i = 0; i < 6; i++, h /= 26)
		tag[i] = (char)('A' + h % 26);
	tag[6] = 0;
}

static enum rc assign_codes(const hb_map_t *new_numbers, struct bytes cff, uint32_t glyph_total,
	struct arena *a, struct pdf_font_subset *out, struct err *err)
{
	uint16_t *codes = NULL;

	if (out->cff && pdf_cff_codes(cff, glyph_total, a, &codes, err) != RC_OK)
		return err->kind;
	for (size_t i = 0; i < out->glyph_count; i++) {
		uint32_t n = hb_map_get(new_numbers, out->glyphs[i].glyph);

		if (n >= glyph_total)
			return err_set(err, RC_SYSTEM, "the font subset lost a glyph");
		out->glyphs[i].code = codes != NULL ? codes[n] : (uint16_t)n;
	}
	return RC_OK;
}

static void keep_texts(
	struct pdf_font_kit *kit, struct bytes file, struct arena *a, struct pdf_font_subset *out)
{
	struct buf b = buf_new(8 << 20);

	out->file_len = file.n;
	make_tag(file, out->tag);
	out->file = pdf_font_pack(kit, file, a);
	pdf_unicode_put_cmap(&b, out->glyphs, out->glyph_count);
	out->cmap = pdf_font_pack(kit, buf_bytes(&b), a);
	buf_reset(&b);
	put_widths(&b, out->glyphs, out->glyph_count);
	CHECK(!b.full);
	out->widths = str_dup(a, buf_str(&b));
	buf_free(&b);
}

static enum rc run_plan(struct pdf_font_kit *kit, hb_subset_plan_t *plan, struct arena *a,
	struct pdf_font_subset *out, struct err *err)
{
	hb_face_t *face = hb_subset_plan_execute_or_fail(plan);
	hb_blob_t *blob;
	unsigned n = 0;
	struct bytes file;
	enum rc rc;

	if (face == NULL)
		return err_set(err, RC_SYSTEM, "HarfBuzz could not make a subset of a font");
	blob = out->cff ? hb_face_reference_table(face, TAG_CFF) : hb_face_reference_blob(face);
	file.p = (const uint8_t *)hb_blob_get_data(blob, &n);
	file.n = n;
	rc = assign_codes(hb_subset_plan_old_to_new_glyph_mapping(plan), file,
		hb_face_get_glyph_count(face), a, out, err);
	if (rc == RC_OK)
		keep_texts(kit, file, a, out);
	hb_blob_destroy(blob);
	hb_face_destroy(face);
	return rc;
}

/* glyphs: those that are listed in *out. */
static enum rc make_anew(struct pdf_font_kit *kit, const hb_set_t *glyphs, struct arena *a,
	struct pdf_font_subset *out, struct err *err)
{
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	hb_subset_plan_t *plan;
	enum rc rc;

	CHECK(input != NULL);
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING);
	hb_set_union(hb_subset_input_glyph_set(input), glyphs);
	plan = hb_subset_plan_create_or_fail(kit->fonts[out->font].face, input);
	rc = plan != NULL ? run_plan(kit, plan, a, out, err)
			  : err_set(err, RC_SYSTEM, "HarfBuzz could not plan a subset of a font");
	hb_subset_plan_destroy(plan);
	hb_subset_input_destroy(input);
	if (rc == RC_OK && kit->memory != NULL)
		pdf_font_memory_keep(kit->memory, out);
	return rc;
}

enum rc pdf_font_make(struct pdf_font_kit *kit, uint16_t font, const struct pdf_font_runs *runs,
	struct arena *a, struct pdf_font_subset *out, struct err *err)
{
	struct kit_font *k;
	hb_set_t *glyphs;
	enum rc rc = kit_open(kit, font, &k, err);

	if (rc != RC_OK)
		return rc;
	*out = (struct pdf_font_subset){.font = font, .cff = k->cff};
	glyphs = hb_set_create();
	rc = list_glyphs(kit, runs, glyphs, a, out, err);
	if (rc == RC_OK && (kit->memory == NULL || !pdf_font_memory_find(kit->memory, out)))
		rc = make_anew(kit, glyphs, a, out, err);
	hb_set_destroy(glyphs);
	return rc == RC_OK ? RC_OK
			   : err_wrap(err, "font \"" STR_FMT "\"",
				   STR_ARG(text_font_info(kit->engine, font)->key));
}

uint32_t pdf_font_add(struct pdf_font_kit *kit, const struct pdf_font_subset *s,
	struct pdf_objects *f, struct arena *a)
{
	const struct kit_font *k = &kit->fonts[s->font];
	struct str entries;
	uint32_t cmap;
	uint32_t number;

	cmap = pdf_object_add_stream(f, pdf_font_packed_entries(&s->cmap, a), s->cmap.bytes);
	entries = pdf_font_packed_entries(&s->file, a);
	number = pdf_object_add_stream(f,
		s->cff ? str_fmt(a, "/Subtype /CIDFontType0C\n" STR_FMT, STR_ARG(entries))
		       : str_fmt(a, "/Length1 %zu\n" STR_FMT, s->file_len, STR_ARG(entries)),
		s->file.bytes);
	number = pdf_object_add(f,
		str_fmt(a, "/Type /FontDescriptor\n/FontName /%s+%s\n%s/%s %u 0 R\n", s->tag,
			k->name, k->metrics, s->cff ? "FontFile3" : "FontFile2", number));
	number = pdf_object_add(f,
		str_fmt(a,
			"/Type /Font\n/Subtype /%s\n/BaseFont /%s+%s\n"
			"/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement "
			"0>>\n%s/DW 1000\n"
			"/FontDescriptor %u 0 R\n/W [" STR_FMT "]\n",
			s->cff ? "CIDFontType0" : "CIDFontType2", s->tag, k->name,
			s->cff ? "" : "/CIDToGIDMap /Identity\n", number, (int)s->widths.n,
			s->widths.p));
	return pdf_object_add(f,
		str_fmt(a,
			"/Type /Font\n/Subtype /Type0\n/BaseFont /%s+%s\n/Encoding /Identity-H\n"
			"/DescendantFonts [%u 0 R]\n/ToUnicode %u 0 R\n",
			s->tag, k->name, number, cmap));
}
