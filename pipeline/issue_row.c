// SPDX-License-Identifier: Apache-2.0
/* Rows at rest: recipients' keys, sealed rows, refusals. Runs in: control. */
#include "pipeline/issue.h"

static const struct wire_field refusal_fields[] = {
	WIRE_MAX(struct issue_refusal, message, WIRE_STR, 512),
	WIRE_MAX(struct issue_refusal, raw, WIRE_STR, 16384),
	WIRE_M(struct issue_refusal, line, WIRE_U32),
};
WIRE_TYPE(issue_refusal_type, struct issue_refusal, refusal_fields);

enum rc issue_unwrap(const struct tenant *t, struct bytes wrapped, const uint8_t recipient_tag[32],
	uint8_t key[SEAL_KEY_LEN], struct err *err)
{
	struct seal_place place = {
		t->actor.tenant, STR("recipient_keys"), STR("wrapped"), {recipient_tag, 32}};

	if (wrapped.n == 0)
		return err_set(err, RC_INPUT, "the recipient's data was erased");
	return seal_unwrap_key(t->seal, t->secrets.wrap, &place, wrapped, key, err);
}

struct seal_place issue_row_place(const struct tenant *t, const uint8_t ulid[16])
{
	return (struct seal_place){t->actor.tenant, STR("rows"), STR("sealed"), {ulid, 16}};
}

enum rc issue_open_row(const struct tenant *t, const uint8_t key[SEAL_KEY_LEN],
	const uint8_t ulid[16], struct bytes sealed, struct arena *a, struct wire_row *out,
	struct err *err)
{
	struct seal_place place = issue_row_place(t, ulid);
	struct bytes plain;
	enum rc rc = seal_open_box(t->seal, key, &place, sealed, a, &plain, err);

	if (rc == RC_OK)
		rc = kept_read(&wire_row_type, plain, a, out, err);
	return rc;
}

void issue_say_problem(struct issue *job, const struct wire_row_error *e)
{
	struct jsonw *w;

	if (job->problems_said++ >= ISSUE_PROBLEMS_SHOWN)
		return;
	w = client_say(job->client, "problem");
	jsonw_key_i64(w, "record", e->record);
	jsonw_key_i64(w, "line", e->line);
	jsonw_key_str(w, "column", e->column);
	jsonw_key_str(w, "code", e->code);
	jsonw_key_str(w, "message", e->message);
	jsonw_key_bool(w, "warning", e->warning);
	client_said(job->client);
}
