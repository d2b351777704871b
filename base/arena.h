// SPDX-License-Identifier: Apache-2.0
/*
 * Arenas: many small pieces that die together. A function whose first parameter is
 * struct arena *a returns memory that lives until that arena is reset or freed.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/compiler.h"

#include <stddef.h>

struct arena;

/* cap_len: bytes the arena may hold in all; going over it ends the process, so check input first. */
struct arena *arena_new(size_t cap_len);
void arena_free(struct arena **a);
/* Forgets all pieces, keeps the first block for reuse. */
void arena_reset(struct arena *a);
/* Bytes handed out since the last reset. */
size_t arena_used_len(const struct arena *a);
/* Bytes that may still be handed out. */
size_t arena_left_len(const struct arena *a);

/* 16-byte aligned. Not cleared. */
void *arena_alloc(struct arena *a, size_t len) __attribute__((returns_nonnull));
/* count * item_len bytes, cleared. */
void *arena_zalloc(struct arena *a, size_t count, size_t item_len) __attribute__((returns_nonnull));
void *arena_dup(struct arena *a, const void *p, size_t len) __attribute__((returns_nonnull));

#endif
