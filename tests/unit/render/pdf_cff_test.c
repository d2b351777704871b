// SPDX-License-Identifier: Apache-2.0
/* Charsets of CFF programs, good and damaged. Runs in: make check. */
#include "render/pdf_cff.h"
#include "tests/harness/harness.h"

#define HEAD "01 00 04 01  0001 01 01 02 41 " /* header, Name INDEX: "A" */
#define TOP "0001 01 01 0c " /* Top DICT INDEX with one entry of eleven bytes */
#define ROS "8b 8b 8b 0c1e " /* 0 0 0 ROS */

static enum rc read_hex(const char *hex, uint32_t glyph_count, struct arena *a, uint16_t **codes)
{
	uint8_t raw[256];
	struct err err;

	return pdf_cff_codes((struct bytes){raw, harness_unhex(hex, raw, sizeof(raw))}, glyph_count,
		a, codes, &err);
}

/* The charset begins at offset 26: header 4, Name INDEX 6, Top DICT INDEX 16. */
static void every_format_gives_its_cids(void **state)
{
	static const char *const charsets[] = {
		"00 0005 0007 0008 0100", /* one by one */
		"01 0005 00 0007 01 0100 00", /* runs, lengths in a byte */
		"02 0005 0000 0007 0001 0100 0000", /* runs, lengths in two */
	};
	struct arena *a = arena_new((size_t)1 << 20);
	const uint16_t wanted[] = {0, 5, 7, 8, 256};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(charsets); i++) {
		uint16_t *codes;

		assert_int_equal(
			read_hex(str_fmt(a, HEAD TOP ROS "1d 0000 001a 0f %s", charsets[i]).p, 5, a,
				&codes),
			RC_OK);
		for (size_t k = 0; k < ARRAY_COUNT(wanted); k++)
			assert_int_equal(codes[k], k == 0 ? 0 : wanted[k]);
	}
	arena_free(&a);
}

static void a_program_without_cids_uses_glyph_numbers(void **state)
{
	struct arena *a = arena_new((size_t)1 << 20);
	uint16_t *codes;

	(void)state;
	assert_int_equal(read_hex(HEAD "0001 01 01 07 1d 0000 0019 0f", 3, a, &codes), RC_OK);
	assert_int_equal(codes[0], 0);
	assert_int_equal(codes[1], 1);
	assert_int_equal(codes[2], 2);
	arena_free(&a);
}

static void damage_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "01 00", "02 00 04 01 0000 0000", "01 00 ff 01", HEAD, /* no Top DICT */
		HEAD "0001 05 01 0b", /* offsets of five bytes */
		HEAD "0001 01 05 02 8b", /* entry that ends before it begins */
		HEAD "ffff 01 01 01", /* more entries than bytes */
		HEAD "0001 01 01 04 1d 0000", /* operand cut short */
		HEAD "0001 01 01 02 ff", /* reserved operand */
		HEAD TOP ROS "1d 00ff ffff 0f", /* charset outside */
		HEAD TOP ROS "1d 0000 001a 0f 00 0005", /* charset cut short */
		HEAD TOP ROS "1d 0000 001a 0f 09 0005 0006 0007", /* format 9 */
	};
	struct arena *a = arena_new((size_t)1 << 20);
	uint16_t *codes;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (read_hex(bad[i], 5, a, &codes) != RC_INPUT)
			fail_msg("case %zu was accepted", i);
	}
	assert_int_equal(read_hex(HEAD TOP ROS "1d 0000 0019 0f", 70000, a, &codes), RC_INPUT);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_gives_its_cids),
		cmocka_unit_test(a_program_without_cids_uses_glyph_numbers),
		cmocka_unit_test(damage_is_refused),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
