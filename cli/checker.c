// SPDX-License-Identifier: Apache-2.0
/* Starting certfill-check and giving it files. Runs in: the command line. */
#include "cli/checker.h"

#include "base/file.h"
#include "ipc/spawn.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A process that one file took over judges no more than these; then it is replaced. */
#define FILES_PER_WORKER 512
#define DOCUMENTS_MAX 256
#define WAIT_MS 60000
#define PIECE_LEN ((size_t)1 << 20)

struct worker {
	struct spawn_child child;
	int area_fd;
	uint8_t *area;
	bool runs;
	uint32_t file_count;
};

struct document {
	struct str name;
	struct bytes text;
};

struct checker {
	struct arena *a;
	struct checker_terms terms;
	struct worker workers[CHECKER_WORKERS_MAX];
	size_t count;
	struct document documents[DOCUMENTS_MAX];
	size_t document_count;
	bool unconfined;
};

struct checker *checker_new(struct arena *a, size_t count, const struct checker_terms *terms)
{
	struct checker *c = arena_zalloc(a, 1, sizeof *c);

	CHECK(count >= 1 && count <= CHECKER_WORKERS_MAX);
	c->a = a;
	c->terms = *terms;
	c->count = count;
	for (size_t i = 0; i < count; i++)
		c->workers[i].area_fd = -1;
	return c;
}

static void stop(struct worker *w)
{
	if (w->runs)
		spawn_kill(&w->child);
	w->runs = false;
}

void checker_free(struct checker **c)
{
	if (*c == NULL)
		return;
	for (size_t i = 0; i < (*c)->count; i++) {
		struct worker *w = &(*c)->workers[i];

		stop(w);
		if (w->area != NULL)
			(void)munmap(w->area, CHECK_AREA_LEN);
		file_auto_close(&w->area_fd);
	}
	*c = NULL;
}

size_t checker_count(const struct checker *c)
{
	return c->count;
}

bool checker_is_unconfined(const struct checker *c)
{
	return c->unconfined;
}

static enum rc open_area(struct worker *w, struct err *err)
{
	void *map;
	enum rc rc = file_memory("check", &w->area_fd, err);

	if (rc != RC_OK)
		return rc;
	if (ftruncate(w->area_fd, (off_t)CHECK_AREA_LEN) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot make room for files to check");
	map = mmap(NULL, CHECK_AREA_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, w->area_fd, 0);
	if (map == MAP_FAILED)
		return err_errno(err, RC_SYSTEM, errno, "cannot map the files to check");
	w->area = map;
	return RC_OK;
}

static enum rc ask(struct worker *w, enum message message, const void *record, struct err *err)
{
	return channel_send(w->child.channel, message, 1, record, NULL, 0, err);
}

/* The answer within WAIT_MS, else the process is as good as dead. */
static enum rc hear(
	struct worker *w, enum message answer, struct arena *a, void *record, struct err *err)
{
	struct pollfd p = {.fd = channel_fd(w->child.channel), .events = POLLIN};
	struct frame f;
	enum rc rc;
	int n;

	do
		n = poll(&p, 1, WAIT_MS);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return err_set(err, RC_SYSTEM, "it took longer than a minute");
	rc = channel_receive(w->child.channel, &f, err);
	if (rc != RC_OK)
		return err_set(err, RC_SYSTEM, "the process that read it died");
	if (f.info->number == MESSAGE_FAULT)
		rc = frame_fault(&f, a, err);
	else if (f.info->number != answer)
		rc = err_set(err, RC_PEER, "check sent %s out of turn", f.info->name);
	else
		rc = frame_decode(&f, a, record, err);
	frame_close_fds(&f);
	return rc;
}

static enum rc send_document(struct worker *w, const struct document *d, struct err *err)
{
	struct wire_check_material m = {d->name, d->text.n};
	struct arena *a = arena_new((size_t)1 << 20);
	struct wire_nothing nothing;
	enum rc rc = RC_OK;

	if (d->text.n > CHECK_AREA_LEN)
		rc = err_set(err, RC_LIMIT, "it is over %zu MiB", CHECK_AREA_LEN >> 20);
	if (rc == RC_OK) {
		memcpy(w->area, d->text.p, d->text.n);
		rc = ask(w, MESSAGE_CHECK_MATERIAL, &m, err);
	}
	if (rc == RC_OK)
		rc = hear(w, MESSAGE_DONE, a, &nothing, err);
	arena_free(&a);
	return rc;
}

static enum rc launch(struct checker *c, struct worker *w, struct err *err)
{
	struct spawn_options o = {.role = ROLE_CHECK, .dir_fd = -1};
	struct wire_check_open open = {0};
	struct wire_nothing nothing;
	struct wire_ready ready;
	struct arena *a = arena_new((size_t)1 << 20);
	enum rc rc = w->area_fd < 0 ? open_area(w, err) : RC_OK;

	if (rc == RC_OK)
		rc = spawn_start(&o, &w->child, err);
	w->runs = rc == RC_OK;
	w->file_count = 0;
	if (rc == RC_OK)
		rc = channel_ask(w->child.channel, MESSAGE_CHECK_OPEN, &open, &w->area_fd, 1,
			MESSAGE_DONE, a, &nothing, err);
	if (rc == RC_OK) {
		rc = spawn_lock(&w->child, a, &ready, err);
		c->unconfined |= rc != RC_OK;
	}
	for (size_t i = 0; rc == RC_OK && i < c->document_count; i++)
		rc = send_document(w, &c->documents[i], err);
	if (rc != RC_OK)
		stop(w);
	arena_free(&a);
	return rc;
}

static enum rc wake(struct checker *c, struct worker *w, struct err *err)
{
	if (w->runs && w->file_count >= FILES_PER_WORKER)
		stop(w);
	return w->runs ? RC_OK : launch(c, w, err);
}

enum rc checker_add(struct checker *c, struct str name, struct bytes text, struct err *err)
{
	struct document d = {name, text};
	enum rc rc;

	if (c->document_count == DOCUMENTS_MAX)
		return err_set(err, RC_LIMIT, "more than %d documents", DOCUMENTS_MAX);
	/* The first process judges it; the others are started later, or know what it knows. */
	rc = wake(c, &c->workers[0], err);
	if (rc == RC_OK)
		rc = send_document(&c->workers[0], &d, err);
	if (rc != RC_OK)
		return rc;
	c->documents[c->document_count++] = d;
	for (size_t i = 1; i < c->count; i++)
		stop(&c->workers[i]);
	return RC_OK;
}

/* From *at on, which is moved behind it. */
static enum rc fill_area(struct worker *w, int fd, size_t *at, struct err *err)
{
	ssize_t n;

	do {
		size_t room = CHECK_AREA_LEN - *at;

		n = read(fd, w->area + *at, room < PIECE_LEN ? room : PIECE_LEN);
		if (n < 0 && errno != EINTR)
			return err_errno(err, RC_SYSTEM, errno, "cannot read it");
		*at += n > 0 ? (size_t)n : 0;
	} while (n != 0 && *at < CHECK_AREA_LEN);
	if (*at == CHECK_AREA_LEN)
		return err_set(err, RC_LIMIT,
			"it is %zu MiB or more, larger than what is read here",
			CHECK_AREA_LEN >> 20);
	return RC_OK;
}

enum rc checker_start(
	struct checker *c, size_t which, const struct checker_input *in, struct err *err)
{
	struct wire_check_file f = {
		.now_s = c->terms.now_s, .status_age_s = c->terms.status_age_s, .page = in->page};
	size_t at = 0;
	struct worker *w = &c->workers[which];
	enum rc rc = wake(c, w, err);

	if (rc == RC_OK)
		rc = fill_area(w, in->fd, &at, err);
	f.len = at;
	if (rc == RC_OK && in->beside_fd >= 0)
		rc = fill_area(w, in->beside_fd, &at, err);
	f.companion_len = at - f.len;
	if (rc == RC_OK)
		rc = ask(w, MESSAGE_CHECK_FILE, &f, err);
	w->file_count++;
	return rc;
}

enum rc checker_finish(
	struct checker *c, size_t which, struct arena *a, struct wire_checked *out, struct err *err)
{
	struct worker *w = &c->workers[which];
	enum rc rc = hear(w, MESSAGE_CHECKED, a, out, err);

	if (rc != RC_OK) {
		stop(w);
		return err_wrap(err, "it could not be read safely");
	}
	return RC_OK;
}
