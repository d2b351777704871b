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

#ifdef CONFINE_ABLATION
#include "ipc/probe.h"
#endif

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
#ifdef CONFINE_ABLATION
	if (str_starts(bytes_text(ping->payload), STR(PROBE_PREFIX)))
		answer.payload = probe_run(worker_arena(w), bytes_text(ping->payload));
#endif
	return worker_reply(w, MESSAGE_PONG, &answer, err);
}

#ifdef CONFINE_ABLATION
static enum rc prepare(struct worker *w, struct err *err)
{
	(void)w;
	(void)err;
	probe_prepare();
	return RC_OK;
}
#endif

static const struct worker_message messages[] = {
	{MESSAGE_PING, pong},
};

#ifdef CONFINE_ABLATION
static struct worker_role role = {
#else
static const struct worker_role role = {
#endif
	.role = ROLE_NULL,
	.messages = messages,
	.message_count = ARRAY_COUNT(messages),
	.profile = &profile,
#ifdef CONFINE_ABLATION
	.warm_up = prepare,
#endif
	.frame_arena_len = 1U << 20,
};

int main(int argc, char **argv)
{
#ifdef CONFINE_ABLATION
	role.profile = probe_profile(&profile);
#endif
	return worker_run(&role, argc, argv);
}
