// SPDX-License-Identifier: Apache-2.0
/* What the public pages may say of a row: chosen by the manifest, sealed, for the finishing transaction. Runs in: control. */
#include "ledger/ledger_award.h"
#include "ledger/ledger_public.h"
#include "pipeline/run.h"

#include <math.h>
#include <string.h>

#define VALUES_MAX 64
/* Longest texts are those of the manifest; a page is no place for more. */
#define TEXT_MAX_LEN ((size_t)1024)

struct choice {
	const struct issue_credential *opened;
	const struct wire_credential *credential;
	struct public_view view;
	struct public_value values[VALUES_MAX];
};

static struct str cut(struct str text)
{
	size_t n = text.n;

	if (n <= TEXT_MAX_LEN)
		return text;
	for (n = TEXT_MAX_LEN; n > 0 && ((unsigned char)text.p[n] & 0xC0u) == 0x80u;)
		n--;
	return str_slice(text, 0, n);
}

static void add(struct choice *c, struct str name, struct str text)
{
	if (text.n != 0 && c->view.values.count < VALUES_MAX)
		c->values[c->view.values.count++] = (struct public_value){name, cut(text)};
}

static bool is_chosen(const struct choice *c, struct str name)
{
	for (uint32_t i = 0; i < c->credential->publish.count; i++)
		if (str_eq(c->credential->publish.items[i], name))
			return true;
	return false;
}

/* The award itself is what the page is about; everything else only as the institution chose. */
static void put_award(struct choice *c, struct str lang)
{
	const struct wire_achievement *a = &c->credential->achievement;

	add(c, STR("achievement.name"), issue_text_in(a->names.items, a->names.count, lang));
	add(c, STR("achievement.type"), a->type);
	if (is_chosen(c, STR("achievement.criteria")))
		add(c, STR("achievement.criteria"), a->criteria_narrative);
}

/* As compile counts pixels (render/compile.c). Pages leave room for the picture by it. */
static void put_picture_size(struct choice *c)
{
	const struct wire_template *page = &c->opened->cleaned.info;
	double scale = c->credential->png_dpi / 96.0;

	c->view.picture_width = (uint32_t)lround(page->width * scale);
	c->view.picture_height = (uint32_t)lround(page->height * scale);
}

static enum rc open_claim_key(
	struct run *r, int64_t award_no, uint8_t key[SEAL_KEY_LEN], struct err *err)
{
	const struct tenant *t = r->all->job->tenant;
	uint8_t tag[32];
	struct seal_place place = {t->actor.tenant, STR("awards"), STR("claim"), {tag, sizeof tag}};
	struct bytes sealed;
	struct bytes secret;
	enum rc rc = ledger_award_claim(t->ledger, r->arena, award_no, &sealed, tag, err);

	if (rc == RC_OK)
		rc = seal_open_box(
			t->seal, t->secrets.values, &place, sealed, r->arena, &secret, err);
	if (rc != RC_OK)
		return rc;
	ledger_claim_key(secret, t->actor.tenant, key);
	seal_wipe((void *)(uintptr_t)secret.p, secret.n);
	return RC_OK;
}

static enum rc seal_view(struct run *r, const uint8_t *key, const struct public_place *place,
	struct choice *c, struct bytes *out, struct err *err)
{
	struct buf sealed = buf_new(PUBLIC_BOX_MAX);
	enum rc rc;

	c->view.values.items = c->values;
	rc = ledger_public_seal(r->all->job->tenant->seal, key, place, &c->view, &sealed, err);
	if (rc == RC_OK)
		*out = (struct bytes){arena_dup(r->arena, sealed.p, sealed.n), sealed.n};
	buf_free(&sealed);
	return rc;
}

static void choose(
	struct choice *c, const struct run_row *row, const struct issue_value_list *values)
{
	c->view = (struct public_view){
		.lang = row->row.lang, .picture = is_chosen(c, STR("picture"))};
	if (c->view.picture)
		put_picture_size(c);
	put_award(c, row->row.lang);
	for (uint32_t i = 0; i < values->count; i++)
		if (!str_starts(values->items[i].name, STR("achievement."))
			&& is_chosen(c, values->items[i].name))
			add(c, values->items[i].name, values->items[i].text);
}

static void choose_claimed(struct choice *c, const struct run_row *row, bool throwaway)
{
	c->view = (struct public_view){.lang = row->row.lang, .pass_throwaway = throwaway};
	put_picture_size(c);
	put_award(c, row->row.lang);
	add(c, STR("recipient.name"), row->row.name);
	add(c, STR("verify.token"), str_of(row->token));
}

enum rc run_publish(
	struct run *r, const struct run_row *row, struct shard_credential *out, struct err *err)
{
	const struct issue *job = r->all->job;
	const struct tenant *t = job->tenant;
	struct choice c = {.opened = &job->credentials[row->planned->credential],
		.credential = &job->manifest.credentials.items[row->planned->credential]};
	struct public_place place = {t->actor.tenant, PUBLIC_BOX_PUBLISHED, row->planned->ulid};
	struct issue_said said = {.row = &row->row, .credential = row->planned->credential};
	struct issue_value_list values;
	uint8_t key[SEAL_KEY_LEN];
	enum rc rc = issue_values(job, &said, r->arena, &values, err);

	if (rc != RC_OK)
		return rc;
	choose(&c, row, &values);
	rc = seal_view(r, t->secrets.publish, &place, &c, &out->published, err);
	if (rc == RC_OK)
		rc = open_claim_key(r, row->planned->award_no, key, err);
	if (rc != RC_OK)
		return rc;
	choose_claimed(&c, row, t->keys.pass_throwaway);
	place.box = PUBLIC_BOX_CLAIMED;
	rc = seal_view(r, key, &place, &c, &out->claimed, err);
	seal_wipe(key, sizeof key);
	return rc;
}
