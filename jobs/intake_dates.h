// SPDX-License-Identifier: Apache-2.0
/* Days as people and spreadsheets write them. Nothing ambiguous is ever decided by a guess. */
#ifndef JOBS_INTAKE_DATES_H
#define JOBS_INTAKE_DATES_H

#include "jobs/intake_problems.h"

/* Days before and after these are mistakes, and nothing later in the house takes them. */
#define INTAKE_DATES_FIRST_YEAR 1900
#define INTAKE_DATES_LAST_YEAR 2299

/* What "03/04/2026" means in a column; also with "-" between the numbers. */
enum intake_date_order {
	DATE_ORDER_UNKNOWN, /* no value of the column proves it */
	DATE_ORDER_DMY,
	DATE_ORDER_MDY,
	DATE_ORDER_BOTH, /* values prove both: the column contradicts itself */
};

/* Two orders seen in one column, together. */
enum intake_date_order intake_dates_join(enum intake_date_order a, enum intake_date_order b);
/* What one value proves: "31/05/2026" is day first, "05/31/2026" month first, the rest nothing. */
enum intake_date_order intake_dates_proof(struct str value);
/* "DD/MM/YYYY", "MM/DD/YYYY", and the formats that need no order; false when it is none of them. */
bool intake_dates_order_of(struct str format, enum intake_date_order *out);

/* "2026-06-12" of "2026-06-12 09:41:00 -0500"; anything else as it is. Borrows. */
struct str intake_dates_without_time(struct str value);
/* "DD/MM/YYYY" of an order that is one of two; empty otherwise. */
const char *intake_dates_order_name(enum intake_date_order order);

/*
 * YYYY-MM-DD (also with midnight after it), YYYYMMDD, YYYY/MM/DD, DD.MM.YYYY, and two numbers
 * and a year with "/" or "-" when order says which is which. *out: midnight UTC. False after
 * adding an error to p, under column.
 */
bool intake_dates_parse(struct str value, enum intake_date_order order, struct str column,
	struct intake_problems *p, int64_t *out);

#endif
