// SPDX-License-Identifier: Apache-2.0
/* QR codes: versions, modes, limits. */
#include "base/mem.h"
#include "render/qr.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *a;
static struct err err;

static uint32_t side_of(struct str text)
{
	const uint8_t *modules = NULL;
	uint32_t side = 0;

	assert_ok(qr_encode(text, a, &modules, &side, &err), err);
	/* The corner of a finder: dark ring, light ring, dark heart. */
	assert_int_equal(modules[0] & 1, 1);
	assert_int_equal(modules[side + 1] & 1, 0);
	assert_int_equal(modules[2 * side + 2] & 1, 1);
	return side;
}

static void test_verification_address_is_version_5(void **state)
{
	char url[103] = "HTTPS://CERT.EXAMPLE.EDU/VERIFY/";

	(void)state;
	for (size_t i = strlen(url); i < 102; i++)
		url[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[i * 7 % 32];
	assert_int_equal(side_of((struct str){url, 102}), 37);
	/* One lower-case letter, and bytes are needed: 6-M holds 106. */
	url[101] = 'z';
	assert_int_equal(side_of((struct str){url, 102}), 41);
}

static void test_modes(void **state)
{
	(void)state;
	assert_int_equal(side_of(STR("0123456789012345678901234567890123")), 21);
	assert_int_equal(side_of(STR("A")), 21);
	assert_int_equal(side_of(STR("https://example.org/ü")), 25);
}

static void test_limits(void **state)
{
	const uint8_t *modules;
	uint32_t side;
	char *long_text = mem_alloc(6000);

	(void)state;
	memset(long_text, 'A', 6000);
	assert_int_equal(qr_encode(STR(""), a, &modules, &side, &err), RC_INPUT);
	assert_int_equal(side_of((struct str){long_text, 3391}), 177);
	assert_int_equal(
		qr_encode((struct str){long_text, 3392}, a, &modules, &side, &err), RC_LIMIT);
	assert_int_equal(
		qr_encode((struct str){long_text, 6000}, a, &modules, &side, &err), RC_LIMIT);
	memset(long_text, 'a', 6000);
	assert_int_equal(
		qr_encode((struct str){long_text, 2332}, a, &modules, &side, &err), RC_LIMIT);
	MEM_FREE(long_text);
}

static void test_same_text_same_modules(void **state)
{
	const uint8_t *one, *two;
	uint32_t side, again;

	(void)state;
	assert_ok(qr_encode(STR("HTTPS://A.B/VERIFY/X"), a, &one, &side, &err), err);
	assert_ok(qr_encode(STR("HTTPS://A.B/VERIFY/X"), a, &two, &again, &err), err);
	assert_int_equal(side, again);
	assert_memory_equal(one, two, (size_t)side * side);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verification_address_is_version_5),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_same_text_same_modules),
	};
	int failed;

	harness_start();
	a = arena_new((size_t)1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&a);
	return failed;
}
