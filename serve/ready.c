// SPDX-License-Identifier: Apache-2.0
/* Answers kept ready. Runs in: verify. */
#include "serve/ready.h"

#include "base/clock.h"
#include "base/mem.h"
#include "formats/token.h"
#include "ipc/wire_intake.h"

#include <openssl/crypto.h>
#include <string.h>

struct place {
	struct site_tenant *tenant; /* NULL: free */
	uint64_t read_no; /* of the tenant's settings */
	int64_t until_s; /* a date passes then */
	char token[TOKEN_TEXT_LEN];
	uint32_t kind;
	char *text;
	uint32_t text_len;
	uint32_t room;
};

struct ready {
	struct place *places;
	size_t bytes; /* of all texts */
	uint32_t hand; /* the next to go */
};

struct ready *ready_new(void)
{
	struct ready *r = mem_zalloc(1, sizeof *r);

	r->places = mem_zalloc(READY_PLACES, sizeof *r->places);
	return r;
}

void ready_free(struct ready **r)
{
	if (*r == NULL)
		return;
	for (size_t i = 0; i < READY_PLACES; i++)
		MEM_FREE((*r)->places[i].text);
	MEM_FREE((*r)->places);
	MEM_FREE(*r);
}

/* The tag at a token's end is a MAC: whoever cannot make tokens cannot choose places of good ones. */
static struct place *place_of(struct ready *r, struct str token, uint32_t kind)
{
	uint32_t h = UINT32_C(2166136261) + kind;

	for (size_t i = token.n - 24; i < token.n; i++)
		h = (h ^ (uint8_t)token.p[i]) * UINT32_C(16777619);
	return &r->places[(h ^ h >> 16) % READY_PLACES];
}

bool ready_find(struct ready *r, struct site *s, const struct ready_ask *ask,
	struct site_tenant **tenant, struct str *text)
{
	struct place *p;
	struct site_tenant *now;

	if (ask->token.n != TOKEN_TEXT_LEN)
		return false;
	p = place_of(r, ask->token, ask->kind);
	if (p->tenant == NULL || p->kind != ask->kind
		|| CRYPTO_memcmp(p->token, ask->token.p, ask->token.n) != 0)
		return false;
	now = p->tenant;
	if (!site_is_fresh(s, now) || now->read_no != p->read_no || clock_wall_s() >= p->until_s
		|| !site_answers_for(s, now, ask->host))
		return false;
	*tenant = now;
	*text = (struct str){p->text, p->text_len};
	return true;
}

static void clear(struct ready *r, struct place *p)
{
	MEM_FREE(p->text);
	r->bytes -= p->room;
	*p = (struct place){0};
}

/* Others go in turn when all together would be too large. */
static void make_room(struct ready *r, struct place *p, size_t len)
{
	size_t room = (len + 255) & ~(size_t)255;

	if (p->room == room)
		return;
	clear(r, p);
	while (r->bytes + room > READY_BYTES_MAX)
		clear(r, &r->places[r->hand++ % READY_PLACES]);
	p->text = mem_alloc(room);
	p->room = (uint32_t)room;
	r->bytes += room;
}

void ready_keep(
	struct ready *r, const struct look *l, struct str token, uint32_t kind, struct str text)
{
	struct place *p;

	if (!l->found || l->view.standing.verdict == VERDICT_NOT_GENUINE
		|| l->view.standing.verdict == VERDICT_UNDETERMINED || token.n != TOKEN_TEXT_LEN
		|| text.n > READY_LEN_MAX)
		return;
	p = place_of(r, token, kind);
	make_room(r, p, text.n);
	p->tenant = l->tenant;
	p->read_no = l->tenant->read_no;
	p->until_s = look_good_until(l);
	p->kind = kind;
	memcpy(p->token, token.p, token.n);
	memcpy(p->text, text.p, text.n);
	p->text_len = (uint32_t)text.n;
}
