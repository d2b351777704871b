// SPDX-License-Identifier: Apache-2.0
/* Registered policies and what they let through. Runs in: sign. */
#include "trust/sign_policy.h"

#include "base/mem.h"
#include "formats/jws.h"
#include "formats/pass_strings.h"
#include "trust/sign_check.h"
#include "trust/sign_tree.h"

#include <string.h>

#define POLICY_ARENA_LEN ((size_t)4 * 1024 * 1024)

static void free_policy(struct sign_policy **p)
{
	if (*p == NULL)
		return;
	pass_signer_free(&(*p)->pass);
	MEM_FREE((*p)->seen);
	arena_free(&(*p)->arena);
	MEM_FREE(*p);
}

static enum rc digest_of(
	const struct wire_policy *wire, uint8_t out[HASH_SHA256_LEN], struct err *err)
{
	struct buf b = buf_new(1024 * 1024);
	enum rc rc = wire_encode(&wire_policy_type, wire, &b, err);

	if (rc == RC_OK)
		hash_sha256(buf_bytes(&b), out);
	buf_free(&b);
	return rc;
}

static struct sign_policy *find(struct sign_policies *all, struct str batch)
{
	for (size_t i = 0; i < SIGN_POLICIES_MAX; i++) {
		struct sign_policy *p = all->held[i];

		if (p != NULL && str_eq(p->wire.batch, batch)) {
			p->used = ++all->uses;
			return p;
		}
	}
	return NULL;
}

enum rc sign_policy_find(
	struct sign_policies *all, struct str batch, struct sign_policy **out, struct err *err)
{
	*out = find(all, batch);
	if (*out == NULL)
		return err_set(err, RC_INPUT, "no batch " STR_FMT " is registered with the signer",
			STR_ARG(batch));
	return RC_OK;
}

/* A free place, or that of the policy longest unused. */
static struct sign_policy **make_room(struct sign_policies *all)
{
	size_t oldest = 0;

	for (size_t i = 0; i < SIGN_POLICIES_MAX; i++) {
		if (all->held[i] == NULL)
			return &all->held[i];
		if (all->held[i]->used < all->held[oldest]->used)
			oldest = i;
	}
	free_policy(&all->held[oldest]);
	return &all->held[oldest];
}

static enum rc prepare_credentials(struct sign_policy *p, struct err *err)
{
	p->statuses = arena_zalloc(p->arena, p->wire.credentials.count, sizeof *p->statuses);
	p->images = arena_zalloc(p->arena, p->wire.credentials.count, sizeof *p->images);
	p->parts = arena_zalloc(p->arena, p->wire.credentials.count, sizeof *p->parts);
	for (uint32_t i = 0; i < p->wire.credentials.count; i++) {
		const struct wire_policy_credential *c = &p->wire.credentials.items[i];
		enum rc rc;

		if (!badge_status_of(c->status, &p->statuses[i]))
			return err_set(err, RC_INPUT,
				"\"" STR_FMT
				"\" is no kind of status: revocation, suspension or 1edtech",
				STR_ARG(c->status));
		rc = sign_tree_build(c->achievement.more.items, c->achievement.more.count, p->arena,
			&p->parts[i].achievement, err);
		if (rc == RC_OK)
			rc = sign_tree_build(c->badge.items, c->badge.count, p->arena,
				&p->parts[i].credential, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static struct str kid_url(const struct sign_policy *p, const struct key *key)
{
	struct buf url = buf_new(2048);
	struct str out;

	jws_put_kid(&url, p->wire.issuer.base_url, str_of(key->kid));
	out = str_dup(p->arena, buf_str(&url));
	buf_free(&url);
	return out;
}

static void prepare_issuer(struct sign_policy *p)
{
	p->issuer = (struct badge_issuer){.id = p->wire.issuer.id,
		.name = p->wire.issuer.name,
		.url = p->wire.issuer.url,
		.base_url = p->wire.issuer.base_url,
		.demo = p->wire.issuer.demo};
	p->kid_url = kid_url(p, p->keys.assert);
	if (p->keys.jwt != NULL)
		p->jwt_kid_url = kid_url(p, p->keys.jwt);
}

static enum rc prepare_proofs(struct sign_policy *p, struct err *err)
{
	const struct jsonr_value *context;
	enum rc rc = badge_context(p->arena, &context, err);

	if (rc == RC_OK)
		rc = secure_open(p->arena, p->keys.assert, p->issuer.id, context, p->wire.issued_s,
			&p->secure, err);
	return rc;
}

static enum rc prepare(
	struct sign_policy *p, const struct keyring *ring, int64_t now_s, struct err *err)
{
	enum rc rc = sign_check_policy(ring, now_s, &p->wire, &p->keys, err);

	if (rc == RC_OK)
		rc = prepare_credentials(p, err);
	if (rc != RC_OK)
		return rc;
	prepare_issuer(p);
	rc = prepare_proofs(p, err);
	if (rc == RC_OK)
		rc = sign_check_achievements(p, err);
	if (rc == RC_OK)
		p->seen = mem_zalloc(p->wire.row_count, sizeof *p->seen);
	return rc;
}

enum rc sign_policy_set(struct sign_policies *all, const struct keyring *ring, int64_t now_s,
	const struct wire_policy *wire, struct err *err)
{
	struct sign_policy *known = find(all, wire->batch);
	struct sign_policy *p;
	uint8_t digest[HASH_SHA256_LEN];
	enum rc rc = digest_of(wire, digest, err);

	if (rc != RC_OK)
		return rc;
	if (known != NULL && hash_equal(known->digest, digest, sizeof digest))
		return RC_OK;
	if (known != NULL)
		return err_set(err, RC_INPUT,
			"batch " STR_FMT " is registered with another policy already",
			STR_ARG(wire->batch));
	p = mem_zalloc(1, sizeof *p);
	p->arena = arena_new(POLICY_ARENA_LEN);
	wire_copy(&wire_policy_type, wire, p->arena, &p->wire);
	memcpy(p->digest, digest, sizeof digest);
	rc = prepare(p, ring, now_s, err);
	if (rc != RC_OK) {
		free_policy(&p);
		return rc;
	}
	p->used = ++all->uses;
	*make_room(all) = p;
	return RC_OK;
}

enum rc sign_policy_open_pass(
	struct sign_policy *p, const struct pass_identity *id, struct err *err)
{
	if (p->pass != NULL)
		return RC_OK;
	return pass_signer_new(id, p->wire.issued_s, &p->pass, err);
}

static struct pass_words words_of(const struct wire_policy_credential *c, struct arena *a)
{
	struct pass_text *names = arena_zalloc(a, c->achievement.names.count + 1, sizeof *names);
	struct pass_wording *wordings =
		arena_zalloc(a, c->pass.wordings.count + 1, sizeof *wordings);

	for (uint32_t i = 0; i < c->achievement.names.count; i++)
		names[i] = (struct pass_text){
			c->achievement.names.items[i].lang, c->achievement.names.items[i].text};
	for (uint32_t i = 0; i < c->pass.wordings.count; i++) {
		const struct wire_pass_wording *w = &c->pass.wordings.items[i];

		wordings[i] = (struct pass_wording){w->lang, w->label, w->text};
	}
	return (struct pass_words){
		names, c->achievement.names.count, wordings, c->pass.wordings.count};
}

/*
 * A text of the pass can take the place of any other on the phone, a name included: so it must be
 * what the policy's fields give, byte for byte.
 */
static enum rc check_strings(
	const struct sign_policy *p, const struct wire_pass_image *image, struct err *err)
{
	struct arena *a = arena_new((size_t)1 << 20);
	struct pass_words words = words_of(&p->wire.credentials.items[image->credential], a);
	struct str lang = pass_strings_language_of(image->name);
	struct str languages[PASS_STRINGS_LANGUAGES_MAX];
	struct buf text = buf_new(PASS_STRINGS_LEN_MAX);
	bool asked = false;
	size_t count;
	enum rc rc = pass_strings_languages(&words, languages, &count, err);

	for (size_t i = 0; rc == RC_OK && i < count; i++)
		asked |= str_eq(languages[i], lang);
	if (rc == RC_OK && asked)
		rc = pass_strings_put(&text, &words, lang, err);
	if (rc == RC_OK && (!asked || !str_eq(buf_str(&text), bytes_text(image->content))))
		rc = err_set(err, RC_INPUT,
			"the passes' " STR_FMT " is not what the batch's policy gives",
			STR_ARG(image->name));
	buf_free(&text);
	arena_free(&a);
	return rc;
}

enum rc sign_policy_add_image(
	struct sign_policy *p, const struct wire_pass_image *image, struct err *err)
{
	struct sign_images *images;
	uint8_t sha1[HASH_SHA1_LEN];
	size_t at = 0;
	enum rc rc = pass_check_name(image->name, err);

	if (rc != RC_OK)
		return rc;
	if (image->credential >= p->wire.credentials.count)
		return err_set(err, RC_INPUT, "the batch has no credential %u", image->credential);
	if (str_ends(image->name, STR("pass.strings")))
		rc = check_strings(p, image, err);
	if (rc != RC_OK)
		return rc;
	images = &p->images[image->credential];
	hash_sha1(image->content, sha1);
	while (at < images->count && str_compare(images->files[at].name, image->name) < 0)
		at++;
	if (at < images->count && str_eq(images->files[at].name, image->name)) {
		if (memcmp(images->files[at].sha1, sha1, sizeof sha1) == 0)
			return RC_OK;
		return err_set(err, RC_INPUT,
			"the passes' " STR_FMT " is registered with other content already",
			STR_ARG(image->name));
	}
	if (images->count == SIGN_POLICY_IMAGES_MAX)
		return err_set(
			err, RC_LIMIT, "a pass holds at most %d images", SIGN_POLICY_IMAGES_MAX);
	memmove(&images->files[at + 1], &images->files[at],
		(images->count - at) * sizeof images->files[0]);
	images->files[at].name = str_dup(p->arena, image->name);
	memcpy(images->files[at].sha1, sha1, sizeof sha1);
	images->count++;
	return RC_OK;
}

static enum rc shorten_row(const struct wire_sign_row *row, uint8_t out[16], struct err *err)
{
	struct buf b = buf_new(1024 * 1024);
	struct wire_sign_row content = *row;
	uint8_t digest[HASH_SHA256_LEN];
	enum rc rc;

	/* A voided pass says of the same row what became of it later. */
	content.voided = false;
	rc = wire_encode(&wire_sign_row_type, &content, &b, err);

	if (rc == RC_OK) {
		hash_sha256(buf_bytes(&b), digest);
		memcpy(out, digest, 16);
	}
	buf_free(&b);
	return rc;
}

static bool is_marked(const struct sign_policy *p, uint32_t row)
{
	static const uint8_t nothing[16];

	return memcmp(p->seen[row], nothing, sizeof nothing) != 0;
}

enum rc sign_policy_check_row(const struct sign_policy *p, const struct wire_sign_row *row,
	uint8_t content[16], struct err *err)
{
	enum rc rc;

	if (row->row >= p->wire.row_count)
		return err_set(err, RC_INPUT, "row %u lies outside the batch's %u rows", row->row,
			p->wire.row_count);
	if (row->credential >= p->wire.credentials.count)
		return err_set(err, RC_INPUT,
			"row %u asks for credential %u, which the batch does not have", row->row,
			row->credential);
	if (sign_check_is_voiding(&p->wire) && !row->voided)
		return err_set(err, RC_INPUT,
			"row %u asks for a pass that is not void, which takes the role to issue",
			row->row);
	rc = shorten_row(row, content, err);
	if (rc != RC_OK)
		return rc;
	if (is_marked(p, row->row) && memcmp(p->seen[row->row], content, sizeof p->seen[0]) != 0)
		return err_set(
			err, RC_INPUT, "row %u was signed with other content before", row->row);
	return RC_OK;
}

void sign_policy_mark_row(struct sign_policy *p, uint32_t row, const uint8_t content[16])
{
	if (!is_marked(p, row))
		p->signed_count++;
	memcpy(p->seen[row], content, sizeof p->seen[0]);
}

/* "pt" of "pt-BR". */
static struct str primary_of(struct str lang)
{
	return str_slice(lang, 0, str_find(lang, '-', 0));
}

struct str sign_policy_text(
	const struct wire_text *texts, uint32_t count, struct str lang, struct str *chosen_lang)
{
	const struct wire_text *best = count != 0 ? &texts[0] : NULL;

	for (uint32_t i = count; lang.n != 0 && i-- > 0;) {
		if (texts[i].lang.n != 0
			&& str_eq_nocase(primary_of(texts[i].lang), primary_of(lang)))
			best = &texts[i];
	}
	for (uint32_t i = 0; lang.n != 0 && i < count; i++) {
		if (str_eq_nocase(texts[i].lang, lang))
			best = &texts[i];
	}
	*chosen_lang = best != NULL ? best->lang : STR("");
	return best != NULL ? best->text : STR("");
}

struct badge_achievement sign_policy_achievement(
	const struct sign_policy *p, uint16_t credential, struct str lang)
{
	const struct wire_achievement *a = &p->wire.credentials.items[credential].achievement;
	struct str name_lang;
	struct str description_lang;
	struct badge_achievement out = {.id = a->id,
		.type = a->type,
		.criteria_id = a->criteria_id,
		.criteria_narrative = a->criteria_narrative,
		.tags = a->tags.items,
		.tag_count = a->tags.count,
		.human_code = a->human_code,
		.field_of_study = a->field_of_study,
		.specialization = a->specialization,
		.version = a->version,
		.more = p->parts[credential].achievement,
		.around = p->parts[credential].credential};

	out.name = sign_policy_text(a->names.items, a->names.count, lang, &name_lang);
	out.description = sign_policy_text(
		a->descriptions.items, a->descriptions.count, lang, &description_lang);
	out.in_language = name_lang.n != 0 ? name_lang : a->in_language;
	return out;
}

void sign_policies_clear(struct sign_policies *all)
{
	for (size_t i = 0; i < SIGN_POLICIES_MAX; i++)
		free_policy(&all->held[i]);
	*all = (struct sign_policies){0};
}
