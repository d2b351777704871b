// SPDX-License-Identifier: Apache-2.0
/* Copying a data directory's files, with their digests: backup and restore. */
#ifndef CLI_COPY_H
#define CLI_COPY_H

#include "base/hash.h"

/*
 * Copies the first len bytes (all of them when len is UINT64_MAX) of from_dir/path to to_dir/path,
 * making directories, permission bits 0600, synced. *sha256 is of what was copied.
 */
enum rc copy_file(int from_dir, int to_dir, const char *path, uint64_t len,
	uint8_t sha256[HASH_SHA256_LEN], struct err *err) MUST_CHECK;
/* fsync of a directory. */
enum rc copy_sync(int dir, struct err *err) MUST_CHECK;

#endif
