// SPDX-License-Identifier: Apache-2.0
/* Having thumbnails made, and keeping them. Runs in: serve. */
#include "serve/hall_thumbnail.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "formats/thumbnail.h"

#include <string.h>

#define ARENA_LEN ((size_t)1 << 16)
/* Waiting, in all and of one tenant. */
#define JOBS_MAX 64u
#define JOBS_OF_TENANT 16u
/* Kept. */
#define KEPT_MAX 128u
#define KEPT_LEN_MAX ((size_t)32 << 20)
#define KEPT_IDLE_MS 600000

/* OPEN waits for DONE, LOCK for READY, RUN for THUMBNAIL_IS: what was sent last. */
enum state { STATE_NONE, STATE_OPENING, STATE_LOCKING, STATE_WORKING };

struct job {
	bool taken;
	uint64_t turn; /* the lowest goes first */
	struct hall_asker asker;
	struct wire_artifact_is is;
	int fd;
	int64_t arrived_ms;
};

struct kept {
	int fd; /* sealed; 0: nothing is kept here */
	uint32_t len;
	uint8_t picture[HASH_SHA256_LEN];
	uint8_t sha256[HASH_SHA256_LEN];
	int64_t used_ms;
};

static struct {
	enum state state;
	uint32_t life; /* counts processes */
	struct spawn_child child;
	int result_fd;
	struct job *job; /* its own */
	struct job jobs[JOBS_MAX];
	uint64_t next_turn;
	struct kept kept[KEPT_MAX];
	size_t kept_len;
} x = {.result_fd = -1};

/* ---- what is kept ---- */

static void drop(struct kept *k)
{
	if (k->fd <= 0)
		return;
	x.kept_len -= k->len;
	file_auto_close(&k->fd);
	*k = (struct kept){0};
}

static struct kept *find_kept(const uint8_t picture[HASH_SHA256_LEN])
{
	for (uint32_t i = 0; i < KEPT_MAX; i++)
		if (x.kept[i].fd > 0 && memcmp(x.kept[i].picture, picture, HASH_SHA256_LEN) == 0)
			return &x.kept[i];
	return NULL;
}

/* A free place, with room for len bytes; what was not asked for the longest goes. */
static struct kept *make_place(uint32_t len)
{
	for (;;) {
		struct kept *oldest = NULL;
		struct kept *place = NULL;

		for (uint32_t i = 0; i < KEPT_MAX; i++) {
			struct kept *k = &x.kept[i];

			if (k->fd <= 0)
				place = k;
			else if (oldest == NULL || k->used_ms < oldest->used_ms)
				oldest = k;
		}
		if (place != NULL && x.kept_len + len <= KEPT_LEN_MAX)
			return place;
		drop(oldest);
	}
}

static void answer_kept(struct hall *h, const struct hall_asker *asker,
	const struct wire_artifact_is *picture, struct kept *k)
{
	struct wire_artifact_is is = *picture;

	k->used_ms = clock_mono_ms();
	is.found = true;
	is.len = k->len;
	memcpy(is.sha256, k->sha256, sizeof is.sha256);
	hall_fetch_answer(h, asker, &is, k->fd);
}

bool hall_thumbnail_find(
	struct hall *h, const struct hall_asker *asker, const struct wire_artifact_is *is)
{
	struct kept *k = find_kept(is->sha256);

	if (k != NULL)
		answer_kept(h, asker, is, k);
	return k != NULL;
}

void hall_thumbnail_rest(int64_t now_ms)
{
	for (uint32_t i = 0; i < KEPT_MAX; i++)
		if (now_ms - x.kept[i].used_ms > KEPT_IDLE_MS)
			drop(&x.kept[i]);
}

/* A copy of our own, which nobody can change any more. */
static enum rc keep(uint32_t len, const uint8_t picture[HASH_SHA256_LEN], struct err *err)
{
	struct kept k = {.len = len};
	uint8_t *bytes;
	enum rc rc;

	if (len == 0 || len > THUMBNAIL_LEN_MAX)
		return err_set(err, RC_PEER, "a thumbnail of %u bytes is none", len);
	bytes = mem_alloc(len);
	rc = file_pread(x.result_fd, "a thumbnail", 0, bytes, len, err);
	if (rc == RC_OK)
		rc = file_memory_of("thumbnail", (struct bytes){bytes, len}, &k.fd, err);
	if (rc == RC_OK) {
		hash_sha256((struct bytes){bytes, len}, k.sha256);
		memcpy(k.picture, picture, sizeof k.picture);
		*make_place(len) = k;
		x.kept_len += len;
	}
	MEM_FREE(bytes);
	return rc;
}

/* ---- jobs ---- */

static void answer_failed(
	struct hall *h, const struct hall_asker *asker, const struct wire_artifact_is *picture)
{
	struct wire_artifact_is is = *picture;

	is.found = false;
	is.failed = true;
	hall_fetch_answer(h, asker, &is, -1);
}

static void forget(struct job *j)
{
	file_auto_close(&j->fd);
	*j = (struct job){.fd = -1};
}

static struct job *free_job(struct str tenant)
{
	struct job *place = NULL;
	uint32_t own = 0;

	for (uint32_t i = 0; i < JOBS_MAX; i++) {
		if (!x.jobs[i].taken)
			place = &x.jobs[i];
		own += x.jobs[i].taken && str_eq(x.jobs[i].is.tenant, tenant);
	}
	return own < JOBS_OF_TENANT ? place : NULL;
}

void hall_thumbnail_add(struct hall *h, const struct hall_asker *asker,
	const struct wire_artifact_is *is, int own_fd)
{
	AUTO_FD fd = own_fd;
	struct job *j = free_job(is->tenant);
	struct err err = {0};
	enum rc rc = file_seal(fd, &err);

	if (rc != RC_OK)
		log_line(LOG_ERROR, "a picture of " STR_FMT " cannot be made smaller: %s",
			STR_ARG(is->tenant), err.text);
	if (rc != RC_OK || j == NULL) {
		answer_failed(h, asker, is);
		return;
	}
	*j = (struct job){.taken = true,
		.turn = x.next_turn++,
		.asker = *asker,
		.is = *is,
		.fd = file_take(&fd),
		.arrived_ms = clock_mono_ms()};
}

/* ---- the process ---- */

/* Its job is answered, well or not. */
static void end_process(struct hall *h, bool made)
{
	struct kept *k = made ? find_kept(x.job->is.sha256) : NULL;

	if (x.child.pid > 0)
		spawn_kill(&x.child);
	file_auto_close(&x.result_fd);
	x.state = STATE_NONE;
	if (k != NULL)
		answer_kept(h, &x.job->asker, &x.job->is, k);
	else
		answer_failed(h, &x.job->asker, &x.job->is);
	forget(x.job);
	x.job = NULL;
}

static enum rc start(struct err *err)
{
	const struct spawn_options o = {.role = ROLE_THUMBNAIL, .dir_fd = -1, .yields = true};
	const struct wire_nothing nothing = {0};
	int fds[2] = {x.job->fd, -1};
	enum rc rc = file_memory("thumbnail", &x.result_fd, err);

	x.child = (struct spawn_child){.pid = -1};
	if (rc == RC_OK)
		rc = spawn_start(&o, &x.child, err);
	if (rc != RC_OK) {
		x.child.pid = -1;
		return rc;
	}
	x.life++;
	x.state = STATE_OPENING;
	channel_never_wait(x.child.channel);
	fds[1] = x.result_fd;
	return channel_send(x.child.channel, MESSAGE_THUMBNAIL_OPEN, 1, &nothing, fds, 2, err);
}

static enum rc take(struct frame *frame, struct arena *a, bool *made, struct err *err)
{
	const struct wire_nothing nothing = {0};
	enum message number = frame->info->number;
	struct wire_thumbnail_is is;
	struct wire_ready ready;
	enum rc rc;

	if (number == MESSAGE_FAULT)
		return frame_fault(frame, a, err);
	if (x.state == STATE_OPENING && number == MESSAGE_DONE) {
		x.state = STATE_LOCKING;
		return channel_send(x.child.channel, MESSAGE_LOCK, 2, &nothing, NULL, 0, err);
	}
	if (x.state == STATE_LOCKING && number == MESSAGE_READY) {
		rc = frame_decode(frame, a, &ready, err);
		if (rc == RC_OK)
			rc = spawn_check_ready(&x.child, &ready, err);
		x.state = STATE_WORKING;
		return rc == RC_OK ? channel_send(
			       x.child.channel, MESSAGE_THUMBNAIL_RUN, 3, &nothing, NULL, 0, err)
				   : rc;
	}
	if (x.state != STATE_WORKING || number != MESSAGE_THUMBNAIL_IS)
		return err_set(err, RC_PEER, "it sent %s", frame->info->name);
	rc = frame_decode(frame, a, &is, err);
	if (rc == RC_OK)
		rc = keep(is.len, x.job->is.sha256, err);
	*made = rc == RC_OK;
	return rc;
}

const struct spawn_child *hall_thumbnail_child(uint32_t *life)
{
	*life = x.life;
	return x.state != STATE_NONE ? &x.child : NULL;
}

void hall_thumbnail_take(struct hall *h)
{
	struct arena *a = arena_new(ARENA_LEN);
	struct frame frame;
	struct err err = {0};
	bool made = false;
	enum rc rc = channel_receive(x.child.channel, &frame, &err);

	if (rc == RC_OK) {
		rc = take(&frame, a, &made, &err);
		frame_close_fds(&frame);
	}
	if (rc != RC_OK)
		log_line(LOG_ERROR, "a picture of " STR_FMT " was not made smaller: %s",
			STR_ARG(x.job->is.tenant), err.text);
	if (rc != RC_OK || made)
		end_process(h, made);
	arena_free(&a);
}

void hall_thumbnail_ended(struct hall *h)
{
	log_line(LOG_ERROR, "a thumbnail process ended before its picture was smaller");
	end_process(h, false);
}

void hall_thumbnail_close(void)
{
	if (x.state != STATE_NONE)
		spawn_kill(&x.child);
}

/* ---- every turn ---- */

static struct job *next_job(void)
{
	struct job *next = NULL;

	for (uint32_t i = 0; i < JOBS_MAX; i++)
		if (x.jobs[i].taken && (next == NULL || x.jobs[i].turn < next->turn))
			next = &x.jobs[i];
	return next;
}

static void give_up(struct hall *h, int64_t now_ms)
{
	for (uint32_t i = 0; i < JOBS_MAX; i++) {
		struct job *j = &x.jobs[i];

		if (!j->taken || now_ms - j->arrived_ms < HALL_FETCH_LIMIT_MS)
			continue;
		if (j == x.job) {
			log_line(LOG_ERROR, "a thumbnail process does not answer and is ended");
			end_process(h, false);
		} else {
			answer_failed(h, &j->asker, &j->is);
			forget(j);
		}
	}
}

void hall_thumbnail_turn(struct hall *h, int64_t now_ms)
{
	struct err err = {0};

	give_up(h, now_ms);
	while (x.state == STATE_NONE && (x.job = next_job()) != NULL) {
		/* Somebody else asked for the same meanwhile. */
		if (find_kept(x.job->is.sha256) != NULL) {
			end_process(h, true);
		} else if (start(&err) != RC_OK) {
			log_line(LOG_ERROR, "a thumbnail process cannot be started: %s", err.text);
			end_process(h, false);
		}
	}
}
