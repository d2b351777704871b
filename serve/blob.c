// SPDX-License-Identifier: Apache-2.0
/* Published documents in memory. Runs in: verify. */
#include "serve/blob.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <string.h>

struct blob {
	uint32_t holders;
	char etag[2 * HASH_SHA256_LEN + 3];
	size_t n;
	uint8_t *p;
};

struct blob *blob_new(struct bytes content)
{
	struct blob *b = mem_zalloc(1, sizeof *b);
	uint8_t hash[HASH_SHA256_LEN];
	char hex[2 * HASH_SHA256_LEN + 1];

	hash_sha256(content, hash);
	text_hex((struct bytes){hash, sizeof hash}, hex);
	(void)text_fmt(b->etag, sizeof b->etag, "\"%s\"", hex);
	b->holders = 1;
	b->n = content.n;
	b->p = mem_alloc(content.n + 1);
	memcpy(b->p, content.p, content.n);
	return b;
}

void blob_free(struct blob **b)
{
	if (*b != NULL && --(*b)->holders == 0) {
		mem_release((*b)->p);
		mem_release(*b);
	}
	*b = NULL;
}

static void on_end(void *state)
{
	struct blob *b = state;

	blob_free(&b);
}

void blob_send(struct http_exchange *x, struct blob *b)
{
	b->holders++;
	http_on_end(x, b, on_end);
	http_set_validators(x, str_of(b->etag), 0);
	http_allow_ranges(x);
	http_send(x, 200, (struct bytes){b->p, b->n});
}
