// SPDX-License-Identifier: Apache-2.0
/* Where this process is in the cgroup v2 hierarchy, from two files of /proc. Runs in: control, serve. */
#include "base/text.h"
#include "ipc/cgroup.h"

#include <string.h>

/* The rest of the line at p that begins with prefix, in any line; NULL when there is none. */
static const char *line_of(const char *p, const char *prefix)
{
	size_t n = strlen(prefix);

	while (p != NULL && *p != '\0') {
		if (strncmp(p, prefix, n) == 0)
			return p + n;
		p = strchr(p, '\n');
		p = p != NULL ? p + 1 : NULL;
	}
	return NULL;
}

static bool copy_line(const char *from, char *out, size_t out_len)
{
	size_t n = strcspn(from, "\n");

	if (n >= out_len)
		return false;
	memcpy(out, from, n);
	out[n] = '\0';
	return true;
}

/* proc(5): white space and backslashes of paths are \ooo. */
static void undo_octal(char *p)
{
	char *to = p;

	while (*p != '\0') {
		if (p[0] == '\\' && strspn(p + 1, "01234567") >= 3) {
			*to++ = (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0'));
			p += 4;
		} else {
			*to++ = *p++;
		}
	}
	*to = '\0';
}

/* "36 35 98:0 /root /mount/point rw,noatime master:1 - cgroup2 cgroup2 rw": the fourth and the fifth field. */
static bool read_mount(char *line, char **root, char **point)
{
	char *end = strstr(line, " - ");
	char *field = line;

	if (end == NULL || strncmp(end + 3, "cgroup2 ", 8) != 0)
		return false;
	for (int i = 0; i < 3; i++) {
		field = strchr(field, ' ');
		if (field == NULL)
			return false;
		field++;
	}
	*root = field;
	field = strchr(field, ' ');
	if (field == NULL)
		return false;
	*field++ = '\0';
	*point = field;
	field[strcspn(field, " ")] = '\0';
	return true;
}

/* root, with or without a slash at its end, holds path: what is left of path; else NULL. */
static const char *below(const char *root, const char *path)
{
	size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);

	if (strncmp(path, root, n) != 0 || (path[n] != '/' && path[n] != '\0'))
		return NULL;
	return strcmp(path + n, "/") == 0 ? "" : path + n;
}

enum rc cgroup_find(const char *groups, const char *mounts, char *out, size_t out_len,
	size_t *mounted_len, struct err *err)
{
	const char *own = line_of(groups, "0::");
	char path[2048];
	char line[4096];

	if (own == NULL || !copy_line(own, path, sizeof path) || path[0] != '/'
		|| strstr(path, "/..") != NULL)
		return err_set(
			err, RC_SYSTEM, "this process is in no cgroup v2 hierarchy that it sees");
	for (const char *p = mounts; p != NULL && *p != '\0';) {
		char *root;
		const char *rest;
		char *point;

		if (copy_line(p, line, sizeof line) && read_mount(line, &root, &point)) {
			undo_octal(root);
			undo_octal(point);
			rest = below(root, path);
			*mounted_len = strlen(point);
			if (rest != NULL && text_fmt(out, out_len, "%s%s", point, rest))
				return RC_OK;
		}
		p = strchr(p, '\n');
		p = p != NULL ? p + 1 : NULL;
	}
	return err_set(err, RC_SYSTEM, "no cgroup v2 hierarchy is mounted here");
}
