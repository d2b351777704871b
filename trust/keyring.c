// SPDX-License-Identifier: Apache-2.0
/* A tenant's keys in memory. Runs in: sign. */
#include "trust/keyring.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

const struct key *keyring_find(const struct keyring *ring, enum key_purpose purpose, struct str kid)
{
	const struct key *best = NULL;

	for (size_t i = 0; i < ring->key_count; i++) {
		const struct key *key = &ring->keys[i];

		if (key->purpose != purpose || (kid.n != 0 && !str_eq_cz(kid, key->kid)))
			continue;
		if (kid.n == 0 && key->compromised_s != KEY_NEVER_S)
			continue;
		if (best == NULL || key->not_before_s > best->not_before_s)
			best = key;
	}
	return best;
}

static void live(const struct keyring *ring, struct key_life *lives)
{
	for (size_t i = 0; i < ring->key_count; i++) {
		const struct key *key = &ring->keys[i];

		lives[i] = (struct key_life){.purpose = (uint8_t)key->purpose,
			.kid = str_of(key->kid),
			.not_before_s = key->not_before_s,
			.sign_until_s = key->sign_until_s,
			.compromised_s = key->compromised_s};
	}
}

void keyring_settle(struct keyring *ring)
{
	struct key_life lives[KEYRING_KEYS_MAX];

	live(ring, lives);
	key_life_judge(lives, ring->key_count, 0);
	for (size_t i = 0; i < ring->key_count; i++)
		ring->keys[i].last_s = lives[i].last_s;
}

enum rc keyring_active(const struct keyring *ring, enum key_purpose purpose, int64_t at_s,
	const struct key **out, struct err *err)
{
	struct key_life lives[KEYRING_KEYS_MAX];
	char day[CLOCK_ISO_LEN];

	live(ring, lives);
	key_life_judge(lives, ring->key_count, at_s);
	for (size_t i = 0; i < ring->key_count; i++) {
		*out = &ring->keys[i];
		if (lives[i].purpose == purpose && lives[i].state == KEY_ACTIVE)
			return RC_OK;
	}
	*out = NULL;
	clock_iso(at_s, day);
	return err_set(err, RC_INPUT, "no %s key may sign on %.10s: rotate the keys",
		key_purpose_name((uint8_t)purpose), day);
}

enum rc keyring_urgent(const struct keyring *ring, enum key_purpose purpose, int64_t at_s,
	const struct key **out, struct err *err)
{
	enum rc rc = keyring_active(ring, purpose, at_s, out, err);
	const struct key *next = NULL;
	bool compromised = false;

	for (size_t i = 0; rc != RC_OK && i < ring->key_count; i++) {
		const struct key *key = &ring->keys[i];

		if (key->purpose != purpose)
			continue;
		if (key->compromised_s != KEY_NEVER_S)
			compromised = true;
		else if (key->not_before_s > at_s
			&& (next == NULL || key->not_before_s < next->not_before_s))
			next = key;
	}
	if (rc == RC_OK || next == NULL || !compromised)
		return rc;
	*out = next;
	return RC_OK;
}

enum rc key_sign(const struct key *key, struct bytes in, uint8_t out[64], struct err *err)
{
	CHECK(key->signs);
	return key->ops->sign(key, in, out, err);
}

enum rc key_sign_jws(const struct key *key, struct bytes in, struct buf *out, struct err *err)
{
	CHECK(key->purpose == KEY_JWT && key->ops != NULL);
	return key->ops->sign_jws(key, in, out, err);
}

enum jwk_alg key_alg(const struct key *key)
{
	return jwk_alg_of((struct bytes){key->public_half, key->public_len});
}

static enum rc copy_der(struct arena *a, const X509 *cert, struct bytes *out, struct err *err)
{
	OSSL_AUTO_DER der = NULL;
	int n = cert != NULL ? i2d_X509(cert, &der) : 0;

	if (n < 0)
		return ossl_error(err, "cannot encode a certificate");
	*out = (struct bytes){n != 0 ? arena_dup(a, der, (size_t)n) : NULL, (size_t)n};
	return RC_OK;
}

static enum rc describe_pass(
	const struct keyring *ring, struct arena *a, struct wire_keys_are *out, struct err *err)
{
	const struct pass_identity *id = &ring->pass;
	enum rc rc = copy_der(a, id->certificate, &out->pass_certificate, err);

	if (rc == RC_OK)
		rc = copy_der(a, id->intermediate, &out->pass_intermediate, err);
	if (rc == RC_OK)
		rc = copy_der(a, id->root, &out->pass_root, err);
	out->pass_throwaway = id->throwaway;
	out->pass_type_id = str_of(id->type_id);
	out->pass_team_id = str_of(id->team_id);
	out->pass_not_after_s = id->not_after_s;
	out->pass_kid = str_of(ring->pass_kid);
	memcpy(out->pass_chain_sha256, id->chain_sha256, sizeof out->pass_chain_sha256);
	return rc;
}

/* Of an unfinished or mixed up renewal nothing is told: the ledger would keep it under that kid. */
static bool has_pass_key(const struct pass_identity *id)
{
	bool has = id->certificate != NULL && id->intermediate != NULL && id->key != NULL
		&& X509_check_private_key(id->certificate, id->key) == 1;

	ossl_forget_errors();
	return has;
}

static enum rc describe_pass_key(
	const struct keyring *ring, struct arena *a, struct wire_key *out, struct err *err)
{
	OSSL_AUTO_DER der = NULL;
	int n = i2d_PUBKEY(ring->pass.key, &der);

	if (n <= 0)
		return ossl_error(err, "cannot encode the pass key");
	*out = (struct wire_key){.purpose = KEY_PASS,
		.kid = str_of(ring->pass_kid),
		.public_key = {arena_dup(a, der, (size_t)n), (size_t)n},
		.not_before_s = ring->pass.not_before_s,
		.sign_until_s = ring->pass_sign_until_s,
		.compromised_s = KEY_NEVER_S};
	return RC_OK;
}

static void describe_keys(const struct keyring *ring, struct wire_keys_are *out)
{
	for (size_t i = 0; i < ring->key_count; i++) {
		const struct key *key = &ring->keys[i];

		out->keys.items[i] = (struct wire_key){.purpose = (uint8_t)key->purpose,
			.kid = str_of(key->kid),
			.public_key = {key->public_half, key->public_len},
			.not_before_s = key->not_before_s,
			.sign_until_s = key->sign_until_s,
			.compromised_s = key->compromised_s};
	}
	out->keys.count = (uint32_t)ring->key_count;
}

static void copy_notes(struct arena *a, const struct pass_notes *notes, struct wire_list *list)
{
	struct str *items = arena_zalloc(a, PASS_IDENTITY_NOTES_MAX, sizeof *items);

	if (list->count != 0)
		memcpy(items, list->items, list->count * sizeof *items);
	for (size_t i = 0; i < notes->count && list->count < PASS_IDENTITY_NOTES_MAX; i++)
		items[list->count++] = str_of(notes->note[i]);
	list->items = items;
}

enum rc keyring_describe(
	const struct keyring *ring, struct arena *a, struct wire_keys_are *out, struct err *err)
{
	const struct key *data = keyring_find(ring, KEY_DATA, STR(""));
	struct wire_list problems = {0};
	struct wire_list warnings = {0};
	enum rc rc;

	*out = (struct wire_keys_are){0};
	out->keys.items = arena_zalloc(a, ring->key_count + 1, sizeof *out->keys.items);
	describe_keys(ring, out);
	rc = describe_pass(ring, a, out, err);
	if (rc == RC_OK && has_pass_key(&ring->pass) && out->keys.count < KEYRING_KEYS_MAX)
		rc = describe_pass_key(ring, a, &out->keys.items[out->keys.count++], err);
	if (rc != RC_OK)
		return rc;
	if (data != NULL)
		out->data_key = secret_bytes(data->secret);
	copy_notes(a, &ring->pass.problems, &problems);
	copy_notes(a, &ring->warnings, &warnings);
	copy_notes(a, &ring->pass.warnings, &warnings);
	out->problems.items = problems.items;
	out->problems.count = problems.count;
	out->warnings.items = warnings.items;
	out->warnings.count = warnings.count;
	return RC_OK;
}

void keyring_clear(struct keyring *ring)
{
	for (size_t i = 0; i < ring->key_count; i++) {
		struct key *key = &ring->keys[i];

		secret_free(&key->secret);
		if (key->ops != NULL)
			key->ops->free_handle(key->handle);
	}
	pass_identity_free(&ring->pass);
	*ring = (struct keyring){0};
}

enum rc keyring_check_tenant(struct str tenant, struct err *err)
{
	if (tenant.n == 0 || tenant.n > KEYRING_TENANT_MAX)
		return err_set(err, RC_INPUT, "a tenant's name has 1 to %d characters",
			KEYRING_TENANT_MAX);
	for (size_t i = 0; i < tenant.n; i++) {
		char c = tenant.p[i];
		bool plain =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!plain && (i == 0 || (c != '.' && c != '-' && c != '_')))
			return err_set(err, RC_INPUT,
				"a tenant's name has letters, digits, dots, dashes and "
				"underscores, and begins with one of "
				"the first two");
	}
	return RC_OK;
}
