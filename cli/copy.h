// SPDX-License-Identifier: Apache-2.0
/* Copying a data directory's files, with their digests: backup and restore. */
#ifndef CLI_COPY_H
#define CLI_COPY_H

#include "base/hash.h"

/* One file's way: below one directory, to below another. */
struct copy_job {
	int from_dir;
	const char *source;
	int to_dir;
	const char *path;
	uint64_t len; /* how much of it; UINT64_MAX: all */
};

/*
 * Copies, making directories, permission bits 0600, synced. *sha256 is of what was copied. SYSTEM
 * when the target exists or the source is shorter than len.
 */
enum rc copy_file(
	const struct copy_job *job, uint8_t sha256[HASH_SHA256_LEN], struct err *err) MUST_CHECK;
/* fsync of a directory. */
enum rc copy_sync(int dir, struct err *err) MUST_CHECK;

#endif
