// SPDX-License-Identifier: Apache-2.0
/* OpenSSL's memory. Runs in: sign. */
#include "trust/lockheap.h"

#include "base/err.h"

#include <openssl/crypto.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* Pieces have few sizes, two to each power of two, and free ones wait by size: nothing is joined. */
#define SMALLEST ((size_t)32)
#define CLASS_COUNT 32
#define MARK UINT32_C(0x6c6f636b)

/* In front of every piece; of a free one, next is behind it. */
struct head {
	uint32_t mark;
	uint32_t class;
	size_t pad; /* the piece behind stays 16-byte aligned */
};

static struct {
	uint8_t *region;
	size_t used;
	void *free[CLASS_COUNT];
} heap;

bool lockheap_open(void)
{
	CHECK(heap.region == NULL);
	heap.region = mmap(
		NULL, LOCKHEAP_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(heap.region != MAP_FAILED);
	(void)madvise(heap.region, LOCKHEAP_LEN, MADV_DONTDUMP);
	return mlock(heap.region, LOCKHEAP_LEN) == 0;
}

/* 32, 48, 64, 96, 128, ... */
static size_t class_len(uint32_t class)
{
	return (SMALLEST << class / 2) + (class % 2 != 0 ? SMALLEST / 2 << class / 2 : 0);
}

static uint32_t class_of(size_t len)
{
	uint32_t class = 0;

	while (class < CLASS_COUNT && class_len(class) < len)
		class ++;
	return class;
}

static struct head *head_of(void *p)
{
	struct head *h = (struct head *)p - 1;

	CHECK(h->mark == MARK && h->class < CLASS_COUNT);
	return h;
}

void *lockheap_alloc(size_t len)
{
	uint32_t class = class_of(len);
	struct head *h;
	void *p;

	if (len == 0)
		return NULL;
	CHECK(class < CLASS_COUNT);
	p = heap.free[class];
	if (p != NULL) {
		memcpy(&heap.free[class], p, sizeof heap.free[class]);
		return p;
	}
	CHECK(class_len(class) + sizeof *h <= LOCKHEAP_LEN - heap.used);
	h = (struct head *)(void *)(heap.region + heap.used);
	heap.used += sizeof *h + class_len(class);
	*h = (struct head){.mark = MARK, .class = class};
	return h + 1;
}

void lockheap_release(void *p)
{
	struct head *h;

	if (p == NULL)
		return;
	h = head_of(p);
	OPENSSL_cleanse(p, class_len(h->class));
	memcpy(p, &heap.free[h->class], sizeof heap.free[0]);
	heap.free[h->class] = p;
}

void *lockheap_resize(void *p, size_t len)
{
	size_t had = p != NULL ? class_len(head_of(p)->class) : 0;
	void *moved;

	/* A piece keeps its place while it fits and is not far too large. */
	if (p != NULL && len != 0 && len <= had && len > had / 4)
		return p;
	moved = lockheap_alloc(len);
	if (p != NULL && moved != NULL)
		memcpy(moved, p, had < len ? had : len);
	lockheap_release(p);
	return moved;
}

size_t lockheap_used_len(void)
{
	return heap.used;
}
