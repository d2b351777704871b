// SPDX-License-Identifier: Apache-2.0
/* What a row puts into a template's placeholders; its addresses. Runs in: control. */
#include "base/clock.h"
#include "base/credential_id.h"
#include "base/random.h"
#include "pipeline/issue.h"

#include <string.h>

#define VALUES_FIXED 14

void issue_ulid_new(int64_t wall_ms, uint8_t out[ULID_LEN])
{
	uint8_t random[10];

	random_fill(random, sizeof random);
	ulid_make(wall_ms, random, out);
}

struct str issue_text_in(const struct wire_text *texts, uint32_t count, struct str lang)
{
	struct str first = str_slice(lang, 0, str_find(lang, '-', 0));

	for (uint32_t i = 0; i < count; i++)
		if (lang.n != 0 && str_eq_nocase(texts[i].lang, lang))
			return texts[i].text;
	for (uint32_t i = 0; i < count; i++)
		if (first.n != 0 && str_eq_nocase(texts[i].lang, first))
			return texts[i].text;
	return count != 0 ? texts[0].text : (struct str){NULL, 0};
}

struct str issue_verify_link(const struct issue *job, struct arena *a, struct str token)
{
	return str_fmt(a, STR_FMT "/verify/" STR_FMT, STR_ARG(job->policy.issuer.base_url),
		STR_ARG(token));
}

struct str issue_verify_qr(const struct issue *job, struct arena *a, struct str token)
{
	struct str link = issue_verify_link(job, a, token);
	char *p = arena_dup(a, link.p, link.n);

	for (size_t i = 0; i < link.n; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 32);
	return (struct str){p, link.n};
}

struct str issue_credential_id(const struct issue *job, struct arena *a, const uint8_t ulid[16])
{
	return credential_id_text(a, job->policy.issuer.base_url, job->policy.issuer.demo, ulid);
}

static void add(struct issue_value_list *l, const char *name, struct str text)
{
	if (text.n != 0)
		l->items[l->count++] = (struct wire_value){str_of(name), text};
}

static struct str day_text(struct arena *a, int64_t day_s)
{
	char iso[CLOCK_ISO_LEN];

	if (day_s == WIRE_NO_DAY)
		return (struct str){NULL, 0};
	clock_iso(day_s, iso);
	return str_dup(a, (struct str){iso, 10});
}

enum rc issue_values(const struct issue *job, const struct issue_said *said, struct arena *a,
	struct issue_value_list *out, struct err *err)
{
	const struct wire_row *row = said->row;
	const struct wire_achievement *achievement;
	struct issue_value_list l = {
		.items = arena_zalloc(
			a, VALUES_FIXED + row->fields.count + row->results.count, sizeof *l.items)};

	if (said->credential >= job->manifest.credentials.count)
		return err_set(
			err, RC_INPUT, "a row names a credential that the manifest does not have");
	achievement = &job->manifest.credentials.items[said->credential].achievement;
	add(&l, "recipient.name", row->name);
	add(&l, "recipient.name_latin", row->name_latin);
	add(&l, "recipient.id", row->recipient_id);
	add(&l, "issued_on", day_text(a, row->issued_on));
	add(&l, "valid_until", day_text(a, row->valid_until));
	add(&l, "achievement.name",
		issue_text_in(achievement->names.items, achievement->names.count, row->lang));
	add(&l, "achievement.description",
		issue_text_in(achievement->descriptions.items, achievement->descriptions.count,
			row->lang));
	add(&l, "issuer.name", job->tenant->settings.issuer_name);
	add(&l, "credential.id", said->credential_id);
	add(&l, "verify.url", issue_verify_link(job, a, said->token));
	add(&l, "verify.token", str_fmt(a, "vt_" STR_FMT, STR_ARG(said->token)));
	for (uint32_t i = 0; i < row->fields.count; i++)
		l.items[l.count++] = row->fields.items[i];
	for (uint32_t i = 0; i < row->results.count; i++)
		l.items[l.count++] = row->results.items[i];
	*out = l;
	return RC_OK;
}

enum rc issue_draw_row(const struct issue *job, const struct issue_drawing *d, struct arena *a,
	struct wire_draw_row *out, struct err *err)
{
	const struct wire_credential *asked;
	struct issue_value_list values = {NULL, 0};
	struct issue_said said = {d->row, d->credential, {NULL, 0}, d->token};
	enum rc rc;

	*out = (struct wire_draw_row){.outputs = 0};
	if (d->credential >= job->manifest.credentials.count)
		return err_set(err, RC_INPUT, "the plan names a credential the manifest lacks");
	asked = &job->manifest.credentials.items[d->credential];
	*out = (struct wire_draw_row){.outputs = asked->outputs,
		.lang = d->row->lang,
		.title = str_fmt(a, STR_FMT " \xe2\x80\x93 " STR_FMT,
			STR_ARG(issue_text_in(asked->achievement.names.items,
				asked->achievement.names.count, d->row->lang)),
			STR_ARG(d->row->name)),
		.credential_id = issue_credential_id(job, a, d->ulid),
		.verify_url = issue_verify_qr(job, a, d->token),
		.verify_link = issue_verify_link(job, a, d->token),
		.issued_s = job->batch.issued_s};
	said.credential_id = out->credential_id;
	rc = issue_values(job, &said, a, &values, err);
	out->values.items = values.items;
	out->values.count = values.count;
	return rc;
}
