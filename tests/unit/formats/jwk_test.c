// SPDX-License-Identifier: Apache-2.0
/* JWK, thumbprints, Multikey: vectors of RFC 8037, appendix A, and of W3C's vc-di-eddsa. */
#include "base/text.h"
#include "formats/jwk.h"
#include "tests/harness/harness.h"

/* RFC 8037, appendix A.2: public key of RFC 8032, test 1. */
static const char rfc8037_key[] =
	"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

static void thumbprint_of_rfc_8037(void **state)
{
	uint8_t key[JWK_ED25519_LEN];
	char out[JWK_THUMBPRINT_LEN + 1];

	(void)state;
	harness_unhex(rfc8037_key, key, sizeof key);
	jwk_thumbprint(key, out);
	assert_string_equal(out, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

static void jwk_and_set(void **state)
{
	uint8_t keys[2][JWK_ED25519_LEN];
	struct str kids[2] = {STR("https://h/api/v1/keys/a"), STR("b\"c")};
	struct buf out = buf_new(4096);

	(void)state;
	harness_unhex(rfc8037_key, keys[0], sizeof keys[0]);
	harness_unhex(rfc8037_key, keys[1], sizeof keys[1]);
	jwk_put(&out, keys[0], kids[0]);
	assert_true(str_eq_cz(buf_str(&out),
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_"
		"7TyWQHOg7hcvPapiMlrwIaaPcHURo\","
		"\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\"https://h/api/v1/keys/a\"}"));
	buf_reset(&out);
	jwk_put_set(&out, keys[0], kids, 2);
	assert_true(str_starts(buf_str(&out), STR("{\"keys\":[{\"kty\":")));
	assert_true(str_find_str(buf_str(&out), STR("},{")) < out.n);
	assert_true(str_ends(buf_str(&out), STR("\"kid\":\"b\\\"c\"}]}")));
	buf_reset(&out);
	jwk_put_set(&out, keys[0], kids, 0);
	assert_true(str_eq_cz(buf_str(&out), "{\"keys\":[]}"));
	buf_free(&out);
}

static void multibase_of_a_known_key(void **state)
{
	/* did:key test vector of the W3C CCG method, section "Ed25519". */
	uint8_t key[JWK_ED25519_LEN];
	char out[JWK_MULTIBASE_LEN + 1];

	(void)state;
	harness_unhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29", key,
		sizeof key);
	jwk_multibase(key, out);
	assert_string_equal(out, "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thumbprint_of_rfc_8037),
		cmocka_unit_test(jwk_and_set),
		cmocka_unit_test(multibase_of_a_known_key),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
