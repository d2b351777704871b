// SPDX-License-Identifier: Apache-2.0
/* The table of columns and aliases. Runs in: certfill-intake. */
#include "jobs/intake_columns.h"

#include "jobs/intake_suggest.h"
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
} table[] = {
	{"recipientid", COLUMN_RECIPIENT_ID, "recipient_id"},
	{"id", COLUMN_RECIPIENT_ID, NULL},
	{"emplid", COLUMN_RECIPIENT_ID, NULL},
	{"spridenid", COLUMN_RECIPIENT_ID, NULL},
	{"studentid", COLUMN_RECIPIENT_ID, NULL},
	{"studentno", COLUMN_RECIPIENT_ID, NULL},
	{"studentnumber", COLUMN_RECIPIENT_ID, NULL},
	{"learnerid", COLUMN_RECIPIENT_ID, NULL},
	{"personid", COLUMN_RECIPIENT_ID, NULL},
	{"sisuserid", COLUMN_RECIPIENT_ID, NULL},
	{"idnumber", COLUMN_RECIPIENT_ID, NULL},
	{"registrationnumber", COLUMN_RECIPIENT_ID, NULL},
	{"matrikelnr", COLUMN_RECIPIENT_ID, NULL},
	{"matrikelnummer", COLUMN_RECIPIENT_ID, NULL},
	{"matriculationnumber", COLUMN_RECIPIENT_ID, NULL},
	{"matricola", COLUMN_RECIPIENT_ID, NULL},
	{"matricula", COLUMN_RECIPIENT_ID, NULL},
	{"numeroetudiant", COLUMN_RECIPIENT_ID, NULL},
	{"diplomaname", COLUMN_DIPLOMA_NAME, "diploma_name"},
	{"shadipl", COLUMN_DIPLOMA_NAME, NULL},
	{"nameondiploma", COLUMN_DIPLOMA_NAME, NULL},
	{"nameoncertificate", COLUMN_DIPLOMA_NAME, NULL},
	{"name", COLUMN_NAME, "name"},
	{"fullname", COLUMN_NAME, NULL},
	{"recipientname", COLUMN_NAME, NULL},
	{"earnername", COLUMN_NAME, NULL},
	{"student", COLUMN_NAME, NULL},
	{"studentname", COLUMN_NAME, NULL},
	{"learnername", COLUMN_NAME, NULL},
	{"displayname", COLUMN_NAME, NULL},
	{"nomcomplet", COLUMN_NAME, NULL},
	{"nombrecompleto", COLUMN_NAME, NULL},
	{"nomecompleto", COLUMN_NAME, NULL},
	{"givenname", COLUMN_GIVEN_NAME, "given_name"},
	{"givennames", COLUMN_GIVEN_NAME, NULL},
	{"firstname", COLUMN_GIVEN_NAME, NULL},
	{"issuedtofirstname", COLUMN_GIVEN_NAME, NULL},
	{"vorname", COLUMN_GIVEN_NAME, NULL},
	{"vornamen", COLUMN_GIVEN_NAME, NULL},
	{"prenom", COLUMN_GIVEN_NAME, NULL},
	{"nombre", COLUMN_GIVEN_NAME, NULL},
	{"imie", COLUMN_GIVEN_NAME, NULL},
	{"voornaam", COLUMN_GIVEN_NAME, NULL},
	{"familyname", COLUMN_FAMILY_NAME, "family_name"},
	{"lastname", COLUMN_FAMILY_NAME, NULL},
	{"issuedtolastname", COLUMN_FAMILY_NAME, NULL},
	{"surname", COLUMN_FAMILY_NAME, NULL},
	{"nachname", COLUMN_FAMILY_NAME, NULL},
	{"familienname", COLUMN_FAMILY_NAME, NULL},
	{"nomdefamille", COLUMN_FAMILY_NAME, NULL},
	{"apellidos", COLUMN_FAMILY_NAME, NULL},
	{"cognome", COLUMN_FAMILY_NAME, NULL},
	{"nazwisko", COLUMN_FAMILY_NAME, NULL},
	{"achternaam", COLUMN_FAMILY_NAME, NULL},
	{"namelatin", COLUMN_NAME_LATIN, "name_latin"},
	{"latinname", COLUMN_NAME_LATIN, NULL},
	{"nameinlatin", COLUMN_NAME_LATIN, NULL},
	{"romanizedname", COLUMN_NAME_LATIN, NULL},
	{"email", COLUMN_EMAIL, "email"},
	{"emailaddr", COLUMN_EMAIL, NULL},
	{"emailaddress", COLUMN_EMAIL, NULL},
	{"recipientemail", COLUMN_EMAIL, NULL},
	{"mail", COLUMN_EMAIL, NULL},
	{"emailadresse", COLUMN_EMAIL, NULL},
	{"mailadresse", COLUMN_EMAIL, NULL},
	{"courriel", COLUMN_EMAIL, NULL},
	{"correo", COLUMN_EMAIL, NULL},
	{"correoelectronico", COLUMN_EMAIL, NULL},
	{"locale", COLUMN_LOCALE, "locale"},
	{"language", COLUMN_LOCALE, NULL},
	{"lang", COLUMN_LOCALE, NULL},
	{"sprache", COLUMN_LOCALE, NULL},
	{"credential", COLUMN_CREDENTIAL, "credential"},
	{"credentialkey", COLUMN_CREDENTIAL, NULL},
	{"issuedon", COLUMN_ISSUED_ON, "issued_on"},
	{"issuedat", COLUMN_ISSUED_ON, NULL},
	{"issuedate", COLUMN_ISSUED_ON, NULL},
	{"dateissued", COLUMN_ISSUED_ON, NULL},
	{"completiondate", COLUMN_ISSUED_ON, NULL},
	{"confdt", COLUMN_ISSUED_ON, NULL},
	{"conferraldate", COLUMN_ISSUED_ON, NULL},
	{"graduationdate", COLUMN_ISSUED_ON, NULL},
	{"ausstellungsdatum", COLUMN_ISSUED_ON, NULL},
	{"validuntil", COLUMN_VALID_UNTIL, "valid_until"},
	{"expires", COLUMN_VALID_UNTIL, NULL},
	{"expiresat", COLUMN_VALID_UNTIL, NULL},
	{"expirydate", COLUMN_VALID_UNTIL, NULL},
	{"expirationdate", COLUMN_VALID_UNTIL, NULL},
	{"evidenceurl", COLUMN_EVIDENCE_URL, "evidence_url"},
	{"evidence", COLUMN_EVIDENCE_URL, NULL},
	{"externalid", COLUMN_EXTERNAL_ID, "external_id"},
	{"hold", COLUMN_HOLD, "hold"},
	{"print", COLUMN_PRINT, "print"},
	{"line", COLUMN_NOTE, "_line"},
	{"code", COLUMN_NOTE, "_code"},
	{"message", COLUMN_NOTE, "_message"},
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
		return (struct intake_target){COLUMN_FIELD, name, true};
	name = prefixed_name(a, header, STR("result."));
	if (name.n != 0)
		return (struct intake_target){COLUMN_RESULT, name, true};
	return (struct intake_target){COLUMN_NONE, {"", 0}, false};
}

struct intake_target intake_columns_find(struct arena *a, struct str header)
{
	struct intake_target none = {COLUMN_NONE, {"", 0}, false};
	struct str trimmed = intake_unicode_trim(header);
	struct str plain;

	if (trimmed.n == 0 || trimmed.n > HEADER_MAX)
		return none;
	if (is_note(trimmed))
		return (struct intake_target){COLUMN_NOTE, trimmed, true};
	plain = intake_unicode_plain(a, trimmed);
	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		if (str_eq_cz(plain, table[i].plain) && table[i].column != COLUMN_NOTE)
			return (struct intake_target){table[i].column,
				str_of(intake_columns_name(table[i].column)),
				table[i].name != NULL};
	}
	return find_prefixed(a, trimmed);
}

struct intake_target intake_columns_of_key(struct arena *a, struct str key)
{
	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		if (table[i].name != NULL && table[i].column != COLUMN_NOTE
			&& str_eq_cz(key, table[i].name))
			return (struct intake_target){table[i].column, key, true};
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
	struct intake_suggestion s = {NULL, 0};

	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		if (table[i].name != NULL && table[i].column != COLUMN_NOTE)
			intake_suggest_offer(&s, key, table[i].name);
	}
	return s.word;
}
