// SPDX-License-Identifier: Apache-2.0
/*
 * Chains of pass certificates. Reading a certificate and following a chain cost more than all else about
 * a pass, and all passes of a year share one. Runs in: check, and programs that use libcertfill-verify.
 */
#include "verify/passchain.h"

#include "base/clock.h"
#include "base/mem.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "verify/memo.h"

#define DEPTH_MAX 4

/* roots: of the first item_count items of the material. */
struct material_passes {
	X509_STORE *roots;
	size_t root_count;
	size_t item_count;
	struct memo seen;
};

void material_free_passes(struct material_passes **passes)
{
	if (*passes == NULL)
		return;
	X509_STORE_free((*passes)->roots);
	MEM_FREE(*passes);
}

/* Only roots are anchors; intermediates come with the signature. */
static void add_roots(struct material_passes *passes, struct str pem)
{
	AUTO(BIO) in = BIO_new_mem_buf(pem.p, (int)pem.n);

	for (X509 *x = PEM_read_bio_X509(in, NULL, NULL, NULL); x != NULL;
		x = PEM_read_bio_X509(in, NULL, NULL, NULL)) {
		if (X509_self_signed(x, 1) == 1)
			passes->root_count += X509_STORE_add_cert(passes->roots, x) == 1;
		X509_free(x);
	}
	ossl_forget_errors();
}

static struct material_passes *passes_of(struct certfill_material *m)
{
	if (m->passes == NULL)
		m->passes = mem_zalloc(1, sizeof *m->passes);
	if (m->passes->roots == NULL)
		m->passes->roots = X509_STORE_new();
	if (m->passes->roots == NULL)
		return NULL;
	for (; m->passes->item_count < m->count; m->passes->item_count++) {
		const struct material_item *item = m->items[m->passes->item_count];

		if (item->kind == MATERIAL_ANCHORS)
			add_roots(m->passes, item->text);
	}
	return m->passes;
}

static bool add_digest(struct hash_stream *h, const X509 *x)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (X509_digest(x, EVP_sha256(), digest, &n) != 1)
		return false;
	hash_add(h, (struct bytes){digest, n});
	return true;
}

/* Of all that a chain is made from but for the roots, which are only ever added. */
static bool digest_of(X509 *signer, STACK_OF(X509) * along, uint8_t out[HASH_SHA256_LEN])
{
	struct hash_stream h;
	bool good;

	hash_start(&h);
	good = add_digest(&h, signer);
	for (int i = 0; good && i < sk_X509_num(along); i++)
		good = add_digest(&h, sk_X509_value(along, i));
	hash_finish(&h, out);
	return good;
}

static bool second_of(const ASN1_TIME *time, int64_t *out)
{
	struct clock_date d;
	struct tm tm = {0};

	if (ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	d = (struct clock_date){
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec};
	*out = clock_join(&d);
	return true;
}

/* From when until when every certificate of the chain is in force. */
static bool span_of(const STACK_OF(X509) * chain, int64_t *from_s, int64_t *until_s)
{
	*from_s = INT64_MIN;
	*until_s = INT64_MAX;
	for (int i = 0; i < sk_X509_num(chain); i++) {
		const X509 *x = sk_X509_value(chain, i);
		int64_t begin_s;
		int64_t end_s;

		if (!second_of(X509_get0_notBefore(x), &begin_s)
			|| !second_of(X509_get0_notAfter(x), &end_s))
			return false;
		*from_s = begin_s > *from_s ? begin_s : *from_s;
		*until_s = end_s < *until_s ? end_s : *until_s;
	}
	return sk_X509_num(chain) > 0;
}

static bool follow(struct material_passes *passes, X509 *signer, STACK_OF(X509) * along,
	time_t signed_s, const uint8_t digest[HASH_SHA256_LEN])
{
	AUTO(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int64_t from_s;
	int64_t until_s;
	bool good;

	if (ctx == NULL || X509_STORE_CTX_init(ctx, passes->roots, signer, along) != 1)
		return false;
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, signed_s);
	(void)X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
	X509_VERIFY_PARAM_set_depth(param, DEPTH_MAX);
	good = X509_verify_cert(ctx) == 1;
	if (good && span_of(X509_STORE_CTX_get0_chain(ctx), &from_s, &until_s))
		memo_add(&passes->seen, digest, from_s, until_s);
	ossl_forget_errors();
	return good;
}

enum passchain_answer passchain_check(
	struct certfill_material *material, X509 *signer, STACK_OF(X509) * along, time_t signed_s)
{
	struct material_passes *passes = passes_of(material);
	uint8_t digest[HASH_SHA256_LEN];

	if (passes == NULL || passes->root_count == 0)
		return PASSCHAIN_NO_ROOTS;
	if (!digest_of(signer, along, digest))
		return PASSCHAIN_STRANGER;
	if (memo_has(&passes->seen, digest, signed_s)
		|| follow(passes, signer, along, signed_s, digest))
		return PASSCHAIN_GOOD;
	return PASSCHAIN_STRANGER;
}
