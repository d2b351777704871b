// SPDX-License-Identifier: Apache-2.0
/* The documents that a tenant publishes about its keys, as files: made, written, compared. */
#ifndef CLI_KEY_FILES_H
#define CLI_KEY_FILES_H

#include "cli/cli.h"
#include "formats/keydoc.h"

#define KEY_FILES_KEYS_MAX 200

/* What control says of a tenant's keys. */
struct key_files {
	struct keydoc_issuer issuer;
	struct keydoc_key keys[KEY_FILES_KEYS_MAX];
	size_t count;
	struct str waiting; /* kid of an announced key; empty: none */
	struct str signs_from; /* its first day */
	enum rc rc; /* of taking lines */
	struct err err;
};

/* Asks control; texts live in cli->arena. An exit code other than EXIT_DONE was explained. */
enum exit_code key_files_ask(struct cli *cli, struct key_files *keys);

/* A document: its path below the directory, its bytes. */
struct key_file {
	const char *path;
	struct bytes content;
};
struct key_file_list {
	struct key_file *items;
	size_t count;
};
/* jwks.json, did.json, keys/KID.json for each key. */
struct key_file_list key_files_make(struct cli *cli, const struct key_files *keys);

#endif
