// SPDX-License-Identifier: Apache-2.0
/* A cohort from its bytes to rows, frame by frame. */
#ifndef JOBS_INTAKE_ROWS_H
#define JOBS_INTAKE_ROWS_H

#include "ipc/wire_intake.h"
#include "jobs/intake_manifest.h"

/* Bytes that the rows of one answer may take; a frame carries 64 KiB. */
#define INTAKE_ROWS_ROOM ((size_t)64000)

/* manifest and source may both be NULL; everything is borrowed until close. */
struct intake_rows_options {
	struct str file_name;
	struct bytes input;
	uint32_t first_line; /* of input, where it is part of a file; 0: the first */
	/* The command line's, each empty or better than the manifest's. */
	struct str encoding;
	struct str delimiter;
	struct str date_format;
	struct str profile;
	const struct wire_manifest *manifest;
	const struct intake_source *source;
	int64_t now_s;
};

struct intake_rows;

/*
 * Reads the whole file once, so that whatever stops it is said before anything is issued: encoding,
 * quotation marks, header, hash. INPUT is the sentence. The caller closes.
 */
enum rc intake_rows_open(
	const struct intake_rows_options *o, struct intake_rows **out, struct err *err) MUST_CHECK;
/* What was found; lists are clipped so that *out fits a frame. Borrows from the rows. */
void intake_rows_describe(const struct intake_rows *r, struct wire_cohort *out);
/* The next rows, as many as fit a frame, in file order. *out lives in a. */
enum rc intake_rows_next(
	struct intake_rows *r, struct arena *a, struct wire_rows *out, struct err *err) MUST_CHECK;
void intake_rows_close(struct intake_rows **r);

#endif
