// SPDX-License-Identifier: Apache-2.0
/* The checks of a credential in their order. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/credential.h"

#include "base/clock.h"
#include "base/credential_id.h"

#include <string.h>

#include "verify/issuer.h"
#include "verify/proof.h"
#include "verify/record.h"
#include "verify/standing.h"

static void report_proof(struct context *c, enum proof_answer answer,
	const struct proof_found *found, const struct err *err)
{
	enum report_outcome bad = answer == PROOF_BAD ? REPORT_FORGED : REPORT_UNKNOWN;

	if (answer == PROOF_GOOD) {
		report_add(c->report, "signature", REPORT_OK, "%s, key %s", found->how,
			report_clean(c->a, str_slice(found->kid, 0, 200)));
		return;
	}
	if (found->stage != PROOF_ISSUER) {
		report_add(c->report, "signature", bad, "%s", err->text);
		return;
	}
	report_add(c->report, "issuer", bad, "%s", err->text);
	report_add(c->report, "signature", answer == PROOF_BAD ? REPORT_SKIPPED : REPORT_UNKNOWN,
		"not looked at without the issuer's key");
}

static bool is_ok(const struct report *r, const char *name)
{
	for (size_t i = 0; i < r->check_count; i++)
		if (strcmp(r->checks[i].name, name) == 0 && r->checks[i].outcome == REPORT_OK)
			return true;
	return false;
}

/*
 * A key that the issuer withdrew may sign anything from then on, with any date. Only what another key
 * vouches for, the record with the file's digest, is known to be older.
 */
static void report_issuer(struct context *c, const struct proof_found *found)
{
	char day[CLOCK_ISO_LEN];

	if (found->revoked_s == ISSUER_NO_TIME) {
		report_add(c->report, "issuer", REPORT_OK, "%s", found->where);
		return;
	}
	clock_iso(found->revoked_s, day);
	if (is_ok(c->report, "record") && is_ok(c->report, "file"))
		report_add(c->report, "issuer", REPORT_OK,
			"the key was withdrawn on %s, but the issuer's record proves this one",
			day);
	else
		report_add(c->report, "issuer", REPORT_UNKNOWN,
			"the issuer withdrew the key on %s: whoever has it can sign anything, and "
			"nothing at hand proves that this was signed before",
			day);
}

static void report_facts(struct context *c, const struct jsonr_value *body, struct str issuer)
{
	const struct jsonr_value *subject = jsonr_find(body, "credentialSubject");
	const struct jsonr_value *achievement = jsonr_find(subject, "achievement");
	struct str name = context_text(body, "name");
	struct str issuer_name = context_text(jsonr_find(body, "issuer"), "name");

	report_fact(
		c->report, "achievement", name.n != 0 ? name : context_text(achievement, "name"));
	report_fact(c->report, "issuer", issuer_name.n != 0 ? issuer_name : issuer);
	report_fact(c->report, "issuer_id", issuer);
	report_fact(c->report, "credential", context_text(body, "id"));
	report_fact(c->report, "subject", context_id(subject));
	report_fact(c->report, "awarded", context_text(body, "awardedDate"));
}

/*
 * What a picture or page shows is vouched for by a badge alone. Whatever else its issuer signs, a status
 * list above all, is there for everybody to put into a picture of his own.
 */
static void check_is_badge(struct context *c, const struct jsonr_value *body)
{
	bool shows = strcmp(c->report->kind, "png") == 0 || strcmp(c->report->kind, "svg") == 0
		|| strcmp(c->report->kind, "pdf") == 0;

	if (shows && !context_is_type(body, "AchievementCredential")
		&& !context_is_type(body, "OpenBadgeCredential"))
		report_add(c->report, "format", REPORT_UNKNOWN,
			"the credential inside is signed, but is no Open Badge: it says nothing "
			"about what is shown around it");
}

void credential_check(struct context *c, struct str text)
{
	uint8_t ulid[ULID_LEN];
	struct proof_found found;
	struct err err;
	enum proof_answer answer = proof_check(c, text, &found, &err);

	report_proof(c, answer, &found, &err);
	if (answer == PROOF_UNKNOWN && credential_id_ulid(found.claimed, ulid))
		(void)record_contradicts(c, ulid, c->report->kind);
	if (answer != PROOF_GOOD)
		return;
	c->id = context_text(found.body, "id");
	check_is_badge(c, found.body);
	record_check(c, c->id, found.issuer, c->report->kind);
	report_issuer(c, &found);
	if (report_has(c->report, REPORT_FORGED))
		return;
	c->report->trusted = is_ok(c->report, "issuer");
	report_facts(c, found.body, found.issuer);
	standing_check_dates(c, &found);
	standing_check_events(c, c->id, found.issuer);
	standing_check_status(c, found.body, found.issuer);
}
