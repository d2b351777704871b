// SPDX-License-Identifier: Apache-2.0
/* Sealing a key file under a passphrase. Runs in: sign, before lockdown. */
#include "trust/keybox.h"

#include "base/cursor.h"
#include "base/random.h"
#include "base/seal.h"

#include <argon2.h>
#include <string.h>

#define SALT_LEN 16
#define HEAD_LEN ((size_t)8 + 12 + SALT_LEN + SEAL_NONCE_LEN)

static const char magic[8] = {'C', 'F', 'S', 'E', 'A', 'L', '0', '1'};

const struct keybox_cost keybox_usual = {KEYBOX_MEMORY_KIB, KEYBOX_PASSES, KEYBOX_LANES};

bool keybox_is_sealed(struct bytes raw)
{
	return raw.n >= sizeof magic && memcmp(raw.p, magic, sizeof magic) == 0;
}

static bool is_payable(const struct keybox_cost *cost)
{
	return cost->lanes >= 1 && cost->lanes <= KEYBOX_LANES_MAX && cost->passes >= 1
		&& cost->passes <= KEYBOX_PASSES_MAX && cost->memory_kib >= 8 * cost->lanes
		&& cost->memory_kib <= KEYBOX_MEMORY_MAX_KIB;
}

/* One thread, whatever the lanes: the signer has no other. */
static enum rc derive(struct bytes passphrase, const uint8_t salt[SALT_LEN],
	/* NOLINTNEXTLINE(readability-non-const-parameter): Argon2 writes into it. */
	const struct keybox_cost *cost, uint8_t key[SEAL_KEY_LEN], struct err *err)
{
	argon2_context context = {.out = key,
		.outlen = SEAL_KEY_LEN,
		.pwd = (uint8_t *)(uintptr_t)passphrase.p,
		.pwdlen = (uint32_t)passphrase.n,
		.salt = (uint8_t *)(uintptr_t)salt,
		.saltlen = SALT_LEN,
		.t_cost = cost->passes,
		.m_cost = cost->memory_kib,
		.lanes = cost->lanes,
		.threads = 1,
		.version = ARGON2_VERSION_13,
		.flags = ARGON2_DEFAULT_FLAGS};
	int status;

	if (passphrase.n == 0 || passphrase.n > KEYBOX_PASSPHRASE_MAX)
		return err_set(
			err, RC_INPUT, "a passphrase has 1 to %d bytes", KEYBOX_PASSPHRASE_MAX);
	status = argon2id_ctx(&context);
	if (status != ARGON2_OK)
		return err_set(err, RC_SYSTEM, "cannot derive a key from the passphrase: %s",
			argon2_error_message(status));
	return RC_OK;
}

/* The head of the file and whose it is. */
static void put_aad(struct buf *aad, struct bytes head, struct str tenant)
{
	buf_put_bytes(aad, head);
	cursor_put_bytes(aad, bytes_of(tenant));
	CHECK(!aad->full);
}

enum rc keybox_put(struct buf *out, struct bytes text, struct str tenant, struct bytes passphrase,
	const struct keybox_cost *cost, struct err *err)
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_with with = {.key = key};
	struct buf aad = buf_new(1024);
	struct seal *seal;
	uint8_t salt[SALT_LEN];
	uint8_t *body;
	enum rc rc;

	CHECK(out->n == 0 && is_payable(cost));
	random_fill(salt, sizeof salt);
	random_fill(with.nonce, sizeof with.nonce);
	rc = derive(passphrase, salt, cost, key, err);
	if (rc != RC_OK)
		return rc;
	buf_put(out, magic, sizeof magic);
	cursor_put_u32(out, cost->memory_kib);
	cursor_put_u32(out, cost->passes);
	cursor_put_u32(out, cost->lanes);
	buf_put(out, salt, sizeof salt);
	buf_put(out, with.nonce, sizeof with.nonce);
	put_aad(&aad, buf_bytes(out), tenant);
	with.aad = buf_bytes(&aad);
	body = buf_grow(out, text.n + SEAL_TAG_LEN);
	if (body == NULL) {
		rc = err_set(err, RC_LIMIT, "the keys take over %zu bytes", out->cap);
	} else {
		memcpy(body, text.p, text.n);
		seal = seal_new();
		seal_lock(seal, &with, body, text.n, body + text.n);
		seal_free(&seal);
	}
	seal_wipe(key, sizeof key);
	buf_free(&aad);
	return rc;
}

static enum rc unlock(struct bytes raw, struct str tenant, const uint8_t key[SEAL_KEY_LEN],
	struct secret **out, struct err *err)
{
	size_t n = raw.n - KEYBOX_EXTRA_LEN;
	struct seal_with with = {.key = key};
	struct secret *text = secret_new(n);
	struct buf aad = buf_new(1024);
	struct seal *seal = seal_new();
	struct err why;
	enum rc rc;

	memcpy(with.nonce, raw.p + HEAD_LEN - SEAL_NONCE_LEN, SEAL_NONCE_LEN);
	put_aad(&aad, (struct bytes){raw.p, HEAD_LEN}, tenant);
	with.aad = buf_bytes(&aad);
	memcpy(secret_room(text), raw.p + HEAD_LEN, n);
	rc = seal_unlock(seal, &with, secret_room(text), n, raw.p + HEAD_LEN + n, &why);
	seal_free(&seal);
	buf_free(&aad);
	if (rc != RC_OK) {
		secret_free(&text);
		return err_set(err, RC_INPUT,
			"the passphrase does not open the keys of tenant " STR_FMT
			": it is another one, or the key file was changed",
			STR_ARG(tenant));
	}
	*out = text;
	return RC_OK;
}

enum rc keybox_open(struct bytes raw, struct str tenant, struct bytes passphrase,
	struct secret **out, struct err *err)
{
	struct cursor c = cursor_of(raw);
	struct keybox_cost cost;
	uint8_t key[SEAL_KEY_LEN];
	enum rc rc;

	(void)cursor_take(&c, sizeof magic);
	cost.memory_kib = cursor_u32(&c);
	cost.passes = cursor_u32(&c);
	cost.lanes = cursor_u32(&c);
	if (!keybox_is_sealed(raw) || raw.n <= KEYBOX_EXTRA_LEN || !is_payable(&cost))
		return err_set(
			err, RC_INPUT, "the sealed key file is damaged: restore it from a backup");
	rc = derive(passphrase, raw.p + sizeof magic + 12, &cost, key, err);
	if (rc == RC_OK)
		rc = unlock(raw, tenant, key, out, err);
	seal_wipe(key, sizeof key);
	return rc;
}
