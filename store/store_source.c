// SPDX-License-Identifier: Apache-2.0
/* Sources of bytes. Runs in: store. */
#include "store/store_source.h"

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

#include <string.h>
#include <sys/stat.h>

#define SLOTS 2048u
#define CHUNK_LEN ((size_t)256 << 10)

/* A piece of a template, kept. */
struct kept {
	uint64_t offset;
	uint32_t len; /* 0: free */
	uint8_t id[STORE_ID_LEN];
	uint8_t *p;
};

struct source {
	int fd; /* -1: free */
	uint32_t number;
	bool compiled;
	struct kept *kept; /* SLOTS of them; NULL until the first piece */
	uint32_t kept_count;
};

struct store_sources {
	struct source items[STORE_SOURCES_MAX];
	size_t kept_len;
};

struct store_sources *store_sources_new(void)
{
	struct store_sources *x = mem_zalloc(1, sizeof *x);

	for (size_t i = 0; i < STORE_SOURCES_MAX; i++)
		x->items[i].fd = -1;
	return x;
}

static void drop(struct store_sources *x, struct source *s)
{
	for (uint32_t i = 0; s->kept != NULL && i < SLOTS; i++) {
		x->kept_len -= s->kept[i].len;
		MEM_FREE(s->kept[i].p);
	}
	MEM_FREE(s->kept);
	s->kept_count = 0;
	file_auto_close(&s->fd);
}

void store_sources_free(struct store_sources **x)
{
	if (*x == NULL)
		return;
	for (size_t i = 0; i < STORE_SOURCES_MAX; i++)
		drop(*x, &(*x)->items[i]);
	MEM_FREE(*x);
}

static struct source *find(struct store_sources *x, uint32_t number)
{
	for (size_t i = 0; i < STORE_SOURCES_MAX; i++)
		if (x->items[i].fd >= 0 && x->items[i].number == number)
			return &x->items[i];
	return NULL;
}

static struct source *find_free(struct store_sources *x)
{
	for (size_t i = 0; i < STORE_SOURCES_MAX; i++)
		if (x->items[i].fd < 0)
			return &x->items[i];
	return NULL;
}

static enum rc check_hash(int fd, const uint8_t want[32], struct err *err)
{
	uint8_t hash[HASH_SHA256_LEN];
	struct hash_stream h;
	uint8_t *chunk;
	uint64_t len;
	uint64_t at = 0;
	enum rc rc = RC_OK;

	if (!file_len(fd, &len))
		return err_set(err, RC_INPUT, "a compiled template has no length");
	chunk = mem_alloc(CHUNK_LEN);
	hash_start(&h);
	while (rc == RC_OK && at < len) {
		uint64_t left = len - at;
		size_t n = left < CHUNK_LEN ? (size_t)left : CHUNK_LEN;

		rc = file_pread(fd, "a compiled template", at, chunk, n, err);
		hash_add(&h, (struct bytes){chunk, n});
		at += n;
	}
	hash_finish(&h, hash);
	MEM_FREE(chunk);
	if (rc == RC_OK && !hash_equal(hash, want, sizeof hash))
		rc = err_set(err, RC_INPUT,
			"a compiled template is not the one its hash says: compile it again");
	return rc;
}

enum rc store_sources_add(
	struct store_sources *x, const struct wire_store_source *s, int own_fd, struct err *err)
{
	AUTO_FD fd = own_fd;
	struct source *to = find(x, s->source);
	enum rc rc = RC_OK;

	if (to == NULL)
		to = find_free(x);
	if (to == NULL)
		return err_set(
			err, RC_LIMIT, "the store holds %d sources already", STORE_SOURCES_MAX);
	if (s->compiled)
		rc = check_hash(fd, s->sha256, err);
	if (rc != RC_OK)
		return rc;
	drop(x, to);
	to->fd = file_take(&fd);
	to->number = s->source;
	to->compiled = s->compiled;
	return RC_OK;
}

enum rc store_sources_read(struct store_sources *x, uint32_t source, uint64_t offset, uint8_t *out,
	size_t len, struct err *err)
{
	const struct source *s = find(x, source);

	if (s == NULL)
		return err_set(err, RC_INPUT, "source %u was never sent", source);
	return file_pread(s->fd, "a source of pieces", offset, out, len, err);
}

/* What the store calls the content; keyed, so that ids of different tenants tell nothing about each other. */
static void name_piece(const uint8_t tenant_key[32], struct bytes content, uint8_t id[STORE_ID_LEN])
{
	uint8_t in[16 + HASH_SHA256_LEN] = "certfill-piece-1";
	uint8_t full[HASH_SHA256_LEN];

	hash_sha256(content, in + 16);
	hash_hmac_sha256((struct bytes){tenant_key, 32}, (struct bytes){in, sizeof in}, full);
	memcpy(id, full, STORE_ID_LEN);
}

static enum rc keep(struct store_sources *x, const uint8_t tenant_key[32], const struct source *s,
	const struct wire_piece *p, struct kept *to, struct err *err)
{
	uint8_t *bytes = mem_alloc(p->len);
	enum rc rc = file_pread(s->fd, "a compiled template", p->offset, bytes, p->len, err);

	if (rc != RC_OK) {
		MEM_FREE(bytes);
		return rc;
	}
	*to = (struct kept){.offset = p->offset, .len = p->len, .p = bytes};
	name_piece(tenant_key, (struct bytes){bytes, p->len}, to->id);
	x->kept_len += p->len;
	return RC_OK;
}

static struct kept *slot_of(struct source *s, const struct wire_piece *p)
{
	uint64_t mixed = (p->offset ^ (uint64_t)p->len << 40) * 0x9E3779B97F4A7C15u;
	uint32_t i = (uint32_t)(mixed >> 32) % SLOTS;

	while (s->kept[i].len != 0 && (s->kept[i].offset != p->offset || s->kept[i].len != p->len))
		i = (i + 1) % SLOTS;
	return &s->kept[i];
}

enum rc store_sources_piece(struct store_sources *x, const uint8_t tenant_key[32],
	const struct wire_piece *p, uint32_t source, struct store_part *out, bool *kept,
	struct err *err)
{
	struct source *s = find(x, source);
	struct kept *k;
	enum rc rc;

	*kept = false;
	if (s == NULL || !s->compiled)
		return err_set(err, RC_INPUT, "source %u is no compiled template", source);
	if (p->len < STORE_SHARED_MIN_LEN)
		return RC_OK;
	if (s->kept == NULL)
		s->kept = mem_zalloc(SLOTS, sizeof *s->kept);
	k = slot_of(s, p);
	if (k->len == 0) {
		if (s->kept_count >= SLOTS / 2 || p->len > STORE_KEPT_MAX_LEN - x->kept_len)
			return RC_OK;
		rc = keep(x, tenant_key, s, p, k, err);
		if (rc != RC_OK)
			return rc;
		s->kept_count++;
	}
	*out = (struct store_part){.bytes = {k->p, k->len}, .shared = true};
	memcpy(out->id, k->id, STORE_ID_LEN);
	*kept = true;
	return RC_OK;
}
