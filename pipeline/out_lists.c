// SPDX-License-Identifier: Apache-2.0
/* links.csv, proofs.jsonl, errors.csv, jwks.json, did.json. Runs in: control. */
#include "pipeline/out_lists.h"

#include "base/file.h"
#include "base/merkle.h"

#include <string.h>

#define LIST_MAX ((size_t)64 << 20)
#define BOM "\xEF\xBB\xBF"

void out_put_cell(struct buf *b, struct str text, bool last)
{
	bool formula = text.n != 0 && strchr("=+-@\t\r", text.p[0]) != NULL;
	bool quote = formula;

	for (size_t i = 0; i < text.n; i++)
		quote |= text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\n'
			|| text.p[i] == '\r';
	if (quote)
		buf_put_char(b, '"');
	if (formula)
		buf_put_char(b, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_put_char(b, '"');
		buf_put_char(b, text.p[i]);
	}
	if (quote)
		buf_put_char(b, '"');
	buf_put_cz(b, last ? "\r\n" : ",");
}

enum rc out_begin(struct out_job *o, struct err *err)
{
	enum rc rc;

	o->proofs.fd = -1;
	o->events.fd = -1;
	o->roots_arena = arena_new((size_t)4 << 20);
	o->chains = buf_new((size_t)4 << 20);
	rc = out_stream_open(&o->links, o->client, "links.csv", err);
	if (rc == RC_OK)
		rc = out_stream_open(&o->proofs, o->client, "proofs.jsonl", err);
	if (rc == RC_OK)
		rc = out_stream_open(&o->events, o->client, "events.jsonl", err);
	if (rc == RC_OK)
		rc = out_stream_add(&o->links,
			bytes_of(STR(BOM "recipient_id,name,email,claim_page,verify_page\r\n")),
			err);
	return rc;
}

void out_close(struct out_job *o)
{
	out_stream_close(&o->links);
	out_stream_close(&o->proofs);
	out_stream_close(&o->events);
	buf_free(&o->chains);
	arena_free(&o->roots_arena);
}

/* ---- proofs ---- */

static enum rc find_root(struct out_job *o, struct str batch, uint32_t shard, struct err *err)
{
	enum rc rc;

	if (o->roots.count == 1 && o->roots.items[0].shard == shard
		&& str_eq(o->roots_batch, batch))
		return RC_OK;
	arena_reset(o->roots_arena);
	o->roots_batch = str_dup(o->roots_arena, batch);
	rc = ledger_shard_roots(o->tenant->ledger, o->roots_arena, batch, shard, 1, &o->roots, err);
	if (rc == RC_OK && (o->roots.count != 1 || o->roots.items[0].shard != shard))
		rc = err_set(err, RC_SYSTEM, "the ledger has no root for shard %u", shard);
	return rc;
}

static void put_hex(struct jsonw *w, struct bytes b)
{
	char hex[2 * 128 + 1];

	CHECK(b.n <= 128);
	text_hex(b, hex);
	jsonw_str(w, str_of(hex));
}

static void put_proof(struct buf *b, const struct out_job *o, const struct credential *c)
{
	const struct shard_root *root = &o->roots.items[0];
	struct merkle_hash path[64];
	size_t n = merkle_path((const struct merkle_hash *)(const void *)root->leaves.p,
		root->count, c->leaf, path);
	struct jsonw w = jsonw_new(b);
	char id[ULID_TEXT_LEN + 1];

	ulid_text(c->ulid, id);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "credential", str_of(id));
	jsonw_key_str(&w, "batch", c->batch);
	jsonw_key_i64(&w, "shard", c->shard);
	jsonw_key_i64(&w, "leaf", c->leaf);
	jsonw_key_i64(&w, "count", root->count);
	jsonw_key_open(&w, "path", '[');
	for (size_t i = 0; i < n; i++)
		put_hex(&w, (struct bytes){path[i].b, sizeof path[i].b});
	jsonw_close(&w, ']');
	jsonw_key(&w, "root");
	put_hex(&w, (struct bytes){root->root, 32});
	jsonw_key_str(&w, "kid", root->kid);
	jsonw_key(&w, "signature");
	put_hex(&w, root->signature);
	jsonw_key_str(&w, "record", c->record);
	jsonw_close(&w, '}');
	buf_put_char(b, '\n');
}

enum rc out_put_proof(struct out_job *o, const struct credential *c, struct buf *b, struct err *err)
{
	enum rc rc = find_root(o, c->batch, c->shard, err);

	if (rc == RC_OK
		&& (c->leaf >= o->roots.items[0].count
			|| o->roots.items[0].leaves.n != (size_t)o->roots.items[0].count * 32))
		rc = err_set(err, RC_SYSTEM, "the ledger's tree of shard %u is damaged", c->shard);
	if (rc == RC_OK)
		put_proof(b, o, c);
	return rc;
}

enum rc out_add_proof(
	struct out_job *o, struct arena *a, const struct credential *c, struct err *err)
{
	struct buf b = buf_new((size_t)64 << 10);
	enum rc rc = out_put_proof(o, c, &b, err);

	(void)a;
	if (rc == RC_OK)
		rc = out_stream_add(&o->proofs, buf_bytes(&b), err);
	buf_free(&b);
	return rc;
}

/* ---- links ---- */

enum rc out_claim_path(
	struct tenant *t, struct arena *a, int64_t award_no, struct str *out, struct err *err)
{
	uint8_t tag[32];
	struct seal_place place = {t->actor.tenant, STR("awards"), STR("claim"), {tag, sizeof tag}};
	struct bytes sealed;
	struct bytes secret;
	struct buf b = buf_new(256);
	enum rc rc = ledger_award_claim(t->ledger, a, award_no, &sealed, tag, err);

	if (rc == RC_OK)
		rc = seal_open_box(t->seal, t->secrets.values, &place, sealed, a, &secret, err);
	if (rc == RC_OK) {
		text_put_base64url(&b, secret);
		*out = str_fmt(a, "/c/" STR_FMT, STR_ARG(buf_str(&b)));
	}
	buf_free(&b);
	return rc;
}

static enum rc ask_tokens(struct out_job *o, struct arena *a, const struct credential *items,
	uint32_t count, struct wire_tokens *out, struct err *err)
{
	struct wire_tokens_ask ask = {.batch = o->batch};
	enum rc rc;

	ask.ulids.items = arena_zalloc(a, count, sizeof *ask.ulids.items);
	ask.ulids.count = count;
	for (uint32_t i = 0; i < count; i++)
		memcpy(ask.ulids.items[i].b, items[i].ulid, 16);
	rc = peer_ask(o->tenant->sign, PEER_MESSAGE(MESSAGE_TOKENS, &ask), a, out, err);
	if (rc == RC_OK && out->tokens.count != count)
		rc = err_set(err, RC_PEER, "the signer gave another number of tokens");
	return rc;
}

enum rc out_add_links(struct out_job *o, struct arena *a, const struct credential *items,
	const struct wire_row *rows, const bool *erased, uint32_t count, struct err *err)
{
	struct wire_tokens tokens;
	struct buf b = buf_new((size_t)1 << 20);
	enum rc rc = ask_tokens(o, a, items, count, &tokens, err);

	for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
		struct str claim;

		if (erased[i])
			continue;
		rc = out_claim_path(o->tenant, a, items[i].award_no, &claim, err);
		if (rc != RC_OK)
			break;
		out_put_cell(&b, rows[i].recipient_id, false);
		out_put_cell(&b, rows[i].name, false);
		out_put_cell(&b, rows[i].email, false);
		out_put_cell(&b, str_fmt(a, STR_FMT STR_FMT, STR_ARG(o->base_url), STR_ARG(claim)),
			false);
		out_put_cell(&b,
			str_fmt(a, STR_FMT "/verify/" STR_FMT, STR_ARG(o->base_url),
				STR_ARG(tokens.tokens.items[i])),
			true);
	}
	if (rc == RC_OK)
		rc = out_stream_add(&o->links, buf_bytes(&b), err);
	buf_free(&b);
	return rc;
}

/* ---- errors.csv ---- */

void out_put_errors_header(struct buf *b, struct str raw_header)
{
	struct str header = str_trim(raw_header);

	buf_put_cz(b, BOM);
	buf_put_str(b, header);
	buf_put_cz(b, header.n != 0 ? ",_line,_code,_message\r\n" : "_line,_code,_message\r\n");
}

void out_put_error(
	struct buf *b, struct str raw, uint32_t line, struct str code, struct str message)
{
	char number[16];

	raw = str_trim(raw);
	buf_put_str(b, raw);
	if (raw.n != 0)
		buf_put_char(b, ',');
	text_fmt(number, sizeof number, "%u", line);
	out_put_cell(b, str_of(number), false);
	out_put_cell(b, code, false);
	out_put_cell(b, message, true);
}

static enum rc add_refused(struct out_job *o, struct arena *a, struct buf *b,
	const struct batch_left_out *x, struct err *err)
{
	const struct tenant *t = o->tenant;
	struct seal_place place = {
		t->actor.tenant, STR("left_out"), STR("sealed"), bytes_of(o->batch)};
	struct issue_refusal refusal;
	struct bytes plain;
	enum rc rc;

	if (x->kind != LEFT_OUT_BAD)
		return RC_OK;
	rc = seal_open_box(t->seal, t->secrets.values, &place, x->sealed, a, &plain, err);
	if (rc == RC_OK)
		rc = kept_read(&issue_refusal_type, plain, a, &refusal, err);
	if (rc == RC_OK)
		out_put_error(b, refusal.raw, x->line, x->code,
			str_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(x->column),
				STR_ARG(refusal.message)));
	return rc;
}

static enum rc add_refusals(struct out_job *o, struct buf *b, struct err *err)
{
	struct arena *a = arena_new((size_t)64 << 20);
	enum rc rc = RC_OK;

	for (uint32_t after = 0;; after += 100) {
		struct batch_left_outs page = {0};

		arena_reset(a);
		rc = ledger_batch_left_outs(o->tenant->ledger, a, o->batch, after, 100, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++)
			rc = add_refused(o, a, b, &page.items[i], err);
		if (rc != RC_OK || page.count == 0)
			break;
	}
	arena_free(&a);
	return rc;
}

static enum rc add_failed(struct out_job *o, struct arena *a, struct buf *b,
	const struct batch_outcome *x, struct err *err)
{
	const struct tenant *t = o->tenant;
	struct seal_place place = {
		t->actor.tenant, STR("outcomes"), STR("sealed"), bytes_of(o->batch)};
	struct issue_refusal refusal;
	struct bytes plain;
	enum rc rc;

	if (x->result != OUTCOME_FAILED)
		return RC_OK;
	rc = seal_open_box(t->seal, t->secrets.values, &place, x->sealed, a, &plain, err);
	if (rc == RC_OK)
		rc = kept_read(&issue_refusal_type, plain, a, &refusal, err);
	if (rc == RC_OK)
		out_put_error(b, refusal.raw, refusal.line, x->code, refusal.message);
	return rc;
}

static enum rc add_failures(struct out_job *o, struct buf *b, struct err *err)
{
	struct arena *a = arena_new((size_t)16 << 20);
	uint32_t after = 0;
	enum rc rc = RC_OK;

	for (;;) {
		struct batch_outcomes page = {0};

		arena_reset(a);
		rc = ledger_batch_outcomes(o->tenant->ledger, a, o->batch, after, 500, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++) {
			rc = add_failed(o, a, b, &page.items[i], err);
			after = page.items[i].row_no;
		}
		if (rc != RC_OK || page.count == 0)
			break;
	}
	arena_free(&a);
	return rc;
}

static enum rc make_errors(struct out_job *o, struct buf *b, struct err *err)
{
	size_t begin;
	enum rc rc;

	out_put_errors_header(b, o->raw_header);
	begin = b->n;
	rc = add_refusals(o, b, err);
	if (rc == RC_OK)
		rc = add_failures(o, b, err);
	if (rc == RC_OK && b->n == begin)
		buf_reset(b);
	return rc;
}

/* ---- keys ---- */

/* The signer says it, as it is published. */
static enum rc make_keys(struct tenant *t, bool did, struct buf *b, struct err *err)
{
	struct wire_key_set_ask ask = {t->settings.issuer_id, t->settings.base_url, did};
	struct wire_key_set set;
	struct arena *a = arena_new((size_t)1 << 20);
	enum rc rc = peer_ask(t->sign, PEER_MESSAGE(MESSAGE_KEY_SET, &ask), a, &set, err);

	if (rc == RC_OK)
		buf_put_str(b, set.text);
	arena_free(&a);
	return rc;
}

/* ---- the end ---- */

struct part {
	const char *name;
	struct buf content;
};

static enum rc send_buffers(struct out_job *o, struct part *parts, size_t count, struct err *err)
{
	struct wire_file files[8];
	struct wire_files m = {{files, 0}};
	AUTO_FD fd = -1;
	uint64_t offset = 0;
	enum rc rc = file_memory("lists", &fd, err);

	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		rc = file_write_all(fd, parts[i].name, buf_bytes(&parts[i].content), err);
		files[m.files.count++] = (struct wire_file){
			.path = str_of(parts[i].name), .offset = offset, .len = parts[i].content.n};
		offset += parts[i].content.n;
	}
	if (rc == RC_OK)
		rc = client_send_files(o->client, fd, &m, err);
	return rc;
}

enum rc out_errors(struct out_job *o, struct err *err)
{
	struct part part = {"errors.csv", buf_new(LIST_MAX)};
	enum rc rc = make_errors(o, &part.content, err);

	if (rc == RC_OK)
		rc = send_buffers(o, &part, 1, err);
	buf_free(&part.content);
	return rc;
}

enum rc out_finish(struct out_job *o, struct err *err)
{
	struct part parts[] = {{"errors.csv", buf_new(LIST_MAX)}, {"jwks.json", buf_new(LIST_MAX)},
		{"did.json", buf_new(LIST_MAX)}, {"pass-chain.pem", buf_new(LIST_MAX)}};
	enum rc rc = make_errors(o, &parts[0].content, err);

	if (rc == RC_OK)
		rc = make_keys(o->tenant, false, &parts[1].content, err);
	if (rc == RC_OK)
		rc = make_keys(o->tenant, true, &parts[2].content, err);
	buf_put(&parts[3].content, o->chains.p, o->chains.n);
	if (rc == RC_OK)
		rc = send_buffers(o, parts, ARRAY_COUNT(parts), err);
	if (rc == RC_OK)
		rc = out_stream_finish(&o->links, err);
	if (rc == RC_OK)
		rc = out_stream_finish(&o->proofs, err);
	if (rc == RC_OK)
		rc = out_stream_finish(&o->events, err);
	if (rc == RC_OK)
		rc = out_send_lists(o, err);
	if (rc == RC_OK)
		rc = out_receipt(o, err);
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		buf_free(&parts[i].content);
	return rc;
}
