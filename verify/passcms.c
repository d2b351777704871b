// SPDX-License-Identifier: Apache-2.0
/*
 * Reading two certificates costs more than all else in a pass's signature: OpenSSL sets up every key
 * decoder it has for each of them. All passes of a year bring the same two, so they are cut out of the
 * message and looked up by their bytes. Runs in: check, and programs that use libcertfill-verify.
 */
#include "verify/passcms.h"

#include "base/mem.h"

#include <string.h>

#define SETS_MAX 8
/* Longer sets are read each time. */
#define SET_LEN_MAX ((size_t)16 << 10)

struct material_certificates {
	struct certificate_set {
		uint8_t *der;
		size_t len;
		STACK_OF(X509) * certificates;
	} sets[SETS_MAX];
	size_t next;
};

static void free_set(struct certificate_set *set)
{
	MEM_FREE(set->der);
	sk_X509_pop_free(set->certificates, X509_free);
	*set = (struct certificate_set){.len = 0};
}

void material_free_certificates(struct material_certificates **certificates)
{
	if (*certificates == NULL)
		return;
	for (size_t i = 0; i < SETS_MAX; i++)
		free_set(&(*certificates)->sets[i]);
	MEM_FREE(*certificates);
}

/* ---- cutting ---- */

/* What stands before the certificates in SignedData, they themselves, and what stands behind them. */
struct cut {
	struct bytes oid; /* of ContentInfo, with its head */
	struct bytes before;
	struct bytes set; /* the content alone */
	struct bytes after;
};

/* One element at *at, of which left bytes are there; *at moves behind it. Only definite lengths: DER. */
static bool take(struct bytes *left, int tag, int class, struct bytes *content)
{
	const unsigned char *at = left->p;
	long len;
	int found_tag;
	int found_class;
	int flags = ASN1_get_object(&at, &len, &found_tag, &found_class, (long)left->n);

	if ((flags & ~V_ASN1_CONSTRUCTED) != 0 || found_tag != tag || found_class != class)
		return false;
	*content = (struct bytes){at, (size_t)len};
	*left = (struct bytes){at + len, left->n - (size_t)(at + len - left->p)};
	return true;
}

static bool cut(struct bytes der, struct cut *out)
{
	struct bytes info;
	struct bytes wrapper;
	struct bytes data;
	struct bytes ignored;
	const uint8_t *begin;

	if (!take(&der, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL, &info) || der.n != 0)
		return false;
	begin = info.p;
	if (!take(&info, V_ASN1_OBJECT, V_ASN1_UNIVERSAL, &ignored))
		return false;
	out->oid = (struct bytes){begin, (size_t)(info.p - begin)};
	if (!take(&info, 0, V_ASN1_CONTEXT_SPECIFIC, &wrapper) || info.n != 0
		|| !take(&wrapper, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL, &data) || wrapper.n != 0)
		return false;
	begin = data.p;
	if (!take(&data, V_ASN1_INTEGER, V_ASN1_UNIVERSAL, &ignored)
		|| !take(&data, V_ASN1_SET, V_ASN1_UNIVERSAL, &ignored)
		|| !take(&data, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL, &ignored))
		return false;
	out->before = (struct bytes){begin, (size_t)(data.p - begin)};
	if (!take(&data, 0, V_ASN1_CONTEXT_SPECIFIC, &out->set))
		return false;
	out->after = data;
	return out->set.n <= SET_LEN_MAX;
}

static void put(unsigned char **at, struct bytes in)
{
	memcpy(*at, in.p, in.n);
	*at += in.n;
}

/* The message without its certificates. */
static CMS_ContentInfo *read_rest(const struct cut *c)
{
	int data_len = (int)(c->before.n + c->after.n);
	int wrapper_len = ASN1_object_size(1, data_len, V_ASN1_SEQUENCE);
	int info_len = (int)c->oid.n + ASN1_object_size(1, wrapper_len, 0);
	int len = ASN1_object_size(1, info_len, V_ASN1_SEQUENCE);
	uint8_t *der = mem_alloc((size_t)len);
	unsigned char *end = der;
	const unsigned char *at = der;
	CMS_ContentInfo *cms;

	ASN1_put_object(&end, 1, info_len, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	put(&end, c->oid);
	ASN1_put_object(&end, 1, wrapper_len, 0, V_ASN1_CONTEXT_SPECIFIC);
	ASN1_put_object(&end, 1, data_len, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	put(&end, c->before);
	put(&end, c->after);
	cms = d2i_CMS_ContentInfo(NULL, &at, len);
	MEM_FREE(der);
	return cms;
}

/* ---- certificates ---- */

/* NULL when there is something else among them. */
static STACK_OF(X509) * read_set(struct bytes set)
{
	STACK_OF(X509) *out = sk_X509_new_null();
	const unsigned char *at = set.p;

	while (out != NULL && at != set.p + set.n) {
		X509 *x = d2i_X509(NULL, &at, (long)(set.p + set.n - at));

		if (x != NULL && sk_X509_push(out, x) > 0)
			continue;
		X509_free(x);
		sk_X509_pop_free(out, X509_free);
		out = NULL;
	}
	return out;
}

/* Lent; NULL when they cannot be read. */
static STACK_OF(X509) * find_set(struct certfill_material *m, struct bytes der)
{
	struct certificate_set *set;
	STACK_OF(X509) * fresh;

	if (m->certificates == NULL)
		m->certificates = mem_zalloc(1, sizeof *m->certificates);
	for (size_t i = 0; i < SETS_MAX; i++) {
		set = &m->certificates->sets[i];
		if (set->certificates != NULL && set->len == der.n
			&& memcmp(set->der, der.p, der.n) == 0)
			return set->certificates;
	}
	fresh = read_set(der);
	if (fresh == NULL)
		return NULL;
	set = &m->certificates->sets[m->certificates->next];
	m->certificates->next = (m->certificates->next + 1) % SETS_MAX;
	free_set(set);
	*set = (struct certificate_set){mem_alloc(der.n + 1), der.n, fresh};
	memcpy(set->der, der.p, der.n);
	return fresh;
}

bool passcms_read(struct certfill_material *material, struct bytes der, CMS_ContentInfo **cms,
	STACK_OF(X509) * *certificates)
{
	const unsigned char *at = der.p;
	STACK_OF(X509) *lent = NULL;
	struct cut c;

	if (cut(der, &c))
		lent = find_set(material, c.set);
	*cms = lent != NULL ? read_rest(&c) : d2i_CMS_ContentInfo(NULL, &at, (long)der.n);
	*certificates = NULL;
	/* Written another way, as BER for one, or with something behind its end, which only cut() looked for. */
	if (*cms == NULL || (lent == NULL && at != der.p + der.n))
		return false;
	*certificates = lent != NULL ? X509_chain_up_ref(lent) : CMS_get1_certs(*cms);
	return true;
}
