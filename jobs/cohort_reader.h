// SPDX-License-Identifier: Apache-2.0
/*
 * The interface of cohort files: records of UTF-8 cells, whatever the file's format. A format is a
 * new file with a struct cohort_format and one line in the table of cohort_reader.c.
 */
#ifndef JOBS_COHORT_READER_H
#define JOBS_COHORT_READER_H

#include "base/wire.h"

#define COHORT_CELLS_MAX 2000
/* All cells of one record together. */
#define COHORT_RECORD_MAX ((size_t)2 * 1024 * 1024)
/* Room that next() may take of its arena. */
#define COHORT_RECORD_ARENA ((size_t)4 * 1024 * 1024)

/*
 * line: physical line, or row of a sheet, where the record begins, from 1. fault: why this one record
 * cannot be read, in a sentence; its only cell is then what stands there. Empty: it could.
 */
struct cohort_record {
	LIST_OF(struct str) cells;
	uint32_t line;
	struct str fault;
};

/* Both texts may be empty: find out. delimiter: one character; formats without one ignore it. */
struct cohort_options {
	struct str encoding;
	struct str delimiter;
	uint32_t first_line; /* of the input, where it is part of a file; 0: the first */
};

/* Borrows from the reader. */
struct cohort_shape {
	struct str kind; /* "CSV" */
	bool header_first; /* the first record is the header, whatever it says */
	struct str encoding;
	struct str delimiter; /* empty: the format has none */
};

/* What a format gives; state is its own. input outlives the reader. */
struct cohort_format {
	const char *name;
	bool (*matches)(struct str file_name, struct bytes input);
	enum rc (*open)(
		struct bytes input, const struct cohort_options *o, void **state, struct err *err);
	enum rc (*next)(void *state, struct arena *a, struct cohort_record *out, bool *end,
		struct err *err);
	void (*rewind)(void *state);
	struct cohort_shape (*shape)(const void *state);
	void (*close)(void **state);
};

struct cohort_reader;

/*
 * Opens input by the first format of the table that matches. INPUT is the sentence for a file that
 * cannot be read at all. The caller closes.
 */
enum rc cohort_reader_open(struct str file_name, struct bytes input, const struct cohort_options *o,
	struct cohort_reader **out, struct err *err) MUST_CHECK;
/*
 * The next record; its cells live in a. *end: there was none. INPUT stops the file: later calls
 * fail the same way.
 */
enum rc cohort_reader_next(struct cohort_reader *r, struct arena *a, struct cohort_record *out,
	bool *end, struct err *err) MUST_CHECK;
/* Back before the first record. */
void cohort_reader_rewind(struct cohort_reader *r);
struct cohort_shape cohort_reader_shape(const struct cohort_reader *r);
void cohort_reader_close(struct cohort_reader **r);

extern const struct cohort_format intake_csv_format;
extern const struct cohort_format intake_json_format;

#endif
