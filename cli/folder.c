// SPDX-License-Identifier: Apache-2.0
/* Packing a template's folder. Runs in: the command line. */
#include "cli/folder.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/zipw.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Intake's own limits are below these: what is larger need not be read. */
#define PACK_MAX ((size_t)48 << 20)
#define ENTRIES_MAX 500

struct packing {
	const char *path;
	struct buf zip;
	struct zipw w;
	struct err *err;
};

static enum rc add_file(struct packing *p, int dir, const char *leaf, const char *name)
{
	AUTO_FD fd = openat(dir, leaf, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct buf content = buf_new(PACK_MAX);
	struct stat st;
	enum rc rc;

	if (fd < 0 || fstat(fd, &st) != 0)
		return err_errno(p->err, RC_INPUT, errno, "cannot open %s/%s", p->path, name);
	if (!S_ISREG(st.st_mode))
		return err_set(p->err, RC_INPUT, "%s/%s is not a plain file", p->path, name);
	rc = file_read_all(fd, name, PACK_MAX, &content, p->err);
	if (rc == RC_OK)
		zipw_add(&p->w, str_of(name), buf_bytes(&content));
	if (rc == RC_OK && (p->zip.full || p->w.count > ENTRIES_MAX))
		rc = err_set(p->err, RC_LIMIT,
			"the folder %s holds more than a template may: 48 MiB, 500 files", p->path);
	buf_free(&content);
	return rc;
}

static int is_wanted(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* In the order of their names, so that the same folder gives the same bytes. */
static enum rc add_below(struct packing *p, int dir, const char *below)
{
	struct dirent **names = NULL;
	int count = scandirat(dir, below, &names, is_wanted, alphasort);
	AUTO_FD at = openat(dir, below, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	enum rc rc = RC_OK;

	if (at < 0 && errno != ENOENT)
		rc = err_errno(p->err, RC_INPUT, errno, "cannot open %s/%s", p->path, below);
	for (int i = 0; i < count; i++) {
		char name[300];

		(void)text_fmt(name, sizeof name, "%s/%s", below, names[i]->d_name);
		if (rc == RC_OK && at >= 0)
			rc = add_file(p, at, names[i]->d_name, name);
		MEM_FREE(names[i]);
	}
	MEM_FREE(names);
	return rc;
}

enum rc folder_pack(int dir_fd, const char *path, int *out, struct err *err)
{
	struct packing p = {.path = path, .zip = buf_new(PACK_MAX), .err = err};
	enum rc rc;

	p.w = zipw_new(&p.zip);
	rc = add_file(&p, dir_fd, "template.svg", "template.svg");
	if (rc == RC_OK && faccessat(dir_fd, "template.json", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		rc = add_file(&p, dir_fd, "template.json", "template.json");
	if (rc == RC_OK)
		rc = add_below(&p, dir_fd, "fonts");
	if (rc == RC_OK)
		rc = add_below(&p, dir_fd, "images");
	if (!zipw_end(&p.w) && rc == RC_OK)
		rc = err_set(err, RC_LIMIT, "the folder %s holds more than a template may", path);
	if (rc == RC_OK)
		rc = file_memory_of("template", buf_bytes(&p.zip), out, err);
	buf_free(&p.zip);
	return rc;
}
