// SPDX-License-Identifier: Apache-2.0
/* Answers for credentials that are alike. Runs in: verify. */
#include "serve/alike.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/ulid.h"
#include "serve/html.h"
#include "serve/page.h"
#include "serve/ready.h"
#include "serve/stencil.h"

#include <string.h>

/* Before the holes of own values. */
enum { HOLE_TOKEN, HOLE_ID, HOLE_OWN };
/* Own values are 64 KiB at most (known.c), and six times that when each character is escaped. */
#define MADE_MAX (6 * (size_t)UINT16_MAX + PAGE_MAX)
_Static_assert(HOLE_OWN + KNOWN_OWN_MAX <= STENCIL_HOLES_MAX, "own values have holes");

/* What all credentials of a stencil have in common. */
struct likeness {
	const void *alike; /* NULL: none */
	const struct site_tenant *tenant;
	uint64_t alike_no;
	int64_t issued_s;
	int64_t valid_from_s;
	int64_t valid_until_s;
	uint32_t kind;
	uint32_t named;
};

struct place {
	struct likeness of;
	int64_t until_s; /* a date passes then */
	enum verdict verdict;
	struct stencil *stencil;
};

struct alike {
	alike_writer *write;
	struct place *places;
	size_t bytes; /* of all stencils */
	uint32_t hand; /* the next to go */
	struct buf made; /* where answers are made and values escaped */
};

struct alike *alike_new(alike_writer *write)
{
	struct alike *k = mem_zalloc(1, sizeof *k);

	k->write = write;
	k->places = mem_zalloc((size_t)ALIKE_SETS * ALIKE_WAYS, sizeof *k->places);
	k->made = buf_new(MADE_MAX);
	return k;
}

static void clear(struct alike *k, struct place *p)
{
	if (p->stencil != NULL)
		k->bytes -= stencil_size(p->stencil);
	stencil_free(&p->stencil);
	*p = (struct place){0};
}

void alike_free(struct alike **k)
{
	if (*k == NULL)
		return;
	for (uint32_t i = 0; i < ALIKE_SETS * ALIKE_WAYS; i++)
		clear(*k, &(*k)->places[i]);
	buf_free(&(*k)->made);
	MEM_FREE((*k)->places);
	MEM_FREE(*k);
}

/* Visitors cannot choose any of it but the kind. */
static struct place *set_of(struct alike *k, const struct likeness *of)
{
	uint64_t h = (uint64_t)(uintptr_t)of->alike;

	h = (h ^ (uint64_t)of->issued_s) * UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ (uint64_t)of->valid_until_s ^ of->kind) * UINT64_C(0x9e3779b97f4a7c15);
	return &k->places[(h >> 32) % ALIKE_SETS * ALIKE_WAYS];
}

static bool is_same(const struct likeness *a, const struct likeness *b)
{
	return a->alike == b->alike && a->tenant == b->tenant && a->alike_no == b->alike_no
		&& a->issued_s == b->issued_s && a->valid_from_s == b->valid_from_s
		&& a->valid_until_s == b->valid_until_s && a->kind == b->kind
		&& a->named == b->named;
}

/* What was made of settings that changed is of no use to anybody. */
static struct place *free_place(struct alike *k, struct place *set, const struct likeness *of)
{
	struct place *p = &set[k->hand++ % ALIKE_WAYS];

	for (uint32_t i = 0; i < ALIKE_WAYS; i++)
		if (set[i].of.alike == NULL
			|| (set[i].of.tenant == of->tenant && set[i].of.alike_no != of->alike_no))
			p = &set[i];
	clear(k, p);
	while (k->bytes > ALIKE_BYTES_MAX)
		clear(k, &k->places[k->hand++ % (ALIKE_SETS * ALIKE_WAYS)]);
	return p;
}

/* ---- the first that is asked for ---- */

/* NULL: nothing can be said of it. */
static struct place *make(struct alike *k, struct site *s, const struct alike_ask *ask,
	struct arena *a, const struct likeness *of)
{
	struct look *l = arena_zalloc(a, 1, sizeof *l);
	struct str marks[KNOWN_OWN_MAX];
	struct place *p;

	for (uint32_t i = 0; i < KNOWN_OWN_MAX; i++)
		marks[i] = stencil_mark(HOLE_OWN + i);
	if (!look_known(s, a, ask->host, ask->key, marks, l)
		|| l->view.standing.verdict == VERDICT_UNDETERMINED)
		return NULL;
	buf_reset(&k->made);
	k->write(&k->made, a, l, ask->kind, stencil_mark(HOLE_TOKEN), stencil_mark(HOLE_ID));
	if (k->made.full)
		return NULL;
	p = free_place(k, set_of(k, of), of);
	p->of = *of;
	p->verdict = l->view.standing.verdict;
	p->until_s = look_good_until(l);
	p->stencil = stencil_new(buf_str(&k->made));
	k->bytes += stencil_size(p->stencil);
	return p;
}

static struct place *find(struct alike *k, struct site *s, const struct alike_ask *ask,
	struct arena *a, const struct likeness *of)
{
	struct place *set = set_of(k, of);
	int64_t now = clock_wall_s();

	for (uint32_t i = 0; i < ALIKE_WAYS; i++)
		if (is_same(&set[i].of, of)) {
			if (now < set[i].until_s)
				return &set[i];
			clear(k, &set[i]);
		}
	return make(k, s, ask, a, of);
}

/* ---- filling in ---- */

static void put_escaped(struct buf *out, struct str value, uint32_t kind)
{
	struct jsonw w = jsonw_new(out);

	if (kind == READY_JSON)
		jsonw_str(&w, value);
	else
		html_put_text(out, value);
}

/* Each as the text has it: of a JSON string what stands between its quotes. */
static void escape_own(struct alike *k, const struct known_glance *g, uint32_t kind,
	struct str values[STENCIL_HOLES_MAX])
{
	size_t quote = kind == READY_JSON ? 1 : 0;
	size_t ends[KNOWN_OWN_MAX];
	size_t from = 0;

	buf_reset(&k->made);
	for (uint32_t i = 0; i < g->own_count; i++) {
		put_escaped(&k->made, g->own[i], kind);
		ends[i] = k->made.n;
	}
	CHECK(!k->made.full);
	for (uint32_t i = 0; i < g->own_count; i++) {
		values[HOLE_OWN + i] = str_slice(buf_str(&k->made), from + quote, ends[i] - quote);
		from = ends[i];
	}
}

static void fill(struct alike *k, const struct place *p, const struct alike_ask *ask,
	const struct known_glance *g, struct arena *a, struct buf *out)
{
	struct str values[STENCIL_HOLES_MAX];
	char id[ULID_TEXT_LEN + 1];

	ulid_text(ask->key->ulid, id);
	values[HOLE_TOKEN] = ask->token;
	values[HOLE_ID] = (struct str){id, ULID_TEXT_LEN};
	escape_own(k, g, ask->kind, values);
	size_t room = stencil_len(p->stencil, values) + ALIKE_ROOM_LEN;

	*out = (struct buf){.p = arena_alloc(a, room), .room = room, .cap = room};
	stencil_put(p->stencil, values, out);
}

/* Getting fresh may drop it. */
static bool is_known(struct site *s, const struct alike_ask *ask, struct known_glance *g)
{
	const struct look_key *key = ask->key;
	const struct site_tenant *t;
	int64_t looked_ms;

	if (!known_glance(s->known, key->ulid, key->tag_hash, g))
		return false;
	t = g->tenant;
	looked_ms = t->looked_ms;
	if (!site_is_fresh(s, t) || !site_answers_for(s, t, ask->host))
		return false;
	return t->looked_ms == looked_ms || known_glance(s->known, key->ulid, key->tag_hash, g);
}

bool alike_find(struct alike *k, struct site *s, const struct alike_ask *ask, struct arena *a,
	struct alike_answer *out)
{
	struct known_glance g;
	struct likeness of;
	const struct place *p;

	if (!is_known(s, ask, &g) || !ask->key->parsed)
		return false;
	of = (struct likeness){.alike = g.alike,
		.tenant = g.tenant,
		.alike_no = g.tenant->alike_no,
		.issued_s = ulid_ms(ask->key->ulid) / 1000,
		.valid_from_s = g.valid_from_s,
		.valid_until_s = g.valid_until_s,
		.kind = ask->kind,
		.named = g.named};
	p = find(k, s, ask, a, &of);
	if (p == NULL)
		return false;
	out->tenant = g.tenant;
	out->verdict = p->verdict;
	fill(k, p, ask, &g, a, &out->text);
	return true;
}
