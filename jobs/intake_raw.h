// SPDX-License-Identifier: Apache-2.0
/*
 * A person's own record as CSV again, for errors.csv: UTF-8, commas, RFC 4180 quotes, no line end.
 * Cells that a spreadsheet would run as a formula get a ' in front.
 */
#ifndef JOBS_INTAKE_RAW_H
#define JOBS_INTAKE_RAW_H

#include "base/str.h"

#define INTAKE_RAW_MAX 16384

/* True when a spreadsheet would take the cell for a formula. */
bool intake_raw_is_formula(struct str cell);
/*
 * leave_out: flags for the first leave_out_count cells that do not go in; may be NULL. Empty when the result is
 * longer than INTAKE_RAW_MAX.
 */
struct str intake_raw_encode(struct arena *a, const struct str *cells, uint32_t count,
	const bool *leave_out, uint32_t leave_out_count);
/* The same for a row that is too long: each cell only as far as there is room, so that columns keep their places. */
struct str intake_raw_encode_clipped(struct arena *a, const struct str *cells, uint32_t count,
	const bool *leave_out, uint32_t leave_out_count);
/* The inverse of the ' in front, for an errors.csv handed in again. Borrows. */
struct str intake_raw_unguard(struct str cell);

#endif
