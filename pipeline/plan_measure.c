// SPDX-License-Identifier: Apache-2.0
/* Measuring rows. Runs in: control. */
#include "pipeline/plan_measure.h"

#include <string.h>

/* A frame holds 64 KiB; this leaves room for what every value adds. */
#define MEASURE_TEXT_MAX ((size_t)40 * 1024)
#define MEASURE_ROWS_MAX 60

static bool find_credential(const struct issue *job, struct str key, uint32_t *index)
{
	for (uint32_t i = 0; i < job->credential_count; i++)
		if (str_eq(job->credentials[i].asked->key, key)) {
			*index = i;
			return true;
		}
	return false;
}

static size_t text_len(const struct wire_measure_row *row)
{
	size_t n = 64;

	for (uint32_t i = 0; i < row->values.count; i++)
		n += row->values.items[i].name.n + row->values.items[i].text.n + 8;
	return n;
}

static enum rc open_measurer(struct issue *job, struct issue_credential *c, struct err *err)
{
	if (c->measurer.peer != NULL && peer_alive(c->measurer.peer))
		return RC_OK;
	stage_drawer_close(&c->measurer);
	return stage_draw_open(&c->compiled, job->tenant->settings.issuer_name,
		job->tenant->settings.demo, &c->measurer, &job->exit_code, err);
}

struct group {
	struct wire_measure_row rows[MEASURE_ROWS_MAX];
	uint32_t count;
	size_t len;
};

/* What all groups of a page share. */
struct page {
	struct issue *job;
	uint32_t credential;
	struct arena *a;
	struct plan_verdict *verdicts;
};

/* Every row of the question once, and no other: a verdict about another row could let it through. */
static enum rc check_answer(
	const struct group *g, const struct wire_measured *answer, struct err *err)
{
	bool seen[MEASURE_ROWS_MAX] = {false};

	if (answer->rows.count != g->count)
		return err_set(err, RC_PEER, "the render process left rows unmeasured");
	for (uint32_t i = 0; i < g->count; i++) {
		uint32_t at = 0;

		while (at < g->count && g->rows[at].row != answer->rows.items[i].row)
			at++;
		if (at == g->count || seen[at])
			return err_set(err, RC_PEER,
				"the render process measured a row that nobody asked for");
		seen[at] = true;
	}
	return RC_OK;
}

static void take_answer(const struct page *p, const struct wire_measured *answer)
{
	for (uint32_t i = 0; i < answer->rows.count; i++) {
		const struct wire_measured_row *r = &answer->rows.items[i];
		struct plan_verdict *v = &p->verdicts[r->row];

		v->ok = r->ok;
		v->min_scale = r->min_scale;
		v->column = r->column;
		v->code = r->code;
		v->message = r->message;
		if (r->traits.count == v->values.count)
			v->traits = r->traits.items;
	}
}

/* PEER: the worker died on it, or answered falsely and was ended. */
static enum rc ask_for(const struct page *p, struct group *g, struct err *err)
{
	struct issue_credential *c = &p->job->credentials[p->credential];
	struct wire_measure ask = {{g->rows, g->count}, p->job->looks};
	struct wire_measured answer;
	enum rc rc = open_measurer(p->job, c, err);

	if (rc != RC_OK)
		return err_set(err, RC_SYSTEM, "%s", str_dup(p->a, str_of(err->text)).p);
	rc = peer_ask(c->measurer.peer, PEER_MESSAGE(MESSAGE_MEASURE, &ask), p->a, &answer, err);
	if (rc == RC_OK && check_answer(g, &answer, err) != RC_OK) {
		rc = RC_PEER;
		peer_condemn(c->measurer.peer, err);
	}
	if (rc == RC_OK)
		take_answer(p, &answer);
	return rc;
}

/* A worker died on a group: its rows are measured once more, each alone; then they are refused. */
static enum rc ask_alone(const struct page *p, const struct group *g, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < g->count; i++) {
		struct group *one = arena_zalloc(p->a, 1, sizeof *one);
		struct plan_verdict *v = &p->verdicts[g->rows[i].row];

		one->rows[0] = g->rows[i];
		one->count = 1;
		rc = ask_for(p, one, err);
		if (rc != RC_PEER)
			continue;
		v->column = STR("row");
		v->code = STR("render-killed");
		v->message = str_dup(p->a, str_of(err->text));
		rc = RC_OK;
	}
	return rc;
}

static enum rc send_group(const struct page *p, struct group *g, struct err *err)
{
	enum rc rc = g->count == 0 ? RC_OK : ask_for(p, g, err);

	if (rc == RC_PEER)
		rc = ask_alone(p, g, err);
	g->count = 0;
	g->len = 0;
	return rc;
}

static enum rc measure_values(struct issue *job, const struct wire_row *row, uint32_t credential,
	struct arena *a, struct wire_measure_row *out, struct err *err)
{
	static const uint8_t no_ulid[16];
	struct issue_said said = {
		row, credential, issue_credential_id(job, a, no_ulid), STR(ISSUE_SAMPLE_TOKEN)};
	struct issue_value_list values = {NULL, 0};
	enum rc rc = issue_values(job, &said, a, &values, err);

	out->values.items = values.items;
	out->values.count = values.count;
	return rc;
}

static enum rc measure_credential(struct issue *job, uint32_t credential,
	const struct wire_row *rows, uint32_t count, struct arena *a, struct plan_verdict *verdicts,
	struct err *err)
{
	struct page p = {job, credential, a, verdicts};
	struct group *g = arena_zalloc(a, 1, sizeof *g);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
		struct wire_measure_row *m = &g->rows[g->count];
		size_t len;

		if (verdicts[i].credential != credential || verdicts[i].code.n != 0)
			continue;
		m->row = i;
		m->lang = rows[i].lang;
		rc = measure_values(job, &rows[i], credential, a, m, err);
		verdicts[i].values = (struct issue_value_list){m->values.items, m->values.count};
		len = rc == RC_OK ? text_len(m) : 0;
		if (rc == RC_OK && g->count != 0 && g->len + len > MEASURE_TEXT_MAX) {
			struct wire_measure_row last = *m;

			rc = send_group(&p, g, err);
			g->rows[0] = last;
		}
		g->count++;
		g->len += len;
		if (rc == RC_OK && g->count == MEASURE_ROWS_MAX)
			rc = send_group(&p, g, err);
	}
	if (rc == RC_OK)
		rc = send_group(&p, g, err);
	return rc;
}

enum rc plan_measure(struct issue *job, const struct wire_row *rows, uint32_t count,
	struct arena *a, struct plan_verdict **out, struct err *err)
{
	struct plan_verdict *v = arena_zalloc(a, count, sizeof *v);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < count; i++)
		if (!find_credential(job, rows[i].credential, &v[i].credential)) {
			v[i].credential = UINT32_MAX;
			v[i].column = STR("credential");
			v[i].code = STR("credential-unknown");
			v[i].message = str_fmt(a, "the manifest has no credential \"" STR_FMT "\"",
				STR_ARG(rows[i].credential));
		}
	for (uint32_t c = 0; rc == RC_OK && c < job->credential_count; c++)
		rc = measure_credential(job, c, rows, count, a, v, err);
	*out = v;
	return rc;
}
