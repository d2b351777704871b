// SPDX-License-Identifier: Apache-2.0
/* A tenant's key file, as bytes. Runs in: sign. */
#include "trust/keyfile.h"

#include "base/cursor.h"
#include "base/hash.h"
#include "ipc/key_life.h"

#include <string.h>

static const char magic[8] = {'C', 'F', 'K', 'E', 'Y', 'S', '0', '2'};
static const char magic_1[8] = {'C', 'F', 'K', 'E', 'Y', 'S', '0', '1'};

#define CERTIFICATE_MAX 8192
#define PRIVATE_MAX 8192
#define PUBLIC_MAX 600

enum rc keyfile_put(struct buf *out, const struct keyfile *file, struct err *err)
{
	uint8_t digest[HASH_SHA256_LEN];

	CHECK(out->n == 0 && file->key_count <= KEYFILE_KEYS_MAX);
	buf_put(out, magic, sizeof magic);
	cursor_put_u32(out, (uint32_t)file->key_count);
	for (size_t i = 0; i < file->key_count; i++) {
		const struct keyfile_key *key = &file->keys[i];

		cursor_put_u8(out, key->purpose);
		cursor_put_u8(out, key->kind);
		cursor_put_bytes(out, bytes_of(key->kid));
		cursor_put_u64(out, (uint64_t)key->not_before_s);
		cursor_put_u64(out, (uint64_t)key->sign_until_s);
		cursor_put_u64(out, (uint64_t)key->compromised_s);
		cursor_put_bytes(out, key->public_half);
		cursor_put_bytes(out, key->private_half);
	}
	cursor_put_bytes(out, file->pass_certificate);
	cursor_put_bytes(out, file->pass_intermediate);
	cursor_put_bytes(out, file->pass_root);
	hash_sha256(buf_bytes(out), digest);
	buf_put(out, digest, sizeof digest);
	if (out->full)
		return err_set(err, RC_LIMIT, "the keys take over %zu bytes", out->cap);
	return RC_OK;
}

/* Lengths of the halves that each kind has. */
static const struct {
	size_t public_min;
	size_t public_max;
	size_t private_min;
	size_t private_max;
} kinds[] = {
	[KEYFILE_ED25519] = {32, 32, 32, 32},
	[KEYFILE_SECRET] = {0, 0, 32, 32},
	[KEYFILE_RSA] = {0, PUBLIC_MAX, 1, PRIVATE_MAX},
	[KEYFILE_RS256] = {256, 512, 1, PRIVATE_MAX},
	[KEYFILE_ES256] = {65, 65, 1, PRIVATE_MAX},
};

static bool is_sound(const struct keyfile_key *key)
{
	size_t n = key->private_half.n;

	if (key->purpose == 0 || key->purpose > KEY_PURPOSE_LAST || key->kid.n == 0
		|| key->kid.n > KEYFILE_KID_MAX || !str_is_utf8(key->kid))
		return false;
	if (key->kind == 0 || key->kind >= ARRAY_COUNT(kinds)
		|| key->public_half.n < kinds[key->kind].public_min
		|| key->public_half.n > kinds[key->kind].public_max)
		return false;
	if (key->compromised_s != KEY_NEVER_S)
		return n == 0 && key->kind != KEYFILE_SECRET && key->kind != KEYFILE_RSA;
	return n >= kinds[key->kind].private_min && n <= kinds[key->kind].private_max;
}

static bool parse_key(struct cursor *c, bool first_version, struct keyfile_key *out)
{
	out->purpose = cursor_u8(c);
	out->kind = cursor_u8(c);
	out->kid = bytes_text(cursor_bytes(c));
	out->not_before_s = (int64_t)cursor_u64(c);
	out->sign_until_s = (int64_t)cursor_u64(c);
	out->compromised_s = first_version ? KEY_NEVER_S : (int64_t)cursor_u64(c);
	out->public_half = cursor_bytes(c);
	out->private_half = cursor_bytes(c);
	return !c->bad && is_sound(out);
}

static enum rc damaged(struct err *err)
{
	return err_set(err, RC_INPUT, "the key file is damaged: restore it from a backup");
}

enum rc keyfile_parse(struct bytes raw, struct keyfile *out, struct err *err)
{
	uint8_t digest[HASH_SHA256_LEN];
	struct cursor c;
	bool first_version;
	uint32_t count;

	out->key_count = 0;
	if (raw.n < sizeof magic + sizeof digest || raw.n > KEYFILE_LEN_MAX)
		return damaged(err);
	first_version = memcmp(raw.p, magic_1, sizeof magic_1) == 0;
	if (!first_version && memcmp(raw.p, magic, sizeof magic) != 0)
		return err_set(
			err, RC_INPUT, "the key file is none of ours, or of a newer version");
	raw.n -= sizeof digest;
	hash_sha256(raw, digest);
	if (!hash_equal(digest, raw.p + raw.n, sizeof digest))
		return damaged(err);
	c = cursor_of((struct bytes){raw.p + sizeof magic, raw.n - sizeof magic});
	count = cursor_u32(&c);
	if (count > KEYFILE_KEYS_MAX)
		return damaged(err);
	for (uint32_t i = 0; i < count; i++) {
		if (!parse_key(&c, first_version, &out->keys[i]))
			return damaged(err);
	}
	out->key_count = count;
	out->pass_certificate = cursor_bytes(&c);
	out->pass_intermediate = cursor_bytes(&c);
	out->pass_root = cursor_bytes(&c);
	if (!cursor_at_end(&c) || out->pass_certificate.n > CERTIFICATE_MAX
		|| out->pass_intermediate.n > CERTIFICATE_MAX || out->pass_root.n > CERTIFICATE_MAX)
		return damaged(err);
	return RC_OK;
}
