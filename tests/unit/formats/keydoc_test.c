// SPDX-License-Identifier: Apache-2.0
/* The published documents, byte for byte. */
#include "formats/keydoc.h"
#include "tests/harness/harness.h"

#include <string.h>

#define X "\"x\":\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\""
#define BASE "https://h.example/api/v1/keys/"

static uint8_t ed[32];
static uint8_t ec[65];
static const struct keydoc_issuer issuer = {STR("did:web:h.example"), STR("https://h.example")};
static struct keydoc_key keys[4];

static int start(void **state)
{
	(void)state;
	memset(ed, 7, sizeof ed);
	memset(ec, 7, sizeof ec);
	ec[0] = 4;
	keys[0] = (struct keydoc_key){STR("A"), {ed, 32}, true, KEYDOC_NOT_COMPROMISED};
	keys[1] = (struct keydoc_key){STR("B"), {ec, 65}, true, KEYDOC_NOT_COMPROMISED};
	keys[2] = (struct keydoc_key){STR("C"), {ed, 32}, false, KEYDOC_NOT_COMPROMISED};
	keys[3] = (struct keydoc_key){STR("D"), {ed, 32}, true, 1781481600};
	return 0;
}

static void assert_text(struct buf *b, const char *want)
{
	assert_false(b->full);
	buf_put_char(b, '\0');
	assert_string_equal((const char *)b->p, want);
	buf_reset(b);
}

static void single_keys(void **state)
{
	struct buf b = buf_new(8192);

	(void)state;
	keydoc_put_jwk(&b, &issuer, &keys[0]);
	assert_text(&b,
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," X
		",\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\"" BASE "A\"}");
	keydoc_put_jwk(&b, &issuer, &keys[1]);
	assert_text(&b,
		"{\"kty\":\"EC\",\"crv\":\"P-256\"," X
		",\"y\":\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\",\"alg\":\"ES256\","
		"\"use\":\"sig\",\"kid\":\"" BASE "B\"}");
	keydoc_put_jwk(&b, &issuer, &keys[2]);
	assert_text(&b,
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," X
		",\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\"C\"}");
	keydoc_put_jwk(&b, &issuer, &keys[3]);
	assert_text(&b,
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," X
		",\"alg\":\"EdDSA\",\"key_ops\":[],\"kid\":\"" BASE
		"D\",\"compromisedAt\":\"2026-06-15T00:00:00Z\"}");
	buf_free(&b);
}

static void the_set_leaves_compromised_keys_out(void **state)
{
	struct buf b = buf_new(8192);

	(void)state;
	keydoc_put_set(&b, &issuer, &keys[2], 2);
	assert_text(&b,
		"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," X
		",\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\"C\"}]}");
	keydoc_put_set(&b, &issuer, keys, 0);
	assert_text(&b, "{\"keys\":[]}");
	buf_free(&b);
}

static void the_did_document_marks_them(void **state)
{
	struct buf b = buf_new(8192);
	struct keydoc_key two[2] = {keys[0], keys[3]};

	(void)state;
	keydoc_put_did(&b, &issuer, two, 2);
	assert_text(&b,
		"{\"@context\":[\"https://www.w3.org/ns/did/v1\","
		"\"https://w3id.org/security/multikey/v1\"],\"id\":\"did:web:h.example\","
		"\"verificationMethod\":[{\"id\":\"did:web:h.example#A\",\"type\":\"Multikey\","
		"\"controller\":\"did:web:h.example\",\"publicKeyMultibase\":"
		"\"z6Mkevh7bMWWUda468bFjfFGtDxLXgkG8L46bsaXEwHD9Z3L\"},"
		"{\"id\":\"did:web:h.example#D\",\"type\":\"Multikey\",\"controller\":"
		"\"did:web:h.example\",\"revoked\":\"2026-06-15T00:00:00Z\",\"publicKeyMultibase\":"
		"\"z6Mkevh7bMWWUda468bFjfFGtDxLXgkG8L46bsaXEwHD9Z3L\"}],"
		"\"assertionMethod\":[\"did:web:h.example#A\"]}");
	keydoc_put_did(&b, &issuer, &keys[1], 2);
	assert_true(str_find_str(buf_str(&b), STR("https://w3id.org/security/jwk/v1")) < b.n);
	assert_true(str_find_str(buf_str(&b), STR("\"type\":\"JsonWebKey\"")) < b.n);
	/* The key of records is none that credentials are checked with. */
	assert_true(str_find_str(buf_str(&b), STR("#C")) == b.n);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(single_keys, start),
		cmocka_unit_test_setup(the_set_leaves_compromised_keys_out, start),
		cmocka_unit_test_setup(the_did_document_marks_them, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
