// SPDX-License-Identifier: Apache-2.0
/* Fetching artifacts without waiting for any. Runs in: serve. */
#include "serve/hall_fetch.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "serve/hall_thumbnail.h"

#include <signal.h>
#include <string.h>

#define ARENA_LEN ((size_t)1 << 20)
#define STORE_IDLE_MS 300000
/* A store that answers nothing for so long is ended: opening reads an index, fetching one artifact. */
#define OPEN_LIMIT_MS 120000
#define STUCK_MS 5000
/* Between two starts; doubled with every failure. */
#define START_PACE_MS 500
#define START_PACE_MAX_MS 8000
/* Processes that may fail over one artifact before it is given up. */
#define TRIES_MAX 2

struct fetch {
	bool taken;
	bool sent;
	bool given_up; /* answered; kept until its store answers too, since that names it by its place */
	uint32_t tries;
	uint64_t turn; /* the lowest goes first */
	struct hall_tenant *tenant;
	struct hall_asker asker;
	struct wire_artifact_is is;
	struct wire_fetch_item item;
	int fd;
	int64_t arrived_ms;
	int64_t sent_ms;
};

static struct fetch fetches[HALL_FETCHES_MAX];
static uint64_t next_turn;

void hall_fetch_answer(
	struct hall *h, const struct hall_asker *asker, const struct wire_artifact_is *is, int fd)
{
	struct hall_verifier *v = &h->verifiers[asker->verifier];
	struct err err = {0};

	h->figures.artifacts += is->found;
	h->figures.artifacts_failed += is->failed;
	if (!v->runs || v->life != asker->life
		|| channel_send(v->child.channel, MESSAGE_ARTIFACT_IS, asker->request, is, &fd,
			   fd >= 0 ? 1 : 0, &err)
			== RC_OK)
		return;
	log_line(LOG_ERROR, "a verify process is ended: %s", err.text);
	(void)kill(v->child.pid, SIGKILL);
}

static void forget(struct fetch *f)
{
	file_auto_close(&f->fd);
	seal_wipe(f->item.key, sizeof f->item.key);
	*f = (struct fetch){.fd = -1};
}

static void answer(struct hall *h, struct fetch *f, bool found)
{
	if (f->given_up)
		return;
	if (found && f->is.thumbnail) {
		hall_thumbnail_add(h, &f->asker, &f->is, file_take(&f->fd));
		return;
	}
	f->is.found = found;
	f->is.failed = !found;
	hall_fetch_answer(h, &f->asker, &f->is, found ? f->fd : -1);
}

static struct fetch *free_place(const struct hall_tenant *t)
{
	struct fetch *place = NULL;
	uint32_t own = 0;

	for (uint32_t i = 0; i < HALL_FETCHES_MAX; i++) {
		if (!fetches[i].taken)
			place = &fetches[i];
		own += fetches[i].taken && fetches[i].tenant == t;
	}
	return own < HALL_FETCHES_OF_TENANT ? place : NULL;
}

void hall_fetch_add(struct hall *h, struct hall_tenant *t, const struct hall_asker *asker,
	const struct wire_artifact_is *is, struct wire_fetch_item *item)
{
	struct fetch *f = free_place(t);

	if (f == NULL) {
		struct wire_artifact_is full = *is;

		full.failed = true;
		hall_fetch_answer(h, asker, &full, -1);
	} else {
		*f = (struct fetch){.taken = true,
			.turn = next_turn++,
			.tenant = t,
			.asker = *asker,
			.is = *is,
			.item = *item,
			.fd = -1,
			.arrived_ms = clock_mono_ms()};
		f->is.tenant = str_of(t->name);
	}
	seal_wipe(item->key, sizeof item->key);
}

/* ---- the store process ---- */

/* What was with it waits for the next one, unless it was with too many. */
static void end_store(struct hall *h, struct hall_tenant *t, bool failed)
{
	if (t->store.state == HALL_STORE_NONE || t->store.state == HALL_STORE_ENDING)
		return;
	if (t->store.child.pid > 0)
		(void)kill(t->store.child.pid, SIGKILL);
	channel_free(&t->store.child.channel);
	t->store.state = HALL_STORE_ENDING;
	t->store.under_way = 0;
	t->store.failures += failed;
	for (uint32_t i = 0; i < HALL_FETCHES_MAX; i++) {
		struct fetch *f = &fetches[i];

		if (!f->taken || !f->sent || f->tenant != t)
			continue;
		f->sent = false;
		f->tries += failed;
		if (f->tries >= TRIES_MAX)
			answer(h, f, false);
		if (f->tries >= TRIES_MAX || f->given_up)
			forget(f);
	}
}

static enum rc start_store(struct hall *h, struct hall_tenant *t, struct err *err)
{
	struct spawn_options o = {.role = ROLE_STORE, .dir_fd = h->store_fd};
	struct wire_store_open open = {.tenant = str_of(t->name), .read_only = true};
	enum rc rc;

	t->store.started_ms = clock_mono_ms();
	t->store.used_ms = t->store.started_ms;
	rc = spawn_start(&o, &t->store.child, err);
	if (rc != RC_OK)
		return rc;
	t->store.life++;
	t->store.state = HALL_STORE_OPENING;
	channel_never_wait(t->store.child.channel);
	memcpy(open.tenant_key, t->pieces, sizeof open.tenant_key);
	rc = channel_send(t->store.child.channel, MESSAGE_STORE_OPEN, 1, &open, NULL, 0, err);
	seal_wipe(open.tenant_key, sizeof open.tenant_key);
	return rc;
}

static bool may_start(const struct hall_store *s, int64_t now_ms)
{
	int64_t pace = (int64_t)START_PACE_MS << (s->failures < 4 ? s->failures : 4);

	return s->state == HALL_STORE_NONE
		&& (s->started_ms == 0
			|| now_ms - s->started_ms
				>= (pace < START_PACE_MAX_MS ? pace : START_PACE_MAX_MS));
}

static enum rc send_fetch(struct fetch *f, int64_t now_ms, struct err *err)
{
	struct wire_fetch ask = {.items = {&f->item, 1}};
	struct hall_store *s = &f->tenant->store;
	enum rc rc;

	file_auto_close(&f->fd);
	rc = file_memory("artifact", &f->fd, err);
	if (rc != RC_OK)
		return rc;
	rc = channel_send(
		s->child.channel, MESSAGE_FETCH, (uint32_t)(f - fetches) + 1, &ask, &f->fd, 1, err);
	if (rc != RC_OK)
		return rc;
	f->sent = true;
	f->sent_ms = now_ms;
	s->used_ms = now_ms;
	s->under_way++;
	return RC_OK;
}

/* ---- what it says ---- */

static enum rc take_fetched(struct hall *h, struct hall_tenant *t, struct frame *frame,
	struct arena *a, struct err *err)
{
	struct fetch *f =
		frame->request - 1 < HALL_FETCHES_MAX ? &fetches[frame->request - 1] : NULL;
	struct wire_fetched in = {0};
	bool found;
	enum rc rc = RC_OK;

	if (f == NULL || !f->taken || !f->sent || f->tenant != t)
		return err_set(err, RC_PEER, "the store answers what was not asked");
	t->store.under_way--;
	t->store.used_ms = clock_mono_ms();
	/* A refusal says that this one cannot be had, as "not found" does. */
	if (frame->info->number == MESSAGE_FETCHED)
		rc = frame_decode(frame, a, &in, err);
	if (rc != RC_OK)
		return rc;
	found = in.items.count == 1 && in.items.items[0].found && in.items.items[0].offset == 0
		&& in.items.items[0].len == f->is.len;
	f->sent = false;
	/* It may have been issued after the store was opened: a new one looks again, once. */
	if (!found && !f->given_up && t->store.started_ms <= f->arrived_ms) {
		end_store(h, t, false);
		return RC_OK;
	}
	if (!found && !f->given_up)
		log_line(LOG_ERROR, "an artifact of %s is not in the store, or damaged there",
			t->name);
	answer(h, f, found);
	forget(f);
	return RC_OK;
}

static enum rc take_ready(
	struct hall_tenant *t, struct frame *frame, struct arena *a, struct err *err)
{
	struct wire_ready ready;
	enum rc rc = frame_decode(frame, a, &ready, err);

	if (rc == RC_OK)
		rc = spawn_check_ready(&t->store.child, &ready, err);
	if (rc == RC_OK) {
		t->store.state = HALL_STORE_READY;
		t->store.failures = 0;
	}
	return rc;
}

static enum rc take(struct hall *h, struct hall_tenant *t, struct frame *frame, struct arena *a,
	struct err *err)
{
	enum hall_store_state state = t->store.state;
	enum message number = frame->info->number;

	if (state == HALL_STORE_READY && (number == MESSAGE_FETCHED || number == MESSAGE_FAULT))
		return take_fetched(h, t, frame, a, err);
	if (number == MESSAGE_FAULT)
		return frame_fault(frame, a, err);
	if (state == HALL_STORE_OPENING && number == MESSAGE_STORE_IS) {
		t->store.state = HALL_STORE_LOCKING;
		return channel_send(t->store.child.channel, MESSAGE_LOCK, 2,
			&(struct wire_nothing){0}, NULL, 0, err);
	}
	if (state == HALL_STORE_LOCKING && number == MESSAGE_READY)
		return take_ready(t, frame, a, err);
	return err_set(err, RC_PEER, "the store sent %s", frame->info->name);
}

void hall_fetch_take(struct hall *h, struct hall_tenant *t)
{
	struct arena *a = arena_new(ARENA_LEN);
	struct frame frame;
	struct err err = {0};
	enum rc rc = channel_receive(t->store.child.channel, &frame, &err);

	if (rc == RC_OK) {
		rc = take(h, t, &frame, a, &err);
		frame_close_fds(&frame);
	}
	if (rc != RC_OK) {
		log_line(LOG_ERROR, "the store process of %s is ended: %s", t->name, err.text);
		end_store(h, t, true);
	}
	arena_free(&a);
}

void hall_fetch_ended(struct hall *h, struct hall_tenant *t)
{
	/* Its own end, then: whoever ends it closes the channel first. */
	bool unasked = t->store.state != HALL_STORE_ENDING;
	char how[160];
	int status;

	end_store(h, t, true);
	status = spawn_reap(&t->store.child);
	spawn_describe_end(&t->store.child, status, how, sizeof how);
	if (unasked)
		log_line(LOG_ERROR, "the store process of %s ended (%s)", t->name, how);
	t->store.state = HALL_STORE_NONE;
}

/* ---- every turn ---- */

static void check_stuck(struct hall *h, struct hall_tenant *t, int64_t now_ms)
{
	const struct hall_store *s = &t->store;
	bool stuck = (s->state == HALL_STORE_OPENING || s->state == HALL_STORE_LOCKING)
		&& now_ms - s->started_ms >= OPEN_LIMIT_MS;

	for (uint32_t i = 0; i < HALL_FETCHES_MAX && s->under_way != 0 && !stuck; i++)
		stuck = fetches[i].sent && fetches[i].tenant == t
			&& now_ms - fetches[i].sent_ms >= STUCK_MS
			&& now_ms - s->used_ms >= STUCK_MS;
	if (!stuck)
		return;
	log_line(LOG_ERROR, "the store process of %s does not answer and is ended", t->name);
	end_store(h, t, true);
}

/* Who waits longest of what could be sent or makes a store worth starting; NULL: nobody. */
static struct fetch *next_waiting(int64_t now_ms)
{
	struct fetch *next = NULL;

	for (uint32_t i = 0; i < HALL_FETCHES_MAX; i++) {
		struct fetch *f = &fetches[i];
		const struct hall_store *s = f->taken ? &f->tenant->store : NULL;

		if (s == NULL || f->sent || f->given_up || (next != NULL && next->turn < f->turn))
			continue;
		if ((s->state == HALL_STORE_READY && s->under_way < HALL_FETCHES_UNDER_WAY)
			|| may_start(s, now_ms))
			next = f;
	}
	return next;
}

static void go_on(struct hall *h, struct fetch *f, int64_t now_ms)
{
	struct hall_tenant *t = f->tenant;
	struct err err = {0};
	enum rc rc = t->store.state == HALL_STORE_READY ? send_fetch(f, now_ms, &err)
							: start_store(h, t, &err);

	if (rc == RC_OK)
		return;
	log_line(LOG_ERROR, "the store of %s cannot be asked: %s", t->name, err.text);
	if (t->store.state == HALL_STORE_NONE)
		t->store.failures++;
	end_store(h, t, true);
}

static void give_up(struct hall *h, int64_t now_ms)
{
	for (uint32_t i = 0; i < HALL_FETCHES_MAX; i++) {
		struct fetch *f = &fetches[i];

		if (!f->taken || f->given_up || now_ms - f->arrived_ms < HALL_FETCH_LIMIT_MS)
			continue;
		answer(h, f, false);
		f->given_up = true;
		if (!f->sent)
			forget(f);
	}
}

void hall_fetch_turn(struct hall *h, int64_t now_ms)
{
	struct fetch *f;

	for (uint32_t i = 0; i < h->tenant_count; i++)
		if (h->tenants[i]->store.state != HALL_STORE_NONE)
			check_stuck(h, h->tenants[i], now_ms);
	give_up(h, now_ms);
	while ((f = next_waiting(now_ms)) != NULL)
		go_on(h, f, now_ms);
}

void hall_fetch_rest(struct hall *h, int64_t now_ms)
{
	for (uint32_t i = 0; i < h->tenant_count; i++) {
		const struct hall_store *s = &h->tenants[i]->store;

		if (s->state == HALL_STORE_READY && s->under_way == 0
			&& now_ms - s->used_ms > STORE_IDLE_MS)
			end_store(h, h->tenants[i], false);
	}
}
