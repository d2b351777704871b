// SPDX-License-Identifier: Apache-2.0
/* Files below --out, and templates that a manifest names. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "ipc/wire_cli.h"

/*
 * Writes parts of the descriptor as files below dir, which is made when missing. A file that is
 * there with the same content is left alone; another is replaced in one step; a file of no bytes is
 * taken away (errors.csv of a run before). Paths are checked
 * again here: relative, no "." or "..".
 */
enum rc files_write(
	const char *dir, int fd, const struct wire_files *files, struct err *err) MUST_CHECK;

/*
 * Opens the template that a manifest names: "sample:NAME" is one that came with certfill; anything
 * else is a file below the manifest's directory, never outside it and never through a symbolic link.
 */
enum rc files_open_template(struct arena *a, const char *manifest_dir, struct str name, int *fd,
	struct str *base_name, struct err *err) MUST_CHECK;

/* A path split: its directory ("." without one), and *leaf, what stands behind the last slash. */
const char *files_dir_of(struct arena *a, const char *path, const char **leaf);

#endif
