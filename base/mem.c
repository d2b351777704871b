// SPDX-License-Identifier: Apache-2.0
/* The heap, and size arithmetic that cannot wrap. Runs in: every process. */
#include "base/mem.h"

#include "base/err.h"

#include <limits.h>
#include <malloc.h>
#include <stdlib.h>

bool size_mul(size_t a, size_t b, size_t *out)
{
	size_t r;

	if (__builtin_mul_overflow(a, b, &r))
		return false;
	*out = r;
	return true;
}

bool size_add(size_t a, size_t b, size_t *out)
{
	size_t r;

	if (__builtin_add_overflow(a, b, &r))
		return false;
	*out = r;
	return true;
}

void *mem_alloc(size_t len)
{
	void *p = malloc(len != 0 ? len : 1);

	CHECK(p != NULL);
	return p;
}

void *mem_zalloc(size_t count, size_t item_len)
{
	void *p = calloc(count != 0 ? count : 1, item_len != 0 ? item_len : 1);

	CHECK(p != NULL);
	return p;
}

void *mem_resize(void *p, size_t count, size_t item_len)
{
	size_t len;

	CHECK(size_mul(count, item_len, &len));
	p = realloc(p, len != 0 ? len : 1);
	CHECK(p != NULL);
	return p;
}

void mem_release(void *p)
{
	free(p);
}

void mem_keep_freed(size_t largest_len)
{
	CHECK(largest_len <= INT_MAX);
	/* glibc refuses thresholds over 32 MiB (HEAP_MAX_SIZE / 2); larger pieces are then mapped as before. */
	(void)mallopt(M_MMAP_THRESHOLD, (int)largest_len);
	(void)mallopt(M_TRIM_THRESHOLD, INT_MAX);
}
