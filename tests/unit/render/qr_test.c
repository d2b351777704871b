// SPDX-License-Identifier: Apache-2.0
/* QR codes: versions, modes, limits, and module by module those of libqrencode. */
#include "base/mem.h"
#include "render/qr.h"
#include "tests/harness/harness.h"

#include <qrencode.h>
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

static uint64_t seed = 7;

static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

/* libqrencode chooses masks by the same rules, so whole symbols are alike. */
static void compare(struct str text, QRencodeMode mode)
{
	QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
	const uint8_t *modules = NULL;
	uint32_t side = 0;
	QRcode *code;

	assert_int_equal(
		QRinput_append(input, mode, (int)text.n, (const unsigned char *)text.p), 0);
	code = QRcode_encodeInput(input);
	assert_non_null(code);
	assert_ok(qr_encode(text, a, &modules, &side, &err), err);
	assert_int_equal(side, code->width);
	for (size_t i = 0; i < (size_t)side * side; i++)
		if (modules[i] != (code->data[i] & 1))
			fail_msg("version %d, module %zu of \"%.*s\"", code->version, i,
				(int)text.n, text.p);
	QRcode_free(code);
	QRinput_free(input);
	arena_reset(a);
}

/* Every length that a text can have, with whatever is in it; so every version, too. */
static void test_as_libqrencode(void **state)
{
	static const char set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
	char text[5600];

	(void)state;
	for (uint32_t n = 2; n <= 2331; n += n < 300 ? 1 : 37) {
		for (uint32_t i = 0; i < n; i++)
			text[i] = (char)(1 + below(255));
		text[below(n)] = 'a';
		compare((struct str){text, n}, QR_MODE_8);
		for (uint32_t i = 0; i < n; i++)
			text[i] = set[below(45)];
		text[below(n)] = 'A';
		compare((struct str){text, n}, QR_MODE_AN);
		for (uint32_t i = 0; i < n; i++)
			text[i] = set[below(10)];
		compare((struct str){text, n}, QR_MODE_NUM);
	}
	memset(text, '0', sizeof text);
	compare((struct str){text, 5596}, QR_MODE_NUM);
	memset(text, 'U', sizeof text);
	compare((struct str){text, 3391}, QR_MODE_AN);
}

/* Addresses as they are printed: many, as unwanted features are rare. */
static void test_addresses_as_libqrencode(void **state)
{
	char url[] = "HTTPS://CERT.EXAMPLE.EDU/VERIFY/0123456789012345678901234567890123456789";

	(void)state;
	for (int round = 0; round < 3000; round++) {
		for (size_t i = 32; i < sizeof url - 1; i++)
			url[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[below(32)];
		compare((struct str){url, sizeof url - 1 - below(20)}, QR_MODE_AN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verification_address_is_version_5),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_same_text_same_modules),
		cmocka_unit_test(test_as_libqrencode),
		cmocka_unit_test(test_addresses_as_libqrencode),
	};
	int failed;

	harness_start();
	a = arena_new((size_t)1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&a);
	return failed;
}
