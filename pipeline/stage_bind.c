// SPDX-License-Identifier: Apache-2.0
/* Binding documents. Runs in: control. */
#include "pipeline/stage_bind.h"

#include "base/file.h"

#include <string.h>

enum rc stage_bind(const struct stage_bind_ask *ask, struct arena *a, int *out, uint64_t *len,
	uint8_t *exit_code, struct err *err)
{
	struct wire_bind_open open = {
		.title = ask->title, .labels = {(struct str *)(uintptr_t)ask->labels, ask->count}};
	struct wire_nothing nothing = {0};
	struct wire_bound_is answer;
	struct peer *p = NULL;
	bool unconfined = false;
	AUTO_FD result = -1;
	int fds[WIRE_BIND_MAX + 1];
	enum rc rc = file_memory_shared("bound", &result, err);

	memcpy(fds, ask->fds, ask->count * sizeof *fds);
	fds[ask->count] = result;
	if (rc == RC_OK)
		rc = peer_start(ROLE_COMPILE, -1, &p, err);
	if (rc == RC_OK)
		rc = peer_open_ask(p,
			PEER_MESSAGE_FDS(MESSAGE_BIND_OPEN, &open, fds, ask->count + 1),
			MESSAGE_DONE, a, NULL, err);
	if (rc == RC_OK)
		rc = peer_lock(p, &unconfined, err);
	if (unconfined)
		*exit_code = EXIT_SANDBOX;
	if (rc == RC_OK)
		rc = peer_ask(p, PEER_MESSAGE(MESSAGE_BIND_RUN, &nothing), a, &answer, err);
	peer_free(&p);
	if (rc == RC_OK) {
		*len = answer.len;
		*out = file_take(&result);
	}
	return rc;
}
