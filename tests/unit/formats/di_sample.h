// SPDX-License-Identifier: Apache-2.0
/* A small credential, a key, and both put together. Used by the tests of Data Integrity proofs. */
#ifndef TESTS_UNIT_DI_SAMPLE_H
#define TESTS_UNIT_DI_SAMPLE_H

#include "formats/di.h"
#include "tests/harness/harness.h"

#include <openssl/evp.h>
#include <string.h>

#define SAMPLE_CONTEXT \
	"\"@context\":[\"https://www.w3.org/ns/credentials/v2\"," \
	"\"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\"]"
#define SAMPLE_METHOD "did:web:h.example#k"
#define SAMPLE_CREATED_S ((int64_t)1781510400) /* 2026-06-15T08:00:00Z */

/* members, subject: go in front of what is there; each ends in a comma, or is empty. */
#define SAMPLE_BADGE(members, subject) \
	"{" SAMPLE_CONTEXT ",\"id\":\"urn:x:1\",\"type\":[\"VerifiableCredential\"," \
	"\"OpenBadgeCredential\"]," members \
	"\"issuer\":{\"id\":\"did:web:h.example\",\"type\":[\"Profile\"],\"name\":\"H\"}," \
	"\"validFrom\":\"2026-06-15T00:00:00Z\",\"credentialSubject\":{\"id\":\"urn:x:2\"," \
	"\"type\":[\"AchievementSubject\"]," subject \
	"\"achievement\":{\"id\":\"urn:x:a\",\"type\":[\"Achievement\"],\"name\":\"N\"," \
	"\"description\":\"D\",\"criteria\":{\"narrative\":\"C\"}}}}"

static const uint8_t sample_seed[32] = {7, 7, 7};

static inline EVP_PKEY *sample_key(uint8_t public_half[32])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, sample_seed, 32);
	size_t len = 32;

	assert_non_null(key);
	assert_int_equal(EVP_PKEY_get_raw_public_key(key, public_half, &len), 1);
	return key;
}

static inline void sample_sign(
	const uint8_t data[DI_DATA_LEN], uint8_t signature[DI_SIGNATURE_LEN], uint8_t key[32])
{
	EVP_PKEY *pkey = sample_key(key);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = DI_SIGNATURE_LEN;

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey), 1);
	assert_int_equal(EVP_DigestSign(ctx, signature, &len, data, DI_DATA_LEN), 1);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
}

static inline const struct jsonr_value *sample_parse(struct arena *a, struct str text)
{
	static const struct jsonr_limits limits = {1 << 20, 8192};
	const struct jsonr_value *value;
	struct err err = {0};

	assert_ok(jsonr_parse(a, text, &limits, &value, &err), err);
	return value;
}

/* The text with its proof, in a; fails the test when it cannot be signed. */
static inline struct str sample_secure(struct arena *a, const char *text, uint8_t key[32])
{
	const struct jsonr_value *document = sample_parse(a, str_of(text));
	struct buf out = buf_new(65536);
	uint8_t data[DI_DATA_LEN];
	uint8_t signature[DI_SIGNATURE_LEN];
	struct di_config config;
	struct str secured;
	struct err err = {0};

	assert_ok(di_config_make(a, jsonr_find(document, "@context"), STR(SAMPLE_METHOD),
			  SAMPLE_CREATED_S, &config, &err),
		err);
	assert_ok(di_data(a, &config, document, data, &err), err);
	sample_sign(data, signature, key);
	di_put_secured(&out, document, &config, signature);
	assert_false(out.full);
	secured = str_dup(a, buf_str(&out));
	buf_free(&out);
	return secured;
}

/* What di_verify() says of the first proof. */
static inline enum di_outcome sample_check(
	struct arena *a, struct str text, const uint8_t key[32], struct err *err)
{
	struct di_secured secured;
	struct err split = {0};

	*err = (struct err){0};
	assert_ok(di_split(sample_parse(a, text), &secured, &split), split);
	assert_true(secured.proof_count > 0);
	return di_verify(a, &secured, 0, key, err);
}

/* text with the first occurrence of what replaced; fails the test when there is none. */
static inline struct str sample_edit(
	struct arena *a, struct str text, const char *what, const char *with)
{
	size_t at = str_find_str(text, str_of(what));

	if (at == text.n)
		fail_msg("no %s in " STR_FMT, what, STR_ARG(text));
	return str_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(str_slice(text, 0, at)), with,
		STR_ARG(str_slice(text, at + strlen(what), text.n)));
}

#endif
