// SPDX-License-Identifier: Apache-2.0
/* Answers of render workers: kinds, places and lengths. Runs in: control. */
#include "pipeline/stage_drawn.h"

#include "base/file.h"

/* What each output is drawn as; badges are signed, not drawn. */
static const struct {
	uint32_t output;
	uint8_t kind;
} drawn[] = {
	{OUTPUT_PDF, ARTIFACT_PDF},
	{OUTPUT_PNG, ARTIFACT_PNG},
	{OUTPUT_PASS, ARTIFACT_PASS},
};

struct room {
	uint64_t compiled_len;
	uint64_t result_len;
};

static uint32_t output_of(uint8_t kind)
{
	for (size_t i = 0; i < ARRAY_COUNT(drawn); i++)
		if (drawn[i].kind == kind)
			return drawn[i].output;
	return 0;
}

static uint32_t drawable(uint32_t outputs)
{
	uint32_t out = 0;

	for (size_t i = 0; i < ARRAY_COUNT(drawn); i++)
		out |= outputs & drawn[i].output;
	return out;
}

static enum rc check_pieces(const struct wire_artifact *x, const struct room *room, struct err *err)
{
	uint64_t len = 0;

	for (uint32_t i = 0; i < x->pieces.count; i++) {
		const struct wire_piece *p = &x->pieces.items[i];
		uint64_t end = p->source == PIECE_COMPILED ? room->compiled_len
			: p->source == PIECE_RESULT        ? room->result_len
							   : 0;

		if (p->offset > end || p->len > end - p->offset)
			return err_set(err, RC_PEER, "it named bytes that are not there");
		len += p->len;
	}
	if (len == 0 || len > WIRE_ARTIFACT_LEN_MAX)
		return err_set(
			err, RC_PEER, "it named a file of %llu bytes", (unsigned long long)len);
	return RC_OK;
}

enum rc stage_drawn_check(
	const struct stage_drawn_frame *frame, const struct wire_drawn_row *row, struct err *err)
{
	uint32_t missing = drawable(frame->outputs);
	struct room room = {0, 0};

	if (!file_len(frame->compiled_fd, &room.compiled_len)
		|| !file_len(frame->result_fd, &room.result_len))
		return err_set(err, RC_SYSTEM, "cannot tell how long results are");
	for (uint32_t i = 0; i < row->artifacts.count; i++) {
		const struct wire_artifact *x = &row->artifacts.items[i];
		uint32_t output = output_of(x->kind);
		enum rc rc;

		if ((missing & output) == 0)
			return err_set(
				err, RC_PEER, "it drew a file that nobody asked for, or one twice");
		missing &= ~output;
		rc = check_pieces(x, &room, err);
		if (rc != RC_OK)
			return rc;
	}
	return missing == 0 ? RC_OK : err_set(err, RC_PEER, "it left a file out");
}
