// SPDX-License-Identifier: Apache-2.0
/* JSON scalars as RDF literals. Runs in: as jsonld.c. */
#include "formats/jsonld_literal.h"

#include "base/text.h"
#include "formats/jsonld_iri.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define XSD "http://www.w3.org/2001/XMLSchema#"
/* Doubles of up to so many digits are the same in every implementation. */
#define SAFE_DIGITS 15
#define NUMBER_LEN_MAX 64

/* Digits without leading and trailing zeros. */
static size_t significant_digits(struct str text)
{
	size_t digits = 0;
	size_t zeros = 0;

	for (size_t i = 0; i < text.n && text.p[i] != 'e' && text.p[i] != 'E'; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			continue;
		if (text.p[i] == '0') {
			zeros += digits != 0 ? 1 : 0;
			continue;
		}
		digits += zeros + 1;
		zeros = 0;
	}
	return digits;
}

static enum rc check_number(struct str text, double d, enum jsonld_use use, struct err *err)
{
	if (!isfinite(d))
		return err_set(err, RC_INPUT, "a number too large");
	if (use != JSONLD_ISSUE)
		return RC_OK;
	if (significant_digits(text) > SAFE_DIGITS)
		return err_set(err, RC_INPUT, "a number of more than %d digits", SAFE_DIGITS);
	if ((d != 0 && fabs(d) < 1e-6) || fabs(d) >= 1e21)
		return err_set(err, RC_INPUT, "a number below 1e-6 or not below 1e21");
	return RC_OK;
}

/* Canonical xsd:double: 7.5E0, 1.0E-1. in: what %.15E gave. */
static void put_double(char out[NUMBER_LEN_MAX], const char *in)
{
	const char *e = strchr(in, 'E');
	size_t n = (size_t)(e - in);

	while (n > 3 && in[n - 1] == '0' && in[n - 2] != '.')
		n--;
	(void)text_fmt(out, NUMBER_LEN_MAX, "%.*sE%ld", (int)n, in, strtol(e + 1, NULL, 10));
}

/* floor() would take libm; from 2^53 on every double is whole. */
static bool is_whole(double d)
{
	return fabs(d) >= 9007199254740992.0 || d == (double)(int64_t)d;
}

static enum rc number_text(const struct jsonr_value *value, enum jsonld_use use, bool is_double,
	char out[NUMBER_LEN_MAX], bool *fraction, struct err *err)
{
	char text[NUMBER_LEN_MAX];
	double d;
	enum rc rc;

	if (!text_fmt(text, sizeof text, STR_FMT, STR_ARG(value->text)))
		return err_set(
			err, RC_INPUT, "a number of more than %d characters", NUMBER_LEN_MAX - 1);
	d = strtod(text, NULL);
	rc = check_number(value->text, d, use, err);
	if (rc != RC_OK)
		return rc;
	*fraction = is_double || fabs(d) >= 1e21 || !is_whole(d);
	if (*fraction) {
		(void)text_fmt(text, sizeof text, "%.15E", d);
		put_double(out, text);
	} else {
		/* Negative zero is 0. */
		(void)text_fmt(out, NUMBER_LEN_MAX, "%.0f", d == 0 ? 0.0 : d);
	}
	return RC_OK;
}

enum rc jsonld_literal(struct arena *a, const struct jsonr_value *value, struct str datatype,
	enum jsonld_use use, struct nquads_term *out, struct err *err)
{
	char text[NUMBER_LEN_MAX];
	bool fraction = false;
	enum rc rc;

	*out = (struct nquads_term){.kind = NQUADS_LITERAL, .value = value->text, .note = datatype};
	if (value->kind == JSONR_STRING)
		return RC_OK;
	if (value->kind == JSONR_BOOL) {
		out->value = value->truth ? STR("true") : STR("false");
		if (datatype.n == 0)
			out->note = STR(XSD "boolean");
		return RC_OK;
	}
	rc = number_text(value, use, str_eq_cz(datatype, XSD "double"), text, &fraction, err);
	if (rc != RC_OK)
		return rc;
	if (arena_left_len(a) < sizeof text + 16)
		return err_set(err, RC_LIMIT, "more than fits in memory");
	out->value = str_dup(a, str_of(text));
	if (datatype.n == 0)
		out->note = fraction ? STR(XSD "double") : STR(XSD "integer");
	return RC_OK;
}

/* As jsonld.js and others do: tags are compared in lower case. */
static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_dup(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++) {
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	}
	return (struct str){p, s.n};
}

enum rc jsonld_literal_tag(struct arena *a, const struct jsonr_value *language,
	const struct jsonr_value *direction, enum jsonld_use use, struct nquads_term *term,
	struct err *err)
{
	struct str tag = {"", 0};

	if (language != NULL
		&& (language->kind != JSONR_STRING || !jsonld_iri_is_language(language->text)))
		return err_set(err, RC_INPUT, "a @language that is no tag");
	if (arena_left_len(a) < (language != NULL ? 2 * language->text.n : 0) + 256)
		return err_set(err, RC_LIMIT, "more than fits in memory");
	if (language != NULL)
		tag = lower(a, language->text);
	if (direction == NULL) {
		term->kind = NQUADS_TAGGED;
		term->note = tag;
		return RC_OK;
	}
	if (direction->kind != JSONR_STRING
		|| (!str_eq_cz(direction->text, "ltr") && !str_eq_cz(direction->text, "rtl")))
		return err_set(err, RC_INPUT, "a @direction that is neither ltr nor rtl");
	if (use == JSONLD_ISSUE)
		return err_set(err, RC_INPUT, "a @direction, which not everybody verifies");
	term->note = str_fmt(a, "https://www.w3.org/ns/i18n#" STR_FMT "_" STR_FMT, STR_ARG(tag),
		STR_ARG(direction->text));
	return RC_OK;
}
