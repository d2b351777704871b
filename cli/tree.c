// SPDX-License-Identifier: Apache-2.0
/* Walking a directory for files to verify. Runs in: the command line. */
#include "cli/tree.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct folder {
	const char *path;
	int depth;
};

struct walk {
	struct arena *a;
	struct tree_paths *out;
	struct folder *waiting;
	size_t count;
	size_t room;
	struct err *err;
};

void tree_add(struct tree_paths *paths, const char *path)
{
	if (paths->count == paths->room) {
		paths->room = paths->room == 0 ? 64 : paths->room * 2;
		paths->items = mem_resize(paths->items, paths->room, sizeof *paths->items);
	}
	paths->items[paths->count++] = path;
}

void tree_free(struct tree_paths *paths)
{
	MEM_FREE(paths->items);
}

static bool is_wanted(const char *name)
{
	static const char *const ends[] = {
		".json", ".jwt", ".jws", ".png", ".svg", ".pdf", ".pkpass"};
	static const char *const lists[] = {"receipt.json", "jwks.json", "did.json"};

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		if (strcmp(name, lists[i]) == 0)
			return false;
	if (str_starts(str_of(name), STR("status-list-"))
		|| str_starts(str_of(name), STR("revocation-list-")))
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
		if (str_ends(str_of(name), str_of(ends[i])))
			return true;
	return false;
}

static void add_folder(struct walk *w, const char *path, int depth)
{
	if (w->count == w->room) {
		w->room = w->room == 0 ? 64 : w->room * 2;
		w->waiting = mem_resize(w->waiting, w->room, sizeof *w->waiting);
	}
	w->waiting[w->count++] = (struct folder){path, depth};
}

static enum rc look_at(struct walk *w, const struct folder *f, const char *name)
{
	const char *path;
	struct stat st;

	if (name[0] == '.')
		return RC_OK;
	path = str_fmt(w->a, "%s/%s", f->path, name).p;
	if (lstat(path, &st) != 0)
		return RC_OK;
	if (S_ISDIR(st.st_mode) && f->depth < TREE_DEPTH_MAX)
		add_folder(w, path, f->depth + 1);
	if (!S_ISREG(st.st_mode) || !is_wanted(name))
		return RC_OK;
	if (w->out->count == TREE_FILES_MAX)
		return err_set(w->err, RC_LIMIT, "more than %d files", TREE_FILES_MAX);
	tree_add(w->out, path);
	return RC_OK;
}

static enum rc read_folder(struct walk *w, const struct folder *f)
{
	DIR *d = opendir(f->path);
	enum rc rc = RC_OK;

	if (d == NULL)
		return err_errno(w->err, RC_INPUT, errno, "cannot list %s", f->path);
	for (const struct dirent *e = readdir(d); rc == RC_OK && e != NULL; e = readdir(d))
		rc = look_at(w, f, e->d_name);
	(void)closedir(d);
	return rc;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum rc tree_walk(struct arena *a, const char *path, struct tree_paths *out, struct err *err)
{
	struct walk w = {.a = a, .out = out, .err = err};
	size_t first = out->count;
	enum rc rc = RC_OK;

	add_folder(&w, path, 1);
	while (rc == RC_OK && w.count != 0) {
		struct folder f = w.waiting[--w.count];

		rc = read_folder(&w, &f);
	}
	if (out->count > first)
		qsort(out->items + first, out->count - first, sizeof *out->items, compare_paths);
	MEM_FREE(w.waiting);
	return rc;
}
