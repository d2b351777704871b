// SPDX-License-Identifier: Apache-2.0
/* What the store does with each message. Runs in: store. */
#include "store/store_worker.h"

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/seal.h"
#include "store/segment.h"

#include <string.h>

_Static_assert(WIRE_ARTIFACT_LEN_MAX <= SEGMENT_BODY_MAX_LEN, "control lets through what we take");

/* Segments of an answer (wire_store_is). */
#define LIST_MAX 40

static enum rc opened(const struct store_worker *x, struct err *err)
{
	if (x->store == NULL)
		return err_set(err, RC_PEER, "no tenant's store was opened");
	return RC_OK;
}

static enum rc reply_list(struct worker *w, struct store_worker *x, struct err *err)
{
	struct wire_store_is out = {0};
	struct store_list list;

	store_list_files(x->store, worker_arena(w), LIST_MAX, &list);
	out.segments.items = arena_zalloc(worker_arena(w), list.count, sizeof *out.segments.items);
	out.segments.count = list.count;
	for (uint32_t i = 0; i < list.count; i++)
		out.segments.items[i] =
			(struct wire_segment){list.items[i].name, list.items[i].len};
	out.segment_count = list.total;
	out.artifact_count = list.artifact_count;
	out.cut_len = list.cut_len;
	out.cut_kept = list.cut_kept;
	return worker_reply(w, MESSAGE_STORE_IS, &out, err);
}

enum rc store_worker_open(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_store_open *in = request;
	struct store_worker *x = worker_state(w);
	struct store_options o = {.dir_fd = WORKER_DIR_FD,
		.tenant = in->tenant,
		.tenant_key = in->tenant_key,
		.create = in->create,
		.read_only = in->read_only};
	enum rc rc;

	(void)frame;
	if (x->store != NULL)
		return err_set(err, RC_PEER, "a store process serves one tenant");
	rc = store_open(&o, &x->store, err);
	if (rc != RC_OK)
		return rc;
	x->read_only = in->read_only;
	memcpy(x->tenant_key, in->tenant_key, sizeof x->tenant_key);
	x->sources = store_sources_new();
	x->private = buf_new((size_t)SEGMENT_BODY_MAX_LEN);
	return reply_list(w, x, err);
}

enum rc store_worker_list(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct store_worker *x = worker_state(w);
	enum rc rc = opened(x, err);

	(void)frame;
	(void)request;
	return rc == RC_OK ? reply_list(w, x, err) : rc;
}

enum rc store_worker_source(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct store_worker *x = worker_state(w);
	enum rc rc = opened(x, err);

	if (rc == RC_OK && frame->fd_count != 1)
		rc = err_set(err, RC_PEER, "a source came without its descriptor");
	if (rc == RC_OK)
		rc = store_sources_add(x->sources, request, frame_take_fd(frame, 0), err);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

/* ---- PUT ---- */

struct put {
	struct store_worker *x;
	const struct wire_put *in;
	struct arena *a;
	struct err *err;
};

/* Bytes that pieces took so far: of the results, which were read together, and of those in the message. */
struct taken {
	size_t results;
	size_t inlines;
};

/* Bytes of the artifact that are not shared: the room for them is made once, so that they stay where they are. */
static enum rc make_room(struct put *p, const struct wire_put_artifact *in)
{
	uint64_t len = 0;

	for (uint32_t i = 0; i < in->artifact.pieces.count; i++)
		len += in->artifact.pieces.items[i].len;
	if (len > SEGMENT_BODY_MAX_LEN)
		return err_set(p->err, RC_LIMIT, "an artifact is larger than 64 MiB");
	buf_reset(&p->x->private);
	CHECK(len == 0 || buf_grow(&p->x->private, (size_t)len) != NULL);
	buf_reset(&p->x->private);
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
static enum rc read_results(struct put *p, const struct wire_put_artifact *in)
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
		to = buf_grow(&p->x->private, (size_t)(end - start));
		CHECK(to != NULL);
		if (store_sources_read(p->x->sources, p->in->result_source, start, to,
			    (size_t)(end - start), p->err)
			!= RC_OK)
			return p->err->kind;
	}
	return RC_OK;
}

static enum rc take_piece(
	struct put *p, const struct wire_put_artifact *in, uint32_t i, struct taken *taken)
{
	const struct wire_piece *piece = &in->artifact.pieces.items[i];
	struct store_part *part = &p->x->parts[i];
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
		part->bytes = (struct bytes){p->x->private.p + taken->results, piece->len};
		taken->results += piece->len;
		return RC_OK;
	}
	to = buf_grow(&p->x->private, piece->len);
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

static void hash_parts(struct store_worker *x, uint32_t count, struct wire_put_artifact_done *out)
{
	/* Only the right hash can come out; another kind's beginning merely does not help. */
	size_t at = out->kind < ARRAY_COUNT(x->prefixes) ? out->kind : 0;

	for (uint32_t i = 0; i < count; i++)
		out->len += x->parts[i].bytes.n;
	store_prefix_hash(&x->prefixes[at], x->parts, count, out->sha256);
}

static enum rc put_artifact(struct put *p, const struct wire_put_row *row,
	const struct wire_put_artifact *in, struct wire_put_artifact_done *out)
{
	struct store_artifact a = {.ulid = row->ulid,
		.kind = in->artifact.kind,
		.key = row->key,
		.parts = p->x->parts,
		.part_count = in->artifact.pieces.count};
	struct taken taken = {0};
	enum rc rc = make_room(p, in);

	if (rc == RC_OK)
		rc = read_results(p, in);
	for (uint32_t i = 0; i < a.part_count && rc == RC_OK; i++)
		rc = take_piece(p, in, i, &taken);
	if (rc == RC_OK && taken.inlines != in->inline_bytes.n)
		rc = err_set(p->err, RC_PEER, "inline bytes are left over");
	if (rc != RC_OK)
		return rc;
	out->kind = a.kind;
	hash_parts(p->x, a.part_count, out);
	return store_put(p->x->store, &a, p->err);
}

static enum rc put_row(struct put *p, const struct wire_put_row *in, struct wire_put_row_done *out)
{
	enum rc rc = RC_OK;

	memcpy(out->ulid, in->ulid, sizeof out->ulid);
	out->artifacts.items =
		arena_zalloc(p->a, in->artifacts.count, sizeof *out->artifacts.items);
	out->artifacts.count = in->artifacts.count;
	for (uint32_t i = 0; i < in->artifacts.count && rc == RC_OK; i++)
		rc = put_artifact(p, in, &in->artifacts.items[i], &out->artifacts.items[i]);
	return rc;
}

enum rc store_worker_put(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_put *in = request;
	struct put p = {worker_state(w), in, worker_arena(w), err};
	struct wire_put_done out = {0};
	enum rc rc = opened(p.x, err);

	(void)frame;
	if (rc == RC_OK)
		rc = store_put_begin(p.x->store, err);
	if (rc != RC_OK)
		return rc;
	out.rows.items = arena_zalloc(p.a, in->rows.count, sizeof *out.rows.items);
	out.rows.count = in->rows.count;
	for (uint32_t i = 0; i < in->rows.count && rc == RC_OK; i++)
		rc = put_row(&p, &in->rows.items[i], &out.rows.items[i]);
	if (rc != RC_OK) {
		store_put_undo(p.x->store);
		return rc;
	}
	return worker_reply(w, MESSAGE_PUT_DONE, &out, err);
}

enum rc store_worker_commit(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct store_worker *x = worker_state(w);
	enum rc rc = opened(x, err);

	(void)frame;
	(void)request;
	if (rc == RC_OK)
		rc = store_commit(x->store, err);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

/* ---- FETCH ---- */

struct fetch {
	int fd;
	uint64_t at;
	struct hash_stream hash;
};

static enum rc write_part(void *arg, struct bytes part, struct err *err)
{
	struct fetch *f = arg;
	enum rc rc = segment_write_at(f->fd, f->at, part, err);

	hash_add(&f->hash, part);
	f->at += part.n;
	return rc;
}

static enum rc fetch_item(struct store_worker *x, struct fetch *f, const struct wire_fetch_item *in,
	struct wire_fetched_item *out, struct err *err)
{
	const struct store_want want = {in->ulid, in->kind, in->key};
	uint8_t hash[HASH_SHA256_LEN];
	enum rc rc;

	hash_start(&f->hash);
	out->offset = f->at;
	rc = store_fetch(x->store, &want, write_part, f, &out->found, err);
	if (rc != RC_OK || !out->found)
		return rc;
	out->len = f->at - out->offset;
	hash_finish(&f->hash, hash);
	if (!hash_equal(hash, in->sha256, sizeof hash))
		return err_set(err, RC_SYSTEM,
			"a stored artifact (kind %u) is not what the ledger says: store or ledger "
			"is damaged; restore a backup",
			in->kind);
	return RC_OK;
}

enum rc store_worker_fetch(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_fetch *in = request;
	struct store_worker *x = worker_state(w);
	struct wire_fetched out = {0};
	struct fetch f = {.at = 0};
	AUTO_FD fd = -1;
	enum rc rc = opened(x, err);

	if (rc == RC_OK && frame->fd_count != 1)
		rc = err_set(err, RC_PEER, "FETCH came without a descriptor to write to");
	if (rc != RC_OK)
		return rc;
	fd = frame_take_fd(frame, 0);
	f.fd = fd;
	out.items.items = arena_zalloc(worker_arena(w), in->items.count, sizeof *out.items.items);
	out.items.count = in->items.count;
	for (uint32_t i = 0; i < in->items.count && rc == RC_OK; i++)
		rc = fetch_item(x, &f, &in->items.items[i], &out.items.items[i], err);
	return rc == RC_OK ? worker_reply(w, MESSAGE_FETCHED, &out, err) : rc;
}
