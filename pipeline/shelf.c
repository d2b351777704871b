// SPDX-License-Identifier: Apache-2.0
/* Cleaned templates at rest, found by hash or by name. Runs in: control. */
#include "pipeline/shelf.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPLATE_LEN_MAX ((uint64_t)128 << 20)
#define NAME_LEN 64
#define DIGITS_MIN 8

static enum rc open_folder(struct tenant *t, int *fd, struct err *err)
{
	char name[LEDGER_TENANT_MAX + 1];

	(void)text_fmt(name, sizeof name, STR_FMT, STR_ARG(t->actor.tenant));
	if (mkdirat(t->house->templates_fd, name, 0700) != 0 && errno != EEXIST)
		return err_errno(err, RC_SYSTEM, errno,
			"cannot make templates/%s in the data directory", name);
	*fd = openat(t->house->templates_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return err_errno(err, RC_SYSTEM, errno,
			"cannot open templates/%s in the data directory", name);
	return RC_OK;
}

static void file_name(const uint8_t sha256[32], char out[80])
{
	char hex[65];

	text_hex((struct bytes){sha256, 32}, hex);
	(void)text_fmt(out, 80, "%s.tpl", hex);
}

/* A key for this content alone: the same nonce never meets other bytes under it. */
static void key_of(const struct tenant *t, const uint8_t sha256[32], uint8_t key[SEAL_KEY_LEN])
{
	seal_derive_key((struct bytes){t->secrets.values, SEAL_KEY_LEN},
		STR("certfill-template-v1"), (struct bytes){sha256, 32}, key);
}

static enum rc write_sealed(struct tenant *t, int dir, const uint8_t sha256[32], uint8_t *content,
	size_t len, struct err *err)
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_with with = {.key = key, .aad = bytes_of(t->actor.tenant)};
	char name[80];

	key_of(t, sha256, key);
	seal_lock(t->seal, &with, content, len, content + len);
	seal_wipe(key, sizeof key);
	file_name(sha256, name);
	return file_replace(dir, name, 0600, (struct bytes){content, len + SEAL_TAG_LEN}, err);
}

enum rc shelf_add(struct tenant *t, int fd, uint64_t offset, uint64_t len, const uint8_t sha256[32],
	struct err *err)
{
	uint8_t have[HASH_SHA256_LEN];
	AUTO_FD dir = -1;
	uint8_t *content;
	char name[80];
	enum rc rc = open_folder(t, &dir, err);

	file_name(sha256, name);
	if (rc != RC_OK || faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return rc;
	if (len == 0 || len > TEMPLATE_LEN_MAX)
		return err_set(err, RC_PEER, "a cleaned template is impossibly large");
	content = mem_alloc((size_t)len + SEAL_TAG_LEN);
	rc = file_pread(fd, "a cleaned template", offset, content, (size_t)len, err);
	if (rc == RC_OK) {
		hash_sha256((struct bytes){content, (size_t)len}, have);
		if (memcmp(have, sha256, sizeof have) != 0)
			rc = err_set(err, RC_PEER, "a cleaned template is not what its hash says");
	}
	if (rc == RC_OK)
		rc = write_sealed(t, dir, sha256, content, (size_t)len, err);
	MEM_FREE(content);
	return rc;
}

static enum rc read_sealed(
	struct tenant *t, int file, const uint8_t sha256[32], int *fd, struct err *err)
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_with with = {.key = key, .aad = bytes_of(t->actor.tenant)};
	struct err why;
	uint64_t len = 0;
	uint8_t *content;
	enum rc rc;

	if (!file_len(file, &len) || len <= SEAL_TAG_LEN || len > TEMPLATE_LEN_MAX + SEAL_TAG_LEN)
		return err_set(
			err, RC_SYSTEM, "a kept template is damaged; restore it from a backup");
	content = mem_alloc((size_t)len);
	rc = file_pread(file, "a kept template", 0, content, (size_t)len, err);
	len -= SEAL_TAG_LEN;
	key_of(t, sha256, key);
	if (rc == RC_OK
		&& seal_unlock(t->seal, &with, content, (size_t)len, content + len, &why) != RC_OK)
		rc = err_set(
			err, RC_SYSTEM, "a kept template is damaged; restore it from a backup");
	seal_wipe(key, sizeof key);
	if (rc == RC_OK)
		rc = file_memory_of("template", (struct bytes){content, (size_t)len}, fd, err);
	MEM_FREE(content);
	return rc;
}

bool shelf_has(struct tenant *t, const uint8_t sha256[32])
{
	AUTO_FD dir = -1;
	struct err ignored;
	char name[80];

	file_name(sha256, name);
	return open_folder(t, &dir, &ignored) == RC_OK
		&& faccessat(dir, name, R_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

enum rc shelf_find(struct tenant *t, const uint8_t sha256[32], int *fd, struct err *err)
{
	AUTO_FD dir = -1;
	AUTO_FD file = -1;
	char name[80];
	enum rc rc = open_folder(t, &dir, err);

	*fd = -1;
	if (rc != RC_OK)
		return rc;
	file_name(sha256, name);
	file = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return file < 0 ? RC_OK : read_sealed(t, file, sha256, fd, err);
}

/* ---- names ---- */

bool shelf_name_ok(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (!((c | 32u) - 'a' < 26u || (unsigned)c - '0' < 10u || c == '-' || c == '_'
			    || c == '.'))
			return false;
	}
	return name.n != 0 && name.n <= NAME_LEN && name.p[0] != '-' && name.p[0] != '.';
}

static bool is_hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n >= DIGITS_MIN && s.n <= 64;
}

bool shelf_read_pin(struct str text, struct shelf_pin *out)
{
	size_t at = str_find(text, '@', 0);
	struct str rest = at < text.n ? str_slice(text, at + 1, text.n) : STR("");
	uint64_t version = 0;

	*out = (struct shelf_pin){.name = str_slice(text, 0, at)};
	if (str_starts(rest, STR("sha256:"))) {
		out->digits = str_slice(rest, 7, rest.n);
		return out->name.n != 0 && is_hex(out->digits);
	}
	if (out->name.n == 0 || !str_to_u64(rest, UINT32_MAX, &version) || version == 0)
		return false;
	out->version = (uint32_t)version;
	return true;
}

static bool has_digits(const uint8_t sha256[32], struct str digits)
{
	char hex[65];

	text_hex((struct bytes){sha256, 32}, hex);
	return str_starts(str_of(hex), digits);
}

/* The newest version with these digits; two different contents with them are one too many. */
static enum rc find_digits(struct tenant *t, struct arena *a, const struct shelf_pin *pin,
	struct ledger_template *out, bool *found, struct err *err)
{
	struct ledger_templates all;
	enum rc rc = ledger_template_versions(t->ledger, a, pin->name, &all, err);

	for (uint32_t i = 0; rc == RC_OK && i < all.count; i++) {
		if (!has_digits(all.items[i].sha256, pin->digits))
			continue;
		if (*found && memcmp(out->sha256, all.items[i].sha256, 32) != 0)
			return err_set(err, RC_INPUT,
				"several versions of the template \"" STR_FMT
				"\" begin with these digits; give more of them",
				STR_ARG(pin->name));
		*out = all.items[i];
		*found = true;
	}
	return rc;
}

enum rc shelf_find_pin(struct tenant *t, struct arena *a, struct str text,
	struct ledger_template *out, bool *found, struct err *err)
{
	struct shelf_pin pin;
	enum rc rc;

	*found = false;
	if (!shelf_read_pin(text, &pin) && str_find(text, '@', 0) != text.n)
		return err_set(err, RC_INPUT,
			"\"" STR_FMT "\" is no version of a template; write NAME@3 or "
			"NAME@sha256:DIGITS",
			STR_ARG(text));
	if (pin.digits.n != 0)
		rc = find_digits(t, a, &pin, out, found, err);
	else
		rc = ledger_template_find(t->ledger, a, pin.name, pin.version, out, found, err);
	if (rc == RC_OK && !*found)
		err_set(err, RC_INPUT,
			"there is no template \"" STR_FMT
			"\" here; certfill template list shows what was imported or issued with",
			STR_ARG(text));
	return rc;
}

enum rc shelf_open_pin(struct tenant *t, struct arena *a, struct str text,
	struct ledger_template *out, int *fd, struct err *err)
{
	bool found = false;
	enum rc rc = shelf_find_pin(t, a, text, out, &found, err);

	*fd = -1;
	if (rc != RC_OK || !found)
		return RC_INPUT;
	rc = shelf_find(t, out->sha256, fd, err);
	if (rc == RC_OK && *fd < 0)
		return err_set(err, RC_INPUT,
			"the template \"" STR_FMT
			"\" was used before certfill kept templates; import its file once more",
			STR_ARG(text));
	return rc;
}
