// SPDX-License-Identifier: Apache-2.0
/* What a row says for its badge: activity, credits, evidence, and results against their descriptions. */
#ifndef JOBS_INTAKE_BADGE_ROW_H
#define JOBS_INTAKE_BADGE_ROW_H

#include "jobs/intake_header.h"
#include "jobs/intake_problems.h"

/* A row whose plain columns are checked. achievement: what it is awarded; NULL when nobody knows. */
struct intake_badge_row {
	const struct intake_map *map;
	const struct cohort_record *record;
	const struct wire_achievement *achievement;
	enum intake_date_order start_order;
	enum intake_date_order end_order;
	struct arena *a;
	struct intake_problems *p;
	struct wire_row *row;
};

/* What row->badge calls the value of a column; NULL when it is none for badges. */
const char *intake_badge_row_name(enum intake_column column);

/* Fills row->badge; what Open Badges would not take is an error of the row. */
void intake_badge_row_check(struct intake_badge_row *b);

#endif
