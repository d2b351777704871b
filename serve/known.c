// SPDX-License-Identifier: Apache-2.0
/* Checked credentials in memory. Runs in: verify. */
#include "serve/known.h"

#include "base/buf.h"
#include "base/cursor.h"
#include "base/mem.h"

#include <openssl/crypto.h>
#include <string.h>

#define ULID_BYTES 16
/* Half of SHA-256 of the tag: whoever finds another tag with the same half could as well guess tags. */
#define TAG_BYTES 16
#define CHUNK_LEN ((size_t)64 << 10)
/* The newest shared parts of a tenant: credentials of a batch come one after the other. */
#define SHARED_NEWEST 64u
#define SHARED_MAX ((size_t)60 << 10)

/* What credentials of a batch have in common: the key, and all that is published; texts of own values are left out. */
struct shared {
	uint32_t hash;
	uint32_t len;
	uint8_t bytes[];
};

struct item {
	const struct shared *shared;
	struct site_tenant *tenant;
	int64_t valid_from_s;
	int64_t valid_until_s;
	uint8_t ulid[ULID_BYTES];
	uint8_t tag[TAG_BYTES];
	uint16_t own_len;
	bool named;
	uint8_t own
		[]; /* the texts of its own values, one after the other as cursor_put_bytes has them */
};

struct chunk {
	struct chunk *next;
	size_t used;
	size_t len;
	_Alignas(8) uint8_t bytes[];
};

/* Memory of one tenant, so that it can be given back when the tenant is forgotten. */
struct pool {
	struct pool *next;
	const struct site_tenant *tenant;
	struct chunk *chunks;
	const struct shared *newest[SHARED_NEWEST];
	uint32_t turn;
};

struct known {
	struct item **places; /* open addressing, by the random end of the id */
	struct pool *pools;
	size_t count;
	size_t bytes;
	struct buf text; /* of a shared part that is being made */
};

struct known *known_new(void)
{
	struct known *k = mem_zalloc(1, sizeof *k);

	/* Pages of it are taken as they are used. */
	k->places = mem_zalloc(KNOWN_PLACES, sizeof *k->places);
	k->text = buf_new(SHARED_MAX);
	return k;
}

static void free_pool(struct known *k, struct pool *p)
{
	while (p->chunks != NULL) {
		struct chunk *c = p->chunks;

		p->chunks = c->next;
		k->bytes -= c->len;
		MEM_FREE(c);
	}
	MEM_FREE(p);
}

void known_free(struct known **k)
{
	if (*k == NULL)
		return;
	while ((*k)->pools != NULL) {
		struct pool *p = (*k)->pools;

		(*k)->pools = p->next;
		free_pool(*k, p);
	}
	MEM_FREE((*k)->places);
	buf_free(&(*k)->text);
	MEM_FREE(*k);
}

/* ---- the table ---- */

static size_t home_of(const uint8_t *ulid)
{
	uint64_t h;

	memcpy(&h, ulid + ULID_BYTES - sizeof h, sizeof h);
	return (size_t)((h * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (KNOWN_PLACES - 1);
}

/* Its place, or the free one where it would be. */
static size_t place_of(const struct known *k, const uint8_t *ulid)
{
	size_t i = home_of(ulid);

	while (k->places[i] != NULL && memcmp(k->places[i]->ulid, ulid, ULID_BYTES) != 0)
		i = (i + 1) & (KNOWN_PLACES - 1);
	return i;
}

/* Those behind move up, so that no search ends before them. */
static void clear_place(struct known *k, size_t hole)
{
	size_t i = hole;

	k->count--;
	for (;;) {
		size_t home;

		i = (i + 1) & (KNOWN_PLACES - 1);
		if (k->places[i] == NULL)
			break;
		home = home_of(k->places[i]->ulid);
		if (((i - home) & (KNOWN_PLACES - 1)) < ((i - hole) & (KNOWN_PLACES - 1)))
			continue;
		k->places[hole] = k->places[i];
		hole = i;
	}
	k->places[hole] = NULL;
}

static const struct item *find(const struct known *k, const uint8_t *ulid, const uint8_t *tag_hash)
{
	const struct item *x = k->places[place_of(k, ulid)];

	return x != NULL && CRYPTO_memcmp(x->tag, tag_hash, TAG_BYTES) == 0 ? x : NULL;
}

struct site_tenant *known_tenant(
	const struct known *k, const uint8_t *ulid, const uint8_t *tag_hash)
{
	const struct item *x = find(k, ulid, tag_hash);

	return x != NULL ? x->tenant : NULL;
}

/* ---- memory ---- */

static struct pool *pool_of(struct known *k, const struct site_tenant *t)
{
	struct pool *p = k->pools;

	while (p != NULL && p->tenant != t)
		p = p->next;
	if (p != NULL)
		return p;
	p = mem_zalloc(1, sizeof *p);
	p->tenant = t;
	p->next = k->pools;
	k->pools = p;
	return p;
}

/* NULL: all of the memory is in use. */
static void *take(struct known *k, struct pool *p, size_t len)
{
	struct chunk *c = p->chunks;
	size_t need = (len + 7) & ~(size_t)7;

	if (c == NULL || c->len - sizeof *c - c->used < need) {
		size_t whole = sizeof *c + (need > CHUNK_LEN ? need : CHUNK_LEN);

		if (k->bytes + whole > KNOWN_BYTES_MAX)
			return NULL;
		c = mem_alloc(whole);
		c->next = p->chunks;
		c->used = 0;
		c->len = whole;
		p->chunks = c;
		k->bytes += whole;
	}
	c->used += need;
	return c->bytes + c->used - need;
}

/* ---- what they have in common ---- */

static bool is_name(const struct public_value *v)
{
	return str_eq(v->name, STR("recipient.name"));
}

/* Others are read, not only shown (look.c), or stand on all certificates of a batch. */
static bool is_own(const struct public_value *v)
{
	return !str_starts(v->name, STR("achievement.")) && !str_eq(v->name, STR("issued_on"))
		&& !str_eq(v->name, STR("valid_until"));
}

static void put_shared(struct buf *out, const struct known_facts *f)
{
	buf_reset(out);
	cursor_put_bytes(out, bytes_of(f->kid));
	cursor_put_u8(out, f->published.picture);
	cursor_put_u8(out, f->published.pass_throwaway);
	cursor_put_u32(out, f->published.picture_width);
	cursor_put_u32(out, f->published.picture_height);
	cursor_put_bytes(out, bytes_of(f->published.lang));
	cursor_put_u32(out, f->published.values.count);
	for (uint32_t i = 0; i < f->published.values.count; i++) {
		const struct public_value *v = &f->published.values.items[i];

		cursor_put_bytes(out, bytes_of(v->name));
		cursor_put_bytes(out, bytes_of(is_own(v) ? STR("") : v->text));
	}
}

static uint32_t hash_of(const struct buf *b)
{
	uint32_t h = UINT32_C(2166136261);

	for (size_t i = 0; i < b->n; i++)
		h = (h ^ b->p[i]) * UINT32_C(16777619);
	return h;
}

static const struct shared *share(struct known *k, struct pool *p, const struct known_facts *f)
{
	struct shared *s;
	uint32_t hash;

	put_shared(&k->text, f);
	if (k->text.full)
		return NULL;
	hash = hash_of(&k->text);
	for (uint32_t i = 0; i < SHARED_NEWEST; i++) {
		const struct shared *old = p->newest[i];

		if (old != NULL && old->hash == hash && old->len == k->text.n
			&& memcmp(old->bytes, k->text.p, old->len) == 0)
			return old;
	}
	s = take(k, p, sizeof *s + k->text.n);
	if (s == NULL)
		return NULL;
	s->hash = hash;
	s->len = (uint32_t)k->text.n;
	memcpy(s->bytes, k->text.p, k->text.n);
	p->newest[p->turn++ % SHARED_NEWEST] = s;
	return s;
}

static void read_shared(
	const struct item *x, const struct str *own, struct arena *a, struct known_facts *out)
{
	struct cursor c = cursor_of((struct bytes){x->shared->bytes, x->shared->len});
	struct cursor texts = cursor_of((struct bytes){x->own, x->own_len});
	struct public_view *v = &out->published;
	uint32_t count;

	out->kid = bytes_text(cursor_bytes(&c));
	v->picture = cursor_u8(&c) != 0;
	v->pass_throwaway = cursor_u8(&c) != 0;
	v->picture_width = cursor_u32(&c);
	v->picture_height = cursor_u32(&c);
	v->lang = bytes_text(cursor_bytes(&c));
	count = cursor_u32(&c);
	v->values.items = arena_zalloc(a, (size_t)count + 1, sizeof *v->values.items);
	for (uint32_t i = 0; i < count; i++) {
		struct public_value *value = &v->values.items[i];

		value->name = bytes_text(cursor_bytes(&c));
		value->text = bytes_text(cursor_bytes(&c));
		if (!is_own(value))
			continue;
		value->text = bytes_text(cursor_bytes(&texts));
		if (own != NULL && (value->text.n != 0 || !is_name(value)))
			value->text = *own;
		own += own != NULL;
	}
	CHECK(!c.bad && !texts.bad);
	v->values.count = count;
}

/* ---- the rest ---- */

bool known_glance(const struct known *k, const uint8_t *ulid, const uint8_t *tag_hash,
	struct known_glance *out)
{
	const struct item *x = find(k, ulid, tag_hash);
	struct cursor texts;

	if (x == NULL)
		return false;
	out->tenant = x->tenant;
	out->alike = x->shared;
	out->valid_from_s = x->valid_from_s;
	out->valid_until_s = x->valid_until_s;
	out->own_count = 0;
	texts = cursor_of((struct bytes){x->own, x->own_len});
	while (cursor_left(&texts) != 0 && out->own_count < KNOWN_OWN_MAX)
		out->own[out->own_count++] = bytes_text(cursor_bytes(&texts));
	out->named = x->named;
	return true;
}

bool known_find(const struct known *k, const uint8_t *ulid, const uint8_t *tag_hash,
	const struct str *own, struct arena *a, struct known_facts *out)
{
	const struct item *x = find(k, ulid, tag_hash);

	if (x == NULL)
		return false;
	*out = (struct known_facts){.tenant = x->tenant,
		.valid_from_s = x->valid_from_s,
		.valid_until_s = x->valid_until_s};
	read_shared(x, own, a, out);
	return true;
}

/* False: there are too many, or they are too long. */
static bool put_own(struct known *k, const struct known_facts *f)
{
	uint32_t count = 0;

	buf_reset(&k->text);
	for (uint32_t i = 0; i < f->published.values.count; i++) {
		const struct public_value *v = &f->published.values.items[i];

		if (!is_own(v))
			continue;
		cursor_put_bytes(&k->text, bytes_of(v->text));
		count++;
	}
	return count <= KNOWN_OWN_MAX && k->text.n <= UINT16_MAX && !k->text.full;
}

void known_add(
	struct known *k, const uint8_t *ulid, const uint8_t *tag_hash, const struct known_facts *f)
{
	struct pool *p = pool_of(k, f->tenant);
	size_t at = place_of(k, ulid);
	const struct shared *shared;
	struct item *x;

	if (k->places[at] != NULL || k->count >= KNOWN_PLACES / 4 * 3)
		return;
	shared = share(k, p, f);
	if (shared == NULL || !put_own(k, f))
		return;
	x = take(k, p, sizeof *x + k->text.n);
	if (x == NULL)
		return;
	*x = (struct item){.shared = shared,
		.tenant = f->tenant,
		.valid_from_s = f->valid_from_s,
		.valid_until_s = f->valid_until_s,
		.own_len = (uint16_t)k->text.n,
		.named = ledger_public_value(&f->published, "recipient.name").n != 0};
	memcpy(x->ulid, ulid, ULID_BYTES);
	memcpy(x->tag, tag_hash, TAG_BYTES);
	if (k->text.n != 0)
		memcpy(x->own, k->text.p, k->text.n);
	k->places[at] = x;
	k->count++;
}

void known_drop(struct known *k, const uint8_t *ulid)
{
	size_t at = place_of(k, ulid);

	if (k->places[at] != NULL)
		clear_place(k, at);
}

void known_forget(struct known *k, const struct site_tenant *t)
{
	struct pool **at = &k->pools;
	struct pool *p;

	while (*at != NULL && (*at)->tenant != t)
		at = &(*at)->next;
	p = *at;
	if (p == NULL)
		return;
	/* What moves up into a place is looked at next, so the place is looked at again. */
	for (size_t i = 0; i < KNOWN_PLACES; i++)
		while (k->places[i] != NULL && k->places[i]->tenant == t)
			clear_place(k, i);
	*at = p->next;
	free_pool(k, p);
}

size_t known_count(const struct known *k)
{
	return k->count;
}

size_t known_bytes(const struct known *k)
{
	return k->bytes;
}
