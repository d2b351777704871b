// SPDX-License-Identifier: Apache-2.0
/* The files to verify below a directory. */
#ifndef CLI_TREE_H
#define CLI_TREE_H

#include "base/arena.h"
#include "base/str.h"

#define TREE_DEPTH_MAX 8
#define TREE_FILES_MAX 1000000

struct tree_paths {
	const char **items;
	size_t count;
	size_t room;
};

void tree_add(struct tree_paths *paths, const char *path);
void tree_free(struct tree_paths *paths);
/*
 * Adds the files below path that may hold a credential (json, jwt, jws, png, svg, pdf, pkpass), in the
 * order of their names, none of a batch's own lists, no symbolic links. Paths live in a.
 */
enum rc tree_walk(
	struct arena *a, const char *path, struct tree_paths *out, struct err *err) MUST_CHECK;

#endif
