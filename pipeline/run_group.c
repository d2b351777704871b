// SPDX-License-Identifier: Apache-2.0
/* One group of rows: signed, drawn, stored. Runs in: control. */
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "pipeline/run.h"
#include "pipeline/stage_drawn.h"

#include <string.h>

static struct run_row *row_of(const struct group *g, uint32_t i)
{
	return &g->run->rows[g->first + i];
}

static const struct tenant *tenant_of(const struct group *g)
{
	return g->run->all->job->tenant;
}

/* The signer counts a batch's rows by their place in the plan: shard by shard, without gaps before it. */
static uint32_t place_of(const struct group *g, uint32_t i)
{
	return g->run->shard.no * ISSUE_SHARD_ROWS + g->first + i;
}

/* The row in the group whose planned number is no; NULL when it is not in it. */
static struct run_row *find_row(const struct group *g, uint32_t no, uint32_t *index)
{
	for (uint32_t i = 0; i < g->count; i++)
		if (row_of(g, i)->planned->row_no == no) {
			*index = i;
			return row_of(g, i);
		}
	return NULL;
}

/* ---- sign ---- */

static void fill_sign_row(const struct run_row *r, uint32_t place, struct wire_sign_row *out)
{
	uint8_t salt[SEAL_KEY_LEN];

	*out = (struct wire_sign_row){.row = place,
		.credential = r->planned->credential,
		.name = r->row.name,
		.email = r->row.email,
		.lang = r->row.lang,
		.valid_from_s = r->planned->valid_from_s,
		.valid_until_s = r->planned->valid_until_s,
		.awarded_s = r->row.issued_on,
		.status_list = r->planned->status_list,
		.status_index = r->planned->status_index,
		.evidence_url = r->row.evidence_url,
		.external_id = r->row.external_id};
	memcpy(out->ulid, r->planned->ulid, 16);
	memcpy(out->subject, r->planned->subject, 16);
	seal_derive_key((struct bytes){r->key, sizeof r->key}, STR("email"),
		(struct bytes){r->planned->ulid, 16}, salt);
	memcpy(out->email_salt, salt, sizeof out->email_salt);
	seal_wipe(salt, sizeof salt);
	out->results.items = r->row.results.items;
	out->results.count = r->row.results.count;
	out->badge.items = r->row.badge.items;
	out->badge.count = r->row.badge.count;
}

/* Large credentials: what the answer had no room for is done alone. */
static void leave_rest(struct group *g, uint32_t signed_count)
{
	struct run *r = g->run;

	while (g->count > signed_count && g->count > 1)
		r->retry[r->retry_count++] = g->first + --g->count;
}

/* Every row that is left in the group, once. */
static enum rc take_signed(struct group *g, const struct wire_signed_rows *answer, struct err *err)
{
	bool seen[RUN_GROUP_ROWS] = {false};

	if (answer->rows.count != g->count)
		return err_set(err, RC_PEER,
			"the signer answered for %u rows where %u were asked for",
			answer->rows.count, g->count);
	for (uint32_t i = 0; i < answer->rows.count; i++) {
		uint32_t at = answer->rows.items[i].row - place_of(g, 0);
		struct wire_signed_row *s;
		struct run_row *r;

		if (at >= g->count || seen[at])
			return err_set(err, RC_PEER,
				"the signer answered for a row that nobody asked for");
		seen[at] = true;
		r = row_of(g, at);
		s = &g->signed_rows[at];
		wire_copy(&wire_signed_row_type, &answer->rows.items[i], g->arena, s);
		if (!s->ok)
			run_row_fail(r, "sign-refused", s->message);
		memcpy(r->tag_hash, s->tag_hash, sizeof r->tag_hash);
		(void)text_fmt(r->token, sizeof r->token, STR_FMT, STR_ARG(s->token));
		r->token_version = s->token_version;
	}
	return RC_OK;
}

static void on_signed(
	struct peer *p, enum rc rc, const struct err *err, const void *reply, void *context)
{
	struct group *g = context;
	const struct wire_signed_rows *answer = reply;
	struct err wrong;

	(void)p;
	if (rc != RC_OK) {
		run_fail(g->run->all, rc, err);
		return;
	}
	leave_rest(g, answer->rows.count);
	if (take_signed(g, answer, &wrong) != RC_OK)
		run_fail(g->run->all, wrong.kind, &wrong);
	g->stage = GROUP_TO_DRAW;
}

static bool start_sign(struct group *g)
{
	struct issue_run *all = g->run->all;
	struct wire_sign_row rows[RUN_GROUP_ROWS];
	struct wire_sign_rows ask = {.batch = all->job->batch.id, .rows = {rows, g->count}};
	struct err err;

	if (peer_under_way(all->job->tenant->sign) >= PEER_UNDER_WAY_MAX - 1)
		return false;
	arena_reset(g->arena);
	for (uint32_t i = 0; i < g->count; i++)
		fill_sign_row(row_of(g, i), place_of(g, i), &rows[i]);
	g->stage = GROUP_SIGNING;
	if (peer_send(all->job->tenant->sign, PEER_MESSAGE(MESSAGE_SIGN_ROWS, &ask), on_signed, g,
		    &err)
		!= RC_OK)
		run_fail(all, err.kind, &err);
	return true;
}

/* ---- draw ---- */

static enum rc fill_draw_row(
	const struct group *g, uint32_t i, struct wire_draw_row *out, struct err *err)
{
	const struct run_row *r = row_of(g, i);
	const struct wire_signed_row *s = &g->signed_rows[i];
	struct issue_drawing drawing = {
		&r->row, r->planned->credential, r->planned->ulid, s->token};
	enum rc rc = issue_draw_row(g->run->all->job, &drawing, g->arena, out, err);

	out->row = r->planned->row_no;
	out->badge = s->badge;
	out->pass_json = s->pass_json;
	out->pass_manifest = s->pass_manifest;
	out->pass_signature = s->pass_signature;
	return rc;
}

static void note_end(struct run *r, const struct wire_artifact *x)
{
	for (uint32_t n = 0; n < x->pieces.count; n++) {
		const struct wire_piece *p = &x->pieces.items[n];

		if (p->source == PIECE_RESULT && p->offset + p->len > r->result_end)
			r->result_end = p->offset + p->len;
	}
}

/* Nothing of an answer is used before all of it was looked at. */
static enum rc check_drawn(const struct group *g, const struct wire_drawn *answer, struct err *err)
{
	const struct issue_credential *c = &g->run->all->job->credentials[g->run->credential];
	const struct stage_drawn_frame frame = {
		c->compiled.fd, g->run->drawer.result_fd, c->asked->outputs};
	bool seen[RUN_GROUP_ROWS] = {false};
	enum rc rc = RC_OK;

	if (answer->rows.count != g->asked_count)
		return err_set(err, RC_PEER, "it drew %u rows where %u were asked for",
			answer->rows.count, g->asked_count);
	for (uint32_t i = 0; i < answer->rows.count && rc == RC_OK; i++) {
		uint32_t at = 0;

		if (find_row(g, answer->rows.items[i].row, &at) == NULL || seen[at])
			return err_set(err, RC_PEER, "it drew a row that nobody asked for");
		seen[at] = true;
		if (answer->rows.items[i].ok)
			rc = stage_drawn_check(&frame, &answer->rows.items[i], err);
	}
	return rc;
}

static void take_drawn(struct group *g, const struct wire_drawn *answer)
{
	for (uint32_t i = 0; i < g->count; i++)
		g->drawn_rows[i] = (struct wire_drawn_row){.ok = false};
	for (uint32_t i = 0; i < answer->rows.count; i++) {
		uint32_t at = 0;
		struct run_row *r = find_row(g, answer->rows.items[i].row, &at);
		struct wire_drawn_row *d = &g->drawn_rows[at];

		wire_copy(&wire_drawn_row_type, &answer->rows.items[i], g->arena, d);
		if (!d->ok)
			run_row_fail(r, "draw-failed", d->message);
		for (uint32_t k = 0; d->ok && k < d->artifacts.count; k++)
			note_end(g->run, &d->artifacts.items[k]);
	}
}

/* The worker died on this group, or gave it up: its rows are drawn once more, each alone; then they fail. */
static void redo_alone(struct group *g, const char *code, const struct err *why)
{
	struct run *r = g->run;

	for (uint32_t i = 0; i < g->count; i++) {
		struct run_row *row = row_of(g, i);

		if (row->failed || row->skip)
			continue;
		if (++row->attempts >= 2)
			run_row_fail(row, code, str_of(why->text));
		else
			r->retry[r->retry_count++] = g->first + i;
	}
	g->stage = GROUP_FREE;
}

static void on_drawn(
	struct peer *p, enum rc rc, const struct err *err, const void *reply, void *context)
{
	struct group *g = context;
	struct err wrong;

	if (rc == RC_OK && check_drawn(g, reply, &wrong) != RC_OK) {
		rc = RC_PEER;
		(void)err_wrap(&wrong, "the render process broke the protocol");
		err = &wrong;
	}
	if (rc == RC_OK) {
		take_drawn(g, reply);
		g->run->drawn_total += g->count;
		g->stage = GROUP_TO_PUT;
		return;
	}
	/* Results that found no room find it at the beginning. */
	if (rc == RC_LIMIT)
		g->run->result_end = RUN_RESULT_MAX + 1;
	redo_alone(g, rc == RC_PEER ? "render-killed" : "draw-failed", err);
	/* One that cannot write any more will not draw others either. */
	if (rc != RC_LIMIT)
		peer_condemn(p, err);
}

/* Groups of the run whose results still lie in the worker's descriptor. */
static bool results_wait(const struct run *r)
{
	for (uint32_t i = 0; i < RUN_GROUPS; i++)
		if (r->groups[i].stage == GROUP_DRAWING || r->groups[i].stage == GROUP_TO_PUT
			|| r->groups[i].stage == GROUP_PUTTING)
			return true;
	return false;
}

/* Its row was in the hands of a worker that died. */
static bool is_suspect(const struct group *g)
{
	return row_of(g, 0)->attempts != 0;
}

/* One group is drawn while the next waits; but with a suspect nobody waits, lest it take others along. */
static bool drawer_is_full(const struct group *g)
{
	const struct run *r = g->run;
	uint32_t under_way = peer_under_way(r->drawer.peer);

	for (uint32_t i = 0; i < RUN_GROUPS; i++)
		if (r->groups[i].stage == GROUP_DRAWING && is_suspect(&r->groups[i]))
			return true;
	return under_way >= (is_suspect(g) ? 1u : 2u);
}

static bool start_draw(struct group *g)
{
	struct run *r = g->run;
	struct wire_draw_row rows[RUN_GROUP_ROWS];
	struct wire_draw ask = {.rows = {rows, 0}};
	struct err err;
	enum rc rc = RC_OK;

	if (r->drawer.peer == NULL || !peer_alive(r->drawer.peer)) {
		rc = run_open_drawer(r, row_of(g, 0)->planned->credential, &err);
		if (rc != RC_OK) {
			run_fail(r->all, rc, &err);
			return false;
		}
	}
	if (drawer_is_full(g))
		return false;
	ask.rewind = r->result_end > RUN_RESULT_MAX;
	if (ask.rewind && results_wait(r))
		return false;
	for (uint32_t i = 0; rc == RC_OK && i < g->count; i++)
		if (!row_of(g, i)->failed && !row_of(g, i)->skip)
			rc = fill_draw_row(g, i, &rows[ask.rows.count++], &err);
	if (ask.rows.count == 0) {
		g->stage = GROUP_FREE;
		return true;
	}
	if (ask.rewind)
		r->result_end = 0;
	g->asked_count = ask.rows.count;
	g->stage = GROUP_DRAWING;
	if (rc == RC_OK)
		rc = peer_send(r->drawer.peer, PEER_MESSAGE(MESSAGE_DRAW, &ask), on_drawn, g, &err);
	if (rc != RC_OK)
		redo_alone(g, "draw-failed", &err);
	return true;
}

/* ---- put ---- */

/* An artifact that is signed bytes of the message itself. */
static void put_inline(
	struct arena *a, struct wire_put_row *row, uint8_t kind, struct bytes content)
{
	struct wire_put_artifact *x = &row->artifacts.items[row->artifacts.count++];
	struct wire_piece *piece = arena_zalloc(a, 1, sizeof *piece);

	*piece = (struct wire_piece){.source = PIECE_INLINE, .len = (uint32_t)content.n};
	x->artifact.kind = kind;
	x->artifact.pieces.items = piece;
	x->artifact.pieces.count = 1;
	x->inline_bytes = content;
}

static void fill_put_row(const struct group *g, uint32_t i, struct wire_put_row *out)
{
	const struct run_row *r = row_of(g, i);
	const struct wire_drawn_row *d = &g->drawn_rows[i];

	*out = (struct wire_put_row){0};
	memcpy(out->ulid, r->planned->ulid, 16);
	memcpy(out->key, r->key, sizeof out->key);
	out->artifacts.items = arena_zalloc(g->arena, 8, sizeof *out->artifacts.items);
	for (uint32_t k = 0; k < d->artifacts.count; k++)
		out->artifacts.items[out->artifacts.count++].artifact = d->artifacts.items[k];
	if (g->signed_rows[i].badge.n != 0)
		put_inline(g->arena, out, ARTIFACT_BADGE, g->signed_rows[i].badge);
	if (g->signed_rows[i].jwt.n != 0)
		put_inline(g->arena, out, ARTIFACT_JWT, g->signed_rows[i].jwt);
	if (g->signed_rows[i].jwt_1edtech.n != 0)
		put_inline(g->arena, out, ARTIFACT_JWT_1EDTECH, g->signed_rows[i].jwt_1edtech);
}

static bool is_to_put(const struct group *g, uint32_t i)
{
	return !row_of(g, i)->failed && !row_of(g, i)->skip && g->drawn_rows[i].ok;
}

/* Which files the store has to answer for, in the order in which they go there. */
static void note_put(struct run_row *r, const struct wire_put_row *put)
{
	r->artifact_count = put->artifacts.count;
	for (uint32_t n = 0; n < put->artifacts.count; n++)
		r->artifacts[n].kind = put->artifacts.items[n].artifact.kind;
}

static struct run_row *find_put(const struct group *g, const uint8_t ulid[16])
{
	for (uint32_t i = 0; i < g->count; i++)
		if (is_to_put(g, i) && memcmp(row_of(g, i)->planned->ulid, ulid, 16) == 0)
			return row_of(g, i);
	return NULL;
}

static bool is_what_was_put(const struct run_row *r, const struct wire_put_row_done *d)
{
	bool same = r->artifact_count != 0 && d->artifacts.count == r->artifact_count;

	for (uint32_t n = 0; same && n < r->artifact_count; n++)
		same = d->artifacts.items[n].kind == r->artifacts[n].kind;
	return same;
}

/* Every row that went there, once. */
static enum rc take_stored(struct group *g, const struct wire_put_done *answer, struct err *err)
{
	uint32_t put = 0;

	for (uint32_t i = 0; i < g->count; i++)
		put += is_to_put(g, i);
	for (uint32_t i = 0; i < answer->rows.count; i++) {
		const struct wire_put_row_done *d = &answer->rows.items[i];
		struct run_row *r = find_put(g, d->ulid);

		if (r == NULL || r->stored || !is_what_was_put(r, d))
			return err_set(err, RC_PEER,
				"the store answered for other files than it was given");
		for (uint32_t n = 0; n < d->artifacts.count; n++) {
			r->artifacts[n].len = d->artifacts.items[n].len;
			memcpy(r->artifacts[n].sha256, d->artifacts.items[n].sha256, 32);
		}
		r->stored = true;
	}
	return answer->rows.count == put
		? RC_OK
		: err_set(err, RC_PEER, "the store gave no hashes for some of the rows");
}

static void on_put(
	struct peer *p, enum rc rc, const struct err *err, const void *reply, void *context)
{
	struct group *g = context;
	struct err wrong;

	(void)p;
	if (rc != RC_OK) {
		run_fail(g->run->all, rc, err);
		return;
	}
	if (take_stored(g, reply, &wrong) != RC_OK)
		run_fail(g->run->all, wrong.kind, &wrong);
	g->stage = GROUP_FREE;
}

static bool start_put(struct group *g)
{
	struct run *r = g->run;
	struct wire_put_row rows[RUN_GROUP_ROWS];
	struct wire_put ask = {.compiled_source = r->all->compiled_source[r->credential],
		.result_source = r->result_source,
		.rows = {rows, 0}};
	struct peer *store = tenant_of(g)->store;
	struct err err;
	enum rc rc;

	if (peer_under_way(store) >= PEER_UNDER_WAY_MAX - 1)
		return false;
	for (uint32_t i = 0; i < g->count; i++)
		if (is_to_put(g, i)) {
			fill_put_row(g, i, &rows[ask.rows.count]);
			note_put(row_of(g, i), &rows[ask.rows.count++]);
		}
	g->stage = GROUP_FREE;
	if (ask.rows.count == 0)
		return true;
	g->stage = GROUP_PUTTING;
	rc = peer_send(store, PEER_MESSAGE(MESSAGE_PUT, &ask), on_put, g, &err);
	seal_wipe(rows, sizeof rows);
	if (rc != RC_OK)
		run_fail(r->all, rc, &err);
	return true;
}

bool run_group_advance(struct group *g)
{
	switch (g->stage) {
	case GROUP_TO_SIGN:
		return start_sign(g);
	case GROUP_TO_DRAW:
		return start_draw(g);
	case GROUP_TO_PUT:
		return start_put(g);
	case GROUP_FREE:
	case GROUP_SIGNING:
	case GROUP_DRAWING:
	case GROUP_PUTTING:
		return false;
	}
	return false;
}
