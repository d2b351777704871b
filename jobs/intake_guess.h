// SPDX-License-Identifier: Apache-2.0
/* What a file that is not UTF-8 would say in this or that encoding: a person chooses, we never do. */
#ifndef JOBS_INTAKE_GUESS_H
#define JOBS_INTAKE_GUESS_H

#include "ipc/wire_intake.h"

/*
 * Looks at a cohort's bytes. encoding is empty when nobody can tell without being told; then readings
 * are what the first cell with a doubtful letter says in each encoding that the whole file could be
 * in, every reading once. Texts live in a; file_name is borrowed.
 */
void intake_guess(struct bytes input, struct str file_name, struct arena *a, struct wire_look *out);

#endif
