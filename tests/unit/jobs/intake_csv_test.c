// SPDX-License-Identifier: Apache-2.0
/* CSV files as records of cells, through the interface of readers. Runs in: make check. */
#include "jobs/cohort_reader.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

static enum rc open_csv(
	struct bytes in, const char *delimiter, struct cohort_reader **out, struct err *err)
{
	struct cohort_options o = {.delimiter = str_of(delimiter)};

	return cohort_reader_open(STR("a.csv"), in, &o, out, err);
}

/* All records in one text: cells in [], records in lines that begin with their number. */
static struct str flatten(struct cohort_reader *r, struct err *err, enum rc *rc)
{
	struct str out = {"", 0};
	bool end = false;

	for (;;) {
		struct cohort_record record;

		*rc = cohort_reader_next(r, arena, &record, &end, err);
		if (*rc != RC_OK || end)
			return out;
		out = str_fmt(arena, STR_FMT "%u", STR_ARG(out), record.line);
		for (uint32_t i = 0; i < record.cells.count; i++)
			out = str_fmt(arena, STR_FMT "[" STR_FMT "]", STR_ARG(out),
				STR_ARG(record.cells.items[i]));
	}
}

static void gives(const char *csv, const char *delimiter, const char *want)
{
	struct cohort_reader *r;
	struct err err = {0};
	enum rc rc;

	assert_ok(open_csv(bytes_of(str_of(csv)), delimiter, &r, &err), err);
	for (int pass = 0; pass < 2; pass++) {
		struct str got = flatten(r, &err, &rc);

		assert_int_equal(rc, RC_OK);
		if (!str_eq_cz(got, want))
			fail_msg("%s\npass %d gave %.*s", csv, pass, STR_ARG(got));
		cohort_reader_rewind(r);
	}
	cohort_reader_close(&r);
	assert_null(r);
	cohort_reader_close(&r);
}

static void stops(struct bytes csv, const char *part)
{
	struct cohort_reader *r;
	struct err err = {0};
	enum rc rc;

	assert_ok(open_csv(csv, ",", &r, &err), err);
	(void)flatten(r, &err, &rc);
	assert_int_equal(rc, RC_INPUT);
	if (strstr(err.text, part) == NULL)
		fail_msg("%s", err.text);
	/* It stays stopped, and says the same again. */
	(void)flatten(r, &err, &rc);
	assert_int_equal(rc, RC_INPUT);
	assert_non_null(strstr(err.text, part));
	cohort_reader_close(&r);
}

static void cells_and_lines(void **state)
{
	(void)state;
	gives("a,b\nc,d\n", ",", "1[a][b]2[c][d]");
	gives("a,b\r\nc,d", ",", "1[a][b]2[c][d]");
	gives("a,b\rc,d\r", ",", "1[a][b]2[c][d]");
	gives("a\n\n\r\n\rb\n", ",", "1[a]5[b]");
	gives("a,,\n,,\n", ",", "1[a][][]2[][][]");
	gives(" a , b\t\n", ",", "1[a][b]");
	gives("a\tb c\t\n", "\t", "1[a][b c][]");
	gives("a|b,c;d", "|", "1[a][b,c;d]");
}

static void quotes(void **state)
{
	(void)state;
	gives("\"a,b\",\"c\"\"d\"\n", ",", "1[a,b][c\"d]");
	gives("\"a\r\nb\nc\rd\",e\nf,g\n", ",", "1[a\r\nb\nc\rd][e]5[f][g]");
	gives("\"\",\" x \"\n", ",", "1[][ x ]");
	gives("=\"00123\",5\" pipe,O\"Neil\"s\n", ",", "1[=\"00123\"][5\" pipe][O\"Neil\"s]");
	gives(" \"a\" ,b\n", ",", "1[a][b]");
	gives("\"\n\n\"\n\nx\n", ",", "1[\n\n]5[x]");
}

static void broken_files_stop_with_a_place(void **state)
{
	(void)state;
	stops(bytes_of(STR("a,b\nc,\"d\ne\n")), "line 2, column 2");
	stops(bytes_of(STR("a\n\"b\"c\n")), "line 2, character 4");
	stops(bytes_of(STR("a,\"\xC3\xA9\"\xC3\xA9\n")), "line 1, character 6");
	stops((struct bytes){(const uint8_t *)"a\nb\0c\n", 6}, "line 2, character 2: a NUL");
	stops((struct bytes){(const uint8_t *)"a\n\"b\n\0\"\n", 8}, "line 3, character 1: a NUL");
}

static void an_unclosed_quote_does_not_eat_the_file(void **state)
{
	struct buf b = buf_new(16u << 20);

	(void)state;
	buf_put_cz(&b, "a,b\n\"x,y\n");
	for (int i = 0; i < 3000; i++)
		buf_put_cz(&b, "c,d\n");
	stops(buf_bytes(&b), "line 2: the record that begins here has no end");
	buf_reset(&b);
	buf_put_cz(&b, "a\n\"");
	for (int i = 0; i < 3 << 20; i++)
		buf_put_char(&b, 'x');
	stops(buf_bytes(&b), "line 2: the record that begins here has no end");
	buf_reset(&b);
	for (int i = 0; i < COHORT_CELLS_MAX + 1; i++)
		buf_put_char(&b, ',');
	stops(buf_bytes(&b), "line 1: the record that begins here has no end");
	buf_free(&b);
}

static void detects(const char *csv, const char *want)
{
	struct cohort_reader *r;
	struct err err = {0};

	assert_ok(open_csv(bytes_of(str_of(csv)), "", &r, &err), err);
	if (!str_eq_cz(cohort_reader_shape(r).delimiter, want))
		fail_msg("%s\ngave %.*s", csv, STR_ARG(cohort_reader_shape(r).delimiter));
	cohort_reader_close(&r);
}

static void delimiters_are_found(void **state)
{
	(void)state;
	detects("name,email\nA,a@x.example\n", ",");
	detects("name;email\n\"King, Ada\";a@x.example\nKing, Bob;b\n", ";");
	detects("name\temail\nA, B\tx\n", "\t");
	detects("name|email\nA|b\n", "|");
	detects("Report, June\nname;email;a,b,c\nx;y;1,2,3\n", ";");
	detects("name\nA\n", ",");
	detects("sep=;\nname,x;y\n", ";");
	detects("SEP=|\r\nname|y\r\n", "|");
	detects("x;y\n1;2\n3;4\n", ";");
	/* A broken start does not decide. */
	detects("name;email\n\"a\"b;c\n", ";");
}

static void sep_line_is_no_record(void **state)
{
	(void)state;
	gives("sep=;\na;b\n", "", "2[a][b]");
	gives("sep=;\na;b\n", ",", "2[a][b]");
	gives("sep=a\nx,y\n", ",", "1[sep=a]2[x][y]");
}

static void strangers_are_named(void **state)
{
	static const struct {
		const char *bytes;
		const char *part;
	} files[] = {{"PK\x03\x04", "workbook"}, {"\xD0\xCF\x11\xE0", "old Excel"},
		{"%PDF-1.7", "PDF"}, {"\x1F\x8B\x08", "gzip"}, {"", "empty"}};
	struct cohort_reader *r;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		assert_int_equal(
			open_csv(bytes_of(str_of(files[i].bytes)), "", &r, &err), RC_INPUT);
		assert_non_null(strstr(err.text, files[i].part));
		assert_null(r);
	}
	assert_int_equal(open_csv(bytes_of(STR("a")), "::", &r, &err), RC_INPUT);
	assert_int_equal(open_csv(bytes_of(STR("a")), "x", &r, &err), RC_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_and_lines),
		cmocka_unit_test(quotes),
		cmocka_unit_test(broken_files_stop_with_a_place),
		cmocka_unit_test(an_unclosed_quote_does_not_eat_the_file),
		cmocka_unit_test(delimiters_are_found),
		cmocka_unit_test(sep_line_is_no_record),
		cmocka_unit_test(strangers_are_named),
	};
	int failed;

	harness_start();
	arena = arena_new((size_t)256 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
