// SPDX-License-Identifier: Apache-2.0
/* Capped buffers. Runs in: make check. */
#include "base/buf.h"
#include "tests/harness/harness.h"

#include <string.h>

static void puts_add_up(void **state)
{
	struct buf b = buf_new(1000);

	(void)state;
	buf_put_cz(&b, "one ");
	buf_put_str(&b, STR("two "));
	buf_put_bytes(&b, (struct bytes){(const uint8_t *)"3", 1});
	buf_put_char(&b, '!');
	buf_put_zeros(&b, 2);
	buf_fmt(&b, "%d", 42);
	assert_int_equal(b.n, 14);
	assert_memory_equal(b.p, "one two 3!\0\00042", 14);
	assert_true(str_eq(buf_str(&b), bytes_text(buf_bytes(&b))));
	buf_free(&b);
	assert_null(b.p);
	assert_int_equal(b.cap, 1000);
}

static void the_cap_is_exact(void **state)
{
	struct buf b = buf_new(10);

	(void)state;
	buf_put(&b, "0123456789", 10);
	assert_false(b.full);
	buf_put(&b, "", 0);
	assert_false(b.full);
	buf_put_char(&b, 'x');
	assert_true(b.full);
	assert_int_equal(b.n, 10);
	assert_memory_equal(b.p, "0123456789", 10);
	buf_free(&b);
}

/* What did not fit is remembered: a later small piece must not slip in behind a hole. */
static void once_full_always_full(void **state)
{
	struct buf b = buf_new(10);

	(void)state;
	buf_put(&b, "12345678", 8);
	buf_put(&b, "abcdef", 6);
	assert_true(b.full);
	buf_put_char(&b, 'x');
	assert_int_equal(b.n, 8);
	assert_null(buf_grow(&b, 1));
	buf_reset(&b);
	assert_false(b.full);
	assert_int_equal(b.n, 0);
	buf_put_char(&b, 'x');
	assert_int_equal(b.n, 1);
	buf_free(&b);
}

static void growing_keeps_content(void **state)
{
	struct buf b = buf_new(1U << 20);

	(void)state;
	for (size_t i = 0; i < (1U << 20); i++)
		buf_put_char(&b, (char)(i * 7));
	assert_int_equal(b.n, 1U << 20);
	assert_true(b.room <= b.cap);
	for (size_t i = 0; i < (1U << 20); i++)
		assert_int_equal(b.p[i], (uint8_t)(i * 7));
	assert_null(buf_grow(&b, SIZE_MAX));
	buf_free(&b);
}

static void long_formats_are_whole(void **state)
{
	struct buf b = buf_new(5000);
	char text[1000];

	(void)state;
	memset(text, 'y', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	buf_fmt(&b, "<%s>", text);
	assert_int_equal(b.n, 1001);
	assert_int_equal(b.p[0], '<');
	assert_int_equal(b.p[1000], '>');
	/* At the limit of the small array inside. */
	for (int width = 254; width < 259; width++) {
		buf_reset(&b);
		buf_fmt(&b, "%*d", width, 7);
		assert_int_equal(b.n, width);
		assert_int_equal(b.p[width - 1], '7');
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_add_up),
		cmocka_unit_test(the_cap_is_exact),
		cmocka_unit_test(once_full_always_full),
		cmocka_unit_test(growing_keeps_content),
		cmocka_unit_test(long_formats_are_whole),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
