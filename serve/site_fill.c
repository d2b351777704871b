// SPDX-License-Identifier: Apache-2.0
/*
 * Getting to know credentials before they are asked for, a few at a time, so that the first question for each
 * costs no more than the second. Runs in: verify.
 */
#include "base/err.h"
#include "base/log.h"
#include "serve/look.h"

#define ARENA_LEN ((size_t)4 << 20)
/* In each turn; together they leave visitors four fifths of the time. */
#define TURN_MS 10
#define TURN_FACES 256u

static struct site_tenant *next_tenant(struct site *s)
{
	for (uint32_t i = 0; i < s->tenant_count; i++)
		if (s->tenants[i]->ledger != NULL && s->tenants[i]->fill_before != 0)
			return s->tenants[i];
	return NULL;
}

static enum rc fill_some(struct site *s, struct site_tenant *t, struct arena *a, struct err *err)
{
	struct ledger_faces faces = {NULL, 0};
	enum rc rc = ledger_faces_list(t->ledger, a, &t->fill_before, TURN_FACES, &faces, err);

	for (uint32_t i = 0; i < faces.count && rc == RC_OK; i++) {
		struct err one;

		/* What cannot be read is for whoever asks for it, and the next may be sound. */
		if (!faces.items[i].changed && look_learn(s, a, t, &faces.items[i], &one) != RC_OK)
			continue;
	}
	if (faces.count < TURN_FACES)
		t->fill_before = 0;
	return rc;
}

static void on_turn(uv_timer_t *timer)
{
	struct site *s = timer->data;
	struct site_tenant *t = next_tenant(s);
	struct arena *a;
	struct err err = {0};

	/* Getting fresh may forget all and begin anew; that is for the next turn. */
	if (t == NULL || known_bytes(s->known) + ARENA_LEN > KNOWN_BYTES_MAX
		|| site_tenant(s, str_of(t->name)) != t || t->fill_before == 0)
		return;
	a = arena_new(ARENA_LEN);
	if (fill_some(s, t, a, &err) != RC_OK) {
		t->fill_before = 0;
		log_line(LOG_WARN, "credentials of %s are not read ahead: %s", t->name, err.text);
	}
	arena_free(&a);
}

void site_start_filling(struct site *s)
{
	CHECK(uv_timer_init(listen_loop(s->server), &s->filling) == 0);
	s->filling.data = s;
	CHECK(uv_timer_start(&s->filling, on_turn, TURN_MS, TURN_MS) == 0);
	uv_unref((uv_handle_t *)&s->filling);
}
