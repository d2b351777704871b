// SPDX-License-Identifier: Apache-2.0
/* Checks and the verdict. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/report.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#define SHOWN_MAX ((size_t)400)

/* Controls of C0 and C1, line separators, and the marks that turn the order of text around. */
static bool may_be_shown(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7F && c < 0xA0) && c != 0x2028 && c != 0x2029
		&& !(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069) && c != 0xFEFF
		&& c != 0x200E && c != 0x200F && c != 0x061C;
}

const char *report_clean(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, 4 * SHOWN_MAX + 8);
	size_t n = 0;

	for (size_t at = 0; at < text.n && n < SHOWN_MAX;) {
		uint32_t c = str_next_char(text, &at);

		n += str_put_char(may_be_shown(c) ? c : ' ', out + n);
		if (n >= SHOWN_MAX && at < text.n)
			n += str_put_char(0x2026, out + n);
	}
	out[n] = '\0';
	return out;
}

void report_add(
	struct report *r, const char *name, enum report_outcome outcome, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	CHECK(r->check_count < REPORT_CHECKS_MAX);
	va_start(args, fmt);
	(void)text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	r->checks[r->check_count++] =
		(struct report_check){name, outcome, report_clean(r->a, str_of(text))};
}

void report_fact(struct report *r, const char *name, struct str value)
{
	if (value.n != 0 && r->fact_count < REPORT_FACTS_MAX)
		r->facts[r->fact_count++] = (struct certfill_fact){name, report_clean(r->a, value)};
}

void report_fact_time(struct report *r, const char *name, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(wall_s, iso);
	report_fact(r, name, str_of(iso));
}

void report_want(struct report *r, struct str name)
{
	for (size_t i = 0; i < r->wanted_count; i++)
		if (str_eq_cz(name, r->wanted[i]))
			return;
	if (r->wanted_count < REPORT_WANTED_MAX && name.n <= 1024)
		r->wanted[r->wanted_count++] = str_fmt(r->a, STR_FMT, STR_ARG(name)).p;
}

void report_worsen(struct report *r, enum report_standing standing)
{
	if (standing > r->standing)
		r->standing = standing;
}

bool report_has(const struct report *r, enum report_outcome outcome)
{
	for (size_t i = 0; i < r->check_count; i++)
		if (r->checks[i].outcome == outcome)
			return true;
	return false;
}

enum certfill_verdict report_verdict(const struct report *r)
{
	if (report_has(r, REPORT_FORGED))
		return CERTFILL_NOT_GENUINE;
	if (!r->trusted)
		return CERTFILL_UNDETERMINED;
	switch (r->standing) {
	case REPORT_REVOKED:
		return CERTFILL_REVOKED;
	case REPORT_SUSPENDED:
		return CERTFILL_SUSPENDED;
	case REPORT_SUPERSEDED:
		return CERTFILL_SUPERSEDED;
	case REPORT_EXPIRED:
		return CERTFILL_EXPIRED;
	case REPORT_STANDS:
	default:
		break;
	}
	/* What could not be checked is never shown as good. */
	if (report_has(r, REPORT_UNKNOWN) || report_has(r, REPORT_FAILED))
		return CERTFILL_UNDETERMINED;
	return CERTFILL_VALID;
}

static const char *first_why(const struct report *r, enum report_outcome outcome)
{
	for (size_t i = 0; i < r->check_count; i++)
		if (r->checks[i].outcome == outcome)
			return r->checks[i].why;
	return NULL;
}

static const char *fact_value(const struct report *r, const char *name)
{
	for (size_t i = 0; i < r->fact_count; i++)
		if (strcmp(r->facts[i].name, name) == 0)
			return r->facts[i].value;
	return NULL;
}

/* "Master of Arts, by University of Example": who says what. */
static struct str subject(const struct report *r)
{
	const char *what = fact_value(r, "achievement");
	const char *who = fact_value(r, "issuer");

	return str_fmt(r->a, "%s, issued by %s", what != NULL ? what : "a credential",
		who != NULL ? who : "an issuer without a name");
}

const char *report_summary(const struct report *r)
{
	enum certfill_verdict verdict = report_verdict(r);
	const char *why = first_why(r, REPORT_FORGED);

	if (verdict == CERTFILL_NOT_GENUINE)
		return why;
	if (verdict == CERTFILL_UNDETERMINED) {
		why = first_why(r, REPORT_UNKNOWN);
		if (why == NULL)
			why = first_why(r, REPORT_FAILED);
		return why != NULL ? why : "nothing in it could be checked";
	}
	return str_fmt(r->a, STR_FMT, STR_ARG(subject(r))).p;
}
