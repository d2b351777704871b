// SPDX-License-Identifier: Apache-2.0
/* One record of the cohort to one row, or to the reasons why it is none. */
#ifndef JOBS_INTAKE_CHECK_H
#define JOBS_INTAKE_CHECK_H

#include "jobs/intake_header.h"
#include "jobs/intake_problems.h"
#include "jobs/intake_seen.h"

/* Room that checking a record may take of its arena, the record itself not counted. */
#define INTAKE_CHECK_ARENA ((size_t)64 * 1024 * 1024)

/* What the records are checked against; borrowed, but for what the checker learns. */
struct intake_checker {
	const struct wire_manifest *manifest; /* NULL: credentials are not checked */
	const struct wire_achievement *achievement; /* of a row without a manifest, or NULL */
	const struct intake_map *map;
	enum intake_date_order issued_order;
	enum intake_date_order valid_order;
	enum intake_date_order start_order;
	enum intake_date_order end_order;
	uint32_t id_digits; /* nearly all ids have so many digits; 0: no such number */
	int64_t now_s;
	struct intake_seen *ids;
	struct intake_seen *mails;
};

/*
 * kept: row is good. Neither kept nor refused by an error: the record is on hold. errors: at most
 * one that is no warning, with all that is wrong in its message; warnings come one by one.
 */
struct intake_outcome {
	bool kept;
	bool held;
	struct wire_row row;
	struct wire_row_error errors[INTAKE_PROBLEMS_MAX + 1];
	uint32_t error_count;
};

/* The cell for a column as it is checked: trimmed, unwrapped; empty when there is none. */
struct str intake_check_cell(
	const struct intake_map *map, const struct cohort_record *r, enum intake_column column);
/* True when every cell is empty. */
bool intake_check_is_blank(const struct cohort_record *r);
/* record: 1 is the first person. Everything in *out lives in a. */
void intake_check_record(struct intake_checker *c, const struct cohort_record *r, uint32_t record,
	struct arena *a, struct intake_outcome *out);

#endif
