// SPDX-License-Identifier: Apache-2.0
/*
 * Profiles: what is peculiar to the exports of one system. Which of its headers mean our columns,
 * which rows are nobody, what stands for an empty cell. A profile never overrules the manifest.
 */
#ifndef JOBS_INTAKE_PROFILE_H
#define JOBS_INTAKE_PROFILE_H

#include "base/str.h"

#define INTAKE_PROFILE_FROM_MAX 5
#define INTAKE_PROFILE_SKIPS_MAX 4
#define INTAKE_PROFILE_WORDS_MAX 3

/* from: headers as intake_unicode_plain() makes them; the first that the file has is taken. */
struct intake_profile_column {
	const char *target;
	const char *from[INTAKE_PROFILE_FROM_MAX];
	bool family_given; /* "Family,Given" */
	bool only_address; /* a cell without @ is as good as empty */
};

enum intake_profile_match {
	PROFILE_MATCH_IS, /* the cell is one of words, case aside */
	PROFILE_MATCH_STARTS, /* or begins with one */
	PROFILE_MATCH_IS_NOT, /* it is none of words, and not empty */
	PROFILE_MATCH_EMPTY, /* the cell is empty, and so is the one under also */
};

/* Rows that are nobody: by the cell under header. why completes "left out: ...". */
struct intake_profile_skip {
	const char *header;
	const char *also;
	enum intake_profile_match match;
	const char *words[INTAKE_PROFILE_WORDS_MAX];
	const char *why;
};

struct intake_profile {
	const char *name;
	const struct intake_profile_column *columns;
	size_t column_count;
	const struct intake_profile_skip *skips; /* <=INTAKE_PROFILE_SKIPS_MAX */
	size_t skip_count;
	const char *empty; /* a cell that says only this is empty; NULL: none */
	const char *id_prefix; /* taken off ids; NULL: none */
	bool times; /* dates come with a time of day, which is left aside */
};

/* NULL when there is no profile of this name. */
const struct intake_profile *intake_profile_find(struct str name);
/* The name most like it, or NULL. */
const char *intake_profile_suggest(struct str name);
/* All names in one sentence. */
const char *intake_profile_names(void);
/* True when the cell makes the row nobody. also_empty: nothing stands under the skip's also. */
bool intake_profile_skips(const struct intake_profile_skip *skip, struct str cell, bool also_empty);

#endif
