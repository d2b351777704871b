// SPDX-License-Identifier: Apache-2.0
/* Compact JWS. */
#include "base/text.h"
#include "formats/jws.h"
#include "tests/harness/harness.h"

#include <string.h>

static const struct jws_header header = {STR("EdDSA"), STR("https://h/k"), STR("vc+jwt")};

static void assembles_a_jws(void **state)
{
	uint8_t signature[JWS_ED25519_LEN];
	struct buf out = buf_new(1024);
	struct arena *a = arena_new(65536);
	struct bytes part;
	struct err err = {0};

	(void)state;
	memset(signature, 0, sizeof signature);
	jws_put_input(&out, &header, bytes_of(STR("{}")));
	assert_true(str_ends(buf_str(&out), STR(".e30")));
	assert_ok(text_from_base64url(a, str_slice(buf_str(&out), 0, out.n - 4), &part, &err), err);
	assert_true(str_eq_cz(bytes_text(part),
		"{\"alg\":\"EdDSA\",\"kid\":\"https://h/k\",\"typ\":\"vc+jwt\"}"));
	jws_put_signature(&out, (struct bytes){signature, sizeof signature});
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
	jws_put_input(&out, &header, bytes_of(STR("{}")));
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

static enum rc claims_of(struct arena *a, const char *text, struct buf *out, struct err *err)
{
	static const struct jsonr_limits limits = {4096, 100};
	const struct jsonr_value *credential;

	assert_ok(jsonr_parse(a, str_of(text), &limits, &credential, err), *err);
	buf_reset(out);
	return jws_put_claims(out, credential, err);
}

static void repeats_members_as_claims(void **state)
{
	struct buf out = buf_new(4096);
	struct arena *a = arena_new(1 << 20);
	struct err err = {0};

	(void)state;
	assert_ok(claims_of(a,
			  "{\"id\":\"urn:x:1\",\"issuer\":{\"id\":\"did:web:h\"},\"validFrom\":"
			  "\"2026-06-15T00:00:00Z\",\"validUntil\":\"2027-06-15T02:00:00+02:00\","
			  "\"credentialSubject\":{\"id\":\"urn:x:2\"}}",
			  &out, &err),
		err);
	assert_true(str_ends(buf_str(&out),
		STR(",\"credentialSubject\":{\"id\":\"urn:x:2\"},\"iss\":\"did:web:h\",\"jti\":"
		    "\"urn:x:1\",\"sub\":\"urn:x:2\",\"nbf\":1781481600,\"exp\":1813017600}")));
	assert_ok(claims_of(a,
			  "{\"id\":\"urn:x:1\",\"issuer\":\"did:web:h\",\"validFrom\":"
			  "\"1969-12-31T23:59:59Z\",\"credentialSubject\":{\"id\":\"urn:x:2\"}}",
			  &out, &err),
		err);
	assert_true(str_ends(buf_str(&out), STR(",\"sub\":\"urn:x:2\",\"nbf\":-1}")));
	arena_free(&a);
	buf_free(&out);
}

static void claims_need_what_they_repeat(void **state)
{
	static const char *const bad[] = {"{}",
		"{\"id\":\"urn:x:1\",\"issuer\":\"did:web:h\",\"validFrom\":"
		"\"2026-06-15T00:00:00Z\",\"credentialSubject\":{}}",
		"{\"id\":\"urn:x:1\",\"issuer\":\"did:web:h\",\"validFrom\":"
		"\"2026-06-15T00:00:00.5Z\",\"credentialSubject\":{\"id\":\"urn:x:2\"}}",
		"{\"id\":\"urn:x:1\",\"issuer\":\"did:web:h\",\"validFrom\":"
		"\"2026-06-15\",\"credentialSubject\":{\"id\":\"urn:x:2\"}}"};
	struct buf out = buf_new(4096);
	struct arena *a = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct err err = {0};

		assert_int_equal(claims_of(a, bad[i], &out, &err), RC_INPUT);
	}
	arena_free(&a);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(assembles_a_jws),
		cmocka_unit_test(says_nothing_when_full),
		cmocka_unit_test(puts_the_address_of_a_key),
		cmocka_unit_test(repeats_members_as_claims),
		cmocka_unit_test(claims_need_what_they_repeat),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
