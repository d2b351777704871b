// SPDX-License-Identifier: Apache-2.0
/* An issued row with some of its values changed, checked like a row of a cohort. */
#ifndef JOBS_INTAKE_CHANGE_H
#define JOBS_INTAKE_CHANGE_H

#include "ipc/wire_change.h"

/*
 * *out holds the row as it would be issued, or one error that says everything that is wrong with it,
 * and warnings. What is not changed stays as it was issued, to the byte. The recipient's id and the
 * credential cannot change: they are what a correction has in common with what it corrects. *out
 * lives in a.
 */
void intake_change_row(
	const struct wire_row_change *ask, int64_t now_s, struct arena *a, struct wire_rows *out);

#endif
