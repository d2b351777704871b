// SPDX-License-Identifier: Apache-2.0
/* Memory for secrets. Runs in: sign. */
#include "trust/secret.h"

#include "base/mem.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct secret {
	uint8_t *p;
	size_t n;
	size_t mapped_len;
};

static bool locked_all = true;

struct secret *secret_new(size_t len)
{
	struct secret *s = mem_zalloc(1, sizeof *s);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	CHECK(len > 0 && len < SIZE_MAX / 2);
	s->n = len;
	s->mapped_len = (len + page - 1) / page * page;
	s->p = mmap(
		NULL, s->mapped_len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(s->p != MAP_FAILED);
	if (mlock(s->p, s->mapped_len) != 0)
		locked_all = false;
	(void)madvise(s->p, s->mapped_len, MADV_DONTDUMP);
	return s;
}

struct secret *secret_dup(struct bytes in)
{
	struct secret *s = secret_new(in.n);

	memcpy(s->p, in.p, in.n);
	return s;
}

void secret_free(struct secret **s)
{
	if (*s == NULL)
		return;
	OPENSSL_cleanse((*s)->p, (*s)->n);
	(void)munmap((*s)->p, (*s)->mapped_len);
	MEM_FREE(*s);
}

void secret_auto_free(struct secret **s)
{
	secret_free(s);
}

struct bytes secret_bytes(const struct secret *s)
{
	return (struct bytes){s->p, s->n};
}

uint8_t *secret_room(struct secret *s)
{
	return s->p;
}

struct buf secret_buf(struct secret *s)
{
	return (struct buf){.p = s->p, .room = s->n, .cap = s->n};
}

bool secret_all_locked(void)
{
	return locked_all;
}
