// SPDX-License-Identifier: Apache-2.0
/* Names and grammar of placeholders. Runs in: intake, control. */
#include "templates/placeholder.h"

#define NAME_LEN 128
#define FILTER_LEN 64

static const struct placeholder_row rows[] = {
	{"recipient.name", "the person's name, exactly as the cohort has it", "name"},
	{"recipient.name_latin", "the name in Latin letters, when the cohort gives one",
		"name_latin"},
	{"recipient.id", "the institution's own number for the person", NULL},
	{"issued_on", "the day of issue; filters date:short, date:medium, date:long, date:full",
		"date"},
	{"valid_until", "the last day of validity; empty when there is none", NULL},
	{"achievement.name", "what was achieved: the title of the degree or course", "achievement"},
	{"achievement.description", "its description", NULL},
	{"issuer.name", "the institution", "issuer"},
	{"credential.id", "the credential's identifier", NULL},
	{"verify.url", "the address where the certificate can be checked", "url"},
	{"verify.token", "the token that the address ends with, as printed", "token"},
	{"qr", "the verification code; only as a text of its own, or on a rectangle with the id qr",
		NULL},
	{"field.*", "a column of the cohort named field.something", NULL},
	{"result.*", "a result column of the cohort, such as result.grade", NULL},
};

const struct placeholder_row *placeholder_table(size_t *count)
{
	*count = ARRAY_COUNT(rows);
	return rows;
}

static bool is_name_char(char c)
{
	return ((unsigned char)c | 32u) - 'a' < 26u || (c >= '0' && c <= '9') || c == '_'
		|| c == '.' || c == '-';
}

static bool is_name(struct str s)
{
	if (s.n == 0 || s.n > NAME_LEN || ((unsigned char)s.p[0] | 32u) - 'a' >= 26u)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_name_char(s.p[i]))
			return false;
	return true;
}

static bool is_filter(struct str s)
{
	if (s.n == 0 || s.n > FILTER_LEN)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_name_char(s.p[i]) && s.p[i] != ':' && s.p[i] != ',' && s.p[i] != ' ')
			return false;
	return true;
}

enum placeholder_result placeholder_read(struct str inner, struct str *name, struct str *filter)
{
	size_t bar = str_find(inner, '|', 0);

	*name = str_trim(str_slice(inner, 0, bar));
	*filter = bar < inner.n ? str_trim(str_slice(inner, bar + 1, inner.n)) : STR("");
	if (!is_name(*name) || (bar < inner.n && !is_filter(*filter)))
		return PLACEHOLDER_MALFORMED;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		if (rows[i].alias != NULL && str_eq_cz(*name, rows[i].alias))
			*name = str_of(rows[i].name);
	return PLACEHOLDER_GOOD;
}

/* "field." of "field.*"; empty for a plain name. */
static struct str prefix_of(const char *name)
{
	struct str s = str_of(name);

	return str_ends(s, STR(".*")) ? str_slice(s, 0, s.n - 1) : STR("");
}

bool placeholder_is_known(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct str prefix = prefix_of(rows[i].name);

		if (str_eq_cz(name, rows[i].name))
			return prefix.n == 0;
		if (prefix.n > 0 && name.n > prefix.n && str_starts(name, prefix))
			return true;
	}
	return false;
}

/* Edits between two short texts (Levenshtein), or 99 when they are too long to matter. */
static unsigned distance(struct str a, struct str b)
{
	unsigned row[40];

	if (a.n >= ARRAY_COUNT(row) || b.n >= ARRAY_COUNT(row))
		return 99;
	for (unsigned j = 0; j <= b.n; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			unsigned above = row[j];
			unsigned best = diagonal + (a.p[i - 1] != b.p[j - 1]);

			best = above + 1 < best ? above + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			diagonal = above;
			row[j] = best;
		}
	}
	return row[b.n];
}

struct str placeholder_suggest(struct str name)
{
	struct str best = STR("");
	unsigned least = 4;

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct str known = str_of(rows[i].name);
		/* "recipient_name", "RecipientName" and "fullname" are near in their last part. */
		struct str last = str_slice(known, str_find(known, '.', 0) + 1, known.n);
		unsigned far = distance(name, known);
		unsigned near = distance(name, last);

		far = near < far ? near : far;
		if (far < least) {
			least = far;
			best = known;
		}
	}
	return best;
}

bool placeholder_may_wrap(struct str name)
{
	static const char *const names[] = {"recipient.name", "recipient.name_latin",
		"achievement.name", "achievement.description", "issuer.name"};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_eq_cz(name, names[i]))
			return true;
	return false;
}
