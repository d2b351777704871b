// SPDX-License-Identifier: Apache-2.0
/* Finding the header of a cohort and deciding what each column means. */
#ifndef JOBS_INTAKE_HEADER_H
#define JOBS_INTAKE_HEADER_H

#include "ipc/wire_intake.h"
#include "jobs/cohort_reader.h"
#include "jobs/intake_columns.h"
#include "jobs/intake_manifest.h"
#include "jobs/intake_profile.h"

#define INTAKE_HEADER_LINES 20
#define INTAKE_HEADER_COLUMNS 200
#define INTAKE_HEADER_FIELDS 100
#define INTAKE_HEADER_RESULTS 50
#define INTAKE_HEADER_WARNINGS 50

/* A field.* or result.* value: from the column at index, or constant when index is negative. */
struct intake_map_value {
	int32_t index;
	struct str name;
	struct str constant;
};

struct intake_map {
	int32_t of[COLUMN_SINGLE_COUNT]; /* index of the column, -1: none */
	struct str constant[COLUMN_SINGLE_COUNT]; /* where no column is */
	LIST_OF(struct intake_map_value) fields;
	LIST_OF(struct intake_map_value) results;
	LIST_OF(struct wire_column) columns; /* all, in file order */
	bool is_note[INTAKE_HEADER_COLUMNS]; /* ours, in an errors.csv handed in again */
	bool own_file; /* any is_note */
	int32_t code_column; /* index of our _code, -1: none */
	bool family_given; /* the name column says "Family,Given" */
	bool only_address; /* an e-mail cell without @ is as good as empty */
	const struct intake_profile *profile; /* NULL: none */
	int32_t skip_of[INTAKE_PROFILE_SKIPS_MAX]; /* columns of the profile's skips, -1: none */
	int32_t skip_also_of[INTAKE_PROFILE_SKIPS_MAX];
	uint32_t header_line;
	uint32_t header_record; /* records before the first person, header included */
	LIST_OF(struct str) warnings; /* <=INTAKE_HEADER_WARNINGS */
};

/* How a cohort is to be read. Both may be NULL; source wins over profile. */
struct intake_header_ask {
	const struct intake_source *source;
	const struct intake_profile *profile;
};

/*
 * Finds the header within the first INTAKE_HEADER_LINES lines and maps it.
 * *out lives in a. The reader stands before the first person afterwards. INPUT is a sentence for
 * the whole file.
 */
enum rc intake_header_find(struct cohort_reader *reader, const struct intake_header_ask *ask,
	struct arena *a, struct intake_map *out, struct err *err) MUST_CHECK;
/* Why the record is nobody by the profile ("the test student"); NULL when it is somebody. */
const char *intake_header_skips(const struct intake_map *map, const struct cohort_record *r);
/* What a person sees as the name of a column: its header, or the target for constants. */
struct str intake_header_label(const struct intake_map *map, enum intake_column column);

#endif
