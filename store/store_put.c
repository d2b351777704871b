// SPDX-License-Identifier: Apache-2.0
/* PUT and COMMIT: artifacts out of their pieces. Runs in: store. */
#include "base/err.h"
#include "store/segment.h"
#include "store/store_worker.h"

#include <string.h>

struct put {
	struct store_worker *x;
	const struct wire_put *in;
	struct err *err;
};

/* Bytes that pieces took so far: of the results, which were read together, and of those in the message. */
struct taken {
	size_t results;
	size_t inlines;
};

/* Bytes of the artifact that are not shared: the room for them is made once, so that they stay where they are. */
static enum rc make_room(
	struct put *p, const struct wire_put_artifact *in, struct store_hashes_item *to)
{
	uint64_t len = 0;

	for (uint32_t i = 0; i < in->artifact.pieces.count; i++)
		len += in->artifact.pieces.items[i].len;
	if (len > SEGMENT_BODY_MAX_LEN)
		return err_set(p->err, RC_LIMIT, "an artifact is larger than 64 MiB");
	buf_reset(&to->private);
	CHECK(len == 0 || buf_grow(&to->private, (size_t)len) != NULL);
	buf_reset(&to->private);
	return RC_OK;
}

static enum rc take_inline(
	struct put *p, const struct wire_put_artifact *in, size_t *used, uint8_t *to, size_t len)
{
	if (len > in->inline_bytes.n - *used)
		return err_set(p->err, RC_PEER,
			"inline pieces are longer than the bytes that came with them");
	memcpy(to, in->inline_bytes.p + *used, len);
	*used += len;
	return RC_OK;
}

/*
 * The artifact's pieces of results lie one behind the other, with shared pieces between them in the
 * artifact alone: one read brings them all. They come first among the private bytes.
 */
static enum rc read_results(
	struct put *p, const struct wire_put_artifact *in, struct store_hashes_item *item)
{
	const struct wire_piece *pieces = in->artifact.pieces.items;
	uint32_t count = in->artifact.pieces.count;

	for (uint32_t i = 0; i < count;) {
		uint64_t start = pieces[i].offset;
		uint64_t end = start;
		uint8_t *to;

		for (; i < count; i++) {
			if (pieces[i].source != PIECE_RESULT)
				continue;
			if (end == start)
				start = end = pieces[i].offset;
			if (pieces[i].offset != end)
				break;
			end += pieces[i].len;
		}
		if (end == start)
			continue;
		to = buf_grow(&item->private, (size_t)(end - start));
		CHECK(to != NULL);
		if (store_sources_read(p->x->sources, p->in->result_source, start, to,
			    (size_t)(end - start), p->err)
			!= RC_OK)
			return p->err->kind;
	}
	return RC_OK;
}

static enum rc take_piece(struct put *p, const struct wire_put_artifact *in, uint32_t i,
	struct store_hashes_item *item, struct taken *taken)
{
	const struct wire_piece *piece = &in->artifact.pieces.items[i];
	struct store_part *part = &item->parts[i];
	bool kept = false;
	uint8_t *to;
	enum rc rc = RC_OK;

	if (piece->source == PIECE_COMPILED)
		rc = store_sources_piece(p->x->sources, p->x->tenant_key, piece,
			p->in->compiled_source, part, &kept, p->err);
	if (rc != RC_OK || kept)
		return rc;
	*part = (struct store_part){.shared = false};
	if (piece->len == 0)
		return RC_OK;
	if (piece->source == PIECE_RESULT) {
		part->bytes = (struct bytes){item->private.p + taken->results, piece->len};
		taken->results += piece->len;
		return RC_OK;
	}
	to = buf_grow(&item->private, piece->len);
	CHECK(to != NULL);
	part->bytes = (struct bytes){to, piece->len};
	switch (piece->source) {
	case PIECE_COMPILED:
		return store_sources_read(p->x->sources, p->in->compiled_source, piece->offset, to,
			piece->len, p->err);
	case PIECE_INLINE:
		return take_inline(p, in, &taken->inlines, to, piece->len);
	default:
		return err_set(p->err, RC_PEER, "unknown kind of piece: %u", piece->source);
	}
}

static enum rc put_artifact(struct put *p, const struct wire_put_row *row,
	struct store_hashes_row *hashed, const struct wire_put_artifact *in)
{
	struct store_hashes_item *to = store_hashes_next(p->x->hashes);
	struct store_artifact a = {.ulid = row->ulid,
		.kind = in->artifact.kind,
		.key = row->key,
		.parts = to->parts,
		.part_count = in->artifact.pieces.count};
	struct taken taken = {0};
	enum rc rc = make_room(p, in, to);

	if (rc == RC_OK)
		rc = read_results(p, in, to);
	for (uint32_t i = 0; i < a.part_count && rc == RC_OK; i++)
		rc = take_piece(p, in, i, to, &taken);
	if (rc == RC_OK && taken.inlines != in->inline_bytes.n)
		rc = err_set(p->err, RC_PEER, "inline bytes are left over");
	if (rc == RC_OK)
		rc = store_put(p->x->store, &a, p->err);
	if (rc != RC_OK)
		return rc;
	to->part_count = a.part_count;
	store_hashes_add(p->x->hashes, hashed, a.kind);
	return RC_OK;
}

static enum rc put_row(struct put *p, const struct wire_put_row *in)
{
	struct store_hashes_row *hashed = store_hashes_begin_row(p->x->hashes, in->ulid);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < in->artifacts.count && rc == RC_OK; i++)
		rc = put_artifact(p, in, hashed, &in->artifacts.items[i]);
	return rc;
}

enum rc store_worker_put(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_put *in = request;
	struct put p = {worker_state(w), in, err};
	struct wire_put_done out;
	enum rc rc = store_worker_opened(p.x, err);

	(void)frame;
	if (rc == RC_OK)
		rc = store_put_begin(p.x->store, err);
	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; i < in->rows.count && rc == RC_OK; i++)
		rc = put_row(&p, &in->rows.items[i]);
	if (rc != RC_OK) {
		store_hashes_undo(p.x->hashes);
		store_put_undo(p.x->store);
		return rc;
	}
	store_hashes_take(p.x->hashes, worker_arena(w), &out);
	return worker_reply(w, MESSAGE_PUT_DONE, &out, err);
}

enum rc store_worker_commit(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct store_worker *x = worker_state(w);
	struct wire_put_done out;
	enum rc rc = store_worker_opened(x, err);

	(void)frame;
	(void)request;
	if (rc == RC_OK)
		rc = store_commit(x->store, err);
	if (rc != RC_OK)
		return rc;
	store_hashes_finish(x->hashes);
	store_hashes_take(x->hashes, worker_arena(w), &out);
	return worker_reply(w, MESSAGE_COMMITTED, &out, err);
}
