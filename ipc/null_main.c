// SPDX-License-Identifier: Apache-2.0
/*
 * Null worker: answers PING with PONG under the full confinement of the others, for tests and doctor.
 *
 * Runs in:  certfill-null.
 * Trusts:   nothing it receives; it looks at none of it.
 * Holds:    nothing.
 * If taken: nothing is lost; that is what the tests of confinement try.
 */
#include "ipc/worker.h"

static const struct confine_profile profile = {
	.name = "null",
	.memory_max = UINT64_C(256) << 20,
	.file_max = UINT64_C(16) << 20,
	.cpu_max_s = 2,
	.open_max = 16,
};

static enum rc pong(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_ping *ping = request;
	struct wire_ping answer = {ping->payload};

	(void)frame;
	return worker_reply(w, MESSAGE_PONG, &answer, err);
}

static const struct worker_message messages[] = {
	{MESSAGE_PING, pong},
};

static const struct worker_role role = {
	.role = ROLE_NULL,
	.messages = messages,
	.message_count = ARRAY_COUNT(messages),
	.profile = &profile,
	.frame_arena_len = 1U << 20,
};

int main(int argc, char **argv)
{
	return worker_run(&role, argc, argv);
}
