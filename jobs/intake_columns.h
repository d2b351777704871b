// SPDX-License-Identifier: Apache-2.0
/* The columns of a cohort: canonical names, and the aliases that other systems write. */
#ifndef JOBS_INTAKE_COLUMNS_H
#define JOBS_INTAKE_COLUMNS_H

#include "base/str.h"

enum intake_column {
	COLUMN_NONE, /* not known: ignored and listed */
	COLUMN_RECIPIENT_ID,
	COLUMN_DIPLOMA_NAME,
	COLUMN_NAME,
	COLUMN_GIVEN_NAME,
	COLUMN_FAMILY_NAME,
	COLUMN_NAME_LATIN,
	COLUMN_EMAIL,
	COLUMN_LOCALE,
	COLUMN_CREDENTIAL,
	COLUMN_ISSUED_ON,
	COLUMN_VALID_UNTIL,
	COLUMN_EVIDENCE_URL,
	COLUMN_EXTERNAL_ID,
	COLUMN_HOLD,
	COLUMN_PRINT, /* known, but nothing prints yet */
	COLUMN_ACTIVITY_START, /* the rest is for badges */
	COLUMN_ACTIVITY_END,
	COLUMN_CREDITS_EARNED,
	COLUMN_LICENSE_NUMBER,
	COLUMN_ROLE,
	COLUMN_TERM,
	COLUMN_NARRATIVE,
	COLUMN_EVIDENCE_NAME,
	COLUMN_EVIDENCE_NARRATIVE,
	COLUMN_EVIDENCE_GENRE,
	COLUMN_NOTE, /* _line, _code, _message: ours, in an errors.csv handed in again */
	COLUMN_SINGLE_COUNT, /* those above occur once */
	COLUMN_FIELD, /* field.* */
	COLUMN_RESULT, /* result.* */
};

#define INTAKE_TARGET_MAX 128

/* How sure a header is about its column: of two for one column, the surer is taken. */
enum intake_alias {
	ALIAS_NONE,
	ALIAS_ADDRESS, /* an e-mail column by its cells: those without @ are as good as empty */
	ALIAS_WEAK, /* gives way to any other alias */
	ALIAS_PLAIN,
	ALIAS_CANONICAL, /* the name itself */
	ALIAS_CHOSEN, /* by manifest or profile */
};

/* name: "issued_on", "field.honors". */
struct intake_target {
	enum intake_column column;
	struct str name;
	enum intake_alias alias;
};

/* What a header of a file means; column is COLUMN_NONE when nothing. name lives in a. */
struct intake_target intake_columns_find(struct arena *a, struct str header);
/* What a key of the manifest's columns means: canonical names only. */
struct intake_target intake_columns_of_key(struct arena *a, struct str key);
/* "issued_on". */
const char *intake_columns_name(enum intake_column column);
/* True when intake_columns_find would find it. */
bool intake_columns_knows(struct str header);
/* The canonical name most like key, or NULL. */
const char *intake_columns_suggest(struct str key);

#endif
