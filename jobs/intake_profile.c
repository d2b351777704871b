// SPDX-License-Identifier: Apache-2.0
/* The table of profiles. Runs in: certfill-intake. */
#include "jobs/intake_profile.h"

#include "base/suggest.h"

/* Canvas, Export Entire Gradebook: the second line holds points, the last one a test student. */
static const struct intake_profile_column canvas_columns[] = {
	{.target = "recipient_id", .from = {"sisuserid", "integrationid", "id"}},
	{.target = "name", .from = {"student"}, .family_given = true},
	{.target = "email", .from = {"sisloginid"}, .only_address = true},
};
static const struct intake_profile_skip canvas_skips[] = {
	{.header = "student",
		.match = PROFILE_MATCH_STARTS,
		.words = {"Points Possible"},
		.why = "the line of points"},
	{.header = "student",
		.match = PROFILE_MATCH_IS,
		.words = {"Student, Test", "Test Student"},
		.why = "the test student"},
	{.header = "student",
		.also = "id",
		.match = PROFILE_MATCH_EMPTY,
		.why = "a line about assignments"},
};

/* Moodle, grade export as plain text. */
static const struct intake_profile_column moodle_columns[] = {
	{.target = "recipient_id", .from = {"idnumber"}},
	{.target = "given_name", .from = {"firstname"}},
	{.target = "family_name", .from = {"lastname", "surname"}},
	{.target = "email", .from = {"emailaddress"}},
};

/* PeopleSoft Query: report lines above the header, names as Last,First. */
static const struct intake_profile_column peoplesoft_columns[] = {
	{.target = "recipient_id", .from = {"emplid", "id"}},
	{.target = "name", .from = {"name", "namedisplay"}, .family_given = true},
	{.target = "email", .from = {"emailaddr", "email"}},
	{.target = "issued_on", .from = {"confdt", "degrconferdt", "conferdt"}},
};

/* Banner: ids such as @00001234 and days such as 20260612; the diploma has a name of its own. */
static const struct intake_profile_column banner_columns[] = {
	{.target = "recipient_id", .from = {"spridenid", "id"}},
	{.target = "given_name", .from = {"spridenfirstname", "firstname"}},
	{.target = "family_name", .from = {"spridenlastname", "lastname"}},
	{.target = "diploma_name", .from = {"shadipl", "shbdiplname", "diplomaname"}},
	{.target = "email", .from = {"goremalemailaddress", "emailaddress", "email"}},
	{.target = "issued_on", .from = {"shrdgmrgraddate", "graddate", "graduationdate"}},
	{.target = "field.degree", .from = {"stvdegcdesc", "degreedesc"}},
	{.target = "field.major", .from = {"stvmajrdesc", "majordesc"}},
};

/* Colleague: headers with dots in them. */
static const struct intake_profile_column colleague_columns[] = {
	{.target = "recipient_id",
		.from = {"acad.person.id", "students.id", "person.id", "colleagueid", "id"}},
	{.target = "given_name", .from = {"first.name", "firstname"}},
	{.target = "family_name", .from = {"last.name", "lastname"}},
	{.target = "diploma_name", .from = {"diploma.name", "grad.diploma.name", "diplomaname"}},
	{.target = "email",
		.from = {"person.email.addresses", "person.email.address", "emailaddress",
			"email"}},
	{.target = "issued_on", .from = {"acad.degree.date", "acad.ccd.date", "degreedate"}},
};

/* Credly's template for issuing in bulk: days with a time and a zone. */
static const struct intake_profile_column credly_columns[] = {
	{.target = "recipient_id", .from = {"issuerearnerid"}},
	{.target = "email", .from = {"recipientemail"}},
	{.target = "given_name", .from = {"issuedtofirstname"}},
	{.target = "family_name", .from = {"issuedtolastname"}},
	{.target = "issued_on", .from = {"issuedat"}},
	{.target = "valid_until", .from = {"expiresat"}},
	{.target = "locale", .from = {"locale"}},
	{.target = "evidence_url", .from = {"evidenceurl"}},
};

/* Badgr (Canvas Badges) bulk award. */
static const struct intake_profile_column badgr_columns[] = {
	{.target = "email", .from = {"identifier", "email"}, .only_address = true},
	{.target = "given_name", .from = {"firstname"}},
	{.target = "family_name", .from = {"lastname"}},
	{.target = "issued_on", .from = {"issuedate", "issuedon"}},
	{.target = "valid_until", .from = {"expirationdate", "expires"}},
	{.target = "evidence_url", .from = {"evidenceurl", "evidence"}},
};

/* cert-tools roster: name, public key, identity (the address). */
static const struct intake_profile_column blockcerts_columns[] = {
	{.target = "name", .from = {"name"}},
	{.target = "email", .from = {"identity"}, .only_address = true},
};

/* OneRoster 1.1 and 1.2, users.csv. */
static const struct intake_profile_column oneroster_columns[] = {
	{.target = "recipient_id", .from = {"sourcedid"}},
	{.target = "given_name", .from = {"givenname"}},
	{.target = "family_name", .from = {"familyname"}},
	{.target = "email", .from = {"email"}},
	{.target = "external_id", .from = {"identifier"}},
};
static const struct intake_profile_skip oneroster_skips[] = {
	{.header = "status",
		.match = PROFILE_MATCH_IS,
		.words = {"tobedeleted"},
		.why = "to be deleted"},
	{.header = "role",
		.match = PROFILE_MATCH_IS_NOT,
		.words = {"student"},
		.why = "no student"},
};

#define COLUMNS(list) .columns = (list), .column_count = ARRAY_COUNT(list)
#define SKIPS(list) .skips = (list), .skip_count = ARRAY_COUNT(list)

static const struct intake_profile profiles[] = {
	{.name = "canvas-gradebook",
		COLUMNS(canvas_columns),
		SKIPS(canvas_skips),
		.id_prefix = "UID:"},
	{.name = "moodle-grades", COLUMNS(moodle_columns), .empty = "-"},
	{.name = "peoplesoft-query", COLUMNS(peoplesoft_columns)},
	{.name = "banner", COLUMNS(banner_columns)},
	{.name = "colleague", COLUMNS(colleague_columns)},
	{.name = "credly-template", COLUMNS(credly_columns), .times = true},
	{.name = "badgr-template", COLUMNS(badgr_columns), .times = true},
	{.name = "blockcerts-roster", COLUMNS(blockcerts_columns)},
	{.name = "oneroster", COLUMNS(oneroster_columns), SKIPS(oneroster_skips)},
};

const struct intake_profile *intake_profile_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(profiles); i++) {
		if (str_eq_cz(name, profiles[i].name))
			return &profiles[i];
	}
	return NULL;
}

const char *intake_profile_suggest(struct str name)
{
	struct suggestion s = {NULL, 0};

	for (size_t i = 0; i < ARRAY_COUNT(profiles); i++)
		suggest_offer(&s, name, profiles[i].name);
	return s.word;
}

const char *intake_profile_names(void)
{
	return "canvas-gradebook, moodle-grades, peoplesoft-query, banner, colleague, "
	       "credly-template, badgr-template, blockcerts-roster, oneroster";
}

bool intake_profile_skips(const struct intake_profile_skip *skip, struct str cell, bool also_empty)
{
	bool found = false;

	if (skip->match == PROFILE_MATCH_EMPTY)
		return cell.n == 0 && also_empty;
	for (size_t i = 0; i < INTAKE_PROFILE_WORDS_MAX && skip->words[i] != NULL; i++) {
		struct str word = str_of(skip->words[i]);

		found |= skip->match == PROFILE_MATCH_STARTS
			? str_eq_nocase(str_slice(cell, 0, word.n), word)
			: str_eq_nocase(cell, word);
	}
	return skip->match == PROFILE_MATCH_IS_NOT ? cell.n != 0 && !found : found;
}
