// SPDX-License-Identifier: Apache-2.0
/* The rows of a receipt, page by page. Runs in: control. */
#include "pipeline/receipt_rows.h"

#include "base/mem.h"
#include "ledger/ledger_credential.h"
#include "ledger/ledger_receipt.h"

#include <string.h>

/* Entries in an answer of the signer. */
#define GROUP 40
#define PAGE 400
#define CODES_MAX 8

struct walk {
	struct tenant *tenant;
	struct str batch;
	receipt_sink *sink;
	void *to;
	struct merkle_stream tree;
	struct arena *page; /* what the group's texts borrow from */
	struct arena *answer;
	struct wire_receipt_row group[GROUP];
	struct str codes[GROUP][CODES_MAX];
	struct wire_record_artifact artifacts[GROUP][8];
	uint32_t count;
	uint32_t first;
};

static enum rc send_group(struct walk *w, struct err *err)
{
	struct wire_receipt_rows ask = {w->batch, w->first, {w->group, w->count}};
	struct wire_receipt_entries got;
	enum rc rc;

	/* The first is sent even when empty: it tells the signer whose rows come. */
	if (w->count == 0 && w->first != 0)
		return RC_OK;
	arena_reset(w->answer);
	rc = peer_ask(
		w->tenant->sign, PEER_MESSAGE(MESSAGE_RECEIPT_ROWS, &ask), w->answer, &got, err);
	if (rc == RC_OK && got.entries.count != w->count)
		rc = err_set(err, RC_PEER, "the signer gave another number of entries");
	for (uint32_t i = 0; rc == RC_OK && i < got.entries.count; i++) {
		struct merkle_hash leaf;

		merkle_leaf(bytes_of(got.entries.items[i]), &leaf);
		merkle_stream_add(&w->tree, &leaf);
		if (w->sink != NULL)
			rc = w->sink(w->to, got.entries.items[i], err);
	}
	w->first += w->count;
	w->count = 0;
	return rc;
}

static struct wire_receipt_row *next_row(struct walk *w, uint32_t row, uint8_t outcome)
{
	struct wire_receipt_row *r = &w->group[w->count++];

	*r = (struct wire_receipt_row){.row = row, .outcome = outcome};
	r->codes.items = w->codes[w->count - 1];
	r->artifacts.items = w->artifacts[w->count - 1];
	return r;
}

static void add_code(struct wire_receipt_row *r, struct str code)
{
	if (code.n == 0 || r->codes.count == CODES_MAX)
		return;
	for (uint32_t i = 0; i < r->codes.count; i++)
		if (str_eq(r->codes.items[i], code))
			return;
	r->codes.items[r->codes.count++] = code;
}

static enum rc add_credential(
	struct walk *w, struct wire_receipt_row *r, const uint8_t ulid[16], struct err *err)
{
	struct shard_artifact found[8];
	enum rc rc = ledger_credential_artifacts(
		w->tenant->ledger, ulid, found, ARRAY_COUNT(found), &r->artifacts.count, err);

	memcpy(r->ulid, ulid, 16);
	for (uint32_t i = 0; rc == RC_OK && i < r->artifacts.count; i++) {
		r->artifacts.items[i] =
			(struct wire_record_artifact){.kind = found[i].kind, .len = found[i].len};
		memcpy(r->artifacts.items[i].sha256, found[i].sha256, 32);
	}
	return rc;
}

static enum rc add_planned(struct walk *w, const struct ledger_receipt_row *x, struct err *err)
{
	static const uint8_t outcomes[] = {[OUTCOME_ISSUED] = RECEIPT_ISSUED,
		[OUTCOME_UNCHANGED] = RECEIPT_UNCHANGED,
		[OUTCOME_FAILED] = RECEIPT_FAILED};
	struct wire_receipt_row *r;
	enum rc rc = RC_OK;

	if (x->result < OUTCOME_ISSUED || x->result > OUTCOME_FAILED)
		return err_set(err, RC_SYSTEM,
			"the ledger holds an outcome of no known kind for row %u", x->row_no);
	r = next_row(w, x->row_no, outcomes[x->result]);
	add_code(r, x->code);
	if (x->result != OUTCOME_FAILED)
		rc = add_credential(w, r, x->ulid, err);
	return rc == RC_OK && w->count == GROUP ? send_group(w, err) : rc;
}

static enum rc walk_planned(struct walk *w, struct err *err)
{
	struct ledger_receipt_rows page = {0};
	uint32_t after = 0;
	enum rc rc = RC_OK;

	do {
		rc = send_group(w, err);
		arena_reset(w->page);
		if (rc == RC_OK)
			rc = ledger_receipt_list(
				w->tenant->ledger, w->page, w->batch, after, PAGE, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++) {
			rc = add_planned(w, &page.items[i], err);
			after = page.items[i].row_no;
		}
	} while (rc == RC_OK && page.count != 0);
	return rc == RC_OK ? send_group(w, err) : rc;
}

/* A record with several faults is several lines of the ledger, one after the other, and one entry. */
static enum rc add_left_out(struct walk *w, const struct batch_left_out *x, struct err *err)
{
	static const uint8_t outcomes[] = {[LEFT_OUT_BAD] = RECEIPT_REFUSED,
		[LEFT_OUT_UNCHANGED] = RECEIPT_UNCHANGED,
		[LEFT_OUT_HELD] = RECEIPT_HELD};
	struct wire_receipt_row *r = w->count != 0 ? &w->group[w->count - 1] : NULL;
	enum rc rc = RC_OK;

	if (x->kind < LEFT_OUT_BAD || x->kind > LEFT_OUT_HELD)
		return err_set(err, RC_SYSTEM,
			"the ledger holds a record of no known kind left out of the batch");
	if (r != NULL && r->row == x->record && r->outcome == outcomes[x->kind]) {
		add_code(r, str_dup(w->page, x->code));
		return RC_OK;
	}
	if (w->count == GROUP) {
		rc = send_group(w, err);
		arena_reset(w->page);
	}
	r = next_row(w, x->record, outcomes[x->kind]);
	if (x->kind == LEFT_OUT_BAD)
		add_code(r, str_dup(w->page, x->code));
	if (rc == RC_OK && x->kind == LEFT_OUT_UNCHANGED)
		rc = add_credential(w, r, x->ulid, err);
	return rc;
}

static enum rc walk_left_out(struct walk *w, struct err *err)
{
	struct arena *list = arena_new((size_t)64 << 20);
	struct batch_left_outs page = {0};
	uint32_t seen = 0;
	enum rc rc = RC_OK;

	/* The last entry may go on with the next page, so its texts must outlive a page's. */
	arena_reset(w->page);
	do {
		arena_reset(list);
		rc = ledger_batch_left_outs(
			w->tenant->ledger, list, w->batch, seen, PAGE, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++)
			rc = add_left_out(w, &page.items[i], err);
		seen += page.count;
	} while (rc == RC_OK && page.count != 0);
	arena_free(&list);
	return rc == RC_OK ? send_group(w, err) : rc;
}

enum rc receipt_rows_walk(struct tenant *t, struct str batch, receipt_sink *sink, void *to,
	struct merkle_hash *root, struct err *err)
{
	struct walk *w = mem_zalloc(1, sizeof *w);
	enum rc rc;

	w->tenant = t;
	w->batch = batch;
	w->sink = sink;
	w->to = to;
	w->page = arena_new((size_t)64 << 20);
	w->answer = arena_new((size_t)1 << 20);
	rc = walk_planned(w, err);
	if (rc == RC_OK)
		rc = walk_left_out(w, err);
	if (rc == RC_OK)
		merkle_stream_root(&w->tree, root);
	arena_free(&w->answer);
	arena_free(&w->page);
	MEM_FREE(w);
	return rc;
}
