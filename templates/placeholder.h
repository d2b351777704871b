// SPDX-License-Identifier: Apache-2.0
/*
 * Placeholders in text: "{{recipient.name}}", "{{ issued_on | date:long }}". Values are put in by
 * the drawing process, as text, and are never looked at for placeholders again.
 */
#ifndef TEMPLATES_PLACEHOLDER_H
#define TEMPLATES_PLACEHOLDER_H

#include "base/arena.h"
#include "base/str.h"

struct placeholder_row {
	const char *name; /* a trailing ".*" stands for any name below */
	const char *shows;
	const char *alias; /* a short name for it, or NULL */
};

/* The names a template may use; *count of them. */
const struct placeholder_row *placeholder_table(size_t *count);

enum placeholder_result {
	PLACEHOLDER_GOOD,
	PLACEHOLDER_MALFORMED,
};

/*
 * Reads what stands between "{{" and "}}". *name: aliases spelled out, but not checked against the
 * table; *filter: empty when there is none. Both borrow.
 */
enum placeholder_result placeholder_read(struct str inner, struct str *name, struct str *filter);
bool placeholder_is_known(struct str name);
/* The known name that looks most like it; empty when none does. */
struct str placeholder_suggest(struct str name);
/* True for those that hold a person's name or a title, which may wrap to a second line. */
bool placeholder_may_wrap(struct str name);

#endif
