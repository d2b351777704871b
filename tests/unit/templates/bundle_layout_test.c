// SPDX-License-Identifier: Apache-2.0
/* A ZIP file's own account of itself: whole ones pass, and no byte of the headers can lie. Runs in: tests. */
#include "base/zipw.h"
#include "templates/bundle_layout.h"
#include "tests/harness/harness.h"
#include "tests/unit/templates/clean_kit.h"

#include <string.h>

static struct bytes made(struct buf *b)
{
	struct zipw w = zipw_new(b);

	zipw_add(&w, STR("a.txt"), bytes_of(STR("aaaa")));
	zipw_add(&w, STR("bb.txt"), bytes_of(STR("bbbb")));
	assert_true(zipw_end(&w));
	return buf_bytes(b);
}

static void whole_ones_pass(void **state)
{
	struct buf b = buf_new(4096);
	struct arena *a = arena_new(1u << 20);
	struct bytes good = harness_read(a, "tests/hostile/zip/good-01-whole.zip");
	struct err err;

	(void)state;
	assert_ok(bundle_layout_check(made(&b), &err), err);
	assert_ok(bundle_layout_check(good, &err), err);
	arena_free(&a);
	buf_free(&b);
}

static void cut_or_lengthened_ones_do_not(void **state)
{
	struct buf b = buf_new(4096);
	struct bytes whole = made(&b);
	struct err err;

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		assert_int_not_equal(bundle_layout_check((struct bytes){whole.p, n}, &err), RC_OK);
		assert_int_not_equal(
			bundle_layout_check((struct bytes){whole.p + n + 1, whole.n - n - 1}, &err),
			RC_OK);
	}
	buf_put_char(&b, 'x');
	assert_int_not_equal(bundle_layout_check(buf_bytes(&b), &err), RC_OK);
	buf_free(&b);
}

/* Of the first entry's local header (APPNOTE 4.3.7); versions, times and contents are not looked at here. */
static void what_one_header_says_the_other_must_say(void **state)
{
	static const uint8_t places[] = {0, 1, 2, 3, 6, 7, 8, 9, 14, 15, 16, 17, 18, 19, 20, 21, 22,
		23, 24, 25, 26, 27, 28, 29, 30, 34};
	struct buf b = buf_new(4096);
	struct bytes whole = made(&b);
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(places); i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			b.p[places[i]] ^= (uint8_t)(1u << bit);
			if (bundle_layout_check(whole, &err) == RC_OK)
				fail_msg("byte %u bit %u", places[i], bit);
			b.p[places[i]] ^= (uint8_t)(1u << bit);
		}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_ones_pass),
		cmocka_unit_test(cut_or_lengthened_ones_do_not),
		cmocka_unit_test(what_one_header_says_the_other_must_say),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
