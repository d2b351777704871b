// SPDX-License-Identifier: Apache-2.0
/* POLICY_SET, PASS_IMAGE, SIGN_ROWS: credentials and passes from typed fields. Runs in: sign. */
#include "formats/jws.h"
#include "formats/token.h"
#include "trust/sign.h"
#include "trust/sign_check.h"

#include <string.h>

/* Limits of wire_signed_row. */
#define JWT_MAX ((size_t)20480)
#define JWT_1EDTECH_MAX ((size_t)24576)
#define SECURED_MAX ((size_t)24576)
#define PASS_JSON_MAX ((size_t)8192)
#define PASS_MANIFEST_MAX ((size_t)4096)
#define PASS_SIGNATURE_MAX ((size_t)12288)
/* Of an answer's frame: the rows' own members without their bytes, rounded up. */
#define ROW_FIXED_LEN 512
/* Signed bytes of an answer: the frames that draw and store them hold other things, too. */
#define ANSWER_MAX ((size_t)48 * 1024)

enum rc sign_set_policy(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	enum rc rc = sign_need_keys(s, err);

	(void)frame;
	if (rc == RC_OK)
		rc = sign_policy_set(&s->policies, &s->ring, s->now_s, request, err);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

enum rc sign_take_image(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_pass_image *image = request;
	struct sign_policy *p;
	enum rc rc = sign_policy_find(&s->policies, image->batch, &p, err);

	(void)frame;
	if (rc == RC_OK)
		rc = sign_policy_add_image(p, image, err);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

static struct str said(const struct wire_sign_row *row, struct str name)
{
	for (uint32_t i = 0; i < row->badge.count; i++) {
		if (str_eq(row->badge.items[i].name, name))
			return row->badge.items[i].text;
	}
	return STR("");
}

static const struct badge_result *results_of(
	const struct wire_sign_row *row, struct arena *a, size_t *count)
{
	struct badge_result *results = arena_zalloc(a, row->results.count + 1, sizeof *results);

	*count = 0;
	for (uint32_t i = 0; i < row->results.count; i++) {
		const struct wire_value *v = &row->results.items[i];

		if (v->text.n == 0)
			continue;
		/* The cohort's columns are called result.NAME. */
		results[(*count)++] =
			(struct badge_result){.name = str_starts(v->name, STR("result."))
					? str_slice(v->name, 7, v->name.n)
					: v->name,
				.value = v->text,
				.description = said(row, v->name),
				.level = said(row, str_fmt(a, "level." STR_FMT, STR_ARG(v->name)))};
	}
	return results;
}

static struct badge_award award_of(
	const struct sign_policy *p, const struct wire_sign_row *row, struct arena *a)
{
	struct badge_award award = {.email = row->email,
		.external_id = row->external_id,
		.valid_from_s = row->valid_from_s,
		.valid_until_s = row->valid_until_s,
		.awarded_s = row->awarded_s,
		.status = p->statuses[row->credential],
		.status_list = row->status_list,
		.status_index = row->status_index,
		.evidence_url = row->evidence_url,
		.evidence_name = said(row, STR("evidence.name")),
		.evidence_narrative = said(row, STR("evidence.narrative")),
		.evidence_genre = said(row, STR("evidence.genre")),
		.activity_start = said(row, STR("activityStartDate")),
		.activity_end = said(row, STR("activityEndDate")),
		.credits_earned = said(row, STR("creditsEarned")),
		.license_number = said(row, STR("licenseNumber")),
		.narrative = said(row, STR("narrative")),
		.role = said(row, STR("role")),
		.term = said(row, STR("term"))};

	award.results = results_of(row, a, &award.result_count);
	if (p->wire.credentials.items[row->credential].names_recipient)
		award.name = row->name;
	memcpy(award.ulid, row->ulid, sizeof award.ulid);
	memcpy(award.subject, row->subject, sizeof award.subject);
	memcpy(award.salt, row->email_salt, sizeof award.salt);
	return award;
}

static struct bytes keep(struct arena *a, const struct buf *b)
{
	return (struct bytes){arena_dup(a, b->p, b->n), b->n};
}

static enum rc sign_jwt(
	const struct sign_policy *p, struct bytes credential, struct buf *jwt, struct err *err)
{
	struct jws_header header = {STR("EdDSA"), p->kid_url, STR("vc+jwt")};
	uint8_t signature[JWS_ED25519_LEN];
	enum rc rc;

	jws_put_input(jwt, &header, credential);
	if (jwt->full)
		return err_set(err, RC_LIMIT, "the credential is too large to be signed");
	rc = key_sign(p->keys.assert, buf_bytes(jwt), signature, err);
	if (rc != RC_OK)
		return rc;
	jws_put_signature(jwt, (struct bytes){signature, sizeof signature});
	if (jwt->full)
		return err_set(err, RC_LIMIT, "the credential is too large to be signed");
	return RC_OK;
}

static enum rc sign_jwt_1edtech(const struct sign_policy *p, const struct jsonr_value *tree,
	struct arena *a, struct bytes *out, struct err *err)
{
	struct buf jwt = buf_new(JWT_1EDTECH_MAX);
	enum rc rc = secure_put_jwt(p->keys.jwt, p->jwt_kid_url, tree, &jwt, err);

	if (rc == RC_OK)
		*out = keep(a, &jwt);
	buf_free(&jwt);
	return rc;
}

/*
 * Proofs of one tree: the JSON with its proof inside, the JWS around the JSON without and, where the
 * plan has a key for it, the one in 1EdTech's profile.
 */
static enum rc make_badge(const struct sign_state *s, const struct sign_policy *p,
	const struct wire_sign_row *row, struct arena *a, struct wire_signed_row *out,
	struct err *err)
{
	struct badge_achievement achievement =
		sign_policy_achievement(p, row->credential, row->lang);
	struct badge_award award = award_of(p, row, a);
	struct buf credential = buf_new(SIGN_POLICY_BADGE_MAX);
	struct buf jwt = buf_new(JWT_MAX);
	struct buf secured = buf_new(SECURED_MAX);
	const struct jsonr_value *tree;
	enum rc rc = badge_build(s->work, &p->issuer, &achievement, &award, &tree, err);

	if (rc == RC_OK)
		rc = badge_put(&credential, tree, err);
	if (rc == RC_OK)
		rc = sign_jwt(p, buf_bytes(&credential), &jwt, err);
	if (rc == RC_OK)
		rc = secure_put(s->work, &p->secure, tree, &secured, err);
	if (rc == RC_OK && p->keys.jwt != NULL)
		rc = sign_jwt_1edtech(p, tree, a, &out->jwt_1edtech, err);
	if (rc == RC_OK) {
		out->jwt = keep(a, &jwt);
		out->badge = keep(a, &secured);
	}
	arena_reset(s->work);
	buf_free(&secured);
	buf_free(&jwt);
	buf_free(&credential);
	return rc;
}

static enum rc put_pass(const struct sign_state *s, const struct sign_policy *p,
	const struct wire_sign_row *row, struct str token, struct buf *out, struct err *err)
{
	const struct wire_pass_style *style = &p->wire.credentials.items[row->credential].pass;
	struct badge_achievement achievement =
		sign_policy_achievement(p, row->credential, row->lang);
	struct buf qr = buf_new(1024);
	struct buf url = buf_new(1024);
	struct pass pass = {.type_id = str_of(s->ring.pass.type_id),
		.team_id = str_of(s->ring.pass.team_id),
		.organization = p->issuer.name,
		.achievement = achievement.name,
		.recipient = row->name,
		.issuer_url = p->issuer.url,
		.token = token,
		.awarded_s = row->awarded_s,
		.valid_until_s = row->valid_until_s,
		.background = style->background,
		.foreground = style->foreground,
		.label = style->label,
		.voided = row->voided,
		.demo = p->issuer.demo || s->ring.pass.throwaway};
	enum rc rc;

	token_put_qr_url(&qr, p->issuer.base_url, token);
	token_put_url(&url, p->issuer.base_url, token);
	pass.qr_url = buf_str(&qr);
	pass.verify_url = buf_str(&url);
	memcpy(pass.ulid, row->ulid, sizeof pass.ulid);
	rc = pass_put(out, &pass, err);
	buf_free(&url);
	buf_free(&qr);
	return rc;
}

static bool has_icon(const struct sign_images *images)
{
	for (size_t i = 0; i < images->count; i++) {
		if (str_eq_cz(images->files[i].name, "icon.png"))
			return true;
	}
	return false;
}

static enum rc sign_manifest(const struct sign_policy *p, const struct sign_images *images,
	struct bytes json, struct buf *manifest, struct buf *signature, struct err *err)
{
	uint8_t sha1[HASH_SHA1_LEN];

	hash_sha1(json, sha1);
	pass_put_manifest(manifest, sha1, images->files, images->count);
	if (manifest->full)
		return err_set(err, RC_LIMIT, "the pass has too many images for its manifest");
	return pass_signer_sign(p->pass, buf_bytes(manifest), signature, err);
}

static enum rc make_pass(const struct sign_state *s, struct sign_policy *p,
	const struct wire_sign_row *row, struct arena *a, struct wire_signed_row *out,
	struct err *err)
{
	const struct sign_images *images = &p->images[row->credential];
	struct buf json = buf_new(PASS_JSON_MAX);
	struct buf manifest = buf_new(PASS_MANIFEST_MAX);
	struct buf signature = buf_new(PASS_SIGNATURE_MAX);
	enum rc rc = sign_policy_open_pass(p, &s->ring.pass, err);

	/* Phones refuse a pass without one, and do not say why. */
	if (rc == RC_OK && !has_icon(images))
		rc = err_set(err, RC_INPUT, "no icon.png was given for the passes of credential %u",
			row->credential + 1U);
	if (rc == RC_OK)
		rc = put_pass(s, p, row, out->token, &json, err);
	if (rc == RC_OK)
		rc = sign_manifest(p, images, buf_bytes(&json), &manifest, &signature, err);
	if (rc == RC_OK) {
		out->pass_json = keep(a, &json);
		out->pass_manifest = keep(a, &manifest);
		out->pass_signature = keep(a, &signature);
	}
	buf_free(&signature);
	buf_free(&manifest);
	buf_free(&json);
	return rc;
}

static void make_token(const struct sign_state *s, const struct wire_sign_row *row, struct arena *a,
	struct wire_signed_row *out)
{
	uint8_t tag[TOKEN_TAG_LEN];
	char text[TOKEN_TEXT_LEN + 1];

	token_tag(secret_bytes(s->token_key), str_of(s->ring.tenant), row->ulid, tag);
	token_text(row->ulid, tag, text);
	hash_sha256((struct bytes){tag, sizeof tag}, out->tag_hash);
	out->token = str_dup(a, str_of(text));
	out->token_version = s->token_version;
}

static enum rc build_row(const struct sign_state *s, struct sign_policy *p,
	const struct wire_sign_row *row, struct arena *a, struct wire_signed_row *out,
	struct err *err)
{
	uint32_t outputs = p->wire.credentials.items[row->credential].outputs;
	enum rc rc = sign_check_days(row->valid_from_s, row->valid_until_s, row->awarded_s, err);

	make_token(s, row, a, out);
	if (rc == RC_OK && (outputs & OUTPUT_BADGE) != 0)
		rc = make_badge(s, p, row, a, out, err);
	if (rc == RC_OK && (outputs & OUTPUT_PASS) != 0)
		rc = make_pass(s, p, row, a, out, err);
	return rc;
}

static size_t len_of(const struct wire_signed_row *r)
{
	return ROW_FIXED_LEN + r->jwt.n + r->badge.n + r->pass_json.n + r->pass_manifest.n
		+ r->pass_signature.n + r->jwt_1edtech.n;
}

static enum rc check_len(const struct wire_signed_row *r, struct err *err)
{
	if (len_of(r) > ANSWER_MAX)
		return err_set(err, RC_LIMIT,
			"its credential takes %zu bytes in all forms together, and %zu are the "
			"most: shorten the achievement's texts",
			len_of(r), ANSWER_MAX);
	return RC_OK;
}

/* A row that cannot be signed fails alone, with a sentence; a breach of the policy fails the request. */
enum rc sign_one_row(const struct sign_state *s, struct sign_policy *p,
	const struct wire_sign_row *row, struct arena *a, struct wire_signed_row *out,
	struct err *err)
{
	uint8_t content[16];
	struct err why;
	enum rc rc = sign_policy_check_row(p, row, content, err);

	if (rc != RC_OK)
		return rc;
	*out = (struct wire_signed_row){.row = row->row};
	rc = build_row(s, p, row, a, out, &why);
	if (rc == RC_OK)
		rc = check_len(out, &why);
	if (rc == RC_SYSTEM)
		return err_set(err, RC_SYSTEM, "%s", why.text);
	out->ok = rc == RC_OK;
	if (out->ok)
		sign_policy_mark_row(p, row->row, content);
	else
		*out = (struct wire_signed_row){
			.row = row->row, .message = str_dup(a, str_of(why.text))};
	return RC_OK;
}

enum rc sign_rows(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_sign_rows *ask = request;
	struct arena *a = worker_arena(w);
	struct wire_signed_rows answer = {0};
	struct sign_policy *p;
	size_t len = 0;
	enum rc rc = sign_policy_find(&s->policies, ask->batch, &p, err);

	(void)frame;
	if (rc == RC_OK)
		answer.rows.items = arena_zalloc(a, ask->rows.count + 1, sizeof *answer.rows.items);
	for (uint32_t i = 0; rc == RC_OK && i < ask->rows.count; i++) {
		rc = sign_one_row(s, p, &ask->rows.items[i], a, &answer.rows.items[i], err);
		if (rc != RC_OK)
			break;
		len += len_of(&answer.rows.items[i]);
		if (len > ANSWER_MAX && i != 0)
			break;
		answer.rows.count++;
	}
	return rc == RC_OK ? worker_reply(w, MESSAGE_SIGNED_ROWS, &answer, err) : rc;
}
