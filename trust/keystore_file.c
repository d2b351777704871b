// SPDX-License-Identifier: Apache-2.0
/* Keys in a file of their own per tenant, readable by nobody else. Runs in: sign, before lockdown. */
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "trust/keyfile.h"
#include "trust/keymake.h"
#include "trust/keystore.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEYS_NAME "keys"
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

static void free_pkey(void *handle)
{
	EVP_PKEY_free(handle);
}

static const struct key_ops file_ops = {sign_ed25519, free_pkey};

static enum rc open_tenant(int dir_fd, struct str tenant, int *out, struct err *err)
{
	char name[KEYRING_TENANT_MAX + 1];
	AUTO_FD fd = -1;
	struct stat st;

	memcpy(name, tenant.p, tenant.n);
	name[tenant.n] = '\0';
	fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return err_set(err, RC_INPUT,
			"tenant %s has no keys here: restore a backup that holds them", name);
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open the keys of tenant %s", name);
	if ((st.st_mode & 077) != 0)
		return err_set(err, RC_INPUT,
			"others on this machine can look into the key directory of tenant %s: "
			"chmod 700 it",
			name);
	*out = file_take(&fd);
	return RC_OK;
}

static enum rc make_directory(int dir_fd, struct str tenant, struct err *err)
{
	char name[KEYRING_TENANT_MAX + 1];

	memcpy(name, tenant.p, tenant.n);
	name[tenant.n] = '\0';
	if (mkdirat(dir_fd, name, 0700) != 0 && errno != EEXIST)
		return err_errno(err, RC_SYSTEM, errno,
			"cannot make a directory for the keys of tenant %s", name);
	if (fsync(dir_fd) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot sync the directory of keys");
	return RC_OK;
}

/* Under a lock, so that two of us cannot both find no keys and both make them. */
static enum rc lock_empty(int tenant_fd, struct err *err)
{
	if (flock(tenant_fd, LOCK_EX | LOCK_NB) != 0)
		return err_set(err, RC_AGAIN, "another process is making this tenant's keys");
	if (faccessat(tenant_fd, KEYS_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return err_set(
			err, RC_INPUT, "this tenant has keys already; they are never overwritten");
	if (errno != ENOENT)
		return err_errno(err, RC_SYSTEM, errno, "cannot look for keys");
	return RC_OK;
}

static enum rc file_make(
	int dir_fd, struct str tenant, struct str organization, int64_t now_s, struct err *err)
{
	AUTO_FD tenant_fd = -1;
	AUTO_SECRET made = NULL;
	size_t made_len = 0;
	enum rc rc = keyring_check_tenant(tenant, err);

	if (rc == RC_OK)
		rc = make_directory(dir_fd, tenant, err);
	if (rc == RC_OK)
		rc = open_tenant(dir_fd, tenant, &tenant_fd, err);
	if (rc == RC_OK)
		rc = lock_empty(tenant_fd, err);
	if (rc == RC_OK)
		rc = keymake_tenant(organization, now_s, &made, &made_len, err);
	if (rc == RC_OK)
		rc = file_replace(tenant_fd, KEYS_NAME, 0600,
			(struct bytes){secret_bytes(made).p, made_len}, err);
	return rc;
}

static enum rc read_keys(int tenant_fd, struct secret **out, struct err *err)
{
	AUTO_FD fd = openat(tenant_fd, KEYS_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct secret *text;
	struct stat st;
	enum rc rc;

	if (fd < 0 && errno == ENOENT)
		return err_set(err, RC_INPUT,
			"this tenant has no keys here: restore a backup that holds them");
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open the key file");
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 || (uint64_t)st.st_size > KEYFILE_LEN_MAX)
		return err_set(err, RC_INPUT, "the key file is damaged: restore it from a backup");
	if ((st.st_mode & 077) != 0)
		return err_set(err, RC_INPUT,
			"others on this machine can read the key file (mode %03o): chmod 600 it, "
			"then rotate the keys",
			(unsigned)st.st_mode & 0777U);
	text = secret_new((size_t)st.st_size);
	rc = file_pread(fd, "the key file", 0, secret_room(text), (size_t)st.st_size, err);
	if (rc != RC_OK) {
		secret_free(&text);
		return rc;
	}
	*out = text;
	return RC_OK;
}

static enum rc open_signing_key(struct key *key, const struct keyfile_key *from, struct err *err)
{
	EVP_PKEY *pkey = ossl_load_ed25519(from->private_half);
	size_t n = sizeof key->public_half;

	if (pkey == NULL)
		return ossl_error(err, "cannot open a signing key");
	key->signs = true;
	key->handle = pkey;
	key->ops = &file_ops;
	if (EVP_PKEY_get_raw_public_key(pkey, key->public_half, &n) != 1
		|| memcmp(key->public_half, from->public_half.p, sizeof key->public_half) != 0)
		return err_set(
			err, RC_INPUT, "a signing key and its public half do not belong together");
	return RC_OK;
}

static enum rc take_key(struct keyring *ring, const struct keyfile_key *from, struct err *err)
{
	struct key *key = &ring->keys[ring->key_count++];

	*key = (struct key){.purpose = (enum key_purpose)from->purpose,
		.not_before_s = from->not_before_s,
		.sign_until_s = from->sign_until_s};
	memcpy(key->kid, from->kid.p, from->kid.n);
	if (from->kind == KEYFILE_ED25519)
		return open_signing_key(key, from, err);
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

static enum rc file_load(int dir_fd, struct str tenant, struct keyring *out, struct err *err)
{
	AUTO_FD tenant_fd = -1;
	AUTO_SECRET text = NULL;
	struct keyfile *file;
	enum rc rc = open_tenant(dir_fd, tenant, &tenant_fd, err);

	if (rc == RC_OK)
		rc = read_keys(tenant_fd, &text, err);
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

const struct keystore_backend keystore_file = {"file", file_make, file_load};
