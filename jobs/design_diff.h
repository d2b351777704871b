// SPDX-License-Identifier: Apache-2.0
/* What differs between two versions of a template, for a person. */
#ifndef JOBS_DESIGN_DIFF_H
#define JOBS_DESIGN_DIFF_H

#include "base/arena.h"
#include "base/str.h"

/* what: "page", "text \"title\": size"; empty before: added, empty after: gone. Borrowed for the call. */
typedef void design_diff_say(void *context, const char *what, struct str before, struct str after);

/*
 * Compares two encoded designs (templates/design.h), texts by their ids, else by what they show.
 * PEER when one is no design.
 */
enum rc design_diff(struct arena *a, const struct bytes designs[2], design_diff_say *say,
	void *context, struct err *err) MUST_CHECK;

#endif
