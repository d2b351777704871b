// SPDX-License-Identifier: Apache-2.0
/* A plan's rows. Runs in: control. */
#include "pipeline/plan_rows.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/random.h"
#include "ipc/wire_common.h"
#include "pipeline/plan_measure.h"

#include <string.h>

#define PAGE_ROWS_MAX 100
#define ROW_MAX ((size_t)60 * 1024)

/* Everything of one page lives in its arena. */
struct planner {
	struct issue *job;
	struct plan_totals *totals;
	struct hash_stream hash;
	struct arena *page;
	struct batch_row rows[PAGE_ROWS_MAX];
	uint32_t row_count;
};

/* ---- rows left out ---- */

static enum rc leave_out(struct planner *p, uint8_t kind, const struct wire_row_error *e,
	const uint8_t ulid[16], struct err *err)
{
	const struct tenant *t = p->job->tenant;
	struct issue_refusal refusal = {e->message, e->raw, e->line};
	struct batch_left_out x = {.record = e->record,
		.line = e->line,
		.kind = kind,
		.column = e->column,
		.code = e->code};
	struct buf plain = buf_new(65536);
	struct buf sealed = buf_new(65536);
	struct seal_place place = {
		t->actor.tenant, STR("left_out"), STR("sealed"), bytes_of(p->job->batch.id)};
	enum rc rc = kept_write(&issue_refusal_type, &refusal, &plain, err);

	if (ulid != NULL)
		memcpy(x.ulid, ulid, sizeof x.ulid);
	if (rc == RC_OK && kind == LEFT_OUT_BAD)
		seal_box(t->seal, t->secrets.values, &place, buf_bytes(&plain), &sealed);
	x.sealed = buf_bytes(&sealed);
	if (rc == RC_OK)
		rc = ledger_batch_add_left_out(t->ledger, &t->actor, p->job->batch.id, &x, err);
	buf_free(&plain);
	buf_free(&sealed);
	return rc;
}

static enum rc refuse(struct planner *p, const struct wire_row *row, struct str column,
	struct str code, struct str message, struct err *err)
{
	struct wire_row_error e = {.record = row->record,
		.line = row->line,
		.column = column,
		.code = code,
		.message = message,
		.raw = row->raw};

	p->totals->bad++;
	issue_say_problem(p->job, &e);
	return leave_out(p, LEFT_OUT_BAD, &e, NULL, err);
}

static enum rc take_errors(struct planner *p, const struct wire_rows *answer, struct err *err)
{
	enum rc rc = RC_OK;
	uint32_t last_record = 0;

	for (uint32_t i = 0; rc == RC_OK && i < answer->errors.count; i++) {
		const struct wire_row_error *e = &answer->errors.items[i];

		if (e->held) {
			rc = leave_out(p, LEFT_OUT_HELD, e, NULL, err);
			continue;
		}
		issue_say_problem(p->job, e);
		if (e->warning)
			continue;
		/* A record may have several faults but is one bad row. */
		if (e->record != last_record)
			p->totals->bad++;
		last_record = e->record;
		rc = leave_out(p, LEFT_OUT_BAD, e, NULL, err);
	}
	return rc;
}

/* ---- good rows ---- */

/* 0001-01-01 and 9999-12-31, as seconds. */
#define FIRST_DAY_S (-62135596800)
#define LAST_DAY_S 253402300799

static bool is_day(int64_t s)
{
	return s == WIRE_NO_DAY || (s >= FIRST_DAY_S && s <= LAST_DAY_S);
}

enum rc plan_check_page(const struct wire_rows *page, struct err *err)
{
	if (page->rows.count == 0 && page->errors.count == 0 && !page->end)
		return err_set(err, RC_PEER, "the intake process goes on without a row");
	for (uint32_t i = 0; i < page->rows.count; i++)
		if (!is_day(page->rows.items[i].issued_on)
			|| !is_day(page->rows.items[i].valid_until))
			return err_set(err, RC_PEER,
				"the intake process read a day that is in no calendar");
	return RC_OK;
}

void plan_fix_dates(const struct issue *job, const struct wire_credential *c, struct wire_row *row)
{
	int64_t today = job->batch.issued_s - job->batch.issued_s % 86400;

	if (row->issued_on == WIRE_NO_DAY)
		row->issued_on = today;
	if (row->valid_until == WIRE_NO_DAY && (c->valid_for_months != 0 || c->valid_for_s != 0))
		row->valid_until =
			clock_add_months(row->issued_on, c->valid_for_months) + c->valid_for_s;
}

static void put_said(struct buf *b, struct str name, struct str text)
{
	cursor_put_bytes(b, bytes_of(name));
	cursor_put_bytes(b, bytes_of(text));
}

/*
 * What the credential says, for telling a corrected row from an unchanged one. Member by member, so
 * that a new member of wire_row does not make every row of the past look corrected.
 */
void plan_content_tag(const struct tenant *t, const struct wire_row *row, uint8_t out[32])
{
	const struct {
		const char *name;
		struct str text;
	} said[] = {{"id", row->recipient_id}, {"name", row->name}, {"name_latin", row->name_latin},
		{"email", row->email}, {"lang", row->lang}, {"credential", row->credential},
		{"external_id", row->external_id}, {"evidence_url", row->evidence_url}};
	struct buf b = buf_new(ROW_MAX);
	struct str text;

	for (size_t i = 0; i < ARRAY_COUNT(said); i++)
		put_said(&b, str_of(said[i].name), said[i].text);
	cursor_put_u64(&b, (uint64_t)row->issued_on);
	cursor_put_u64(&b, (uint64_t)row->valid_until);
	for (uint32_t i = 0; i < row->fields.count; i++)
		put_said(&b, row->fields.items[i].name, row->fields.items[i].text);
	for (uint32_t i = 0; i < row->results.count; i++)
		put_said(&b, row->results.items[i].name, row->results.items[i].text);
	for (uint32_t i = 0; i < row->badge.count; i++)
		put_said(&b, row->badge.items[i].name, row->badge.items[i].text);
	CHECK(!b.full);
	text = buf_str(&b);
	tenant_tag(t, "content", &text, 1, out);
	seal_wipe(b.p, b.n);
	buf_free(&b);
}

static enum rc find_award(struct planner *p, const struct wire_row *row,
	const struct wire_credential *c, struct award *out, uint8_t recipient_tag[32],
	struct err *err)
{
	const struct tenant *t = p->job->tenant;
	struct str texts[2] = {row->recipient_id, c->achievement.id};
	struct award_ask ask = {0};
	uint8_t key[SEAL_KEY_LEN];
	uint8_t claim[32];
	/* The award may answer with this very key, so it lives as long as the page. */
	uint8_t *wrapped = arena_alloc(p->page, SEAL_WRAPPED_LEN);
	struct buf claim_sealed = buf_new(256);
	struct seal_place claim_place = {
		t->actor.tenant, STR("awards"), STR("claim"), {ask.identity_tag, 32}};
	struct seal_place key_place = {
		t->actor.tenant, STR("recipient_keys"), STR("wrapped"), {recipient_tag, 32}};
	enum rc rc;

	tenant_tag(t, "award", texts, 2, ask.identity_tag);
	tenant_tag(t, "recipient", texts, 1, recipient_tag);
	memcpy(ask.recipient_tag, recipient_tag, 32);
	random_fill(key, sizeof key);
	random_fill(claim, sizeof claim);
	seal_wrap_key(t->seal, t->secrets.wrap, &key_place, key, wrapped);
	seal_box(t->seal, t->secrets.values, &claim_place, (struct bytes){claim, sizeof claim},
		&claim_sealed);
	hash_sha256((struct bytes){claim, sizeof claim}, ask.claim_hash);
	ask.wrapped_key = (struct bytes){wrapped, SEAL_WRAPPED_LEN};
	ask.claim_sealed = buf_bytes(&claim_sealed);
	rc = ledger_award_find_or_create(t->ledger, &t->actor, p->page, &ask, out, err);
	seal_wipe(key, sizeof key);
	seal_wipe(claim, sizeof claim);
	buf_free(&claim_sealed);
	return rc;
}

static enum rc seal_row(struct planner *p, const struct wire_row *row, const struct award *award,
	const uint8_t recipient_tag[32], struct batch_row *out, struct err *err)
{
	const struct tenant *t = p->job->tenant;
	struct seal_place place = issue_row_place(t, out->ulid);
	uint8_t key[SEAL_KEY_LEN];
	uint8_t salt[SEAL_KEY_LEN];
	struct buf plain = buf_new(ROW_MAX);
	struct buf sealed = buf_new(ROW_MAX + 64);
	enum rc rc = issue_unwrap(t, award->wrapped_key, recipient_tag, key, err);

	if (rc == RC_OK)
		rc = kept_write(&wire_row_type, row, &plain, err);
	if (rc == RC_OK) {
		seal_box(t->seal, key, &place, buf_bytes(&plain), &sealed);
		out->sealed = (struct bytes){arena_dup(p->page, sealed.p, sealed.n), sealed.n};
		/* Erasing the key erases the salt, so the commitment tells nothing any more. */
		seal_derive_key((struct bytes){key, sizeof key}, STR("commit"),
			(struct bytes){out->ulid, 16}, salt);
		hash_hmac_sha256(
			(struct bytes){salt, sizeof salt}, buf_bytes(&plain), out->commitment);
	}
	seal_wipe(key, sizeof key);
	seal_wipe(salt, sizeof salt);
	seal_wipe(plain.p, plain.n);
	buf_free(&plain);
	buf_free(&sealed);
	return rc;
}

static void put_in_shard(struct issue *job, uint32_t credential, struct batch_row *out)
{
	struct issue_credential *c = &job->credentials[credential];

	if (c->shard_rows == 0 || c->shard_rows == ISSUE_SHARD_ROWS) {
		c->shard = job->shard_count++;
		c->shard_rows = 0;
	}
	c->shard_rows++;
	out->shard_no = c->shard;
}

static enum rc add_row(struct planner *p, const struct wire_row *row, uint32_t credential,
	const struct award *award, const uint8_t recipient_tag[32], struct err *err)
{
	struct issue *job = p->job;
	struct batch_row *out = &p->rows[p->row_count];
	enum rc rc;

	*out = (struct batch_row){.row_no = row->record,
		.credential = (uint16_t)credential,
		.award_no = award->award_no,
		.generation = award->generation + 1,
		.valid_from_s = row->issued_on,
		.valid_until_s = row->valid_until};
	issue_ulid_new(job->batch.issued_s * 1000, out->ulid);
	random_fill(out->subject, sizeof out->subject);
	out->subject[6] = (uint8_t)((out->subject[6] & 0x0F) | 0x40);
	out->subject[8] = (uint8_t)((out->subject[8] & 0x3F) | 0x80);
	if (award->generation != 0 && job->manifest.duplicate == DUPLICATE_SUPERSEDE)
		memcpy(out->supersedes, award->ulid, 16);
	plan_content_tag(job->tenant, row, out->content_tag);
	rc = seal_row(p, row, award, recipient_tag, out, err);
	if (rc != RC_OK)
		return rc;
	put_in_shard(job, credential, out);
	p->row_count++;
	return RC_OK;
}

/* New, unchanged, or another version of what was issued: the manifest says what to do then. */
static enum rc decide(struct planner *p, struct wire_row *row, uint32_t credential, struct err *err)
{
	struct issue *job = p->job;
	const struct wire_credential *c = job->credentials[credential].asked;
	struct wire_row_error e = {.record = row->record,
		.line = row->line,
		.column = STR("row"),
		.code = STR("unchanged")};
	uint8_t recipient_tag[32];
	uint8_t content[32];
	struct award award;
	bool same;
	enum rc rc;

	plan_fix_dates(job, c, row);
	rc = find_award(p, row, c, &award, recipient_tag, err);
	if (rc != RC_OK)
		return rc;
	if (award.generation == 0)
		return add_row(p, row, credential, &award, recipient_tag, err);
	plan_content_tag(job->tenant, row, content);
	same = memcmp(content, award.content_tag, sizeof content) == 0;
	if (job->manifest.duplicate == DUPLICATE_ALLOW
		|| (!same && job->manifest.duplicate == DUPLICATE_SUPERSEDE))
		return add_row(p, row, credential, &award, recipient_tag, err);
	if (!same && job->manifest.duplicate == DUPLICATE_REJECT)
		return refuse(p, row, STR("row"), STR("already-issued"),
			STR("this recipient already has this credential, with other contents; the "
			    "manifest's duplicate policy is reject"),
			err);
	p->totals->unchanged++;
	p->totals->differing += !same;
	return leave_out(p, LEFT_OUT_UNCHANGED, &e, award.ulid, err);
}

static enum rc reserve_status(struct planner *p, struct err *err)
{
	const struct tenant *t = p->job->tenant;
	struct status_place *places = arena_zalloc(p->page, p->row_count, sizeof *places);
	enum rc rc = RC_OK;

	for (uint32_t c = 0; rc == RC_OK && c < p->job->credential_count; c++) {
		uint32_t n = 0;

		for (uint32_t i = 0; i < p->row_count; i++)
			n += p->rows[i].credential == c;
		if (n == 0)
			continue;
		rc = ledger_status_reserve(t->ledger, &t->actor,
			p->job->credentials[c].asked->status, t->secrets.status, n, places, err);
		n = 0;
		for (uint32_t i = 0; rc == RC_OK && i < p->row_count; i++)
			if (p->rows[i].credential == c) {
				p->rows[i].status_list = places[n].list;
				p->rows[i].status_index = places[n++].index;
			}
	}
	return rc;
}

static void hash_row(struct planner *p, const struct batch_row *r)
{
	struct buf b = buf_new(1024);

	cursor_put_u32(&b, r->row_no);
	cursor_put_u32(&b, r->shard_no);
	cursor_put_u16(&b, r->credential);
	cursor_put_u32(&b, r->generation);
	buf_put(&b, r->ulid, 16);
	buf_put(&b, r->subject, 16);
	cursor_put_u32(&b, r->status_list);
	cursor_put_u32(&b, r->status_index);
	cursor_put_u64(&b, (uint64_t)r->valid_from_s);
	cursor_put_u64(&b, (uint64_t)r->valid_until_s);
	buf_put(&b, r->commitment, 32);
	hash_add(&p->hash, buf_bytes(&b));
	buf_free(&b);
}

/* The page's rows get their places and are written, or all of it is taken back. */
static enum rc finish_page(struct planner *p, enum rc rc, struct err *err)
{
	struct issue *job = p->job;
	struct ledger *l = job->tenant->ledger;

	if (rc == RC_OK)
		rc = reserve_status(p, err);
	if (rc == RC_OK && p->row_count != 0)
		rc = ledger_batch_add_rows(
			l, &job->tenant->actor, job->batch.id, p->rows, p->row_count, err);
	if (rc != RC_OK) {
		ledger_rollback(l);
		return rc;
	}
	p->totals->rows += p->row_count;
	for (uint32_t i = 0; i < p->row_count; i++)
		hash_row(p, &p->rows[i]);
	return ledger_commit(l, err);
}

static enum rc write_page(struct planner *p, const struct wire_rows *answer, struct wire_row *rows,
	const struct plan_verdict *verdicts, struct err *err)
{
	struct issue *job = p->job;
	struct ledger *l = job->tenant->ledger;
	enum rc rc = ledger_begin(l, err);

	if (rc != RC_OK)
		return rc;
	p->row_count = 0;
	rc = take_errors(p, answer, err);
	for (uint32_t i = 0; rc == RC_OK && i < answer->rows.count; i++)
		rc = verdicts[i].ok ? decide(p, &rows[i], verdicts[i].credential, err)
				    : refuse(p, &rows[i], verdicts[i].column, verdicts[i].code,
					    verdicts[i].message, err);
	return finish_page(p, rc, err);
}

static enum rc add_change(struct planner *p, const struct plan_change *c,
	const struct wire_row *row, const struct plan_verdict *v, struct err *err)
{
	struct award award = {.award_no = c->award_no,
		.generation = c->generation,
		.wrapped_key = c->wrapped_key};
	enum rc rc;

	if (!v->ok)
		return refuse(p, row, v->column, v->code, v->message, err);
	memcpy(award.ulid, c->ulid, sizeof award.ulid);
	rc = add_row(p, row, c->credential, &award, c->recipient_tag, err);
	if (rc == RC_OK)
		p->rows[p->row_count - 1].valid_from_s = c->valid_from_s;
	return rc;
}

static enum rc write_changes(struct planner *p, const struct plan_change *changes,
	const struct wire_row *rows, uint32_t count, const struct plan_verdict *verdicts,
	struct err *err)
{
	struct ledger *l = p->job->tenant->ledger;
	enum rc rc = ledger_begin(l, err);

	if (rc != RC_OK)
		return rc;
	p->row_count = 0;
	for (uint32_t i = 0; rc == RC_OK && i < count; i++)
		rc = add_change(p, &changes[i], &rows[i], &verdicts[i], err);
	return finish_page(p, rc, err);
}

enum rc plan_changes(struct issue *job, const struct plan_change *changes, uint32_t count,
	struct plan_totals *totals, uint8_t plan_hash[32], struct err *err)
{
	struct planner *p = arena_zalloc(job->arena, 1, sizeof *p);
	enum rc rc = RC_OK;

	p->job = job;
	p->totals = totals;
	p->page = arena_new((size_t)32 << 20);
	hash_start(&p->hash);
	for (uint32_t done = 0; rc == RC_OK && done < count; done += PAGE_ROWS_MAX) {
		uint32_t n = count - done < PAGE_ROWS_MAX ? count - done : PAGE_ROWS_MAX;
		struct plan_verdict *verdicts;
		struct wire_row *rows;

		arena_reset(p->page);
		rows = arena_zalloc(p->page, n, sizeof *rows);
		for (uint32_t i = 0; i < n; i++) {
			rows[i] = changes[done + i].row;
			rows[i].record = done + i + 1;
		}
		rc = plan_measure(job, rows, n, p->page, &verdicts, err);
		if (rc == RC_OK)
			rc = write_changes(p, changes + done, rows, n, verdicts, err);
	}
	hash_finish(&p->hash, plan_hash);
	arena_free(&p->page);
	return rc;
}

static enum rc plan_page(struct planner *p, bool *end, struct err *err)
{
	struct wire_nothing nothing = {0};
	struct wire_rows answer;
	struct plan_verdict *verdicts;
	enum rc rc = peer_ask(
		p->job->intake, PEER_MESSAGE(MESSAGE_ROWS_NEXT, &nothing), p->page, &answer, err);

	if (rc == RC_OK)
		rc = plan_check_page(&answer, err);
	if (rc != RC_OK) {
		p->job->exit_code = rc == RC_PEER ? EXIT_INPUT : control_exit_of(rc);
		return err_wrap(err, "cohort");
	}
	rc = plan_measure(p->job, answer.rows.items, answer.rows.count, p->page, &verdicts, err);
	if (rc == RC_OK)
		rc = write_page(p, &answer, answer.rows.items, verdicts, err);
	p->totals->held = answer.held;
	*end = answer.end;
	return rc;
}

enum rc plan_rows(
	struct issue *job, struct plan_totals *totals, uint8_t plan_hash[32], struct err *err)
{
	struct planner *p = arena_zalloc(job->arena, 1, sizeof *p);
	bool end = false;
	enum rc rc = RC_OK;

	p->job = job;
	p->totals = totals;
	p->page = arena_new((size_t)32 << 20);
	hash_start(&p->hash);
	while (rc == RC_OK && !end) {
		arena_reset(p->page);
		rc = plan_page(p, &end, err);
		if (rc == RC_OK && client_cancelled(job->client)) {
			job->exit_code = EXIT_SIGINT;
			rc = err_set(err, RC_AGAIN, "stopped while planning; nothing was issued");
		}
		client_progress(job->client, "plan", totals->rows + totals->unchanged + totals->bad,
			0, totals->bad);
	}
	hash_finish(&p->hash, plan_hash);
	arena_free(&p->page);
	return rc;
}
