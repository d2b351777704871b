// SPDX-License-Identifier: Apache-2.0
/*
 * Memory from the heap. Running out ends the process (ADR 0006): the supervisor
 * starts it again. So nothing here returns NULL. malloc and free are called nowhere else.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

void *mem_alloc(size_t len) __attribute__((malloc, returns_nonnull));
void *mem_zalloc(size_t count, size_t item_len) __attribute__((malloc, returns_nonnull));
void *mem_resize(void *p, size_t count, size_t item_len) __attribute__((returns_nonnull));
/* Takes a pointer to the pointer, accepts NULL in it, nulls it. */
#define MEM_FREE(pointer) \
	do { \
		mem_release(pointer); \
		(pointer) = NULL; \
	} while (0)
void mem_release(void *p);
/*
 * From here on freed memory stays with the process, up to largest_len in one piece, instead of going back
 * to the kernel: for a worker that does the same thing over and over, to which every return costs page
 * faults the next time.
 */
void mem_keep_freed(size_t largest_len);

/* False when the result would not fit a size_t; *out is then untouched. */
bool size_mul(size_t a, size_t b, size_t *out) MUST_CHECK;
bool size_add(size_t a, size_t b, size_t *out) MUST_CHECK;

#endif
