// SPDX-License-Identifier: Apache-2.0
/* Verify pages: whose they are, and whether they say what was found. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/page.h"

#include "base/clock.h"
#include "base/credential_id.h"

#include <string.h>

/* A page tells how things stand when it answers, not at another moment that was asked for. */
#define PAGE_AGE_MAX_S ((int64_t)86400)

static const struct jsonr_limits limits = {1 << 20, 8192};

static const struct {
	enum certfill_verdict verdict;
	enum report_standing standing;
} standings[] = {
	{CERTFILL_VALID, REPORT_STANDS},
	{CERTFILL_EXPIRED, REPORT_EXPIRED},
	{CERTFILL_SUPERSEDED, REPORT_SUPERSEDED},
	{CERTFILL_SUSPENDED, REPORT_SUSPENDED},
	{CERTFILL_REVOKED, REPORT_REVOKED},
};

/* False: it says neither, such as "undetermined". */
static bool standing_of(struct str verdict, enum report_standing *out)
{
	for (size_t i = 0; i < ARRAY_COUNT(standings); i++)
		if (str_eq_cz(verdict, certfill_verify_verdict_name(standings[i].verdict))) {
			*out = standings[i].standing;
			return true;
		}
	return false;
}

/* The host in any case, the rest as it was signed. */
static bool is_its_own(const struct context *c)
{
	struct str address = str_of(c->options->page_credential);
	uint8_t wanted[ULID_LEN];
	uint8_t found[ULID_LEN];

	return str_eq_nocase(address, c->id) && credential_id_ulid(address, wanted)
		&& credential_id_ulid(c->id, found) && memcmp(wanted, found, ULID_LEN) == 0;
}

/* *said: its verdict, in its own word. */
static enum rc read_answer(struct context *c, struct str *said, struct err *err)
{
	struct str text = {c->options->companion, c->options->companion_len};
	const struct jsonr_value *json;
	int64_t age_s;
	int64_t at_s;
	enum rc rc = jsonr_parse(c->a, text, &limits, &json, err);

	if (rc != RC_OK)
		return rc;
	*said = context_text(json, "verdict");
	if (said->n == 0)
		return err_set(err, RC_INPUT, "it gives no verdict");
	rc = clock_parse_iso(context_text(json, "checked"), &at_s, err);
	if (rc != RC_OK)
		return err_wrap(err, "when it looked");
	age_s = c->options->now_s - at_s;
	if (age_s > PAGE_AGE_MAX_S || age_s < -PAGE_AGE_MAX_S)
		return err_set(err, RC_INPUT, "it speaks of another moment than the one asked for");
	return RC_OK;
}

/* The credential's signature is good. */
static void compare(struct context *c, struct str said)
{
	const char *word = report_clean(c->a, str_slice(said, 0, 40));
	bool found_out = report_verdict(c->report) != CERTFILL_UNDETERMINED;
	enum report_standing ours = c->report->standing;
	enum report_standing theirs;

	if (!standing_of(said, &theirs)) {
		report_add(c->report, "page", found_out ? REPORT_FAILED : REPORT_SKIPPED,
			"the issuer's page says: %s", word);
	} else if (theirs > ours) {
		report_worsen(c->report, theirs);
		report_add(c->report, "page", REPORT_FAILED,
			"the issuer's page says: %s; nothing signed that is at hand says so yet",
			word);
	} else if (theirs == ours && !found_out) {
		report_add(c->report, "page", REPORT_SKIPPED,
			"the issuer's page says: %s; that is not signed and stands for "
			"nothing that could not be checked",
			word);
	} else if (theirs == ours || (theirs == REPORT_SUPERSEDED && ours == REPORT_REVOKED)) {
		/* A list has one bit for what was revoked and for what is superseded. */
		report_add(c->report, "page", REPORT_OK, "the issuer's page says: %s", word);
	} else {
		report_add(c->report, "page", REPORT_FAILED,
			"the issuer's page says: %s; what is signed counts", word);
	}
}

void page_check(struct context *c)
{
	struct str said;
	struct err err;

	if (c->options->page_credential == NULL)
		return;
	if (c->id.n == 0)
		report_add(c->report, "page", REPORT_SKIPPED,
			"a page's word does not count without a signature that was found good");
	else if (!is_its_own(c))
		report_add(c->report, "page", REPORT_FORGED,
			"the page gives out a credential that belongs to another address");
	else if (read_answer(c, &said, &err) != RC_OK)
		report_add(c->report, "page", REPORT_SKIPPED,
			"the page's answer cannot be compared: %s", err.text);
	else
		compare(c, said);
}
