// SPDX-License-Identifier: Apache-2.0
/* An issuer for the tests of verify/: a did:key of a fixed seed, and what it signs. */
#ifndef TESTS_UNIT_VERIFY_FORGE_H
#define TESTS_UNIT_VERIFY_FORGE_H

#include "base/mem.h"
#include "base/text.h"
#include "formats/jws.h"
#include "formats/multibase.h"
#include "tests/harness/harness.h"

#include <openssl/evp.h>
#include <string.h>

#define FORGE_TEXT_MAX ((size_t)1 << 20)

struct forge {
	struct arena *a;
	EVP_PKEY *key;
	struct str did; /* "did:key:z6Mk..." */
	struct str kid; /* "did:key:z6Mk...#z6Mk..." */
};

static inline int forge_open(void **state)
{
	static const uint8_t seed[32] = {1, 2, 3};
	struct forge *f = mem_zalloc(1, sizeof *f);
	uint8_t multikey[34] = {0xed, 0x01};
	size_t len = 32;
	struct buf text = buf_new(256);

	f->a = arena_new((size_t)64 << 20);
	f->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
	assert_non_null(f->key);
	assert_int_equal(EVP_PKEY_get_raw_public_key(f->key, multikey + 2, &len), 1);
	multibase_put(&text, (struct bytes){multikey, sizeof multikey});
	f->did = str_fmt(f->a, "did:key:" STR_FMT, STR_ARG(buf_str(&text)));
	f->kid = str_fmt(f->a, STR_FMT "#" STR_FMT, STR_ARG(f->did), STR_ARG(buf_str(&text)));
	buf_free(&text);
	*state = f;
	return 0;
}

static inline int forge_close(void **state)
{
	struct forge *f = *state;

	EVP_PKEY_free(f->key);
	arena_free(&f->a);
	MEM_FREE(f);
	return 0;
}

/* The payload as a compact JWS of the issuer. */
static inline struct str forge_jwt(const struct forge *f, struct str payload)
{
	struct jws_header header = {STR("EdDSA"), f->kid, STR("vc+jwt")};
	struct buf out = buf_new(FORGE_TEXT_MAX);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t signature[64];
	size_t len = sizeof signature;
	struct str text;

	jws_put_input(&out, &header, bytes_of(payload));
	assert_int_equal(EVP_DigestSignInit(md, NULL, NULL, NULL, f->key), 1);
	assert_int_equal(EVP_DigestSign(md, signature, &len, out.p, out.n), 1);
	EVP_MD_CTX_free(md);
	jws_put_signature(&out, (struct bytes){signature, len});
	assert_false(out.full);
	text = str_dup(f->a, buf_str(&out));
	buf_free(&out);
	return text;
}

/* A badge of the issuer; more: further members, each behind a comma. */
static inline struct str forge_badge(const struct forge *f, const char *more)
{
	return str_fmt(f->a,
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"id\":\"urn:uuid:1\","
		"\"type\":[\"VerifiableCredential\"],\"issuer\":{\"id\":\"" STR_FMT
		"\",\"name\":\"Uni\"},\"validFrom\":\"2024-06-15T00:00:00Z\",\"name\":"
		"\"Statistics\","
		"\"credentialSubject\":{\"id\":\"urn:uuid:2\"}%s}",
		STR_ARG(f->did), more);
}

#endif
