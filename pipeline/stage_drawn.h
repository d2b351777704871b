// SPDX-License-Identifier: Apache-2.0
/* What a render worker says it drew, looked at before anything relies on it. */
#ifndef PIPELINE_STAGE_DRAWN_H
#define PIPELINE_STAGE_DRAWN_H

#include "pipeline/stage.h"

/* Where a row's pieces may lie, and what was asked for. */
struct stage_drawn_frame {
	int compiled_fd;
	int result_fd;
	uint32_t outputs; /* enum output_kind */
};

/*
 * Each kind of file that was asked for once, and no other; its pieces within the compiled template and what the
 * worker has written by now (the descriptor cannot shrink); no file longer than a store takes. PEER: the answer
 * is false, and so may be all the others of this worker.
 */
enum rc stage_drawn_check(const struct stage_drawn_frame *frame, const struct wire_drawn_row *row,
	struct err *err) MUST_CHECK;

#endif
