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

/* RFC 7638, section 3.1. */
static void thumbprint_of_rfc_7638(void **state)
{
	static const char n[] =
		"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6"
		"tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5"
		"v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD0"
		"8qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU"
		"8awapJzKnqDKgw";
	struct arena *a = arena_new(4096);
	struct bytes modulus;
	char out[JWK_THUMBPRINT_LEN + 1];
	struct err err = {0};

	(void)state;
	assert_ok(text_from_base64url(a, str_of(n), &modulus, &err), err);
	assert_int_equal(jwk_alg_of(modulus), JWK_RS256);
	jwk_thumbprint_of(modulus, out);
	assert_string_equal(out, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
	arena_free(&a);
}

static void tells_keys_by_their_bytes(void **state)
{
	static uint8_t bytes[513] = {4};

	(void)state;
	assert_int_equal(jwk_alg_of((struct bytes){bytes, 32}), JWK_EDDSA);
	assert_int_equal(jwk_alg_of((struct bytes){bytes, 65}), JWK_ES256);
	bytes[0] = 2; /* a compressed point's first byte */
	assert_int_equal(jwk_alg_of((struct bytes){bytes, 65}), JWK_NONE);
	assert_int_equal(jwk_alg_of((struct bytes){bytes, 256}), JWK_NONE); /* even */
	bytes[255] = 1;
	assert_int_equal(jwk_alg_of((struct bytes){bytes, 256}), JWK_RS256);
	bytes[0] = 0;
	assert_int_equal(jwk_alg_of((struct bytes){bytes, 256}), JWK_NONE);
	assert_int_equal(jwk_alg_of((struct bytes){bytes, 513}), JWK_NONE);
	assert_int_equal(jwk_alg_of((struct bytes){bytes, 0}), JWK_NONE);
	for (int i = JWK_EDDSA; i <= JWK_RS256; i++)
		assert_int_equal(
			jwk_alg_named(str_of(jwk_alg_name((enum jwk_alg)i))), (enum jwk_alg)i);
	assert_int_equal(jwk_alg_named(STR("HS256")), JWK_NONE);
	assert_int_equal(jwk_alg_named(STR("")), JWK_NONE);
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
		cmocka_unit_test(thumbprint_of_rfc_7638),
		cmocka_unit_test(tells_keys_by_their_bytes),
		cmocka_unit_test(multibase_of_a_known_key),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
