// SPDX-License-Identifier: Apache-2.0
/*
 * Compile worker: turns a cleaned template into what every render worker maps.
 *
 * Runs in:  certfill-compile, one template version, then exits.
 * Trusts:   nothing it receives; the artwork is a customer's, cleaned by a process that may be taken over.
 * Holds:    one template's artwork and design, and its fonts. No keys, no paths, no network.
 * If taken: that template's own artwork.
 */
#include "base/file.h"
#include "base/mem.h"
#include "ipc/worker.h"
#include "render/compile.h"
#include "render/compile_bind.h"
#include "render/compile_profile.h"

#include <stdlib.h>
#include <unistd.h>

#define ART_MAX ((size_t)128 << 20)
#define DESIGN_MAX ((size_t)16 << 20)
#define FONT_MAX ((size_t)128 << 20)
#define INPUT_ARENA_LEN ((size_t)256 << 20)
#define FRAME_ARENA_LEN ((size_t)64 << 20)
#define FONTS_MAX 80

/* Everything that COMPILE_OPEN brought. open: it came. */
static struct {
	bool open;
	struct arena *a;
	struct wire_compile_open options;
	struct design design;
	struct bytes art;
	struct bytes fonts[FONTS_MAX];
	int result_fd;
} job = {.result_fd = -1};

/* Everything that BIND_OPEN brought; a worker has one kind of job. */
static struct {
	bool open;
	struct wire_bind_open options;
	struct bytes documents[WIRE_BIND_MAX];
	int result_fd;
} binding = {.result_fd = -1};

/* Our own copy: what lies in the descriptor may change under a mapping. */
static enum rc read_art(struct frame *frame, struct err *err)
{
	struct bytes map;
	enum rc rc = file_map(frame->fds[0], "the artwork", ART_MAX, &map, err);

	if (rc != RC_OK)
		return rc;
	job.art = (struct bytes){arena_dup(job.a, map.p, map.n), map.n};
	file_unmap(&map);
	return RC_OK;
}

static enum rc read_design(struct frame *frame, struct err *err)
{
	struct bytes map;
	enum rc rc = file_map(frame->fds[1], "the design", DESIGN_MAX, &map, err);

	if (rc != RC_OK)
		return rc;
	rc = wire_decode(&design_type, map, job.a, &job.design, err);
	file_unmap(&map);
	return rc;
}

/* Font files are the machine's own, not the customer's, and large: mapped, not copied. */
static enum rc map_fonts(struct frame *frame, uint32_t count, struct err *err)
{
	for (uint32_t i = 0; i < count; i++) {
		enum rc rc = file_map(frame->fds[2 + i], "a font", FONT_MAX, &job.fonts[i], err);

		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* Descriptors: art, design, fonts in order, result. */
static enum rc open_job(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_compile_open *options = request;
	enum rc rc;

	if (job.open || binding.open)
		return err_set(err, RC_PEER, "this worker has its job already");
	if (options->fonts.count > FONTS_MAX || frame->fd_count != options->fonts.count + 3)
		return err_set(err, RC_PEER, "COMPILE_OPEN has %u descriptors for %u fonts",
			frame->fd_count, options->fonts.count);
	job.open = true;
	job.a = arena_new(INPUT_ARENA_LEN);
	wire_copy(&wire_compile_open_type, options, job.a, &job.options);
	rc = read_art(frame, err);
	if (rc == RC_OK)
		rc = read_design(frame, err);
	if (rc == RC_OK)
		rc = map_fonts(frame, options->fonts.count, err);
	if (rc != RC_OK)
		return rc;
	job.result_fd = frame_take_fd(frame, frame->fd_count - 1);
	return worker_done(w, err);
}

/* Descriptors: documents in order, result. */
static enum rc open_binding(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_bind_open *options = request;
	uint32_t count = options->labels.count;
	enum rc rc = RC_OK;

	if (job.open || binding.open)
		return err_set(err, RC_PEER, "this worker has its job already");
	if (count == 0 || frame->fd_count != count + 1)
		return err_set(err, RC_PEER, "BIND_OPEN has %u descriptors for %u documents",
			frame->fd_count, count);
	binding.open = true;
	job.a = arena_new(INPUT_ARENA_LEN);
	wire_copy(&wire_bind_open_type, options, job.a, &binding.options);
	for (uint32_t i = 0; i < count && rc == RC_OK; i++) {
		if (!file_is_sealed(frame->fds[i]))
			return err_set(err, RC_PEER, "a document to bind is not sealed");
		rc = file_map(frame->fds[i], "a document", COMPILE_BIND_DOCUMENT_MAX,
			&binding.documents[i], err);
	}
	if (rc != RC_OK)
		return rc;
	binding.result_fd = frame_take_fd(frame, count);
	return worker_done(w, err);
}

static enum rc run_job(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct compile_input in = {job.art, &job.design, job.fonts, &job.options};
	struct buf blob = buf_new(COMPILE_BLOB_MAX);
	struct compile_notes notes = {.a = worker_arena(w)};
	struct wire_compiled_is answer = {0};
	enum rc rc;

	(void)frame;
	(void)request;
	if (!job.open)
		return err_set(err, RC_PEER, "COMPILE_RUN came without COMPILE_OPEN");
	rc = compile_run(&in, &blob, &notes, err);
	if (rc == RC_OK)
		rc = file_pwrite(job.result_fd, "the result", 0, buf_bytes(&blob), err);
	answer.len = blob.n;
	answer.notes.items = notes.items;
	answer.notes.count = notes.count;
	if (rc == RC_OK)
		rc = worker_reply(w, MESSAGE_COMPILED_IS, &answer, err);
	buf_free(&blob);
	return rc;
}

static enum rc run_binding(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct compile_bind_input in = {binding.documents, binding.options.labels.items,
		binding.options.labels.count, binding.options.title};
	struct wire_bound_is answer = {0};
	struct buf out = buf_new(COMPILE_BLOB_MAX);
	enum rc rc;

	(void)frame;
	(void)request;
	if (!binding.open)
		return err_set(err, RC_PEER, "BIND_RUN came without BIND_OPEN");
	rc = compile_bind_run(&in, &out, err);
	if (rc == RC_OK)
		rc = file_pwrite(binding.result_fd, "the result", 0, buf_bytes(&out), err);
	answer.len = out.n;
	if (rc == RC_OK)
		rc = worker_reply(w, MESSAGE_BOUND_IS, &answer, err);
	buf_free(&out);
	return rc;
}

static enum rc warm_up(struct worker *w, struct err *err)
{
	(void)w;
	if (!job.open && !binding.open)
		return err_set(err, RC_PEER, "LOCK came before COMPILE_OPEN");
	return compile_warm_up(err);
}

static const struct worker_message messages[] = {
	{MESSAGE_COMPILE_OPEN, open_job},
	{MESSAGE_COMPILE_RUN, run_job},
	{MESSAGE_BIND_OPEN, open_binding},
	{MESSAGE_BIND_RUN, run_binding},
};

static const struct worker_role role = {
	.role = ROLE_COMPILE,
	.messages = messages,
	.message_count = ARRAY_COUNT(messages),
	.profile = &compile_profile,
	.warm_up = warm_up,
	.frame_arena_len = FRAME_ARENA_LEN,
};

int main(int argc, char **argv)
{
	/* cairo's PDF asks for the local time; rayon would look for the cores in /proc and /sys. */
	if (setenv("TZ", "UTC0", 1) != 0 || setenv("RAYON_NUM_THREADS", "2", 1) != 0)
		return EXIT_FAILURE;
	return worker_run(&role, argc, argv);
}
