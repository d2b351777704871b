// SPDX-License-Identifier: Apache-2.0
/* What a verification found: checks in order, what may be shown, and the verdict that follows from them. */
#ifndef VERIFY_REPORT_H
#define VERIFY_REPORT_H

#include "base/str.h"

#include "verify/certfill-verify.h"

#define REPORT_CHECKS_MAX 20
#define REPORT_FACTS_MAX 16
#define REPORT_WANTED_MAX 8

enum report_outcome {
	REPORT_OK,
	REPORT_FORGED, /* failed, and so nothing of it may be believed */
	REPORT_FAILED, /* failed; the standing says what that means */
	REPORT_UNKNOWN, /* not checked though the verdict needs it */
	REPORT_SKIPPED, /* not checked, and the verdict does not hang on it */
};

/* How a genuine credential stands, worst last; the worst one counts. */
enum report_standing {
	REPORT_STANDS,
	REPORT_EXPIRED,
	REPORT_SUPERSEDED,
	REPORT_SUSPENDED,
	REPORT_REVOKED,
};

struct report_check {
	const char *name;
	enum report_outcome outcome;
	const char *why;
};

/* a: everything lives here. trusted: signature and issuer were found good. */
struct report {
	struct arena *a;
	const char *kind;
	struct report_check checks[REPORT_CHECKS_MAX];
	size_t check_count;
	struct certfill_fact facts[REPORT_FACTS_MAX];
	size_t fact_count;
	const char *wanted[REPORT_WANTED_MAX];
	size_t wanted_count;
	enum report_standing standing;
	bool trusted;
};

/* name: a literal. Text from outside loses control characters and is clipped. */
void report_add(struct report *r, const char *name, enum report_outcome outcome, const char *fmt,
	...) PRINTF_LIKE(4, 5);
/* Nothing when value is empty. */
void report_fact(struct report *r, const char *name, struct str value);
void report_fact_time(struct report *r, const char *name, int64_t wall_s);
/* name: a DID or an address that could not be found. Once each. */
void report_want(struct report *r, struct str name);
/* Keeps the worse of both. */
void report_worsen(struct report *r, enum report_standing standing);

bool report_has(const struct report *r, enum report_outcome outcome);
enum certfill_verdict report_verdict(const struct report *r);
/* One sentence; lives in r->a. */
const char *report_summary(const struct report *r);
/* A text that may be shown: no control characters, no marks that turn text around, clipped. */
const char *report_clean(struct arena *a, struct str text);

#endif
