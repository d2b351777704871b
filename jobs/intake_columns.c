// SPDX-License-Identifier: Apache-2.0
/* The table of columns and aliases. Runs in: certfill-intake. */
#include "jobs/intake_columns.h"

#include "base/suggest.h"
#include "jobs/intake_unicode.h"

#define HEADER_MAX 1024

/*
 * plain: as intake_unicode_plain() makes it. The first line of a column is its canonical name.
 * Systems: PeopleSoft, Banner, Canvas, Moodle, Credly, Badgr, DCC, and plain office language.
 */
static const struct {
	const char *plain;
	enum intake_column column;
	const char *name; /* canonical lines only */
	enum intake_alias alias; /* where it is not ALIAS_PLAIN */
} table[] = {
	{"recipientid", COLUMN_RECIPIENT_ID, "recipient_id", ALIAS_CANONICAL},
	{"id", COLUMN_RECIPIENT_ID, NULL, ALIAS_WEAK},
	{"emplid", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"spridenid", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"studentid", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"studentno", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"studentnumber", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"learnerid", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"personid", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"sisuserid", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"idnumber", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"registrationnumber", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"matrikelnr", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"matrikelnummer", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"matriculationnumber", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"matricola", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"matricula", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"numeroetudiant", COLUMN_RECIPIENT_ID, NULL, ALIAS_PLAIN},
	{"diplomaname", COLUMN_DIPLOMA_NAME, "diploma_name", ALIAS_CANONICAL},
	{"shadipl", COLUMN_DIPLOMA_NAME, NULL, ALIAS_PLAIN},
	{"nameondiploma", COLUMN_DIPLOMA_NAME, NULL, ALIAS_PLAIN},
	{"nameoncertificate", COLUMN_DIPLOMA_NAME, NULL, ALIAS_PLAIN},
	{"name", COLUMN_NAME, "name", ALIAS_CANONICAL},
	{"fullname", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"recipientname", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"earnername", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"student", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"studentname", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"learnername", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"displayname", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"vor/nachname", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"vorundnachname", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"vornamenachname", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"nom", COLUMN_FAMILY_NAME, NULL, ALIAS_WEAK},
	{"nomcomplet", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"nombrecompleto", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"nomecompleto", COLUMN_NAME, NULL, ALIAS_PLAIN},
	{"givenname", COLUMN_GIVEN_NAME, "given_name", ALIAS_CANONICAL},
	{"givennames", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"firstname", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"issuedtofirstname", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"vorname", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"vornamen", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"prenom", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"nombre", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"imie", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"voornaam", COLUMN_GIVEN_NAME, NULL, ALIAS_PLAIN},
	{"familyname", COLUMN_FAMILY_NAME, "family_name", ALIAS_CANONICAL},
	{"lastname", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"issuedtolastname", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"surname", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"nachname", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"familienname", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"nomdefamille", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"apellidos", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"cognome", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"nazwisko", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"achternaam", COLUMN_FAMILY_NAME, NULL, ALIAS_PLAIN},
	{"namelatin", COLUMN_NAME_LATIN, "name_latin", ALIAS_CANONICAL},
	{"latinname", COLUMN_NAME_LATIN, NULL, ALIAS_PLAIN},
	{"nameinlatin", COLUMN_NAME_LATIN, NULL, ALIAS_PLAIN},
	{"romanizedname", COLUMN_NAME_LATIN, NULL, ALIAS_PLAIN},
	{"email", COLUMN_EMAIL, "email", ALIAS_CANONICAL},
	{"emailaddr", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"emailaddress", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"recipientemail", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"mail", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"emailadresse", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"mailadresse", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"sisloginid", COLUMN_EMAIL, NULL, ALIAS_ADDRESS},
	{"loginid", COLUMN_EMAIL, NULL, ALIAS_ADDRESS},
	{"adressemail", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"adressecourriel", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"indirizzoemail", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"courriel", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"correo", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"correoelectronico", COLUMN_EMAIL, NULL, ALIAS_PLAIN},
	{"locale", COLUMN_LOCALE, "locale", ALIAS_CANONICAL},
	{"language", COLUMN_LOCALE, NULL, ALIAS_PLAIN},
	{"lang", COLUMN_LOCALE, NULL, ALIAS_PLAIN},
	{"sprache", COLUMN_LOCALE, NULL, ALIAS_PLAIN},
	{"credential", COLUMN_CREDENTIAL, "credential", ALIAS_CANONICAL},
	{"credentialkey", COLUMN_CREDENTIAL, NULL, ALIAS_PLAIN},
	{"issuedon", COLUMN_ISSUED_ON, "issued_on", ALIAS_CANONICAL},
	{"issuedat", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"issuedate", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"dateissued", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"completiondate", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"completedat", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"awarddate", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"dateawarded", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"degreedate", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"confdt", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"conferraldate", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"graduationdate", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"ausstellungsdatum", COLUMN_ISSUED_ON, NULL, ALIAS_PLAIN},
	{"validuntil", COLUMN_VALID_UNTIL, "valid_until", ALIAS_CANONICAL},
	{"expires", COLUMN_VALID_UNTIL, NULL, ALIAS_PLAIN},
	{"expiresat", COLUMN_VALID_UNTIL, NULL, ALIAS_PLAIN},
	{"expirydate", COLUMN_VALID_UNTIL, NULL, ALIAS_PLAIN},
	{"expirationdate", COLUMN_VALID_UNTIL, NULL, ALIAS_PLAIN},
	{"evidenceurl", COLUMN_EVIDENCE_URL, "evidence_url", ALIAS_CANONICAL},
	{"evidence", COLUMN_EVIDENCE_URL, NULL, ALIAS_PLAIN},
	{"externalid", COLUMN_EXTERNAL_ID, "external_id", ALIAS_CANONICAL},
	{"hold", COLUMN_HOLD, "hold", ALIAS_CANONICAL},
	{"print", COLUMN_PRINT, "print", ALIAS_CANONICAL},
	{"activitystart", COLUMN_ACTIVITY_START, "activity_start", ALIAS_CANONICAL},
	{"activitystartdate", COLUMN_ACTIVITY_START, NULL, ALIAS_PLAIN},
	{"activityend", COLUMN_ACTIVITY_END, "activity_end", ALIAS_CANONICAL},
	{"activityenddate", COLUMN_ACTIVITY_END, NULL, ALIAS_PLAIN},
	{"creditsearned", COLUMN_CREDITS_EARNED, "credits_earned", ALIAS_CANONICAL},
	{"licensenumber", COLUMN_LICENSE_NUMBER, "license_number", ALIAS_CANONICAL},
	{"recipientrole", COLUMN_ROLE, "recipient_role", ALIAS_CANONICAL},
	{"awardterm", COLUMN_TERM, "award_term", ALIAS_CANONICAL},
	{"narrative", COLUMN_NARRATIVE, "narrative", ALIAS_CANONICAL},
	{"evidencename", COLUMN_EVIDENCE_NAME, "evidence_name", ALIAS_CANONICAL},
	{"evidencenarrative", COLUMN_EVIDENCE_NARRATIVE, "evidence_narrative", ALIAS_CANONICAL},
	{"evidencegenre", COLUMN_EVIDENCE_GENRE, "evidence_genre", ALIAS_CANONICAL},
	{"line", COLUMN_NOTE, "_line", ALIAS_CANONICAL},
	{"code", COLUMN_NOTE, "_code", ALIAS_CANONICAL},
	{"message", COLUMN_NOTE, "_message", ALIAS_CANONICAL},
};

/* Ours begin with "_", which folding drops; a customer's own "code" is not ours. */
static bool is_note(struct str header)
{
	return str_eq_cz(header, "_line") || str_eq_cz(header, "_code")
		|| str_eq_cz(header, "_message");
}

/* "Field.Honor List" becomes field.honor_list; empty when the header has no such prefix. */
static struct str prefixed_name(struct arena *a, struct str header, struct str prefix)
{
	struct str rest;
	char *p;

	if (header.n <= prefix.n || header.n > INTAKE_TARGET_MAX
		|| !str_eq_nocase(str_slice(header, 0, prefix.n), prefix))
		return (struct str){"", 0};
	rest = intake_unicode_lower(a, intake_unicode_nfc(a, header));
	if (rest.n > INTAKE_TARGET_MAX)
		return (struct str){"", 0};
	p = arena_dup(a, rest.p, rest.n);
	for (size_t i = 0; i < rest.n; i++) {
		if (p[i] == ' ')
			p[i] = '_';
		if ((unsigned char)p[i] < 0x20 || p[i] == '{' || p[i] == '}' || p[i] == '|')
			return (struct str){"", 0};
	}
	return (struct str){p, rest.n};
}

static struct intake_target find_prefixed(struct arena *a, struct str header)
{
	struct str name = prefixed_name(a, header, STR("field."));

	if (name.n != 0)
		return (struct intake_target){COLUMN_FIELD, name, ALIAS_CANONICAL};
	name = prefixed_name(a, header, STR("result."));
	if (name.n != 0)
		return (struct intake_target){COLUMN_RESULT, name, ALIAS_CANONICAL};
	return (struct intake_target){COLUMN_NONE, {"", 0}, ALIAS_NONE};
}

struct intake_target intake_columns_find(struct arena *a, struct str header)
{
	struct intake_target none = {COLUMN_NONE, {"", 0}, ALIAS_NONE};
	struct str trimmed = intake_unicode_trim(header);
	struct str plain;

	if (trimmed.n == 0 || trimmed.n > HEADER_MAX)
		return none;
	if (is_note(trimmed))
		return (struct intake_target){COLUMN_NOTE, trimmed, ALIAS_CANONICAL};
	plain = intake_unicode_plain(a, trimmed);
	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		if (str_eq_cz(plain, table[i].plain) && table[i].column != COLUMN_NOTE)
			return (struct intake_target){table[i].column,
				str_of(intake_columns_name(table[i].column)), table[i].alias};
	}
	return find_prefixed(a, trimmed);
}

struct intake_target intake_columns_of_key(struct arena *a, struct str key)
{
	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		if (table[i].name != NULL && table[i].column != COLUMN_NOTE
			&& str_eq_cz(key, table[i].name))
			return (struct intake_target){table[i].column, key, ALIAS_CANONICAL};
	}
	return find_prefixed(a, key);
}

const char *intake_columns_name(enum intake_column column)
{
	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		if (table[i].name != NULL && table[i].column == column)
			return table[i].name;
	}
	return "";
}

bool intake_columns_knows(struct str header)
{
	struct arena *a;
	bool known;

	if (header.n == 0 || header.n > HEADER_MAX)
		return false;
	a = arena_new((size_t)HEADER_MAX * 256);
	known = intake_columns_find(a, header).column != COLUMN_NONE;
	arena_free(&a);
	return known;
}

const char *intake_columns_suggest(struct str key)
{
	struct suggestion s = {NULL, 0};

	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		if (table[i].name != NULL && table[i].column != COLUMN_NOTE)
			suggest_offer(&s, key, table[i].name);
	}
	return s.word;
}
