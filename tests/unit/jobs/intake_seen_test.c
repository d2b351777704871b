// SPDX-License-Identifier: Apache-2.0
/* The set of digests. Runs in: make check. */
#include "base/text.h"
#include "jobs/intake_seen.h"
#include "tests/harness/harness.h"

static void digest_of(uint32_t i, uint8_t out[16])
{
	char text[16];

	(void)text_fmt(text, sizeof text, "%u", i);
	intake_seen_digest(str_of(text), STR("x"), out);
}

static void keeps_all_through_growth(void **state)
{
	struct intake_seen *s = intake_seen_new();
	uint8_t digest[16];

	(void)state;
	for (uint32_t i = 1; i <= 20000; i++) {
		digest_of(i, digest);
		assert_null(intake_seen_find(s, digest));
		intake_seen_add(s, digest, i, i * 7);
	}
	for (uint32_t i = 1; i <= 20000; i++) {
		const struct intake_seen_entry *e;

		digest_of(i, digest);
		e = intake_seen_find(s, digest);
		assert_non_null(e);
		assert_int_equal(e->line, i);
		assert_int_equal(e->tag, i * 7);
	}
	digest_of(20001, digest);
	assert_null(intake_seen_find(s, digest));
	intake_seen_free(&s);
	assert_null(s);
	intake_seen_free(&s);
}

static void parts_do_not_run_together(void **state)
{
	uint8_t a[16];
	uint8_t b[16];

	(void)state;
	intake_seen_digest(STR("a"), STR("bc"), a);
	intake_seen_digest(STR("ab"), STR("c"), b);
	assert_memory_not_equal(a, b, 16);
	intake_seen_digest(STR("a"), STR("bc"), b);
	assert_memory_equal(a, b, 16);
}

/* Digests that all want the same slot still find their own. */
static void crowded_slots(void **state)
{
	struct intake_seen *s = intake_seen_new();
	uint8_t digest[16] = {0};

	(void)state;
	for (uint8_t i = 1; i < 200; i++) {
		digest[15] = i;
		intake_seen_add(s, digest, i, 0);
	}
	for (uint8_t i = 1; i < 200; i++) {
		digest[15] = i;
		assert_int_equal(intake_seen_find(s, digest)->line, i);
	}
	intake_seen_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_all_through_growth),
		cmocka_unit_test(parts_do_not_run_together),
		cmocka_unit_test(crowded_slots),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
