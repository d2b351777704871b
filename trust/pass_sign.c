// SPDX-License-Identifier: Apache-2.0
/* Signing pass manifests. Runs in: sign. */
#include "trust/pass_sign.h"

#include "base/hash.h"
#include "base/mem.h"

#include <openssl/rsa.h>
#include <string.h>

#define SIGNATURE_MAX ((size_t)12288)
/* OpenSSL would otherwise turn LF into CRLF (CMS_BINARY) and put the manifest inside. */
#define CMS_KIND ((unsigned)(CMS_DETACHED | CMS_BINARY))

/*
 * All signatures of one identity and time differ in two places: the digest of the manifest among
 * the signed attributes, and the RSA signature over these at the very end. So one is made by CMS,
 * and the others by copying it. Both places are found, not assumed; when they are not found, or the
 * first copy differs from what CMS makes, every signature is made by CMS.
 */
struct pass_signer {
	const struct pass_identity *id;
	int64_t signing_s;
	EVP_PKEY_CTX *rsa;
	struct buf model;
	size_t digest_at;
	size_t attributes_at; /* the [0] of signedAttrs */
	size_t attributes_len;
	size_t signature_at;
	bool fast;
};

static bool add_signing_time(CMS_SignerInfo *si, int64_t signing_s)
{
	AUTO(ASN1_TIME) t = ASN1_TIME_set(NULL, signing_s);

	/* Added first: CMS_final keeps a signingTime that is there already. */
	return t != NULL
		&& CMS_signed_add1_attr_by_NID(
			   si, NID_pkcs9_signingTime, ASN1_STRING_type(t), t, -1)
		== 1;
}

static bool build(const struct pass_identity *id, int64_t signing_s, struct bytes manifest,
	CMS_ContentInfo *cms)
{
	AUTO(BIO) in = BIO_new_mem_buf(manifest.p, (int)manifest.n);
	CMS_SignerInfo *si = CMS_add1_signer(cms, id->certificate, id->key, EVP_sha256(),
		CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL);

	return in != NULL && si != NULL && add_signing_time(si, signing_s)
		&& CMS_add1_cert(cms, id->intermediate) == 1
		&& CMS_final(cms, in, NULL, CMS_KIND) == 1;
}

enum rc pass_sign_plainly(const struct pass_identity *id, int64_t signing_s, struct bytes manifest,
	struct buf *out, struct err *err)
{
	AUTO(CMS_ContentInfo) cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_KIND | CMS_PARTIAL);
	OSSL_AUTO_DER der = NULL;
	int n;

	if (cms == NULL || !build(id, signing_s, manifest, cms))
		return ossl_error(err, "cannot sign a pass");
	n = i2d_CMS_ContentInfo(cms, &der);
	if (n <= 0)
		return ossl_error(err, "cannot encode the signature of a pass");
	buf_put(out, der, (size_t)n);
	if (out->full)
		return err_set(
			err, RC_LIMIT, "the signature of a pass is over %zu bytes", out->cap);
	return RC_OK;
}

/* signedAttrs are signed in the form of a SET, 0x31 in place of [0] (RFC 5652, section 5.4). */
static void digest_attributes(const uint8_t *attributes, size_t len, uint8_t out[HASH_SHA256_LEN])
{
	static const uint8_t set_tag[1] = {0x31};
	struct hash_stream h;

	hash_start(&h);
	hash_add(&h, (struct bytes){set_tag, 1});
	hash_add(&h, (struct bytes){attributes + 1, len - 1});
	hash_finish(&h, out);
}

/* The only place where the 32 bytes of want stand. */
static bool find_once(struct bytes in, const uint8_t want[HASH_SHA256_LEN], size_t *at)
{
	const uint8_t *found = memmem(in.p, in.n, want, HASH_SHA256_LEN);

	if (found == NULL)
		return false;
	*at = (size_t)(found - in.p);
	return memmem(found + 1, in.n - *at - 1, want, HASH_SHA256_LEN) == NULL;
}

/* Length of the DER value at at, header included; 0 when it does not fit or is too long for us. */
static size_t der_len(struct bytes in, size_t at)
{
	size_t header = 2;
	size_t n;

	if (at + 4 > in.n)
		return 0;
	n = in.p[at + 1];
	if (n == 0x81) {
		n = in.p[at + 2];
		header = 3;
	} else if (n == 0x82) {
		n = (size_t)in.p[at + 2] << 8 | in.p[at + 3];
		header = 4;
	} else if (n >= 0x80) {
		return 0;
	}
	return n <= in.n - at - header ? header + n : 0;
}

static bool verifies(const struct pass_signer *s, size_t at, size_t len)
{
	AUTO(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new(s->id->key, NULL);
	uint8_t digest[HASH_SHA256_LEN];

	digest_attributes(s->model.p + at, len, digest);
	return ctx != NULL && EVP_PKEY_verify_init(ctx) == 1
		&& EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1
		&& EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1
		&& EVP_PKEY_verify(ctx, s->model.p + s->signature_at, s->model.n - s->signature_at,
			   digest, sizeof digest)
		== 1;
}

static bool find_places(struct pass_signer *s, const uint8_t digest[HASH_SHA256_LEN])
{
	struct bytes model = buf_bytes(&s->model);
	size_t rsa_len = (size_t)EVP_PKEY_get_size(s->id->key);

	if (model.n <= rsa_len || !find_once(model, digest, &s->digest_at))
		return false;
	s->signature_at = model.n - rsa_len;
	for (size_t at = s->digest_at; at-- > 0;) {
		size_t len = model.p[at] == 0xA0 ? der_len(model, at) : 0;

		if (len != 0 && at + len >= s->digest_at + HASH_SHA256_LEN
			&& verifies(s, at, len)) {
			s->attributes_at = at;
			s->attributes_len = len;
			return true;
		}
	}
	return false;
}

static bool open_rsa(struct pass_signer *s)
{
	s->rsa = EVP_PKEY_CTX_new(s->id->key, NULL);
	return s->rsa != NULL && EVP_PKEY_sign_init(s->rsa) == 1
		&& EVP_PKEY_CTX_set_rsa_padding(s->rsa, RSA_PKCS1_PADDING) == 1
		&& EVP_PKEY_CTX_set_signature_md(s->rsa, EVP_sha256()) == 1;
}

static enum rc sign_by_model(
	struct pass_signer *s, struct bytes manifest, struct buf *out, struct err *err)
{
	uint8_t digest[HASH_SHA256_LEN];
	size_t rsa_len = s->model.n - s->signature_at;
	size_t got = rsa_len;
	uint8_t *at = buf_grow(out, s->model.n);

	if (at == NULL)
		return err_set(
			err, RC_LIMIT, "the signature of a pass is over %zu bytes", out->cap);
	memcpy(at, s->model.p, s->model.n);
	hash_sha256(manifest, at + s->digest_at);
	digest_attributes(at + s->attributes_at, s->attributes_len, digest);
	if (EVP_PKEY_sign(s->rsa, at + s->signature_at, &got, digest, sizeof digest) != 1
		|| got != rsa_len)
		return ossl_error(err, "cannot sign a pass");
	return RC_OK;
}

/* Makes one more signature both ways. */
static bool copies_exactly(struct pass_signer *s)
{
	struct str other = STR("{\"pass.json\":\"another manifest, to compare\"}");
	struct buf plain = buf_new(SIGNATURE_MAX);
	struct buf copied = buf_new(SIGNATURE_MAX);
	bool same = pass_sign_plainly(s->id, s->signing_s, bytes_of(other), &plain, NULL) == RC_OK
		&& sign_by_model(s, bytes_of(other), &copied, NULL) == RC_OK && plain.n == copied.n
		&& memcmp(plain.p, copied.p, plain.n) == 0;

	buf_free(&plain);
	buf_free(&copied);
	return same;
}

static enum rc make_model(struct pass_signer *s, struct err *err)
{
	struct str manifest = STR("{\"pass.json\":\"the manifest of the model\"}");
	uint8_t digest[HASH_SHA256_LEN];
	enum rc rc = pass_sign_plainly(s->id, s->signing_s, bytes_of(manifest), &s->model, err);

	if (rc != RC_OK)
		return rc;
	hash_sha256(bytes_of(manifest), digest);
	s->fast = EVP_PKEY_is_a(s->id->key, "RSA") && find_places(s, digest) && open_rsa(s)
		&& copies_exactly(s);
	ossl_forget_errors();
	return RC_OK;
}

enum rc pass_signer_new(const struct pass_identity *id, int64_t signing_s, struct pass_signer **out,
	struct err *err)
{
	struct pass_signer *s;
	enum rc rc;

	if (id->problems.count != 0)
		return err_set(err, RC_INPUT, "%s", id->problems.note[0]);
	if (signing_s < id->not_before_s || signing_s > id->not_after_s)
		return err_set(err, RC_INPUT,
			"the batch's time of issue lies outside the pass certificate's validity");
	s = mem_zalloc(1, sizeof *s);
	s->id = id;
	s->signing_s = signing_s;
	s->model = buf_new(SIGNATURE_MAX);
	rc = make_model(s, err);
	if (rc != RC_OK) {
		pass_signer_free(&s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

void pass_signer_free(struct pass_signer **s)
{
	if (*s == NULL)
		return;
	EVP_PKEY_CTX_free((*s)->rsa);
	buf_free(&(*s)->model);
	MEM_FREE(*s);
}

bool pass_signer_is_fast(const struct pass_signer *s)
{
	return s->fast;
}

enum rc pass_signer_sign(
	struct pass_signer *s, struct bytes manifest, struct buf *out, struct err *err)
{
	if (s->fast)
		return sign_by_model(s, manifest, out, err);
	return pass_sign_plainly(s->id, s->signing_s, manifest, out, err);
}
