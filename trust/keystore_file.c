// SPDX-License-Identifier: Apache-2.0
/* Keys in a file of their own per tenant, readable by nobody else. Runs in: sign, before lockdown. */
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "trust/es256.h"
#include "trust/keychange.h"
#include "trust/keydir.h"
#include "trust/keymake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLE_NAME "apple"
#define APPLE_KID_DIGITS 16

static enum rc sign_ed25519(
	const struct key *key, struct bytes in, uint8_t out[64], struct err *err)
{
	AUTO(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	size_t n = 64;

	if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->handle) != 1
		|| EVP_DigestSign(ctx, out, &n, in.p, in.n) != 1 || n != 64)
		return ossl_error(err, "cannot sign");
	return RC_OK;
}

static enum rc sign_jws(const struct key *key, struct bytes in, struct buf *out, struct err *err)
{
	uint8_t signature[JWK_PUBLIC_MAX];
	size_t n = sizeof signature;
	AUTO(EVP_MD_CTX) ctx = NULL;

	if (key_alg(key) == JWK_ES256)
		return es256_sign(key->handle, in, out, err);
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->handle) != 1
		|| EVP_DigestSign(ctx, signature, &n, in.p, in.n) != 1)
		return ossl_error(err, "cannot sign");
	buf_put(out, signature, n);
	return out->full ? err_set(err, RC_LIMIT, "no room for a signature") : RC_OK;
}

static void free_pkey(void *handle)
{
	EVP_PKEY_free(handle);
}

static const struct key_ops file_ops = {sign_ed25519, sign_jws, free_pkey};

static enum rc file_make(
	const struct keystore_place *place, struct str organization, int64_t now_s, struct err *err)
{
	AUTO_FD tenant_fd = -1;
	AUTO_SECRET made = NULL;
	size_t made_len = 0;
	enum rc rc = keydir_open(place, true, &tenant_fd, err);

	/* Under the lock, so that two of us cannot both find no keys and both make them. */
	if (rc == RC_OK)
		rc = keydir_lock(tenant_fd, err);
	if (rc == RC_OK)
		rc = keydir_need_empty(tenant_fd, err);
	if (rc == RC_OK)
		rc = keymake_tenant(organization, now_s, &made, &made_len, err);
	if (rc == RC_OK)
		rc = keydir_write(
			place, tenant_fd, (struct bytes){secret_bytes(made).p, made_len}, err);
	return rc;
}

/* Opens, locks and reads the keys for a change. */
static enum rc open_for_change(
	const struct keystore_place *place, int *tenant_fd, struct secret **text, struct err *err)
{
	enum rc rc = keydir_open(place, false, tenant_fd, err);

	if (rc == RC_OK)
		rc = keydir_lock(*tenant_fd, err);
	return rc == RC_OK ? keydir_read(place, *tenant_fd, text, err) : rc;
}

static enum rc file_add(
	const struct keystore_place *place, const struct keystore_add *add, struct err *err)
{
	AUTO_FD tenant_fd = -1;
	AUTO_SECRET text = NULL;
	AUTO_SECRET changed = NULL;
	size_t n = 0;
	enum rc rc = open_for_change(place, &tenant_fd, &text, err);

	if (rc == RC_OK)
		rc = keychange_add(secret_bytes(text), add, &changed, &n, err);
	if (rc == RC_OK && changed != NULL)
		rc = keydir_write(
			place, tenant_fd, (struct bytes){secret_bytes(changed).p, n}, err);
	return rc;
}

static enum rc file_compromise(const struct keystore_place *place, struct str kid, int64_t now_s,
	int64_t overlap_s, struct err *err)
{
	struct keystore_add successor = {.now_s = now_s, .overlap_s = overlap_s};
	AUTO_FD tenant_fd = -1;
	AUTO_SECRET text = NULL;
	AUTO_SECRET changed = NULL;
	size_t n = 0;
	enum rc rc = open_for_change(place, &tenant_fd, &text, err);

	if (rc == RC_OK)
		rc = keychange_compromise(secret_bytes(text), kid, &successor, &changed, &n, err);
	if (rc == RC_OK && changed != NULL)
		rc = keydir_write(
			place, tenant_fd, (struct bytes){secret_bytes(changed).p, n}, err);
	return rc;
}

static enum rc seal_file(
	const struct keystore_place *place, struct bytes passphrase, struct err *err)
{
	struct keystore_place after = {place->dir_fd, place->tenant, passphrase};
	AUTO_FD tenant_fd = -1;
	AUTO_SECRET text = NULL;
	enum rc rc = open_for_change(place, &tenant_fd, &text, err);

	return rc == RC_OK ? keydir_write(&after, tenant_fd, secret_bytes(text), err) : rc;
}

static enum rc open_signing_key(struct key *key, const struct keyfile_key *from, struct err *err)
{
	uint8_t public_half[32];
	EVP_PKEY *pkey = ossl_load_ed25519(from->private_half);
	size_t n = sizeof public_half;

	if (pkey == NULL)
		return ossl_error(err, "cannot open a signing key");
	key->signs = true;
	key->handle = pkey;
	key->ops = &file_ops;
	if (EVP_PKEY_get_raw_public_key(pkey, public_half, &n) != 1
		|| memcmp(key->public_half, public_half, sizeof public_half) != 0)
		return err_set(
			err, RC_INPUT, "a signing key and its public half do not belong together");
	return RC_OK;
}

static enum rc open_jwt_key(struct key *key, const struct keyfile_key *from, struct err *err)
{
	const unsigned char *at = from->private_half.p;
	int type = from->kind == KEYFILE_RS256 ? EVP_PKEY_RSA : EVP_PKEY_EC;

	key->handle = d2i_PrivateKey(type, NULL, &at, (long)from->private_half.n);
	if (key->handle == NULL)
		return ossl_error(err, "cannot open a key for JWTs");
	key->ops = &file_ops;
	if (!ossl_has_public(key->handle, from->public_half))
		return err_set(
			err, RC_INPUT, "a key for JWTs and its public half do not belong together");
	return RC_OK;
}

static enum rc take_key(struct keyring *ring, const struct keyfile_key *from, struct err *err)
{
	struct key *key = &ring->keys[ring->key_count++];

	*key = (struct key){.purpose = (enum key_purpose)from->purpose,
		.not_before_s = from->not_before_s,
		.sign_until_s = from->sign_until_s,
		.compromised_s = from->compromised_s,
		.public_len = from->public_half.n};
	memcpy(key->kid, from->kid.p, from->kid.n);
	if (from->public_half.n != 0)
		memcpy(key->public_half, from->public_half.p, from->public_half.n);
	if (from->compromised_s != KEY_NEVER_S)
		return RC_OK;
	if (from->kind == KEYFILE_ED25519)
		return open_signing_key(key, from, err);
	if (from->kind != KEYFILE_SECRET)
		return open_jwt_key(key, from, err);
	key->secret = secret_dup(from->private_half);
	return RC_OK;
}

static enum rc take_pass(struct keyring *ring, const struct keyfile *file,
	const struct keyfile_key *from, struct err *err)
{
	pass_identity_free(&ring->pass);
	memcpy(ring->pass_kid, from->kid.p, from->kid.n);
	ring->pass_sign_until_s = from->sign_until_s;
	return pass_identity_of_der(&ring->pass, from->private_half, file->pass_certificate,
		file->pass_intermediate, file->pass_root, err);
}

static enum rc take_keys(struct keyring *ring, const struct keyfile *file, struct err *err)
{
	for (size_t i = 0; i < file->key_count; i++) {
		const struct keyfile_key *key = &file->keys[i];
		enum rc rc = key->kind == KEYFILE_RSA ? take_pass(ring, file, key, err)
						      : take_key(ring, key, err);

		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* A renewed certificate is another key to the ledger, which keeps the public half of every kid. */
static enum rc name_apple(struct keyring *ring, struct err *err)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	char hex[APPLE_KID_DIGITS + 1];
	unsigned n = 0;

	ring->pass_kid[0] = '\0';
	if (ring->pass.certificate == NULL)
		return RC_OK;
	if (X509_digest(ring->pass.certificate, EVP_sha256(), digest, &n) != 1)
		return ossl_error(err, "cannot take the digest of the pass certificate");
	text_hex((struct bytes){digest, APPLE_KID_DIGITS / 2}, hex);
	(void)text_fmt(ring->pass_kid, sizeof ring->pass_kid, "apple-%s", hex);
	return RC_OK;
}

/* Nothing of that name at all; a link into nowhere is something. */
static bool has_no_apple(int tenant_fd)
{
	struct stat st;

	return fstatat(tenant_fd, APPLE_NAME, &st, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
}

/*
 * A directory with the operator's own certificate takes the place of the throwaway chain, also when
 * it cannot be opened: passes that no phone takes are worse than none.
 */
static enum rc take_apple(struct keyring *ring, int tenant_fd, struct err *err)
{
	AUTO_FD fd = openat(tenant_fd, APPLE_NAME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	const char *why = strerrordesc_np(errno);

	if (fd < 0 && has_no_apple(tenant_fd))
		return RC_OK;
	pass_identity_free(&ring->pass);
	if (fd >= 0)
		pass_identity_of_directory(&ring->pass, fd);
	else
		(void)text_fmt(ring->pass.problems.note[ring->pass.problems.count++], ERR_TEXT_LEN,
			"the directory apple/ of the pass certificate cannot be opened: %s", why);
	ring->pass_sign_until_s = INT64_MAX;
	return name_apple(ring, err);
}

static enum rc file_load(const struct keystore_place *place, struct keyring *out, struct err *err)
{
	AUTO_FD tenant_fd = -1;
	AUTO_SECRET text = NULL;
	struct keyfile *file;
	enum rc rc = keydir_open(place, false, &tenant_fd, err);

	if (rc == RC_OK)
		rc = keydir_read(place, tenant_fd, &text, err);
	if (rc != RC_OK)
		return rc;
	file = mem_zalloc(1, sizeof *file);
	rc = keyfile_parse(secret_bytes(text), file, err);
	if (rc == RC_OK)
		rc = take_keys(out, file, err);
	MEM_FREE(file);
	if (rc == RC_OK)
		rc = take_apple(out, tenant_fd, err);
	return rc;
}

const struct keystore_backend keystore_file = {
	"file", file_make, file_load, file_add, file_compromise, seal_file};
