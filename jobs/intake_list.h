// SPDX-License-Identifier: Apache-2.0
/* A list of issued credentials, for a command that applies to many: one a line, by id. */
#ifndef JOBS_INTAKE_LIST_H
#define JOBS_INTAKE_LIST_H

#include "ipc/wire_change.h"

struct intake_list;

/*
 * Opens a file in a cohort's format whose header names a column "credential" (or id, credential_id,
 * ulid). "reason" and "note" are known; every other column is a value to change. INPUT is the
 * sentence. input is borrowed until close.
 */
enum rc intake_list_open(struct str file_name, struct bytes input, struct str encoding,
	struct intake_list **out, struct err *err) MUST_CHECK;
/* The next lines, as many as fit a frame, in file order. *out lives in a. INPUT stops the file. */
enum rc intake_list_next(struct intake_list *l, struct arena *a, struct wire_changes *out,
	struct err *err) MUST_CHECK;
void intake_list_close(struct intake_list **l);

#endif
