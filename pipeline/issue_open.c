// SPDX-License-Identifier: Apache-2.0
/* Opening an issuing job: intake, manifest, templates. Runs in: control. */
#include "base/file.h"
#include "jobs/pass_images.h"
#include "pipeline/issue.h"
#include "pipeline/plan_style.h"
#include "pipeline/shelf.h"
#include "pipeline/stage_intake.h"

#include <string.h>

static enum rc open_intake(struct issue *job, struct err *err)
{
	struct str name;

	if (client_file(job->client, "manifest", &name) < 0)
		return err_set(err, RC_INPUT, "a manifest is needed");
	return stage_intake_open(job->client, &job->intake, &job->exit_code, err);
}

/* Nobody finds out after the fact: what the manifest makes us note is said first. */
static void say_warnings(struct issue *job)
{
	for (uint32_t i = 0; i < job->manifest.warnings.count; i++)
		client_note(
			job->client, "warning", STR_FMT, STR_ARG(job->manifest.warnings.items[i]));
}

void issue_list_credentials(struct issue *job)
{
	job->credential_count = job->manifest.credentials.count;
	CHECK(job->credential_count <= ISSUE_CREDENTIALS_MAX);
	for (uint32_t i = 0; i < job->credential_count; i++)
		job->credentials[i] =
			(struct issue_credential){.asked = &job->manifest.credentials.items[i],
				.cleaned = {.result_fd = -1},
				.compiled = {.fd = -1},
				.measurer = {.result_fd = -1}};
}

/* Dates are reckoned with these: two centuries at most, as intake allows. */
#define LIFE_MONTHS_MAX 2400
#define LIFE_S_MAX ((int64_t)200 * 366 * 86400)

static enum rc check_lives(const struct wire_manifest *m, struct err *err)
{
	for (uint32_t i = 0; i < m->credentials.count; i++) {
		const struct wire_credential *c = &m->credentials.items[i];

		if (c->valid_for_months > LIFE_MONTHS_MAX || c->valid_for_s < 0
			|| c->valid_for_s > LIFE_S_MAX)
			return err_set(err, RC_PEER,
				"the intake process read a validity that no manifest may have");
	}
	return RC_OK;
}

static enum rc read_manifest(struct issue *job, struct err *err)
{
	enum rc rc = stage_intake_ask(job->intake, MESSAGE_MANIFEST_READ, job->arena,
		&job->manifest, &job->exit_code, err);

	if (rc == RC_OK)
		rc = check_lives(&job->manifest, err);
	if (rc != RC_OK)
		return err_wrap(err, "manifest");
	say_warnings(job);
	issue_list_credentials(job);
	return RC_OK;
}

static enum rc read_cohort(struct issue *job, struct err *err)
{
	struct str name;
	enum rc rc;

	if (job->manifest.row_count == 0 && client_file(job->client, "cohort", &name) < 0) {
		job->exit_code = EXIT_USAGE;
		return err_set(err, RC_INPUT,
			"a cohort is needed: name its file, or put \"rows\" into the manifest");
	}
	rc = stage_intake_ask(
		job->intake, MESSAGE_COHORT_OPEN, job->arena, &job->cohort, &job->exit_code, err);
	if (rc != RC_OK)
		return err_wrap(err, "cohort");
	for (uint32_t i = 0; i < job->cohort.findings.count; i++)
		client_note(job->client, "info", STR_FMT, STR_ARG(job->cohort.findings.items[i]));
	for (uint32_t i = 0; i < job->cohort.warnings.count; i++)
		client_note(
			job->client, "warning", STR_FMT, STR_ARG(job->cohort.warnings.items[i]));
	return RC_OK;
}

enum rc issue_open(struct issue *job, struct err *err)
{
	enum rc rc;

	job->exit_code = EXIT_UNEXPECTED;
	rc = open_intake(job, err);
	if (rc == RC_OK)
		rc = read_manifest(job, err);
	if (rc == RC_OK)
		rc = read_cohort(job, err);
	return rc;
}

/* ---- templates ---- */

/* Of a template, by cleaning and by drawing it. */
#define NOTES_SHOWN 10u

/* A version that has a name; cleaning again is only a check, for an older certfill may have kept more. */
static enum rc open_pinned(
	struct issue *job, struct issue_credential *c, struct str pin, int *own_fd, struct err *err)
{
	struct ledger_template t;
	enum rc rc = shelf_open_pin(job->tenant, job->arena, pin, &t, own_fd, err);

	c->template_name = pin;
	c->pinned = true;
	if (rc == RC_OK)
		memcpy(c->cleaned.info.sha256, t.sha256, 32);
	return rc;
}

static enum rc find_template(
	struct issue *job, struct issue_credential *c, int *own_fd, int *fd, struct err *err)
{
	struct str said = client_option(job->client, "template");
	struct shelf_pin pin;

	*own_fd = -1;
	*fd = client_file(job->client, "template", &c->template_name);
	if (*fd >= 0)
		return RC_OK;
	if (said.n == 0)
		said = c->asked->template_name;
	if (said.n == 0)
		return err_set(err, RC_INPUT,
			"the manifest's credential \"" STR_FMT
			"\" names no template; add \"template\" or give --template",
			STR_ARG(c->asked->key));
	job->exit_code = EXIT_INPUT;
	if (shelf_read_pin(said, &pin))
		return open_pinned(job, c, said, own_fd, err);
	return client_need(job->client, "template", said, own_fd, &c->template_name, err);
}

static bool has_column(const struct wire_cohort *cohort, struct str target)
{
	for (uint32_t i = 0; i < cohort->columns.count; i++)
		if (str_eq(cohort->columns.items[i].target, target))
			return true;
	return false;
}

/* A shared template may know more columns than this cohort has; a slip of the pen looks the same. */
static void say_absent(struct issue *job, const struct issue_credential *c)
{
	const struct wire_template *info = &c->cleaned.info;

	for (uint32_t i = 0; i < info->fields.count && job->cohort.columns.count > 0; i++) {
		struct str name = info->fields.items[i];

		if ((str_starts(name, STR("field.")) || str_starts(name, STR("result.")))
			&& !has_column(&job->cohort, name))
			client_note(job->client, "warning",
				"template " STR_FMT " shows {{" STR_FMT
				"}}, and the cohort has no column of that name: it stays empty",
				STR_ARG(c->template_name), STR_ARG(name));
	}
}

/* Warnings about the template, ten at most, and how much more there is to say. */
static void say_template_warnings(struct issue *job, const struct issue_credential *c,
	const struct wire_note *notes, uint32_t count, uint32_t total)
{
	uint32_t said = 0;

	for (uint32_t i = 0; i < count && said < NOTES_SHOWN; i++)
		if (notes[i].kind == NOTE_WARNING) {
			said++;
			client_note(job->client, "warning",
				"template " STR_FMT ", line %u: " STR_FMT ": " STR_FMT,
				STR_ARG(c->template_name), notes[i].line, STR_ARG(notes[i].what),
				STR_ARG(notes[i].why));
		}
	if (total != said)
		client_note(job->client, "info",
			"template " STR_FMT ": %u notes; certfill template lint lists them",
			STR_ARG(c->template_name), total);
}

/* What cannot be mended once certificates are out is said before. */
static void say_cleaned(struct issue *job, const struct issue_credential *c)
{
	const struct wire_template *info = &c->cleaned.info;

	if (!info->has_qr)
		client_note(job->client, "warning",
			"template " STR_FMT
			" has no {{qr}}: its certificates cannot be checked by scanning",
			STR_ARG(c->template_name));
	say_template_warnings(job, c, info->notes.items, info->notes.count, info->notes_total);
}

static enum rc clean_template(struct issue *job, struct issue_credential *c, struct err *err)
{
	uint8_t pinned[32];
	AUTO_FD own = -1;
	int fd = -1;
	enum rc rc;

	job->exit_code = EXIT_INPUT;
	rc = find_template(job, c, &own, &fd, err);
	memcpy(pinned, c->cleaned.info.sha256, sizeof pinned);
	if (rc == RC_OK)
		rc = stage_clean(own >= 0 ? own : fd, c->template_name, job->arena, &c->cleaned,
			&job->exit_code, err);
	if (rc == RC_OK && !c->cleaned.info.accepted) {
		job->exit_code = EXIT_INPUT;
		rc = err_set(err, RC_INPUT, "template " STR_FMT " is refused: " STR_FMT,
			STR_ARG(c->template_name), STR_ARG(c->cleaned.info.refusal));
	}
	if (rc == RC_OK && c->pinned && memcmp(pinned, c->cleaned.info.sha256, 32) != 0) {
		job->exit_code = EXIT_INPUT;
		rc = err_set(err, RC_INPUT,
			"template " STR_FMT " was imported by another version of certfill, which "
			"cleans otherwise; import "
			"its file again",
			STR_ARG(c->template_name));
	}
	if (rc == RC_OK) {
		say_cleaned(job, c);
		say_absent(job, c);
		rc = plan_style_fill(job, c, err);
	}
	if (rc == RC_OK && c->cleaned.info.unfilled.n != 0) {
		job->exit_code = EXIT_INPUT;
		rc = err_set(err, RC_INPUT, "template " STR_FMT ", " STR_FMT,
			STR_ARG(c->template_name), STR_ARG(c->cleaned.info.unfilled));
	}
	return rc;
}

/* What came up when it was drawn; nothing when it was drawn before and is in the cache. */
static void say_compiled(struct issue *job, const struct issue_credential *c)
{
	const struct wire_compiled_is *info = &c->compiled.info;

	say_template_warnings(job, c, info->notes.items, info->notes.count, info->notes.count);
	for (uint32_t i = 0; i < c->compiled.fonts.missing.count; i++)
		client_note(job->client, "warning",
			"template " STR_FMT ": the font \"" STR_FMT
			"\" is not installed with certfill; the next of its list, or a font of "
			"Noto, stands in",
			STR_ARG(c->template_name), STR_ARG(c->compiled.fonts.missing.items[i]));
}

struct stage_compile_ask issue_compile_ask(const struct wire_credential *asked)
{
	struct stage_compile_ask ask = {.dpi = asked->png_dpi,
		.pass = asked->pass,
		.layout = asked->layout.items,
		.layout_count = asked->layout.count,
		.signature_room = asked->pdf_signature_room};

	if ((asked->outputs & OUTPUT_PASS) != 0) {
		ask.names = asked->achievement.names.items;
		ask.name_count = asked->achievement.names.count;
	}
	return ask;
}

enum rc issue_open_credential(struct issue *job, uint32_t index, struct err *err)
{
	struct issue_credential *c = &job->credentials[index];
	struct stage_compile_ask ask;
	enum rc rc;

	if (c->open)
		return RC_OK;
	rc = clean_template(job, c, err);
	ask = issue_compile_ask(c->asked);
	if (rc == RC_OK)
		rc = stage_compile(job->tenant, &c->cleaned, &ask, job->arena, &c->compiled,
			&job->exit_code, err);
	if (rc != RC_OK)
		return rc;
	say_compiled(job, c);
	c->open = true;
	return RC_OK;
}

/* ---- kept templates ---- */

enum rc issue_clean_kept(
	struct issue *job, const struct batch_credential *b, bool *found, struct err *err)
{
	struct issue_credential *c = &job->credentials[b->index];
	AUTO_FD fd = -1;
	enum rc rc = shelf_find(job->tenant, b->template_hash, &fd, err);

	*found = fd >= 0;
	if (rc != RC_OK || !*found)
		return rc;
	c->template_name = b->key;
	rc = stage_clean(fd, b->key, job->arena, &c->cleaned, &job->exit_code, err);
	if (rc == RC_OK && !c->cleaned.info.accepted) {
		stage_cleaned_close(&c->cleaned);
		*found = false;
	}
	return rc == RC_OK && *found ? plan_style_fill(job, c, err) : rc;
}

enum rc issue_open_kept(struct issue *job, const struct batch_credential *b, struct err *err)
{
	static const enum stage_tier tiers[] = {STAGE_TIER_FAST, STAGE_TIER_HARD};
	struct issue_credential *c = &job->credentials[b->index];
	struct stage_compile_ask ask;
	bool found = false;
	enum rc rc = issue_clean_kept(job, b, &found, err);

	if (rc == RC_OK && !found)
		return issue_open_credential(job, b->index, err);
	ask = issue_compile_ask(c->asked);
	for (size_t i = 0; rc == RC_OK && i < ARRAY_COUNT(tiers); i++) {
		stage_compiled_close(&c->compiled);
		ask.tier = tiers[i];
		rc = stage_compile(job->tenant, &c->cleaned, &ask, job->arena, &c->compiled,
			&job->exit_code, err);
		if (rc == RC_OK && memcmp(c->compiled.sha256, b->compiled_hash, 32) == 0)
			break;
	}
	c->open = rc == RC_OK;
	return rc;
}

/* ---- policy ---- */

static void hex_of(struct arena *a, const uint8_t hash[32], struct str *out)
{
	char *hex = arena_alloc(a, 65);

	for (size_t i = 0; i < 32; i++) {
		static const char digits[] = "0123456789abcdef";

		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
	hex[64] = '\0';
	*out = (struct str){hex, 64};
}

/* A name that everybody may read on the verify page may stand in the badge; no other. */
static bool publishes_name(const struct wire_credential *asked)
{
	for (uint32_t i = 0; i < asked->publish.count; i++) {
		if (str_eq_cz(asked->publish.items[i], "recipient.name"))
			return true;
	}
	return false;
}

/* What is pinned later (kids, hashes) has room beside it in POLICY_SET's frame. */
#define POLICY_LEN_MAX ((size_t)65000)

/* Texts of templates come in for every credential that uses them, so they can outgrow the manifest. */
static enum rc check_policy_len(struct issue *job, struct err *err)
{
	struct buf b = buf_new(POLICY_LEN_MAX);
	enum rc rc = wire_encode(&wire_policy_type, &job->policy, &b, err);

	buf_free(&b);
	if (rc != RC_LIMIT)
		return rc;
	job->exit_code = EXIT_INPUT;
	return err_set(err, RC_LIMIT,
		"achievements and texts of wallet passes are more than one batch takes together; "
		"put the credentials into several manifests");
}

enum rc issue_build_policy(struct issue *job, struct err *err)
{
	const struct ledger_tenant *s = &job->tenant->settings;
	struct wire_policy *p = &job->policy;

	*p = (struct wire_policy){.actor = tenant_actor(job->tenant),
		.batch = job->batch.id,
		.row_count = job->row_count,
		.kid = job->batch.kid,
		.issued_s = job->batch.issued_s,
		.issuer = {.id = s->issuer_id,
			.name = s->issuer_name,
			.url = s->issuer_url,
			.base_url = s->base_url,
			.demo = s->demo}};
	if (job->credential_count == 0)
		return err_set(err, RC_INPUT, "the manifest has no credentials");
	p->credentials.items =
		arena_zalloc(job->arena, job->credential_count, sizeof *p->credentials.items);
	p->credentials.count = job->credential_count;
	for (uint32_t i = 0; i < job->credential_count; i++) {
		struct wire_policy_credential *c = &p->credentials.items[i];
		const struct wire_credential *asked = job->credentials[i].asked;

		c->achievement = asked->achievement;
		c->badge.items = asked->badge.items;
		c->badge.count = asked->badge.count;
		c->names_recipient = publishes_name(asked);
		c->outputs = asked->outputs;
		c->status = asked->status;
		c->pass = asked->pass;
		if (job->credentials[i].open)
			hex_of(job->arena, job->credentials[i].cleaned.info.sha256,
				&c->template_hash);
	}
	return check_policy_len(job, err);
}

static enum rc send_images(struct issue *job, uint32_t index, struct err *err)
{
	struct issue_credential *c = &job->credentials[index];
	struct pass_images images;
	struct bytes blob;
	enum rc rc = file_map(c->compiled.fd, "a compiled template", (size_t)512 << 20, &blob, err);

	if (rc != RC_OK)
		return rc;
	rc = pass_images_of(blob, job->arena, &images, err);
	for (uint32_t i = 0; rc == RC_OK && i < images.count; i++) {
		struct wire_pass_image m = {job->batch.id, (uint16_t)index, images.items[i].name,
			images.items[i].content};

		rc = peer_ask(job->tenant->sign, PEER_MESSAGE(MESSAGE_PASS_IMAGE, &m), job->arena,
			NULL, err);
	}
	file_unmap(&blob);
	return rc;
}

enum rc issue_set_policy(struct issue *job, struct err *err)
{
	enum rc rc = peer_ask(job->tenant->sign, PEER_MESSAGE(MESSAGE_POLICY_SET, &job->policy),
		job->arena, NULL, err);

	job->exit_code = EXIT_KEY;
	for (uint32_t i = 0; rc == RC_OK && i < job->credential_count; i++)
		if (job->credentials[i].open
			&& (job->credentials[i].asked->outputs & OUTPUT_PASS) != 0)
			rc = send_images(job, i, err);
	return rc;
}
