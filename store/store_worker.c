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

enum rc store_worker_opened(const struct store_worker *x, struct err *err)
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
	x->hashes = store_hashes_new();
	return reply_list(w, x, err);
}

enum rc store_worker_list(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct store_worker *x = worker_state(w);
	enum rc rc = store_worker_opened(x, err);

	(void)frame;
	(void)request;
	return rc == RC_OK ? reply_list(w, x, err) : rc;
}

enum rc store_worker_source(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct store_worker *x = worker_state(w);
	enum rc rc = store_worker_opened(x, err);

	if (rc == RC_OK && frame->fd_count != 1)
		rc = err_set(err, RC_PEER, "a source came without its descriptor");
	/* What waits to be hashed may lie in the source that this one takes the place of. */
	if (rc == RC_OK)
		store_hashes_finish(x->hashes);
	if (rc == RC_OK)
		rc = store_sources_add(x->sources, request, frame_take_fd(frame, 0), err);
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
	enum rc rc = store_worker_opened(x, err);

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
