// SPDX-License-Identifier: Apache-2.0
/* Workers behind the loop. Runs in: control. */
#include "pipeline/peer.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/patience.h"
#include "pipeline/loop.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define FRAME_ROOM ((size_t)16 << 20)
/* The pump keeps to PEER_UNDER_WAY_MAX; small requests (sources, commits) may come on top. */
#define QUEUE_MAX (PEER_UNDER_WAY_MAX + 8)

struct request {
	enum message answer;
	uint32_t id;
	peer_answer *done;
	void *context;
};

struct peer {
	struct spawn_child child;
	bool alive;
	bool polling;
	bool ended; /* reaped; status holds why */
	int status;
	struct wire_ready ready;
	struct arena *keep; /* as long as the peer: ready's note */
	struct arena *frame;
	struct request queue[QUEUE_MAX];
	uint32_t queue_count;
	uint32_t next_id;
	struct patience patience; /* for the answer to the first of the queue */
	uv_poll_t *poll;
	uv_timer_t *timer;
};

static uint32_t lost_count;

static void free_handle(uv_handle_t *h)
{
	mem_release(h);
}

static void stop_watching(struct peer *p)
{
	if (!p->polling)
		return;
	p->polling = false;
	uv_close((uv_handle_t *)p->poll, free_handle);
	uv_close((uv_handle_t *)p->timer, free_handle);
}

/* Answers everything that is due with the error; the worker is gone already. */
static void fail_requests(struct peer *p, const struct err *err)
{
	struct request queue[QUEUE_MAX];
	uint32_t count = p->queue_count;

	memcpy(queue, p->queue, sizeof queue);
	p->queue_count = 0;
	for (uint32_t i = 0; i < count; i++)
		queue[i].done(p, err->kind, err, NULL, queue[i].context);
}

static void lose(struct peer *p, const struct err *why)
{
	char how[160] = "";
	struct err err = *why;

	if (!p->alive)
		return;
	p->alive = false;
	lost_count++;
	stop_watching(p);
	(void)kill(p->child.pid, SIGKILL);
	p->status = spawn_reap(&p->child);
	p->ended = true;
	/* We ended it for a breach of the protocol or of its time; else somebody did, such as its CPU limit. */
	if (WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGKILL && why->kind == RC_PEER)
		text_copy(how, sizeof how, why->text);
	else
		spawn_describe_end(&p->child, p->status, how, sizeof how);
	log_line(LOG_WARN, "the %s process is gone: %s", role_name(p->child.role), how);
	err_set(&err, RC_PEER, "the %s process ended: %s", role_name(p->child.role), how);
	fail_requests(p, &err);
}

/* The first of the queue has all of its time from now on. */
static void give_time(struct peer *p)
{
	patience_start(&p->patience, p->child.pid, patience_usual_ms());
}

static void take_answer(struct peer *p, struct frame *f)
{
	struct request r = p->queue[0];
	struct err err = {0};
	void *reply = NULL;
	enum rc rc;

	if (p->queue_count == 0 || f->request != r.id
		|| (f->info->number != r.answer && f->info->number != MESSAGE_FAULT)) {
		err_set(&err, RC_PEER, "it sent %s out of turn", f->info->name);
		lose(p, &err);
		return;
	}
	arena_reset(p->frame);
	if (f->info->number == MESSAGE_FAULT) {
		rc = frame_fault(f, p->frame, &err);
	} else {
		reply = arena_zalloc(p->frame, 1, f->info->type->size);
		rc = frame_decode(f, p->frame, reply, &err);
		if (rc != RC_OK) {
			lose(p, &err);
			return;
		}
	}
	p->queue_count--;
	memmove(p->queue, p->queue + 1, p->queue_count * sizeof *p->queue);
	if (p->queue_count != 0)
		give_time(p);
	r.done(p, rc, &err, rc == RC_OK ? reply : NULL, r.context);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
	struct peer *p = handle->data;
	struct frame f;
	struct err err = {0};

	(void)status;
	(void)events;
	if (channel_receive(p->child.channel, &f, &err) != RC_OK) {
		lose(p, &err);
		return;
	}
	take_answer(p, &f);
	frame_close_fds(&f);
}

/* It spoke: timers come before what can be read when this process itself did not run for long. */
static bool has_spoken(const struct peer *p)
{
	struct pollfd fd = {.fd = channel_fd(p->child.channel), .events = POLLIN};

	return poll(&fd, 1, 0) == 1;
}

static void on_timer(uv_timer_t *handle)
{
	struct peer *p = handle->data;
	struct err err;

	if (p->queue_count == 0 || !patience_is_over(&p->patience) || has_spoken(p))
		return;
	err_set(&err, RC_PEER, "it did not answer within %d s", (int)(patience_usual_ms() / 1000));
	lose(p, &err);
}

enum rc peer_start(enum role role, int dir_fd, struct peer **out, struct err *err)
{
	return peer_start_with(&(struct spawn_options){.role = role, .dir_fd = dir_fd}, out, err);
}

enum rc peer_start_with(const struct spawn_options *o, struct peer **out, struct err *err)
{
	struct peer *p = mem_zalloc(1, sizeof *p);
	struct spawn_options yielding = *o;
	enum rc rc;

	yielding.yields = true;
	rc = spawn_start(&yielding, &p->child, err);

	if (rc != RC_OK) {
		MEM_FREE(p);
		return rc;
	}
	p->alive = true;
	p->next_id = 1000;
	p->keep = arena_new((size_t)1 << 20);
	p->frame = arena_new(FRAME_ROOM);
	*out = p;
	return RC_OK;
}

enum rc peer_open_ask(struct peer *p, const struct peer_message *m, enum message answer,
	struct arena *a, void *reply, struct err *err)
{
	return channel_ask(
		p->child.channel, m->number, m->record, m->fds, m->fd_count, answer, a, reply, err);
}

enum rc peer_lock(struct peer *p, bool *unconfined, struct err *err)
{
	enum rc rc = spawn_lock(&p->child, p->keep, &p->ready, err);

	*unconfined = rc == RC_SYSTEM;
	if (rc != RC_OK)
		return err_wrap(err, "the %s process", role_name(p->child.role));
	p->poll = mem_zalloc(1, sizeof *p->poll);
	p->timer = mem_zalloc(1, sizeof *p->timer);
	p->poll->data = p;
	p->timer->data = p;
	CHECK(uv_poll_init(loop_of(), p->poll, channel_fd(p->child.channel)) == 0);
	CHECK(uv_poll_start(p->poll, UV_READABLE | UV_DISCONNECT, on_readable) == 0);
	CHECK(uv_timer_init(loop_of(), p->timer) == 0);
	CHECK(uv_timer_start(p->timer, on_timer, 1000, 1000) == 0);
	p->polling = true;
	return RC_OK;
}

const struct wire_ready *peer_ready(const struct peer *p)
{
	return &p->ready;
}

enum role peer_role(const struct peer *p)
{
	return p->child.role;
}

bool peer_alive(const struct peer *p)
{
	return p->alive;
}

bool peer_fell(const struct peer *p)
{
	bool killed = WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGKILL;

	return p->ended && (!killed || p->child.out_of_memory);
}

uint32_t peer_lost_count(void)
{
	return lost_count;
}

uint32_t peer_under_way(const struct peer *p)
{
	return p->queue_count;
}

/* The reply is the next number; requests without one of their own are answered by DONE. */
static enum message answer_to(enum message number)
{
	const struct message_info *answer = message_find((uint32_t)number + 1);

	if (number == MESSAGE_STORE_LIST)
		return MESSAGE_STORE_IS;
	return answer != NULL ? answer->number : MESSAGE_DONE;
}

enum rc peer_send(struct peer *p, const struct peer_message *m, peer_answer *done, void *context,
	struct err *err)
{
	struct request *r;
	enum rc rc;

	CHECK(p->queue_count < QUEUE_MAX);
	if (!p->alive)
		return err_set(
			err, RC_PEER, "the %s process is not running", role_name(p->child.role));
	rc = channel_send(
		p->child.channel, m->number, p->next_id, m->record, m->fds, m->fd_count, err);
	if (rc != RC_OK)
		return rc;
	r = &p->queue[p->queue_count++];
	*r = (struct request){.answer = answer_to(m->number),
		.id = p->next_id++,
		.done = done,
		.context = context};
	if (p->queue_count == 1)
		give_time(p);
	return RC_OK;
}

static void told(
	struct peer *p, enum rc rc, const struct err *err, const void *reply, void *context)
{
	(void)reply;
	(void)context;
	if (rc != RC_OK)
		lose(p, err);
}

enum rc peer_tell(struct peer *p, const struct peer_message *m, struct err *err)
{
	return peer_send(p, m, told, NULL, err);
}

void peer_condemn(struct peer *p, const struct err *why)
{
	struct err err = *why;

	err.kind = RC_PEER;
	lose(p, &err);
}

struct waiting {
	bool over;
	enum rc rc;
	struct err *err;
	struct arena *a;
	void *reply;
	enum message answer;
};

static void wake(
	struct peer *p, enum rc rc, const struct err *err, const void *reply, void *context)
{
	struct waiting *w = context;

	(void)p;
	w->over = true;
	w->rc = rc;
	if (rc != RC_OK && w->err != NULL)
		*w->err = *err;
	if (rc == RC_OK && w->reply != NULL)
		wire_copy(message_find(w->answer)->type, reply, w->a, w->reply);
}

enum rc peer_ask(
	struct peer *p, const struct peer_message *m, struct arena *a, void *reply, struct err *err)
{
	struct waiting w = {.err = err, .a = a, .reply = reply, .answer = answer_to(m->number)};
	enum rc rc = peer_send(p, m, wake, &w, err);

	if (rc != RC_OK)
		return rc;
	while (!w.over)
		loop_turn();
	return w.rc;
}

void peer_free(struct peer **p)
{
	struct err err;

	if (*p == NULL)
		return;
	err_set(&err, RC_PEER, "it was stopped");
	if ((*p)->alive) {
		(*p)->alive = false;
		stop_watching(*p);
		fail_requests(*p, &err);
		spawn_kill(&(*p)->child);
	} else if ((*p)->ended) {
		channel_free(&(*p)->child.channel);
	}
	arena_free(&(*p)->keep);
	arena_free(&(*p)->frame);
	MEM_FREE(*p);
}
