// SPDX-License-Identifier: Apache-2.0
/*
 * Thumbnail worker: makes one finished picture smaller, for the page that shows it.
 *
 * Runs in:  certfill-thumbnail, one picture, then it is ended.
 * Trusts:   nothing it receives; the picture was drawn by a process that may have been taken over.
 * Holds:    one person's certificate as a picture. No keys, no paths, no network.
 * If taken: that picture's thumbnail.
 */
#include "base/file.h"
#include "formats/thumbnail.h"
#include "ipc/wire_serve.h"
#include "ipc/worker.h"
#include "render/shrink.h"
#include "render/thumbnail_profile.h"

/* A picture of COMPILED_PIXELS_MAX that does not shrink at all, and its credential. */
#define PICTURE_MAX ((size_t)64 << 20)

/* What THUMBNAIL_OPEN brought. */
static struct {
	struct bytes picture;
	int result_fd;
} job = {.result_fd = -1};

/* Descriptors: the picture, result. */
static enum rc open_job(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	enum rc rc;

	(void)request;
	if (job.result_fd >= 0 || frame->fd_count != 2)
		return err_set(err, RC_PEER, "THUMBNAIL_OPEN wants two descriptors, once");
	if (!file_is_sealed(frame->fds[0]))
		return err_set(err, RC_PEER, "the picture is not sealed");
	rc = file_map(frame->fds[0], "the picture", PICTURE_MAX, &job.picture, err);
	if (rc != RC_OK)
		return rc;
	job.result_fd = frame_take_fd(frame, 1);
	return worker_done(w, err);
}

static enum rc run_job(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct wire_thumbnail_is answer = {0};
	struct buf out = buf_new(THUMBNAIL_LEN_MAX);
	enum rc rc = shrink_png(job.picture, &out, err);

	(void)frame;
	(void)request;
	if (rc == RC_OK)
		rc = file_pwrite(job.result_fd, "the thumbnail", 0, buf_bytes(&out), err);
	answer.len = (uint32_t)out.n;
	if (rc == RC_OK)
		rc = worker_reply(w, MESSAGE_THUMBNAIL_IS, &answer, err);
	buf_free(&out);
	return rc;
}

static enum rc warm_up(struct worker *w, struct err *err)
{
	(void)w;
	if (job.result_fd < 0)
		return err_set(err, RC_PEER, "LOCK came before THUMBNAIL_OPEN");
	return RC_OK;
}

static const struct worker_message messages[] = {
	{MESSAGE_THUMBNAIL_OPEN, open_job},
	{MESSAGE_THUMBNAIL_RUN, run_job},
};

static const struct worker_role role = {
	.role = ROLE_THUMBNAIL,
	.messages = messages,
	.message_count = ARRAY_COUNT(messages),
	.profile = &thumbnail_profile,
	.warm_up = warm_up,
	.frame_arena_len = (size_t)1 << 20,
};

int main(int argc, char **argv)
{
	return worker_run(&role, argc, argv);
}
