// SPDX-License-Identifier: Apache-2.0
/* Files below --out, and templates that a manifest names. Runs in: the command line. */
#include "cli/files.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_MAX_LEN ((uint64_t)512 << 20)
#define TEMPLATE_MAX_LEN ((off_t)64 << 20)

static int open_beneath(int dir, const char *path, uint64_t flags)
{
	struct open_how how = {.flags = flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};

	return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}

static bool is_safe_part(struct str part)
{
	return part.n != 0 && part.n <= 255 && !str_eq(part, STR(".")) && !str_eq(part, STR(".."))
		&& str_find(part, '\0', 0) == part.n;
}

/* Makes the directories of path below dir; returns the last one and the file's name in *leaf. */
static enum rc open_parent(int dir, struct str path, char leaf[256], int *out, struct err *err)
{
	AUTO_FD at = dup(dir);
	size_t from = 0;

	for (;;) {
		size_t slash = str_find(path, '/', from);
		struct str part = str_slice(path, from, slash);
		int next;

		if (at < 0 || !is_safe_part(part))
			return err_set(err, RC_PEER, "control named an unsafe path");
		memcpy(leaf, part.p, part.n);
		leaf[part.n] = '\0';
		if (slash == path.n) {
			*out = file_take(&at);
			return RC_OK;
		}
		if (mkdirat(at, leaf, 0700) != 0 && errno != EEXIST)
			return err_errno(
				err, RC_SYSTEM, errno, "cannot make the directory %s", leaf);
		next = openat(at, leaf, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (next < 0)
			return err_errno(
				err, RC_SYSTEM, errno, "cannot open the directory %s", leaf);
		(void)close(at);
		at = next;
		from = slash + 1;
	}
}

static bool holds_already(int dir, const char *leaf, struct bytes content)
{
	AUTO_FD fd = openat(dir, leaf, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct bytes have;
	struct stat st;
	bool same;

	if (fd < 0 || fstat(fd, &st) != 0 || (uint64_t)st.st_size != content.n)
		return false;
	if (file_map(fd, leaf, content.n, &have, NULL) != RC_OK)
		return false;
	same = str_eq(bytes_text(have), bytes_text(content));
	file_unmap(&have);
	return same;
}

/* Export is repeatable, so a rename in place is enough: no fsync for each of ten thousand files. */
static enum rc write_one(int dir, const char *leaf, struct bytes content, struct err *err)
{
	static const char temporary[] = ".certfill-part";
	AUTO_FD fd = -1;
	enum rc rc;

	if (holds_already(dir, leaf, content))
		return RC_OK;
	(void)unlinkat(dir, temporary, 0);
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot create %s", leaf);
	rc = file_write_all(fd, leaf, content, err);
	if (rc == RC_OK && renameat(dir, temporary, dir, leaf) != 0)
		rc = err_errno(err, RC_SYSTEM, errno, "cannot rename to %s", leaf);
	if (rc != RC_OK)
		(void)unlinkat(dir, temporary, 0);
	return rc;
}

/* Streamed, for it may be long. Its temporary file is its own: other lists may be under way. */
static enum rc append_part(
	int dir, const char *leaf, int fd, const struct wire_file *file, struct err *err)
{
	char temporary[300];
	uint8_t block[65536];
	AUTO_FD to = -1;
	struct stat st;
	enum rc rc = RC_OK;

	(void)text_fmt(temporary, sizeof temporary, ".certfill-part-%s", leaf);
	if (file->at == 0)
		(void)unlinkat(dir, temporary, 0);
	to = openat(dir, temporary,
		O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW
			| (file->at == 0 ? O_CREAT | O_EXCL : 0),
		0600);
	if (to < 0 || fstat(to, &st) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot create %s", leaf);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != file->at)
		return err_set(err, RC_SYSTEM, "another process is writing %s; try again", leaf);
	for (uint64_t done = 0; rc == RC_OK && done < file->len;) {
		size_t n =
			file->len - done < sizeof block ? (size_t)(file->len - done) : sizeof block;

		rc = file_pread(fd, leaf, file->offset + done, block, n, err);
		if (rc == RC_OK)
			rc = file_write_all(to, leaf, (struct bytes){block, n}, err);
		done += n;
	}
	if (rc == RC_OK && !file->more && renameat(dir, temporary, dir, leaf) != 0)
		rc = err_errno(err, RC_SYSTEM, errno, "cannot rename to %s", leaf);
	if (rc != RC_OK)
		(void)unlinkat(dir, temporary, 0);
	return rc;
}

static enum rc write_part(int dir, int fd, const struct wire_file *file, struct err *err)
{
	AUTO_FD parent = -1;
	char leaf[256];
	uint8_t *content;
	enum rc rc;

	if (file->len > FILE_MAX_LEN)
		return err_set(err, RC_PEER, "control sent a file of impossible size");
	rc = open_parent(dir, file->path, leaf, &parent, err);
	if (rc != RC_OK)
		return rc;
	if (file->more || file->at != 0)
		return append_part(parent, leaf, fd, file, err);
	if (file->len == 0) {
		(void)unlinkat(parent, leaf, 0);
		return RC_OK;
	}
	content = mem_alloc((size_t)file->len);
	rc = file_pread(fd, leaf, file->offset, content, (size_t)file->len, err);
	if (rc == RC_OK)
		rc = write_one(parent, leaf, (struct bytes){content, (size_t)file->len}, err);
	MEM_FREE(content);
	return rc;
}

enum rc files_write(const char *dir, int fd, const struct wire_files *files, struct err *err)
{
	AUTO_FD base = -1;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return err_errno(err, RC_SYSTEM, errno, "cannot make the directory %s", dir);
	base = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (base < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open the directory %s", dir);
	for (uint32_t i = 0; i < files->files.count; i++) {
		enum rc rc = write_part(base, fd, &files->files.items[i], err);

		if (rc != RC_OK)
			return err_wrap(err, "%s", dir);
	}
	return RC_OK;
}

/* ---- templates ---- */

static bool is_sample_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return name.n != 0;
}

/* The source tree when this program runs out of its build/; NULL when it is installed. */
static const char *source_tree(struct arena *a)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	struct str path = {self, n > 0 ? (size_t)n : 0};
	size_t build = str_find_str(path, STR("/build/"));

	return build != path.n ? str_dup(a, str_slice(path, 0, build)).p : NULL;
}

static int open_sample(struct arena *a, struct str name, struct err *err)
{
	const char *tree = source_tree(a);
	const char *dir = tree != NULL ? str_fmt(a, "%s/templates/samples", tree).p
				       : CERTFILL_DATADIR "/templates";
	int fd = -1;

	if (is_sample_name(name))
		fd = open(str_fmt(a, "%s/" STR_FMT ".svg", dir, STR_ARG(name)).p,
			O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err_set(err, RC_INPUT,
			"there is no sample template \"" STR_FMT
			"\"; certfill comes with classic and modern",
			STR_ARG(name));
	return fd;
}

/* EXDEV and ELOOP are how openat2(2) says that a path leaves the directory or meets a link. */
static enum rc refuse_template(const char *path, int error, struct err *err)
{
	if (error == EXDEV)
		return err_set(err, RC_INPUT,
			"the template \"%s\" that the manifest names lies outside the manifest's "
			"directory; put it beside the manifest, or name it with --template",
			path);
	if (error == ELOOP)
		return err_set(err, RC_INPUT,
			"the template \"%s\" that the manifest names is a symbolic link or lies "
			"behind one; name the file itself, or give it with --template",
			path);
	return err_errno(err, RC_INPUT, error,
		"cannot open the template \"%s\" that the manifest names (looked for beside the "
		"manifest)",
		path);
}

enum rc files_open_template(struct arena *a, const char *manifest_dir, struct str name, int *fd,
	struct str *base_name, struct err *err)
{
	AUTO_FD dir = -1;
	AUTO_FD opened = -1;
	const char *path;
	struct stat st;
	enum rc rc = str_cz(a, name, &path, err);

	if (rc != RC_OK)
		return rc;
	*base_name = str_dup(a, name);
	if (str_starts(name, STR("sample:"))) {
		*fd = open_sample(a, str_slice(name, 7, name.n), err);
		return *fd >= 0 ? RC_OK : RC_INPUT;
	}
	dir = open(manifest_dir != NULL ? manifest_dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0)
		opened = open_beneath(dir, path, O_RDONLY | O_CLOEXEC);
	if (opened < 0)
		return refuse_template(path, errno, err);
	if (fstat(opened, &st) == 0 && S_ISDIR(st.st_mode))
		return folder_pack(opened, path, fd, err);
	if (fstat(opened, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > TEMPLATE_MAX_LEN)
		return err_set(err, RC_INPUT,
			"the template \"%s\" is not a plain file of at most 64 MiB", path);
	*fd = file_take(&opened);
	return RC_OK;
}

const char *files_dir_of(struct arena *a, const char *path, const char **leaf)
{
	const char *slash = strrchr(path, '/');

	*leaf = slash != NULL ? slash + 1 : path;
	if (slash == NULL)
		return ".";
	return str_fmt(a, "%.*s", slash == path ? 1 : (int)(slash - path), path).p;
}
