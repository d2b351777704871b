// SPDX-License-Identifier: Apache-2.0
/*
 * dibench FILE.json [COUNT]: CPU time of a Data Integrity proof of that credential, by step, as the mean
 * of COUNT (default 2000): the tree to statements, their canonical form, all of it with the signature,
 * and checking. A proof that FILE has already is left out.
 */
#include "base/clock.h"
#include "base/file.h"
#include "formats/jsont.h"
#include "formats/rdfc.h"
#include "trust/ossl.h"
#include "trust/secure.h"

#include <fcntl.h>
#include <stdio.h>

#define INPUT_MAX ((size_t)4 << 20)

struct bench {
	struct arena *kept;
	struct arena *work;
	const struct jsonr_value *credential;
	struct str secured; /* the same with its proof */
	struct secure secure;
	struct key key;
	uint8_t public_half[32];
};

static const struct jsonr_limits limits = {INPUT_MAX, 65536};

static enum rc sign(const struct key *key, struct bytes in, uint8_t out[64], struct err *err)
{
	AUTO(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	size_t len = 64;

	if (EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->handle) != 1
		|| EVP_DigestSign(ctx, out, &len, in.p, in.n) != 1)
		return ossl_error(err, "signing");
	return RC_OK;
}

static const struct key_ops ops = {.sign = sign};

static enum rc to_rdf(struct bench *b, struct nquads_set *set, struct err *err)
{
	struct jsonld_input in = {.document = b->credential, .use = JSONLD_ISSUE};

	return jsonld_to_rdf(b->work, &in, set, err);
}

static enum rc step_rdf(struct bench *b, struct err *err)
{
	struct nquads_set set = {0};

	return to_rdf(b, &set, err);
}

static enum rc step_canonize(struct bench *b, struct err *err)
{
	struct nquads_set set = {0};
	struct rdfc_result result;
	enum rc rc = to_rdf(b, &set, err);

	return rc == RC_OK ? rdfc_canonize(b->work, &set, RDFC_SHA256, &result, err) : rc;
}

static enum rc step_sign(struct bench *b, struct err *err)
{
	struct buf out = buf_new(INPUT_MAX);
	enum rc rc = secure_put(b->work, &b->secure, b->credential, &out, err);

	if (b->secured.n == 0 && rc == RC_OK)
		b->secured = str_dup(b->kept, buf_str(&out));
	buf_free(&out);
	return rc;
}

static enum rc step_verify(struct bench *b, struct err *err)
{
	const struct jsonr_value *document;
	struct di_secured secured;
	enum rc rc = jsonr_parse(b->work, b->secured, &limits, &document, err);

	if (rc == RC_OK)
		rc = di_split(document, &secured, err);
	if (rc == RC_OK && di_verify(b->work, &secured, 0, b->public_half, err) != DI_VERIFIED)
		rc = err->kind;
	return rc;
}

static enum rc time_step(struct bench *b, const char *what,
	enum rc (*step)(struct bench *b, struct err *err), uint64_t count, struct err *err)
{
	int64_t started = clock_cpu_us();

	for (uint64_t i = 0; i < count; i++) {
		enum rc rc = step(b, err);

		if (rc != RC_OK)
			return rc;
		arena_reset(b->work);
	}
	printf("%-34s %7.3f ms CPU\n", what,
		(double)(clock_cpu_us() - started) / 1000.0 / (double)count);
	return RC_OK;
}

static const struct jsonr_value *unsecured(struct arena *a, const struct jsonr_value *document)
{
	const struct jsonr_value *out = NULL;
	struct jsont t = jsont_new(a);
	struct err err;

	jsont_open(&t, '{');
	for (const struct jsonr_value *v = document->first; v != NULL; v = v->next) {
		if (str_eq_cz(v->key, "proof"))
			continue;
		t.key = v->key;
		jsont_value(&t, v);
	}
	jsont_close(&t, '}');
	CHECK(jsont_end(&t, &out, &err) == RC_OK);
	return out;
}

static enum rc load(struct bench *b, const char *path, struct err *err)
{
	static const uint8_t seed[32] = {1};
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf text = buf_new(INPUT_MAX);
	const struct jsonr_value *document;
	size_t len = 32;
	enum rc rc;

	if (fd < 0)
		return err_set(err, RC_INPUT, "%s: cannot be opened", path);
	rc = file_read_all(fd, path, INPUT_MAX, &text, err);
	if (rc == RC_OK)
		rc = jsonr_parse(
			b->kept, str_dup(b->kept, buf_str(&text)), &limits, &document, err);
	buf_free(&text);
	if (rc != RC_OK)
		return rc;
	b->credential = unsecured(b->kept, document);
	b->key = (struct key){.kid = "k",
		.signs = true,
		.ops = &ops,
		.handle = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32)};
	if (EVP_PKEY_get_raw_public_key(b->key.handle, b->public_half, &len) != 1)
		return ossl_error(err, "the key");
	return secure_open(b->kept, &b->key, STR("did:web:h.example"),
		jsonr_find(b->credential, "@context"), 1781510400, &b->secure, err);
}

int main(int argc, char **argv)
{
	struct bench b = {
		.kept = arena_new((size_t)64 << 20), .work = arena_new((size_t)256 << 20)};
	uint64_t count = 2000;
	struct err err = {0};
	enum rc rc;

	if (argc < 2 || (argc > 2 && !str_to_u64(str_of(argv[2]), 10000000, &count)))
		return 2;
	rc = load(&b, argv[1], &err);
	if (rc == RC_OK)
		rc = time_step(&b, "to statements", step_rdf, count, &err);
	if (rc == RC_OK)
		rc = time_step(&b, "and to canonical form", step_canonize, count, &err);
	if (rc == RC_OK)
		rc = time_step(&b, "the proof whole, with signature", step_sign, count, &err);
	if (rc == RC_OK)
		rc = time_step(&b, "read and verified", step_verify, count, &err);
	if (rc != RC_OK)
		(void)fprintf(stderr, "dibench: %s: %s\n", rc_name(rc), err.text);
	EVP_PKEY_free(b.key.handle);
	arena_free(&b.work);
	arena_free(&b.kept);
	return rc == RC_OK ? 0 : 1;
}
