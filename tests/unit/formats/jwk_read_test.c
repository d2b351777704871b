// SPDX-License-Identifier: Apache-2.0
/* Foreign public keys: vectors of the RFCs, and keys that must not be taken. Runs in: tests. */
#include "formats/jwk_read.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

static int open_arena(void **state)
{
	(void)state;
	arena = arena_new((size_t)1 << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static enum rc read_text(const char *text, struct jwk_key *out, struct err *err)
{
	static const struct jsonr_limits limits = {65536, 100};
	const struct jsonr_value *json;

	assert_int_equal(jsonr_parse(arena, str_of(text), &limits, &json, err), RC_OK);
	return jwk_read(arena, json, out, err);
}

static void thumbprint_is(const char *jwk, const char *want)
{
	char out[JWK_THUMBPRINT_LEN + 1];
	struct jwk_key key;
	struct err err;

	assert_int_equal(read_text(jwk, &key, &err), RC_OK);
	assert_true(jwk_read_thumbprint(&key, out));
	assert_string_equal(out, want);
}

static void test_vectors(void **state)
{
	(void)state;
	/* RFC 8037, appendix A.2 and A.3. */
	thumbprint_is("{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
		      "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
		"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
	/* RFC 7638, section 3.1. */
	thumbprint_is("{\"kty\":\"RSA\",\"n\":"
		      "\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAt"
		      "VT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-"
		      "5JsGY4Hc5n9yBXArwl"
		      "93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
		      "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL"
		      "5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_"
		      "xBniIqbw0Ls1"
		      "jF44-csFCur-kEgU8awapJzKnqDKgw\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":"
		      "\"2011-04-"
		      "29\"}",
		"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

static void test_what_is_refused(void **state)
{
	static const struct {
		const char *jwk;
		const char *why;
	} cases[] = {
		{"{\"kty\":\"oct\",\"k\":\"AAAA\"}", "secret half"},
		{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
		 "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\",\"d\":\"AA\"}",
			"secret half"},
		{"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}", "none of"},
		{"{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\",\"y\":\"AA\"}", "none of"},
		{"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", "32 bytes"},
		{"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\"}", "no \"y\""},
		{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}", "32 bytes"},
		{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA==\"}", "wrong character"},
		/* The neutral point, and one of order 8: anything would verify. */
		{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
		 "\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
			"small order"},
		{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
		 "\"x\":\"JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU\"}",
			"small order"},
		{"{\"kty\":\"RSA\",\"n\":\"AAECAwQ\",\"e\":\"AQAB\"}", "between"},
		{"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"enc\","
		 "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
			"encryption"},
		{"{}", "none of"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct jwk_key key;
		struct err err = {0};

		assert_int_equal(read_text(cases[i].jwk, &key, &err), RC_INPUT);
		if (strstr(err.text, cases[i].why) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].why);
	}
}

static void test_rsa_exponents(void **state)
{
	static const char *const bad[] = {"AQ", "Ag", "AAAA", "AQAAAAAB"};
	char n[343];

	(void)state;
	memset(n, '_', sizeof n - 1);
	n[341] = 'w';
	n[342] = '\0';
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct jwk_key key;
		struct err err = {0};

		assert_int_equal(
			read_text(str_fmt(arena, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}", n,
					  bad[i])
					  .p,
				&key, &err),
			RC_INPUT);
		assert_non_null(strstr(err.text, "exponent"));
	}
}

static void test_multikeys(void **state)
{
	struct jwk_key one;
	struct jwk_key other;
	struct err err;

	(void)state;
	/* Ed25519 of the did:key specification; P-256 of the same. */
	assert_int_equal(
		jwk_read_multibase(
			arena, STR("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"), &one, &err),
		RC_OK);
	assert_int_equal(one.kind, JWK_ED25519);
	assert_int_equal(
		jwk_read_multibase(arena, STR("zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"),
			&other, &err),
		RC_OK);
	assert_int_equal(other.kind, JWK_P256);
	assert_int_equal(other.point.n, 33);
	assert_false(jwk_equal(&one, &other));
	assert_true(jwk_equal(&one, &one));
	assert_int_equal(jwk_read_multibase(arena, STR("z6Mk"), &one, &err), RC_INPUT);
	assert_int_equal(jwk_read_multibase(arena, STR("uAAAA"), &one, &err), RC_INPUT);
	assert_int_equal(jwk_read_multibase(arena, STR(""), &one, &err), RC_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_vectors, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_what_is_refused, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_rsa_exponents, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_multikeys, open_arena, close_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
