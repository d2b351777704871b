// SPDX-License-Identifier: Apache-2.0
/* Little-endian fields. Runs in: make check. */
#include "base/cursor.h"
#include "tests/harness/harness.h"

static const uint8_t sample[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B,
	0x0C, 0x0D, 0x0E, 0x0F, 2, 0, 0, 0, 'h', 'i'};

static void fields_are_little_endian(void **state)
{
	struct cursor c = cursor_of((struct bytes){sample, sizeof sample});
	struct bytes text;

	(void)state;
	assert_int_equal(cursor_u8(&c), 0x01);
	assert_int_equal(cursor_u16(&c), 0x0302);
	assert_int_equal(cursor_u32(&c), 0x07060504);
	assert_true(cursor_u64(&c) == UINT64_C(0x0F0E0D0C0B0A0908));
	assert_int_equal(cursor_left(&c), 6);
	assert_false(cursor_at_end(&c));
	text = cursor_bytes(&c);
	assert_int_equal(text.n, 2);
	assert_ptr_equal(text.p, sample + 19);
	assert_true(cursor_at_end(&c));
}

static void what_is_put_is_read(void **state)
{
	struct buf b = buf_new(100);
	struct cursor c;

	(void)state;
	cursor_put_u8(&b, 0xFE);
	cursor_put_u16(&b, 0xFEDC);
	cursor_put_u32(&b, 0xFEDCBA98);
	cursor_put_u64(&b, UINT64_C(0xFEDCBA9876543210));
	cursor_put_bytes(&b, bytes_of(STR("xyz")));
	cursor_put_bytes(&b, (struct bytes){NULL, 0});
	c = cursor_of(buf_bytes(&b));
	assert_int_equal(cursor_u8(&c), 0xFE);
	assert_int_equal(cursor_u16(&c), 0xFEDC);
	assert_true(cursor_u32(&c) == 0xFEDCBA98);
	assert_true(cursor_u64(&c) == UINT64_C(0xFEDCBA9876543210));
	assert_true(str_eq_cz(bytes_text(cursor_bytes(&c)), "xyz"));
	assert_int_equal(cursor_bytes(&c).n, 0);
	assert_true(cursor_at_end(&c));
	buf_free(&b);
}

/* Every cut of the input, at every field: zeros, bad, no step back. */
static void running_out_is_remembered(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof sample; len++) {
		struct cursor c = cursor_of((struct bytes){sample, len});

		(void)cursor_u8(&c);
		(void)cursor_u16(&c);
		(void)cursor_u32(&c);
		(void)cursor_u64(&c);
		assert_int_equal(cursor_bytes(&c).n, 0);
		assert_true(c.bad);
		assert_false(cursor_at_end(&c));
		assert_int_equal(cursor_u8(&c), 0);
		assert_true(cursor_u64(&c) == 0);
	}
}

static void lengths_beyond_the_end_are_bad(void **state)
{
	static const uint8_t lies[] = {0xFF, 0xFF, 0xFF, 0xFF, 'x'};
	struct cursor c = cursor_of((struct bytes){lies, sizeof lies});

	(void)state;
	assert_int_equal(cursor_bytes(&c).n, 0);
	assert_true(c.bad);
	c = cursor_of((struct bytes){lies, sizeof lies});
	assert_int_equal(cursor_take(&c, SIZE_MAX).n, 0);
	assert_true(c.bad);
	c = cursor_of((struct bytes){NULL, 0});
	assert_true(cursor_at_end(&c));
	assert_int_equal(cursor_take(&c, 0).n, 0);
	assert_true(cursor_at_end(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_little_endian),
		cmocka_unit_test(what_is_put_is_read),
		cmocka_unit_test(running_out_is_remembered),
		cmocka_unit_test(lengths_beyond_the_end_are_bad),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
