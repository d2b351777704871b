// SPDX-License-Identifier: Apache-2.0
/* What is wrong with one record: collected first, so that a person reads all of it at once. */
#ifndef JOBS_INTAKE_PROBLEMS_H
#define JOBS_INTAKE_PROBLEMS_H

#include "base/str.h"

#define INTAKE_PROBLEMS_MAX 32

/* column: the file's own header, or "row". code: stable, for programs. */
struct intake_problem {
	struct str column; /* <=255 */
	const char *code;
	struct str message; /* <=512 */
	bool warning;
};

/* Texts live in a. What goes over INTAKE_PROBLEMS_MAX is dropped: the row is refused anyway. */
struct intake_problems {
	struct arena *a;
	struct intake_problem items[INTAKE_PROBLEMS_MAX];
	uint32_t count;
	uint32_t errors; /* those that are no warnings */
};

void intake_problems_error(struct intake_problems *p, struct str column, const char *code,
	const char *fmt, ...) PRINTF_LIKE(4, 5);
void intake_problems_warn(struct intake_problems *p, struct str column, const char *code,
	const char *fmt, ...) PRINTF_LIKE(4, 5);
/* s at most max bytes long, cut between characters, with "..." when cut. For quoting in messages. */
struct str intake_problems_clip(struct arena *a, struct str s, size_t max);

#endif
