// SPDX-License-Identifier: Apache-2.0
/* Adding keys and destroying them. Runs in: sign, before lockdown. */
#include "trust/keychange.h"

#include "base/mem.h"
#include "trust/keymake.h"

#include <string.h>

/* What is rotated. The log's key only when it is asked for: its readers know it by heart. */
#define ROTATED \
	(1U << KEY_ASSERT | 1U << KEY_RECORD | 1U << KEY_LOG | 1U << KEY_RECEIPT | 1U << KEY_JWT)

struct change {
	struct keyfile file; /* borrows from the old bytes and from made */
	struct keymake_key made[KEY_PURPOSE_LAST + 1];
	size_t made_count;
	bool changed;
};

static bool is_announced(const struct keyfile *file, unsigned purpose, int64_t now_s)
{
	for (size_t i = 0; i < file->key_count; i++)
		if (file->keys[i].purpose == purpose && file->keys[i].not_before_s > now_s
			&& file->keys[i].compromised_s == KEY_NEVER_S)
			return true;
	return false;
}

static bool has_key(const struct keyfile *file, unsigned purpose)
{
	for (size_t i = 0; i < file->key_count; i++)
		if (file->keys[i].purpose == purpose)
			return true;
	return false;
}

/* Two of one purpose never begin in the same second: one must be the later one. */
static int64_t begin_of(const struct change *c, unsigned purpose, const struct keystore_add *add)
{
	int64_t begin = add->now_s + add->overlap_s;

	if (add->fresh && !has_key(&c->file, purpose))
		return add->now_s - KEY_DAY_S;
	for (size_t i = 0; i < c->file.key_count; i++)
		if (c->file.keys[i].purpose == purpose && c->file.keys[i].not_before_s >= begin)
			begin = c->file.keys[i].not_before_s + 1;
	return begin;
}

static enum rc add_one(
	struct change *c, enum key_purpose purpose, const struct keystore_add *add, struct err *err)
{
	struct keymake_key *made = &c->made[c->made_count];
	enum jwk_alg alg = purpose == KEY_JWT ? add->jwt_alg : JWK_EDDSA;
	enum rc rc;

	if (purpose == KEY_JWT && alg != JWK_RS256 && alg != JWK_ES256)
		return err_set(err, RC_INPUT, "a key for JWTs is RS256 or ES256");
	if (c->file.key_count == KEYFILE_KEYS_MAX)
		return err_set(
			err, RC_LIMIT, "a tenant has at most %d keys, ever", KEYFILE_KEYS_MAX);
	c->made_count++;
	rc = keymake_one(purpose, alg, begin_of(c, purpose, add), made, err);
	if (rc != RC_OK)
		return rc;
	c->file.keys[c->file.key_count++] = made->key;
	c->changed = true;
	return RC_OK;
}

static enum rc add_all(struct change *c, const struct keystore_add *add, struct err *err)
{
	enum rc rc = RC_OK;

	if (add->purposes == 0 || (add->purposes & ~ROTATED) != 0)
		return err_set(err, RC_INPUT,
			"keys of these purposes can be rotated: assert, record, log, receipt, jwt");
	if (add->overlap_s < KEY_OVERLAP_S || add->overlap_s > KEY_OVERLAP_MAX_S)
		return err_set(err, RC_INPUT,
			"a key is published for 2 to 90 days before it signs, not for %lld",
			(long long)(add->overlap_s / KEY_DAY_S));
	for (unsigned p = 1; rc == RC_OK && p <= KEY_PURPOSE_LAST; p++)
		if ((add->purposes & 1U << p) != 0 && !is_announced(&c->file, p, add->now_s))
			rc = add_one(c, (enum key_purpose)p, add, err);
	return rc;
}

static enum rc put(const struct change *c, struct secret **out, size_t *out_len, struct err *err)
{
	struct secret *made;
	struct buf b;
	enum rc rc;

	if (!c->changed)
		return RC_OK;
	made = secret_new(KEYFILE_LEN_MAX);
	b = secret_buf(made);
	rc = keyfile_put(&b, &c->file, err);
	if (rc != RC_OK) {
		secret_free(&made);
		return rc;
	}
	*out_len = b.n;
	*out = made;
	return RC_OK;
}

static void free_change(struct change *c)
{
	for (size_t i = 0; i < c->made_count; i++)
		keymake_free(&c->made[i]);
	MEM_FREE(c);
}

enum rc keychange_add(struct bytes text, const struct keystore_add *add, struct secret **out,
	size_t *out_len, struct err *err)
{
	struct change *c = mem_zalloc(1, sizeof *c);
	enum rc rc = keyfile_parse(text, &c->file, err);

	*out = NULL;
	if (rc == RC_OK)
		rc = add_all(c, add, err);
	if (rc == RC_OK)
		rc = put(c, out, out_len, err);
	free_change(c);
	return rc;
}

static struct keyfile_key *find(struct keyfile *file, struct str kid)
{
	for (size_t i = 0; i < file->key_count; i++)
		if (str_eq(file->keys[i].kid, kid) && file->keys[i].kind != KEYFILE_SECRET
			&& file->keys[i].kind != KEYFILE_RSA)
			return &file->keys[i];
	return NULL;
}

enum rc keychange_compromise(struct bytes text, struct str kid,
	const struct keystore_add *successor, struct secret **out, size_t *out_len, struct err *err)
{
	struct change *c = mem_zalloc(1, sizeof *c);
	struct keystore_add add = *successor;
	struct keyfile_key *key = NULL;
	enum rc rc = keyfile_parse(text, &c->file, err);

	*out = NULL;
	if (rc == RC_OK)
		key = find(&c->file, kid);
	if (rc == RC_OK && key == NULL)
		rc = err_set(err, RC_INPUT,
			"there is no signing key " STR_FMT "; certfill key list shows them",
			STR_ARG(kid));
	if (rc == RC_OK && key != NULL && key->compromised_s == KEY_NEVER_S) {
		add.purposes = 1U << key->purpose;
		add.jwt_alg = jwk_alg_of(key->public_half);
		key->compromised_s = add.now_s;
		key->private_half = (struct bytes){NULL, 0};
		c->changed = true;
		rc = add_all(c, &add, err);
	}
	if (rc == RC_OK)
		rc = put(c, out, out_len, err);
	free_change(c);
	return rc;
}
