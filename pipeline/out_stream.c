// SPDX-License-Identifier: Apache-2.0
/* Lists in parts. Runs in: control. */
#include "pipeline/out_stream.h"

#include "base/file.h"

#include <errno.h>
#include <unistd.h>

#define PART_LEN ((uint64_t)4 << 20)

enum rc out_stream_open(
	struct out_stream *s, struct client *client, const char *name, struct err *err)
{
	*s = (struct out_stream){.client = client, .name = name, .fd = -1};
	return file_memory(name, &s->fd, err);
}

static enum rc send_part(struct out_stream *s, bool more, struct err *err)
{
	struct wire_file file = {
		.path = str_of(s->name), .len = s->held, .at = s->sent, .more = more};
	struct wire_files m = {{&file, 1}};
	enum rc rc = client_send_files(s->client, s->fd, &m, err);

	if (rc != RC_OK)
		return rc;
	if (ftruncate(s->fd, 0) != 0 || lseek(s->fd, 0, SEEK_SET) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot empty a part of %s", s->name);
	s->sent += s->held;
	s->held = 0;
	return RC_OK;
}

enum rc out_stream_add(struct out_stream *s, struct bytes content, struct err *err)
{
	enum rc rc = file_write_all(s->fd, s->name, content, err);

	s->held += content.n;
	if (rc == RC_OK && s->held >= PART_LEN)
		rc = send_part(s, true, err);
	return rc;
}

enum rc out_stream_finish(struct out_stream *s, struct err *err)
{
	return send_part(s, false, err);
}

void out_stream_close(struct out_stream *s)
{
	file_auto_close(&s->fd);
}
