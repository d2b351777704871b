// SPDX-License-Identifier: Apache-2.0
/* Whole documents and their fonts, in process. tests/interop/pdf.test.mjs looks from outside. Runs in: make check. */
#include "render/pdf.h"
#include "render/pdf_font.h"
#include "tests/harness/harness.h"
#include "tests/harness/page.h"

#include <hb-ot.h>
#include <libdeflate.h>
#include <string.h>

#define FONT_LATIN 0
#define FONT_CJK 10

static struct page page;

struct fixture {
	struct arena *a;
	struct compiled c;
	struct text_engine *engine;
	struct pdf_writer *writer;
	struct text_block *blocks;
	struct pdf_document d;
	struct buf result;
	struct err err;
};

static int set_up_page(void **state)
{
	(void)state;
	page = page_new(96);
	return 0;
}

static int tear_down_page(void **state)
{
	(void)state;
	page_free(&page);
	return 0;
}

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.a = arena_new((size_t)128 << 20), .result = buf_new((size_t)8 << 20)};
	assert_ok(compiled_read(page.blob, f.a, &f.c, &f.err), f.err);
	assert_ok(
		text_engine_new(page.fonts, page.files, page.font_count, &f.engine, &f.err), f.err);
	assert_ok(
		pdf_writer_new(f.engine, &f.c, page.blob, STR("certfill test"), &f.writer, &f.err),
		f.err);
	f.blocks = arena_zalloc(f.a, f.c.design.texts.count, sizeof(*f.blocks));
	for (uint32_t i = 0; i < f.c.design.texts.count; i++) {
		struct text_values values = {page.values, page.value_count, STR("en")};
		struct text_problem problem = {0};

		assert_ok(text_lay_out(f.engine, &f.c, &f.c.design.texts.items[i], &values, f.a,
				  &f.blocks[i], &problem, &f.err),
			f.err);
	}
	f.d = (struct pdf_document){.blocks = f.blocks,
		.block_count = f.c.design.texts.count,
		.title = STR("Title"),
		.lang = STR("en"),
		.verify_link = STR("https://v.example/1"),
		.credential_id = STR("urn:uuid:1"),
		.qr_alt = STR("Verify"),
		.badge = bytes_of(STR("{\"a\":1}")),
		.issued_s = 1782777600};
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	pdf_writer_free(&f->writer);
	text_engine_free(&f->engine);
	buf_free(&f->result);
	arena_free(&f->a);
	return 0;
}

static struct bytes write_pdf(struct fixture *f, struct wire_artifact *out)
{
	buf_reset(&f->result);
	assert_ok(pdf_write(f->writer, &f->d, &f->result, 40, f->a, out, &f->err), f->err);
	return page_join(&page, out, buf_bytes(&f->result), 40, f->a);
}

static bool holds(struct bytes in, const char *what)
{
	return memmem(in.p, in.n, what, strlen(what)) != NULL;
}

static void the_same_row_gives_the_same_bytes(void **state)
{
	struct fixture *f = *state;
	struct wire_artifact out;
	struct bytes first = write_pdf(f, &out);
	struct bytes again;

	/* Another document in between leaves nothing behind. */
	f->d.block_count = 3;
	f->d.badge.n = 0;
	assert_true(write_pdf(f, &out).n < first.n);
	f->d.block_count = f->c.design.texts.count;
	f->d.badge.n = 7;
	again = write_pdf(f, &out);
	assert_int_equal(first.n, again.n);
	assert_memory_equal(first.p, again.p, first.n);
}

/* What all files of the template begin with is one piece of the compiled template; the rest is new. */
static void artwork_is_cited_not_copied(void **state)
{
	struct fixture *f = *state;
	struct wire_artifact out;

	write_pdf(f, &out);
	assert_int_equal(out.kind, ARTIFACT_PDF);
	assert_int_equal(out.pieces.count, 2);
	assert_int_equal(out.pieces.items[0].source, PIECE_COMPILED);
	assert_int_equal(out.pieces.items[0].offset, f->c.pdf_head.offset);
	assert_int_equal(out.pieces.items[0].len, f->c.pdf_head.len);
	assert_int_equal(out.pieces.items[1].source, PIECE_RESULT);
	assert_true(out.pieces.items[1].offset >= 40);
}

static const char *find_id(struct bytes in)
{
	const char *at = memmem(in.p, in.n, "/ID [<", 6);

	assert_non_null(at);
	return at + 6;
}

static void the_credential_decides_the_id(void **state)
{
	struct fixture *f = *state;
	struct wire_artifact out;
	const char *first = find_id(write_pdf(f, &out));

	assert_memory_equal(first, first + 32 + 3, 32); /* of a new file both are the same (14.4) */
	f->d.credential_id = STR("urn:uuid:2");
	assert_memory_not_equal(first, find_id(write_pdf(f, &out)), 32);
}

static void what_is_not_there_leaves_no_trace(void **state)
{
	struct fixture *f = *state;
	struct wire_artifact out;
	struct bytes with = write_pdf(f, &out);
	struct bytes without;

	assert_true(holds(with, "/EmbeddedFiles") && holds(with, "/AF ["));
	assert_true(holds(with, "/S /Link"));
	f->d.badge.n = 0;
	f->d.verify_link.n = 0;
	without = write_pdf(f, &out);
	assert_false(holds(without, "/EmbeddedFiles") || holds(without, "/AF [")
		|| holds(without, "/Annots"));
	assert_false(holds(without, "/S /Figure"));
}

static void a_missing_glyph_is_a_sentence(void **state)
{
	struct fixture *f = *state;
	struct text_run run = f->blocks[1].runs[0];
	struct text_glyph glyph = {.glyph = 0};
	struct wire_artifact out;

	run.glyphs = &glyph;
	run.glyph_count = 1;
	f->blocks[1].runs = &run;
	f->blocks[1].run_count = 1;
	assert_int_equal(pdf_write(f->writer, &f->d, &f->result, 0, f->a, &out, &f->err), RC_INPUT);
	assert_non_null(strstr(f->err.text, "no font has"));
}

static void static_text_shares_a_font_made_once(void **state)
{
	struct fixture *f = *state;
	struct wire_artifact out;
	struct bytes whole = write_pdf(f, &out);

	assert_true(holds(whole, "/S0 ") && holds(whole, "/V0 ") && holds(whole, "/V10 "));
	/* Forms that the subset does not hold make the same text variable. */
	f->blocks[0].runs = f->blocks[3].runs;
	f->blocks[0].run_count = f->blocks[3].run_count;
	assert_true(holds(write_pdf(f, &out), "/S0 "));
}

/* ---- fonts ---- */

static struct pdf_font_subset make_subset(struct fixture *f, struct pdf_font_kit *kit, size_t block)
{
	const struct text_run *run = &f->blocks[block].runs[0];
	struct pdf_font_runs runs = {&run, 1};
	struct pdf_font_subset s;

	assert_ok(pdf_font_make(kit, run->font, &runs, f->a, &s, &f->err), f->err);
	return s;
}

static struct bytes inflate(struct fixture *f, struct bytes in, size_t len)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	uint8_t *out = arena_alloc(f->a, len);
	size_t n = 0;

	assert_int_equal(
		libdeflate_zlib_decompress(d, in.p, in.n, out, len, &n), LIBDEFLATE_SUCCESS);
	libdeflate_free_decompressor(d);
	return (struct bytes){out, n};
}

static struct bytes unpack(struct fixture *f, const struct pdf_packed *p, size_t len)
{
	return p->deflated ? inflate(f, p->bytes, len) : p->bytes;
}

/* The embedded program has the used glyphs only, with the widths that /W says. */
static void a_truetype_subset_is_small_and_right(void **state)
{
	struct fixture *f = *state;
	struct pdf_font_kit *kit = pdf_font_kit_new(f->engine);
	struct pdf_font_subset s = make_subset(f, kit, 3 + FONT_LATIN);
	struct bytes file = unpack(f, &s.file, s.file_len);
	hb_blob_t *blob = hb_blob_create(
		(const char *)file.p, (unsigned)file.n, HB_MEMORY_MODE_READONLY, NULL, NULL);
	hb_face_t *face = hb_face_create(blob, 0);
	hb_font_t *font = hb_font_create(face);

	assert_false(s.cff);
	assert_int_equal(file.n, s.file_len);
	assert_true(file.n < 30000);
	assert_true(hb_face_get_glyph_count(face) > s.glyph_count);
	for (size_t i = 0; i < s.glyph_count; i++) {
		double width = hb_font_get_glyph_h_advance(font, s.glyphs[i].code) * 1000.0
			/ hb_face_get_upem(face);

		assert_true(
			s.glyphs[i].code > 0 && s.glyphs[i].code < hb_face_get_glyph_count(face));
		assert_true(width - s.glyphs[i].width < 0.01 && s.glyphs[i].width - width < 0.01);
	}
	hb_font_destroy(font);
	hb_face_destroy(face);
	hb_blob_destroy(blob);
	pdf_font_kit_free(&kit);
}

/* CIDs, not glyph numbers, select glyphs of a CID-keyed program. */
static void a_cjk_subset_is_bare_cff(void **state)
{
	struct fixture *f = *state;
	struct pdf_font_kit *kit = pdf_font_kit_new(f->engine);
	struct pdf_font_subset s = make_subset(f, kit, 3 + FONT_CJK);
	struct bytes file = unpack(f, &s.file, s.file_len);

	assert_true(s.cff);
	assert_memory_equal(file.p, "\x01\x00", 2);
	assert_true(file.n < 20000);
	assert_int_equal(s.glyph_count, 4);
	for (size_t i = 0; i < s.glyph_count; i++)
		assert_true(s.glyphs[i].code > s.glyph_count && s.glyphs[i].width == 1000);
	pdf_font_kit_free(&kit);
}

static void tags_tell_subsets_apart(void **state)
{
	struct fixture *f = *state;
	struct pdf_font_kit *kit = pdf_font_kit_new(f->engine);
	struct pdf_font_subset one = make_subset(f, kit, 3);
	struct pdf_font_subset two = make_subset(f, kit, 0);
	struct pdf_font_subset again = make_subset(f, kit, 3);

	assert_string_equal(one.tag, again.tag);
	assert_string_not_equal(one.tag, two.tag);
	assert_int_equal(strspn(one.tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 6);
	pdf_font_kit_free(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_same_row_gives_the_same_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(artwork_is_cited_not_copied, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_credential_decides_the_id, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_not_there_leaves_no_trace, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_missing_glyph_is_a_sentence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			static_text_shares_a_font_made_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_truetype_subset_is_small_and_right, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_cjk_subset_is_bare_cff, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tags_tell_subsets_apart, set_up, tear_down),
	};

	harness_start();
	return cmocka_run_group_tests(tests, set_up_page, tear_down_page);
}
