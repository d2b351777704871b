// SPDX-License-Identifier: Apache-2.0
/*
 * Render worker: turns a checked row and a compiled template into a PDF, a picture and a wallet pass.
 *
 * Runs in:  certfill-render, one tenant's batch, replaced after some thousand records.
 * Trusts:   nothing it receives; template and fonts are checked again, rows by their frames' limits.
 * Holds:    one job's fonts and compiled template, the rows of one message. No keys, paths or network.
 * If taken: artifacts of the records drawn here are suspect; nothing else is.
 */
#include "base/file.h"
#include "base/mem.h"
#include "ipc/worker.h"
#include "render/draw.h"
#include "render/draw_profile.h"
#include "render/draw_traits.h"

#include <sys/stat.h>

#define FRAME_ARENA_MAX ((size_t)384 << 20)
/* A subset of a large CFF font takes and gives back a few MiB for every recipient. */
#define KEPT_MAX ((size_t)16 << 20)

static struct draw state = {.result_fd = -1};

/* Faces of one collection come as descriptors of one file: map it once. */
static enum rc map_font(struct frame *frame, uint32_t i, struct bytes *files, struct err *err)
{
	struct stat now;
	struct stat before;

	if (i > 0 && fstat(frame->fds[1 + i], &now) == 0 && fstat(frame->fds[i], &before) == 0
		&& now.st_dev == before.st_dev && now.st_ino == before.st_ino) {
		files[i] = files[i - 1];
		return RC_OK;
	}
	return file_map(frame->fds[1 + i], "font", DRAW_FONT_FILE_MAX, &files[i], err);
}

/* Descriptors: compiled template, fonts in order, result. */
static enum rc render_open(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_render_open *open = request;
	struct bytes files[DRAW_FONTS_MAX];
	struct draw_input in = {.open = open, .files = files, .file_count = open->fonts.count};
	enum rc rc = RC_OK;

	if (state.job != NULL)
		return err_set(err, RC_PEER, "this worker has its job already");
	if (open->fonts.count > DRAW_FONTS_MAX || frame->fd_count != open->fonts.count + 2)
		return err_set(err, RC_PEER, "%u fonts came with %u descriptors", open->fonts.count,
			frame->fd_count);
	if (!file_is_sealed(frame->fds[0]))
		return err_set(err, RC_PEER, "the compiled template is not sealed");
	rc = file_map(frame->fds[0], "compiled template", DRAW_BLOB_MAX, &in.blob, err);
	for (uint32_t i = 0; i < open->fonts.count && rc == RC_OK; i++)
		rc = map_font(frame, i, files, err);
	if (rc != RC_OK)
		return rc;
	in.own_result_fd = frame_take_fd(frame, frame->fd_count - 1);
	rc = draw_open(&state, &in, err);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

static enum rc warm_up(struct worker *w, struct err *err)
{
	if (state.pdf == NULL)
		return err_set(err, RC_PEER, "a render worker was locked without a job");
	return draw_warm_up(&state, worker_arena(w), err);
}

static enum rc measure(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_measure *m = request;
	struct wire_measured answer = {0};

	(void)frame;
	answer.rows.count = m->rows.count;
	answer.rows.items =
		arena_zalloc(worker_arena(w), m->rows.count, sizeof(*answer.rows.items));
	for (uint32_t i = 0; i < m->rows.count; i++) {
		draw_measure(&state, &m->rows.items[i], worker_arena(w), &answer.rows.items[i]);
		if (m->traits)
			draw_traits(&m->rows.items[i], worker_arena(w), &answer.rows.items[i]);
	}
	return worker_reply(w, MESSAGE_MEASURED, &answer, err);
}

static enum rc draw(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct wire_drawn answer;

	(void)frame;
	if (draw_rows(&state, request, worker_arena(w), &answer, err) != RC_OK)
		return err->kind;
	return worker_reply(w, MESSAGE_DRAWN, &answer, err);
}

static const struct worker_message messages[] = {
	{MESSAGE_RENDER_OPEN, render_open},
	{MESSAGE_MEASURE, measure},
	{MESSAGE_DRAW, draw},
};

static const struct worker_role role = {
	.role = ROLE_RENDER,
	.messages = messages,
	.message_count = ARRAY_COUNT(messages),
	.profile = &draw_profile,
	.warm_up = warm_up,
	.frame_arena_len = FRAME_ARENA_MAX,
};

int main(int argc, char **argv)
{
	mem_keep_freed(KEPT_MAX);
	return worker_run(&role, argc, argv);
}
