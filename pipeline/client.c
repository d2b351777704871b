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

struct client {
	struct channel *channel;
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

static void on_readable(uv_poll_t *handle, int status, int events)
{
	struct client *c = handle->data;
	struct frame f;
	struct err err;
	enum rc rc;

	(void)status;
	(void)events;
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
	CHECK(uv_poll_start(c->poll, UV_READABLE | UV_DISCONNECT, on_readable) == 0);
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
	return c->gone || c->ended;
}

static void send_record(struct client *c, enum message message, uint32_t request,
	const void *record, const int *fds, uint32_t fd_count)
{
	struct err err;

	if (c->gone)
		return;
	if (channel_send(c->channel, message, request, record, fds, fd_count, &err) != RC_OK)
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
	struct wire_line line;

	jsonw_close(&c->json, '}');
	if (c->line.full)
		return;
	line.json = buf_str(&c->line);
	send_record(c, MESSAGE_LINE, 0, &line, NULL, 0);
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

	if (done != total && now - c->progress_ms < 200)
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
		return err_set(err, RC_INPUT, STR_FMT, STR_ARG(c->give.problem));
	return RC_OK;
}

enum rc client_need(struct client *c, const char *what, struct str name, int *fd,
	struct str *base_name, struct err *err)
{
	struct wire_need need = {str_of(what), name};
	enum rc rc;

	c->answered = false;
	send_record(c, MESSAGE_NEED, ++c->next_request, &need, NULL, 0);
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
	c->answered = false;
	send_record(c, MESSAGE_FILES, ++c->next_request, files, &fd, 1);
	return wait_give(c, err);
}

void client_end(struct client *c, uint8_t exit_code, const char *text)
{
	struct wire_end end = {.exit_code = exit_code, .text = str_of(text)};

	if (end.text.n > 500)
		end.text.n = 500;
	send_record(c, MESSAGE_END, 1, &end, NULL, 0);
	c->ended = true;
}
