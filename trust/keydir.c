// SPDX-License-Identifier: Apache-2.0
/* The directory of a tenant's keys, readable by nobody else. Runs in: sign, before lockdown. */
#include "trust/keydir.h"

#include "base/file.h"
#include "trust/keybox.h"
#include "trust/keyfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEYS_NAME "keys"
/* As file_replace() names what it has not finished. */
#define UNFINISHED ".keys."

static void name_of(const struct keystore_place *place, char out[KEYRING_TENANT_MAX + 1])
{
	memcpy(out, place->tenant.p, place->tenant.n);
	out[place->tenant.n] = '\0';
}

static enum rc make_directory(const struct keystore_place *place, struct err *err)
{
	char name[KEYRING_TENANT_MAX + 1];

	name_of(place, name);
	if (mkdirat(place->dir_fd, name, 0700) != 0 && errno != EEXIST)
		return err_errno(err, RC_SYSTEM, errno,
			"cannot make a directory for the keys of tenant %s", name);
	if (fsync(place->dir_fd) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot sync the directory of keys");
	return RC_OK;
}

enum rc keydir_open(const struct keystore_place *place, bool make, int *out, struct err *err)
{
	char name[KEYRING_TENANT_MAX + 1];
	AUTO_FD fd = -1;
	struct stat st;
	enum rc rc = keyring_check_tenant(place->tenant, err);

	if (rc == RC_OK && make)
		rc = make_directory(place, err);
	if (rc != RC_OK)
		return rc;
	name_of(place, name);
	fd = openat(place->dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
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

enum rc keydir_lock(int tenant_fd, struct err *err)
{
	int rc;

	do
		rc = flock(tenant_fd, LOCK_EX);
	while (rc != 0 && errno == EINTR);
	if (rc != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot lock the keys");
	return RC_OK;
}

enum rc keydir_need_empty(int tenant_fd, struct err *err)
{
	if (faccessat(tenant_fd, KEYS_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return err_set(
			err, RC_INPUT, "this tenant has keys already; they are never overwritten");
	if (errno != ENOENT)
		return err_errno(err, RC_SYSTEM, errno, "cannot look for keys");
	return RC_OK;
}

static enum rc open_box(const struct keystore_place *place, struct secret *own_sealed,
	struct secret **out, struct err *err)
{
	AUTO_SECRET sealed = own_sealed;

	if (place->passphrase.n == 0)
		return err_set(err, RC_INPUT,
			"the keys of tenant " STR_FMT
			" are sealed: their passphrase is needed (--passphrase-file)",
			STR_ARG(place->tenant));
	return keybox_open(secret_bytes(sealed), place->tenant, place->passphrase, out, err);
}

enum rc keydir_read(
	const struct keystore_place *place, int tenant_fd, struct secret **out, struct err *err)
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
	if (!S_ISREG(st.st_mode) || st.st_size <= 0
		|| (uint64_t)st.st_size > KEYFILE_LEN_MAX + KEYBOX_EXTRA_LEN)
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
	if (keybox_is_sealed(secret_bytes(text)))
		return open_box(place, text, out, err);
	*out = text;
	return RC_OK;
}

/* A process that was killed while it wrote leaves a file with private halves in it. */
static enum rc remove_unfinished(int tenant_fd, struct err *err)
{
	int fd = openat(tenant_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	enum rc rc = RC_OK;
	struct dirent *e;

	if (d == NULL)
		return err_errno(err, RC_SYSTEM, errno, "cannot list the directory of keys");
	while (rc == RC_OK && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, UNFINISHED, sizeof UNFINISHED - 1) == 0
			&& unlinkat(tenant_fd, e->d_name, 0) != 0)
			rc = err_errno(err, RC_SYSTEM, errno, "cannot remove an unfinished file");
	(void)closedir(d);
	return rc;
}

enum rc keydir_write(
	const struct keystore_place *place, int tenant_fd, struct bytes text, struct err *err)
{
	struct buf sealed = buf_new(KEYFILE_LEN_MAX + KEYBOX_EXTRA_LEN);
	enum rc rc = remove_unfinished(tenant_fd, err);

	if (rc == RC_OK && place->passphrase.n != 0)
		rc = keybox_put(
			&sealed, text, place->tenant, place->passphrase, &keybox_usual, err);
	if (rc == RC_OK)
		rc = file_replace(
			tenant_fd, KEYS_NAME, 0600, sealed.n != 0 ? buf_bytes(&sealed) : text, err);
	buf_free(&sealed);
	return rc;
}
