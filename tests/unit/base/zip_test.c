// SPDX-License-Identifier: Apache-2.0
/*
 * ZIP files: what is written, somebody else's library reads, with the bytes and checksums that went in; what is
 * read back is what was written. Runs in: tests.
 */
#include "base/zipr.h"
#include "base/zipw.h"
#include "tests/harness/harness.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

static struct buf sample(void)
{
	struct buf out = buf_new(1U << 20);
	struct zipw w = zipw_new(&out);

	zipw_add(&w, STR("empty"), (struct bytes){NULL, 0});
	zipw_add(&w, STR("bücher/été.txt"), bytes_of(STR("123456789")));
	zipw_add(&w, STR("last"), bytes_of(STR("the end")));
	assert_true(zipw_end(&w));
	return out;
}

static void libzip_reads_it(void **state)
{
	static const struct {
		const char *name;
		const char *content;
		uint32_t crc;
	} want[] = {
		{"empty", "", 0},
		/* The check value of CRC-32 (ISO 3309). */
		{"bücher/été.txt", "123456789", 0xCBF43926},
		{"last", "the end", 0},
	};
	struct buf out = sample();
	zip_error_t error;
	zip_source_t *source = zip_source_buffer_create(out.p, out.n, 0, &error);
	zip_t *zip = zip_open_from_source(source, ZIP_CHECKCONS | ZIP_RDONLY, &error);

	(void)state;
	assert_non_null(zip);
	assert_int_equal(zip_get_num_entries(zip, 0), ARRAY_COUNT(want));
	for (size_t i = 0; i < ARRAY_COUNT(want); i++) {
		char content[32] = "";
		zip_stat_t s;
		zip_file_t *f = zip_fopen_index(zip, i, 0);

		assert_non_null(f);
		assert_int_equal(zip_stat_index(zip, i, 0, &s), 0);
		assert_string_equal(s.name, want[i].name);
		assert_int_equal(s.comp_method, ZIP_CM_STORE);
		assert_int_equal(s.size, strlen(want[i].content));
		if (want[i].crc != 0)
			assert_int_equal(s.crc, want[i].crc);
		/* Reading to the end is what compares the checksum. */
		assert_int_equal(zip_fread(f, content, sizeof content), s.size);
		assert_int_equal(zip_fclose(f), 0);
		assert_string_equal(content, want[i].content);
	}
	zip_discard(zip);
	buf_free(&out);
}

static void the_same_entries_give_the_same_bytes(void **state)
{
	struct buf a = sample();
	struct buf b = sample();

	(void)state;
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	/* 1 January 1980, midnight (APPNOTE 4.4.6). */
	assert_memory_equal(a.p + 10, "\x00\x00\x21\x00", 4);
	buf_free(&a);
	buf_free(&b);
}

static void what_does_not_fit_is_said(void **state)
{
	struct buf whole = sample();
	size_t n = whole.n;

	(void)state;
	buf_free(&whole);
	for (size_t cap = 0; cap <= n; cap++) {
		struct buf out = buf_new(cap);
		struct zipw w = zipw_new(&out);

		zipw_add(&w, STR("empty"), (struct bytes){NULL, 0});
		zipw_add(&w, STR("bücher/été.txt"), bytes_of(STR("123456789")));
		zipw_add(&w, STR("last"), bytes_of(STR("the end")));
		assert_int_equal(zipw_end(&w), cap == n);
		buf_free(&out);
	}
}

static void entries_are_found_again(void **state)
{
	struct buf out = sample();
	struct bytes content = {NULL, 1};

	(void)state;
	assert_true(zipr_find(buf_bytes(&out), STR("empty"), &content));
	assert_int_equal(content.n, 0);
	assert_true(zipr_find(buf_bytes(&out), STR("bücher/été.txt"), &content));
	assert_true(str_eq(bytes_text(content), STR("123456789")));
	assert_true(zipr_find(buf_bytes(&out), STR("last"), &content));
	assert_true(str_eq(bytes_text(content), STR("the end")));
	assert_false(zipr_find(buf_bytes(&out), STR("las"), &content));
	assert_false(zipr_find(buf_bytes(&out), STR(""), &content));
	buf_free(&out);
}

/* Cut off anywhere, and with each byte changed: found within it, or not. */
static void broken_files_are_read_to_their_end_at_most(void **state)
{
	struct buf whole = sample();
	struct bytes content;

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		uint8_t *copy = memcpy(malloc(n + 1), whole.p, n);

		if (zipr_find((struct bytes){copy, n}, STR("last"), &content))
			assert_true(content.n == 7 && content.p + 7 <= copy + n);
		free(copy);
	}
	for (size_t i = 0; i < whole.n; i++) {
		whole.p[i] ^= 0xff;
		if (zipr_find(buf_bytes(&whole), STR("last"), &content))
			assert_true(
				content.p >= whole.p && content.p + content.n <= whole.p + whole.n);
		whole.p[i] ^= 0xff;
	}
	/* Compressed, or with lengths that come later: none of ours. */
	whole.p[8] = 8;
	assert_false(zipr_find(buf_bytes(&whole), STR("empty"), &content));
	whole.p[8] = 0;
	whole.p[6] |= 8;
	assert_false(zipr_find(buf_bytes(&whole), STR("empty"), &content));
	buf_free(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libzip_reads_it),
		cmocka_unit_test(the_same_entries_give_the_same_bytes),
		cmocka_unit_test(what_does_not_fit_is_said),
		cmocka_unit_test(entries_are_found_again),
		cmocka_unit_test(broken_files_are_read_to_their_end_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
