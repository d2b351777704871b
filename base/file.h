// SPDX-License-Identifier: Apache-2.0
/* Descriptors: closing at scope end, whole reads and writes, memory descriptors, mappings. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/str.h"

#include <sys/types.h>

/* Closes at the end of its scope; leave by file_take(). */
#define AUTO_FD __attribute__((cleanup(file_auto_close))) int
void file_auto_close(int *fd);
/* Moves the descriptor out: *fd becomes -1. */
int file_take(int *fd);

/* Lets this process open as many files as the machine allows it at all; returns how many. */
uint64_t file_raise_limit(void);

/* Reads to the end, at most cap bytes: LIMIT when there are more. what: for the sentence. */
enum rc file_read_all(
	int fd, const char *what, size_t cap, struct buf *out, struct err *err) MUST_CHECK;
enum rc file_write_all(int fd, const char *what, struct bytes in, struct err *err) MUST_CHECK;
/* Exactly out_len bytes at offset; PEER when the file is shorter (ADR 0004: readers pread). */
enum rc file_pread(int fd, const char *what, uint64_t offset, uint8_t *out, size_t out_len,
	struct err *err) MUST_CHECK;

/*
 * Length of a seekable file, by lseek(2): glibc's fstat is newfstatat, which confined processes may
 * not call. Moves the file's offset to its end. False when it cannot be told.
 */
bool file_len(int fd, uint64_t *out);

/* A memory descriptor, close-on-exec, sealable. name shows in /proc only. */
enum rc file_memory(const char *name, int *fd, struct err *err) MUST_CHECK;
/* No further write, growth or shrinking. */
enum rc file_seal(int fd, struct err *err) MUST_CHECK;
/* True when write, grow and shrink are all sealed. */
bool file_is_sealed(int fd);
/* Writes all of in at offset. what: for the sentence, "the result". */
enum rc file_pwrite(
	int fd, const char *what, uint64_t offset, struct bytes in, struct err *err) MUST_CHECK;
/* A memory descriptor that others write to and that never gets shorter: a length once seen stays true. */
enum rc file_memory_shared(const char *name, int *fd, struct err *err) MUST_CHECK;
/* len bytes, zeros at first, that all who have it share for ever: nobody can take them away from the others. */
enum rc file_memory_table(const char *name, size_t len, int *fd, struct err *err) MUST_CHECK;
/* A sealed memory descriptor that holds a copy of in. */
enum rc file_memory_of(const char *name, struct bytes in, int *fd, struct err *err) MUST_CHECK;
/* Read-only private mapping of the whole file, at most cap bytes. */
enum rc file_map(
	int fd, const char *what, size_t cap, struct bytes *out, struct err *err) MUST_CHECK;
void file_unmap(struct bytes *map);

/*
 * Writes name below directory dir_fd so that a crash leaves the old file or the new one: temporary
 * file, fdatasync, rename, fsync of the directory. mode: permission bits.
 */
enum rc file_replace(
	int dir_fd, const char *name, mode_t mode, struct bytes in, struct err *err) MUST_CHECK;

#endif
