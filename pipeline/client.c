// SPDX-License-Identifier: Apache-2.0
/* Command lines behind the loop. Runs in: control. */
#include "pipeline/client.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/wire_common.h"
#include "pipeline/loop.h"

#include <stdarg.h>
#include <string.h>

#define LINE_MAX_LEN ((size_t)64000)

/* What a slow reader has still to get: lines and the end, in order. */
struct unsent {
	struct unsent *next;
	enum message message;
	uint8_t exit_code; /* of END */
	struct str text;
	char bytes[];
};

/* A reader that is this far behind is given up. */
#define UNSENT_MAX ((size_t)64 << 20)

struct client {
	struct channel *channel;
	struct unsent *unsent;
	struct unsent **unsent_end;
	size_t unsent_len;
	struct arena *arena;
	struct arena *frame;
	struct wire_command command;
	int fds[CLIENT_FILES_MAX];
	bool has_command;
	bool gone;
	bool cancelled;
	bool ended;
	void (*on_command)(struct client *c);
	struct buf line;
	struct jsonw json;
	int64_t progress_ms;
	uint32_t next_request;
	bool answered; /* to NEED or FILES */
	struct wire_give give;
	int give_fd;
	uv_poll_t *poll;
};

static void free_handle(uv_handle_t *h)
{
	mem_release(h);
}

static void go(struct client *c)
{
	if (c->gone)
		return;
	c->gone = true;
	c->cancelled = true;
	uv_close((uv_handle_t *)c->poll, free_handle);
}

static enum rc take_command(struct client *c, struct frame *f, struct err *err)
{
	enum rc rc;

	if (c->has_command)
		return err_set(err, RC_PEER, "a second command");
	rc = frame_decode(f, c->arena, &c->command, err);
	if (rc != RC_OK)
		return rc;
	if (c->command.files.count != f->fd_count)
		return err_set(err, RC_PEER, "a command whose files are not there");
	for (uint32_t i = 0; i < f->fd_count; i++)
		c->fds[i] = frame_take_fd(f, i);
	c->has_command = true;
	c->on_command(c);
	return RC_OK;
}

static enum rc take_give(struct client *c, struct frame *f, struct err *err)
{
	struct wire_give give;
	enum rc rc = frame_decode(f, c->frame, &give, err);

	if (rc != RC_OK)
		return rc;
	if (c->answered || f->request != c->next_request)
		return err_set(err, RC_PEER, "an answer that nobody waits for");
	wire_copy(&wire_give_type, &give, c->arena, &c->give);
	file_auto_close(&c->give_fd);
	if (f->fd_count == 1)
		c->give_fd = frame_take_fd(f, 0);
	c->answered = true;
	return RC_OK;
}

static void read_frame(struct client *c)
{
	struct frame f;
	struct err err;
	enum rc rc;

	if (channel_receive(c->channel, &f, &err) != RC_OK) {
		go(c);
		return;
	}
	arena_reset(c->frame);
	if (f.info->number == MESSAGE_COMMAND)
		rc = take_command(c, &f, &err);
	else if (f.info->number == MESSAGE_GIVE || f.info->number == MESSAGE_FILES_DONE)
		rc = take_give(c, &f, &err);
	else if (f.info->number == MESSAGE_CANCEL)
		rc = (c->cancelled = true, RC_OK);
	else
		rc = err_set(&err, RC_PEER, "%s out of turn", f.info->name);
	frame_close_fds(&f);
	if (rc != RC_OK) {
		log_line(LOG_WARN, "a command line was cut off: %s", err.text);
		go(c);
	}
}

static void flush_unsent(struct client *c);
static void drop_unsent(struct client *c);

static void on_event(uv_poll_t *handle, int status, int events)
{
	struct client *c = handle->data;

	(void)status;
	if ((events & UV_WRITABLE) != 0)
		flush_unsent(c);
	if (!c->gone && (events & (UV_READABLE | UV_DISCONNECT)) != 0)
		read_frame(c);
}

struct client *client_new(int own_fd, void (*on_command)(struct client *c))
{
	struct client *c = mem_zalloc(1, sizeof *c);

	c->channel = channel_new(own_fd, ROLE_CONTROL, ROLE_CLI);
	c->arena = arena_new((size_t)64 << 20);
	c->frame = arena_new((size_t)8 << 20);
	c->line = buf_new(LINE_MAX_LEN);
	c->on_command = on_command;
	c->give_fd = -1;
	for (size_t i = 0; i < CLIENT_FILES_MAX; i++)
		c->fds[i] = -1;
	c->poll = mem_zalloc(1, sizeof *c->poll);
	c->poll->data = c;
	CHECK(uv_poll_init(loop_of(), c->poll, own_fd) == 0);
	c->unsent_end = &c->unsent;
	channel_never_wait(c->channel);
	CHECK(uv_poll_start(c->poll, UV_READABLE | UV_DISCONNECT, on_event) == 0);
	return c;
}

void client_free(struct client **own)
{
	struct client *c = *own;

	if (c == NULL)
		return;
	go(c);
	for (size_t i = 0; i < CLIENT_FILES_MAX; i++)
		file_auto_close(&c->fds[i]);
	file_auto_close(&c->give_fd);
	drop_unsent(c);
	channel_free(&c->channel);
	buf_free(&c->line);
	arena_free(&c->frame);
	arena_free(&c->arena);
	MEM_FREE(*own);
}

const struct wire_command *client_command(const struct client *c)
{
	return &c->command;
}

struct arena *client_arena(struct client *c)
{
	return c->arena;
}

static const struct wire_value *find_option(const struct client *c, const char *name)
{
	for (uint32_t i = 0; i < c->command.options.count; i++)
		if (str_eq_cz(c->command.options.items[i].name, name))
			return &c->command.options.items[i];
	return NULL;
}

struct str client_option(const struct client *c, const char *name)
{
	const struct wire_value *v = find_option(c, name);

	return v != NULL ? v->text : (struct str){NULL, 0};
}

bool client_has(const struct client *c, const char *name)
{
	return find_option(c, name) != NULL;
}

int client_file(const struct client *c, const char *role, struct str *name)
{
	for (uint32_t i = 0; i < c->command.files.count && i < CLIENT_FILES_MAX; i++)
		if (str_eq_cz(c->command.files.items[i].name, role)) {
			*name = c->command.files.items[i].text;
			return c->fds[i];
		}
	return -1;
}

bool client_cancelled(const struct client *c)
{
	return c->cancelled;
}

bool client_ended(const struct client *c)
{
	/* What was said must be read, too. */
	return c->gone || (c->ended && c->unsent == NULL);
}

static void watch(struct client *c, bool writable)
{
	int events = UV_READABLE | UV_DISCONNECT | (writable ? UV_WRITABLE : 0);

	if (!c->gone)
		CHECK(uv_poll_start(c->poll, events, on_event) == 0);
}

static enum rc send_text(
	struct client *c, enum message message, uint8_t exit_code, struct str text, struct err *err)
{
	struct wire_line line = {text};
	struct wire_end end = {exit_code, text};

	if (message == MESSAGE_LINE)
		return channel_send(c->channel, MESSAGE_LINE, 0, &line, NULL, 0, err);
	return channel_send(c->channel, MESSAGE_END, 1, &end, NULL, 0, err);
}

static void drop_unsent(struct client *c)
{
	while (c->unsent != NULL) {
		struct unsent *next = c->unsent->next;

		MEM_FREE(c->unsent);
		c->unsent = next;
	}
	c->unsent_end = &c->unsent;
	c->unsent_len = 0;
}

static void flush_unsent(struct client *c)
{
	struct err err;

	while (c->unsent != NULL && !c->gone) {
		struct unsent *u = c->unsent;
		enum rc rc = send_text(c, u->message, u->exit_code, u->text, &err);

		if (rc == RC_AGAIN)
			return;
		c->unsent_len -= u->text.n;
		c->unsent = u->next;
		if (c->unsent == NULL)
			c->unsent_end = &c->unsent;
		MEM_FREE(u);
		if (rc != RC_OK)
			go(c);
	}
	watch(c, false);
}

static void keep_unsent(struct client *c, enum message message, uint8_t exit_code, struct str text)
{
	struct unsent *u = mem_zalloc(1, sizeof *u + text.n + 1);

	u->message = message;
	u->exit_code = exit_code;
	if (text.n != 0)
		memcpy(u->bytes, text.p, text.n);
	u->text = (struct str){u->bytes, text.n};
	*c->unsent_end = u;
	c->unsent_end = &u->next;
	c->unsent_len += text.n;
	if (c->unsent_len > UNSENT_MAX)
		go(c);
	else
		watch(c, true);
}

static void say_text(struct client *c, enum message message, uint8_t exit_code, struct str text)
{
	struct err err;
	enum rc rc = RC_AGAIN;

	if (c->gone)
		return;
	if (c->unsent == NULL)
		rc = send_text(c, message, exit_code, text, &err);
	if (rc == RC_AGAIN)
		keep_unsent(c, message, exit_code, text);
	else if (rc != RC_OK)
		go(c);
}

/* For jobs: a question goes out after everything that was said before it. */
static void ask(struct client *c, enum message message, const void *record, const int *fds,
	uint32_t fd_count)
{
	enum rc rc = RC_AGAIN;
	struct err err;

	c->answered = false;
	c->next_request++;
	while (rc == RC_AGAIN && !c->gone) {
		if (c->unsent == NULL)
			rc = channel_send(
				c->channel, message, c->next_request, record, fds, fd_count, &err);
		if (rc != RC_AGAIN)
			break;
		watch(c, true);
		loop_turn();
	}
	if (rc != RC_OK)
		go(c);
}

struct jsonw *client_say(struct client *c, const char *message_type)
{
	buf_reset(&c->line);
	c->json = jsonw_new(&c->line);
	jsonw_open(&c->json, '{');
	jsonw_key_str(&c->json, "message_type", str_of(message_type));
	return &c->json;
}

void client_said(struct client *c)
{
	jsonw_close(&c->json, '}');
	if (!c->line.full)
		say_text(c, MESSAGE_LINE, 0, buf_str(&c->line));
}

void client_note(struct client *c, const char *level, const char *fmt, ...)
{
	char text[1024];
	va_list args;
	struct jsonw *w = client_say(c, "note");

	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	jsonw_key_str(w, "level", str_of(level));
	jsonw_key_str(w, "text", str_of(text));
	client_said(c);
}

void client_progress(
	struct client *c, const char *phase, uint64_t done, uint64_t total, uint64_t failed)
{
	int64_t now = clock_mono_ms();
	struct jsonw *w;

	if ((done != total && now - c->progress_ms < 200) || c->unsent != NULL)
		return;
	c->progress_ms = now;
	w = client_say(c, "status");
	jsonw_key_str(w, "phase", str_of(phase));
	jsonw_key_i64(w, "done", (int64_t)done);
	jsonw_key_i64(w, "total", (int64_t)total);
	jsonw_key_i64(w, "failed", (int64_t)failed);
	client_said(c);
}

static enum rc wait_give(struct client *c, struct err *err)
{
	while (!c->answered && !c->gone)
		loop_turn();
	if (!c->answered)
		return err_set(err, RC_AGAIN, "the command line is gone");
	if (c->give.problem.n != 0)
		return err_set(err, c->give.again ? RC_AGAIN : RC_INPUT, STR_FMT,
			STR_ARG(c->give.problem));
	return RC_OK;
}

enum rc client_need(struct client *c, const char *what, struct str name, int *fd,
	struct str *base_name, struct err *err)
{
	struct wire_need need = {str_of(what), name};
	enum rc rc;

	ask(c, MESSAGE_NEED, &need, NULL, 0);
	rc = wait_give(c, err);
	if (rc != RC_OK)
		return rc;
	if (c->give_fd < 0)
		return err_set(err, RC_PEER, "the command line sent no descriptor");
	*base_name = c->give.name;
	*fd = file_take(&c->give_fd);
	return RC_OK;
}

enum rc client_send_files(struct client *c, int fd, const struct wire_files *files, struct err *err)
{
	ask(c, MESSAGE_FILES, files, &fd, 1);
	return wait_give(c, err);
}

void client_end(struct client *c, uint8_t exit_code, const char *text)
{
	struct str said = str_of(text);

	if (said.n > 500)
		said.n = 500;
	say_text(c, MESSAGE_END, exit_code, said);
	c->ended = true;
}

void client_end_job(struct client *c, uint8_t exit_code, enum rc rc, const struct err *err)
{
	if (rc == RC_AGAIN
		&& (exit_code == EXIT_UNEXPECTED || exit_code == EXIT_INPUT
			|| exit_code == EXIT_KEY))
		exit_code = EXIT_TEMPORARY;
	client_end(c, exit_code, rc != RC_OK ? err->text : NULL);
}
