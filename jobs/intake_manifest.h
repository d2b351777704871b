// SPDX-License-Identifier: Apache-2.0
/* The manifest: strict JSON, "certfill-manifest/1", checked whole before anything else is read. */
#ifndef JOBS_INTAKE_MANIFEST_H
#define JOBS_INTAKE_MANIFEST_H

#include "ipc/wire_intake.h"
#include "jobs/intake_dates.h"
#include "jobs/intake_profile.h"

#define INTAKE_MANIFEST_MAX ((size_t)8 * 1024 * 1024)
/* People in the manifest itself; more belong into a file of their own. */
#define INTAKE_MANIFEST_ROWS_MAX 20000
/* Room that reading the largest manifest may take. */
#define INTAKE_MANIFEST_ARENA ((size_t)128 * 1024 * 1024)

/* source.columns: target is a canonical column, from a header of the file. */
struct intake_source_column {
	struct str target;
	struct str from;
	bool family_given; /* "order": "family,given" */
};

/* source.constants: the same value in every row. */
struct intake_source_constant {
	struct str target;
	struct str value;
};

/* The manifest's "source": how to read the cohort. Stays in intake. */
struct intake_source {
	struct str file; /* empty: not said */
	bool has_sha256;
	uint8_t sha256[32];
	struct str encoding; /* empty: UTF-8 */
	struct str delimiter; /* empty: find out */
	enum intake_date_order date_order;
	const struct intake_profile *profile; /* NULL: none */
	struct bytes rows; /* the manifest's "rows", borrowed from its bytes; empty: none */
	uint32_t rows_line; /* where they begin */
	LIST_OF(struct intake_source_column) columns;
	LIST_OF(struct intake_source_constant) constants;
};

/*
 * Reads and checks input. All texts of *out and *source live in a. INPUT: the sentence begins with
 * the path of what is wrong ("credentials.bsc.achievement.id: ..."), or with the line of a fault in
 * the JSON. LIMIT: too large or too deep.
 */
enum rc intake_manifest_read(struct bytes input, struct arena *a, struct wire_manifest *out,
	struct intake_source *source, struct err *err) MUST_CHECK;

/* Seeds jansson's tables. Before lockdown. */
void intake_manifest_warm_up(void);

#endif
