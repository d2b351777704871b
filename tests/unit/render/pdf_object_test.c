// SPDX-License-Identifier: Apache-2.0
/* Objects, offsets and pieces of a PDF file. Runs in: make check. */
#include "render/pdf_object.h"
#include "tests/harness/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	struct arena *a;
	struct buf result;
	struct buf text;
	struct err err;
};

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.a = arena_new((size_t)16 << 20),
		.result = buf_new((size_t)1 << 20),
		.text = buf_new(4096)};
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	buf_free(&f->result);
	buf_free(&f->text);
	arena_free(&f->a);
	return 0;
}

static void assert_number(struct fixture *f, double v, unsigned decimals, const char *wanted)
{
	buf_reset(&f->text);
	pdf_object_put_number(&f->text, v, decimals);
	buf_put_zeros(&f->text, 1);
	assert_string_equal((const char *)f->text.p, wanted);
}

static void numbers_are_short_and_exact(void **state)
{
	struct fixture *f = *state;

	assert_number(f, 0, 4, "0");
	assert_number(f, -0.00001, 4, "0");
	assert_number(f, 1.5, 4, "1.5");
	assert_number(f, -1.25, 1, "-1.3");
	assert_number(f, 0.1, 6, "0.1");
	assert_number(f, 12.000001, 6, "12.000001");
	assert_number(f, 999.9996, 3, "1000");
	assert_number(f, 0.05, 2, "0.05");
	assert_number(f, 1e300, 0, "1000000000");
	assert_number(f, -HUGE_VAL, 2, "-1000000000");
	assert_number(f, (double)NAN, 2, "0");
}

static void assert_text(struct fixture *f, const char *in, const char *wanted)
{
	buf_reset(&f->text);
	pdf_object_put_text(&f->text, str_of(in));
	buf_put_zeros(&f->text, 1);
	assert_string_equal((const char *)f->text.p, wanted);
}

static void texts_are_literal_or_utf16(void **state)
{
	struct fixture *f = *state;

	assert_text(f, "", "()");
	assert_text(f, "plain (a\\b)", "(plain \\(a\\\\b\\))");
	assert_text(f, "é", "<FEFF00E9>");
	assert_text(f, "a\n", "<FEFF0061000A>");
	assert_text(f, "😀", "<FEFFD83DDE00>");
}

/* Offsets of the table lead to the objects, also behind streams and a shared piece. */
static void table_leads_to_every_object(void **state)
{
	static const uint8_t data[2000] = "streamed";
	struct fixture *f = *state;
	struct pdf_objects *file = pdf_object_file_new(f->a);
	struct draw_pieces pieces = draw_piece_start(f->a, &f->result, 0);
	struct wire_artifact out;
	uint32_t late = pdf_object_reserve(file);
	struct buf whole = buf_new((size_t)1 << 20);
	const char *at;

	for (uint32_t i = 0; i < 300; i++) /* more than one block of objects */
		assert_int_equal(pdf_object_add(file, str_fmt(f->a, "/N %u\n", i)), i + 2);
	pdf_object_add_stream(file, STR("/Length 8\n"), (struct bytes){data, 8});
	pdf_object_add_shared(file, STR("/Length 2000\n"), (struct bytes){data, sizeof(data)}, 77);
	assert_int_equal(pdf_object_add(file, STR("/Last true\n")), 304);
	pdf_object_fill(file, late, STR("/Late true\n"));
	assert_int_equal(pdf_object_count(file), 304);
	assert_ok(pdf_object_save(file, STR("/Root 1 0 R\n"), &pieces, &f->err), f->err);
	assert_ok(draw_piece_finish(&pieces, ARTIFACT_PDF, &out, &f->err), f->err);
	pdf_object_file_free(&file);
	assert_int_equal(out.pieces.count, 3);
	assert_int_equal(out.pieces.items[1].source, PIECE_COMPILED);
	assert_int_equal(out.pieces.items[1].offset, 77);
	buf_put(&whole, f->result.p, out.pieces.items[0].len);
	buf_put(&whole, data, sizeof(data));
	buf_put(&whole, f->result.p + out.pieces.items[2].offset, out.pieces.items[2].len);
	buf_put_zeros(&whole, 1);
	assert_int_equal(whole.n, pieces.total_len + 1);
	at = memmem(whole.p, whole.n, "xref\n0 305\n", 11);
	assert_non_null(at);
	at += 11 + 20;
	for (uint32_t i = 1; i <= 304; i++, at += 20) {
		struct str head = str_fmt(f->a, "%u 0 obj", i);

		assert_memory_equal(whole.p + strtoul(at, NULL, 10), head.p, head.n);
	}
	assert_non_null(memmem(whole.p, whole.n, "/Late true", 10));
	assert_memory_equal(whole.p, "%PDF-1.7\n%", 10);
	assert_memory_equal(whole.p + whole.n - 7, "%%EOF\n", 6);
	buf_free(&whole);
}

/* Objects of a head stand in the table where the head has them, and are not written again. */
static void a_head_comes_first(void **state)
{
	static const char text[] =
		PDF_HEAD_VERSION "1 0 obj\n<<\n>>\nendobj\n2 0 obj\n<<\n>>\nendobj\n";
	static const uint32_t places[] = {15, 36};
	const struct pdf_head head = {
		.bytes = {(const uint8_t *)text, sizeof(text) - 1}, .places = places, .count = 2};
	struct fixture *f = *state;
	struct pdf_objects *file = pdf_object_file_new(f->a);
	struct draw_pieces pieces = draw_piece_start(f->a, &f->result, 0);
	const char *at;

	pdf_object_add_head(file, &head);
	assert_int_equal(pdf_object_reserve(file), 3);
	assert_int_equal(pdf_object_add(file, STR("/Own true\n")), 4);
	pdf_object_fill(file, 3, STR("/Late true\n"));
	assert_ok(pdf_object_save(file, STR("/Root 3 0 R\n"), &pieces, &f->err), f->err);
	pdf_object_file_free(&file);
	buf_put_zeros(&f->result, 1);
	/* Too short to be a piece of its own, so it was copied. */
	assert_memory_equal(f->result.p, text, sizeof(text) - 1);
	assert_memory_equal(f->result.p + sizeof(text) - 1, "3 0 obj\n", 8);
	at = memmem(f->result.p, f->result.n, "xref\n0 5\n", 9);
	assert_non_null(at);
	at += 9 + 20;
	for (uint32_t i = 1; i <= 4; i++, at += 20) {
		struct str begin = str_fmt(f->a, "%u 0 obj", i);

		assert_memory_equal(f->result.p + strtoul(at, NULL, 10), begin.p, begin.n);
	}
	assert_int_equal(strtoul(strstr(at, "startxref\n") + 10, NULL, 10),
		(const uint8_t *)memmem(f->result.p, f->result.n, "xref\n", 5) - f->result.p);
}

/* What does not fit the results is a sentence, not half a file. */
static void a_full_result_is_a_limit(void **state)
{
	struct fixture *f = *state;
	struct buf small = buf_new(64);
	struct pdf_objects *file = pdf_object_file_new(f->a);
	struct draw_pieces pieces = draw_piece_start(f->a, &small, 0);
	struct wire_artifact out;

	pdf_object_add(file, STR("/Long (0123456789012345678901234567890123456789)\n"));
	assert_ok(pdf_object_save(file, STR("/Root 1 0 R\n"), &pieces, &f->err), f->err);
	assert_int_equal(draw_piece_finish(&pieces, ARTIFACT_PDF, &out, &f->err), RC_LIMIT);
	pdf_object_file_free(&file);
	buf_free(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(numbers_are_short_and_exact, set_up, tear_down),
		cmocka_unit_test_setup_teardown(texts_are_literal_or_utf16, set_up, tear_down),
		cmocka_unit_test_setup_teardown(table_leads_to_every_object, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_head_comes_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_result_is_a_limit, set_up, tear_down),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
