// SPDX-License-Identifier: Apache-2.0
/* Several one-page PDFs bound into one, by a compile worker of its own. */
#ifndef PIPELINE_STAGE_BIND_H
#define PIPELINE_STAGE_BIND_H

#include "pipeline/stage.h"

struct stage_bind_ask {
	struct str title;
	struct str labels[WIRE_BIND_MAX]; /* bookmarks */
	int fds[WIRE_BIND_MAX]; /* sealed memory descriptors; -1 past count */
	uint32_t count;
};

/* *out: the document, the first *len bytes of a memory descriptor that is the caller's. */
enum rc stage_bind(const struct stage_bind_ask *ask, struct arena *a, int *out, uint64_t *len,
	uint8_t *exit_code, struct err *err) MUST_CHECK;

#endif
