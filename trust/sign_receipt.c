// SPDX-License-Identifier: Apache-2.0
/* RECEIPT_ROWS and SIGN_RECEIPT: what became of every row, and the receipt over it. Runs in: sign. */
#include "base/text.h"
#include "formats/receipt.h"
#include "ipc/wire_render.h"
#include "trust/sign.h"

#include <string.h>

#define ENTRY_MAX ((size_t)2048)
#define RECEIPT_MAX ((size_t)8192)

static const char *const outcome_names[] = {[RECEIPT_ISSUED] = "issued",
	[RECEIPT_UNCHANGED] = "unchanged",
	[RECEIPT_FAILED] = "failed",
	[RECEIPT_REFUSED] = "refused",
	[RECEIPT_HELD] = "held"};

/* In the order of their names, which is that of canonical JSON. */
static const struct {
	uint8_t kind;
	const char *name;
} artifact_names[] = {{ARTIFACT_BADGE, "badge"}, {ARTIFACT_JWT, "jwt"},
	{ARTIFACT_JWT_1EDTECH, "jwt-1edtech"}, {ARTIFACT_PASS, "pass"}, {ARTIFACT_PDF, "pdf"},
	{ARTIFACT_PNG, "png"}};

static enum rc sort_artifacts(const struct wire_receipt_row *r,
	struct receipt_artifact out[ARRAY_COUNT(artifact_names)], size_t *count, struct err *err)
{
	*count = 0;
	for (size_t k = 0; k < ARRAY_COUNT(artifact_names); k++) {
		const struct wire_record_artifact *found = NULL;

		for (uint32_t i = 0; i < r->artifacts.count && found == NULL; i++) {
			if (r->artifacts.items[i].kind == artifact_names[k].kind)
				found = &r->artifacts.items[i];
		}
		if (found != NULL)
			out[(*count)++] = (struct receipt_artifact){
				str_of(artifact_names[k].name), found->sha256};
	}
	if (*count != r->artifacts.count)
		return err_set(err, RC_INPUT,
			"row %u of the receipt lists an artifact twice, or one of no known kind",
			r->row);
	return RC_OK;
}

static enum rc check_row(const struct wire_receipt_row *r, bool has_credential, struct err *err)
{
	bool good = r->outcome == RECEIPT_ISSUED || r->outcome == RECEIPT_UNCHANGED;

	if (r->outcome < RECEIPT_ISSUED || r->outcome > RECEIPT_HELD)
		return err_set(err, RC_INPUT, "row %u of the receipt has no known outcome", r->row);
	if (good != has_credential || (!good && r->artifacts.count != 0))
		return err_set(err, RC_INPUT,
			"row %u of the receipt is %s: that goes with a credential, or without one",
			r->row, outcome_names[r->outcome]);
	return RC_OK;
}

static enum rc put_entry(
	const struct wire_receipt_row *r, struct arena *a, struct str *out, struct err *err)
{
	static const uint8_t nothing[ULID_LEN];
	struct receipt_artifact artifacts[ARRAY_COUNT(artifact_names)];
	bool has_credential = memcmp(r->ulid, nothing, sizeof nothing) != 0;
	struct buf text = buf_new(ENTRY_MAX);
	struct receipt_row row = {.row = r->row,
		.codes = r->codes.items,
		.code_count = r->codes.count,
		.ulid = has_credential ? r->ulid : NULL,
		.artifacts = artifacts};
	enum rc rc = check_row(r, has_credential, err);

	if (rc == RC_OK)
		rc = sort_artifacts(r, artifacts, &row.artifact_count, err);
	if (rc != RC_OK)
		return rc;
	row.outcome = str_of(outcome_names[r->outcome]);
	receipt_put_row(&text, &row);
	if (text.full)
		rc = err_set(err, RC_LIMIT, "row %u of the receipt says too much", r->row);
	else
		*out = str_dup(a, buf_str(&text));
	buf_free(&text);
	return rc;
}

static void count_row(struct receipt_counts *c, uint8_t outcome)
{
	c->rows++;
	c->issued += outcome == RECEIPT_ISSUED;
	c->unchanged += outcome == RECEIPT_UNCHANGED;
	c->failed += outcome == RECEIPT_FAILED;
	c->refused += outcome == RECEIPT_REFUSED;
	c->held += outcome == RECEIPT_HELD;
}

/* One batch at a time, its rows in one sequence. */
static enum rc find_place(
	struct sign_receipt_rows *all, const struct wire_receipt_rows *ask, struct err *err)
{
	if (ask->first == 0) {
		*all = (struct sign_receipt_rows){.begun = true};
		(void)text_fmt(all->batch, sizeof all->batch, STR_FMT, STR_ARG(ask->batch));
	}
	if (!all->begun || !str_eq_cz(ask->batch, all->batch) || ask->first != all->counts.rows)
		return err_set(err, RC_INPUT,
			"the receipt's rows are out of order: %u came, begin again with the first",
			all->counts.rows);
	return RC_OK;
}

enum rc sign_take_receipt_rows(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_receipt_rows *ask = request;
	struct wire_receipt_entries answer = {0};
	struct arena *a = worker_arena(w);
	enum rc rc = sign_need_keys(s, err);

	(void)frame;
	if (rc == RC_OK)
		rc = find_place(&s->receipt, ask, err);
	if (rc == RC_OK)
		answer.entries.items =
			arena_zalloc(a, ask->rows.count + 1, sizeof *answer.entries.items);
	for (uint32_t i = 0; rc == RC_OK && i < ask->rows.count; i++)
		rc = put_entry(
			&ask->rows.items[i], a, &answer.entries.items[answer.entries.count++], err);
	for (uint32_t i = 0; rc == RC_OK && i < ask->rows.count; i++) {
		struct merkle_hash leaf;

		merkle_leaf(bytes_of(answer.entries.items[i]), &leaf);
		merkle_stream_add(&s->receipt.tree, &leaf);
		count_row(&s->receipt.counts, ask->rows.items[i].outcome);
	}
	return rc == RC_OK ? worker_reply(w, MESSAGE_RECEIPT_ROWS_ARE, &answer, err) : rc;
}

static enum rc check_receipt(const struct sign_state *s, const struct sign_policy *p,
	const struct wire_receipt *r, struct err *err)
{
	if (!hash_equal(r->plan_hash, p->wire.plan_hash, sizeof r->plan_hash))
		return err_set(err, RC_INPUT, "the receipt is about another plan");
	if (r->issued_s != p->wire.issued_s)
		return err_set(
			err, RC_INPUT, "the receipt names another time of issue than the batch");
	if (!s->receipt.begun || !str_eq_cz(r->batch, s->receipt.batch))
		return err_set(err, RC_INPUT, "the rows of the receipt did not come");
	if (s->receipt.counts.issued > p->wire.row_count)
		return err_set(err, RC_INPUT, "the receipt counts %u issued; the batch has %u rows",
			s->receipt.counts.issued, p->wire.row_count);
	return RC_OK;
}

static enum rc put_signed(
	const struct key *key, const struct receipt *receipt, struct buf *out, struct err *err)
{
	uint8_t value[64];
	struct receipt_signature signature = {str_of(key->kid), value};
	enum rc rc;

	receipt_put(out, receipt, NULL);
	if (out->full)
		return err_set(err, RC_LIMIT, "the receipt is over %zu bytes", RECEIPT_MAX);
	rc = key_sign(key, buf_bytes(out), value, err);
	if (rc != RC_OK)
		return rc;
	buf_reset(out);
	receipt_put(out, receipt, &signature);
	if (out->full)
		return err_set(err, RC_LIMIT, "the receipt is over %zu bytes", RECEIPT_MAX);
	return RC_OK;
}

static enum rc make_receipt(const struct sign_state *s, const struct sign_policy *p,
	const struct wire_receipt *ask, struct buf *out, struct err *err)
{
	struct merkle_hash root;
	const struct key *key = NULL;
	struct receipt receipt = {.batch = p->wire.batch,
		.tenant = str_of(s->ring.tenant),
		.issuer = p->issuer.id,
		.demo = p->issuer.demo,
		.manifest_sha256 = ask->manifest_sha256,
		.cohort_sha256 = ask->cohort_sha256,
		.plan_hash = ask->plan_hash,
		.roots_sha256 = ask->roots_sha256,
		.rows_root = root.b,
		.counts = s->receipt.counts,
		.issued_s = ask->issued_s};
	enum rc rc = keyring_active(&s->ring, KEY_RECEIPT, p->wire.issued_s, &key, err);

	merkle_stream_root(&s->receipt.tree, &root);
	return rc == RC_OK ? put_signed(key, &receipt, out, err) : rc;
}

enum rc sign_receipt(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_receipt *ask = request;
	struct buf text = buf_new(RECEIPT_MAX);
	struct sign_policy *p;
	enum rc rc = sign_policy_find(&s->policies, ask->batch, &p, err);

	(void)frame;
	if (rc == RC_OK)
		rc = check_receipt(s, p, ask, err);
	if (rc == RC_OK)
		rc = make_receipt(s, p, ask, &text, err);
	if (rc == RC_OK) {
		struct wire_signed_text answer = {buf_str(&text)};

		rc = worker_reply(w, MESSAGE_SIGNED_RECEIPT, &answer, err);
	}
	buf_free(&text);
	return rc;
}
