// SPDX-License-Identifier: Apache-2.0
/*
 * SHA-256 of font files, remembered by what the kernel says of a file: device, inode, length and times. The pinned fonts
 * are 70 MB, of which one command after the other would read every byte. Runs in: control.
 */
#ifndef JOBS_FONT_HASHES_H
#define JOBS_FONT_HASHES_H

#include "base/str.h"

#define FONT_HASHES_MAX 256u

struct font_hash {
	uint64_t device;
	uint64_t inode;
	uint64_t len;
	/* Since 1970; the second is of the inode, which no call sets back. */
	int64_t modified_ns;
	int64_t changed_ns;
	uint8_t sha256[32];
};

struct font_hashes {
	uint32_t count;
	uint32_t next; /* gives way when all places are taken */
	bool changed; /* since it was read */
	struct font_hash items[FONT_HASHES_MAX];
};

/* From the cache's directory. Empty when there is none, or what is there is damaged. */
void font_hashes_read(struct font_hashes *h, int dir_fd);
/* When it changed. What cannot be written is hashed another time. */
void font_hashes_write(struct font_hashes *h, int dir_fd);

/* Of all of fd's file, at most len_max bytes. h: NULL reads it in any case. path: for sentences. */
enum rc font_hashes_of(struct font_hashes *h, int fd, const char *path, size_t len_max,
	uint8_t sha256[32], struct err *err) MUST_CHECK;

#endif
