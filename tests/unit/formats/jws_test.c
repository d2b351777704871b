// SPDX-License-Identifier: Apache-2.0
/* Compact JWS. */
#include "base/text.h"
#include "formats/jws.h"
#include "tests/harness/harness.h"

#include <string.h>

static void assembles_a_jws(void **state)
{
	uint8_t signature[JWS_ED25519_LEN];
	struct buf out = buf_new(1024);
	struct arena *a = arena_new(65536);
	struct bytes part;
	struct err err = {0};

	(void)state;
	memset(signature, 0, sizeof signature);
	jws_put_input(&out, STR("vc+jwt"), STR("https://h/k"), bytes_of(STR("{}")));
	assert_true(str_ends(buf_str(&out), STR(".e30")));
	assert_ok(text_from_base64url(a, str_slice(buf_str(&out), 0, out.n - 4), &part, &err), err);
	assert_true(str_eq_cz(bytes_text(part),
		"{\"alg\":\"EdDSA\",\"kid\":\"https://h/k\",\"typ\":\"vc+jwt\"}"));
	jws_put_signature(&out, signature);
	assert_true(str_ends(buf_str(&out),
		STR(".e30."
		    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		    "AAAAAAAA")));
	arena_free(&a);
	buf_free(&out);
}

static void says_nothing_when_full(void **state)
{
	struct buf out = buf_new(40);

	(void)state;
	jws_put_input(&out, STR("vc+jwt"), STR("https://h/k"), bytes_of(STR("{}")));
	assert_true(out.full);
	buf_free(&out);
}

static void puts_the_address_of_a_key(void **state)
{
	struct buf out = buf_new(1024);

	(void)state;
	jws_put_kid(&out, STR("https://h"), STR("abc"));
	assert_true(str_eq_cz(buf_str(&out), "https://h/api/v1/keys/abc"));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(assembles_a_jws),
		cmocka_unit_test(says_nothing_when_full),
		cmocka_unit_test(puts_the_address_of_a_key),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
