// SPDX-License-Identifier: Apache-2.0
/* The passes over a cohort: one that learns, one that answers. Runs in: certfill-intake. */
#include "jobs/intake_rows.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "jobs/intake_check.h"
#include "jobs/intake_raw.h"

#include <string.h>

/* Two hundred headers of 1 KiB, folded a few times, twice. */
#define MAP_ARENA ((size_t)128 * 1024 * 1024)
#define ROWS_MAX 100u
#define ERRORS_MAX 200u
/* Ids so long or longer are no numbers that somebody keeps in a spreadsheet. */
#define ID_DIGITS_MAX 32
#define ID_SAMPLE_MIN 5u
/* Lines that a profile leaves out and that are named one by one. */
#define SKIPS_SHOWN 10u
#define FINDINGS_MAX 4

struct intake_rows {
	struct cohort_reader *reader;
	struct arena *map_arena; /* as long as the cohort */
	struct arena *record_arena; /* the record in hand */
	struct intake_map map;
	struct intake_checker checker;
	struct wire_cohort cohort;
	struct str findings[FINDINGS_MAX];
	struct intake_outcome outcome;
	bool pending; /* outcome waits for a frame with room */
	size_t pending_len;
	bool ended;
	uint32_t record;
	uint32_t held;
	struct buf scratch;
};

/* What a column of days proves, and where: the first value of each order. */
struct day_column {
	enum intake_date_order order;
	struct str proofs[DATE_ORDER_BOTH]; /* by order: "line 19: 31/05/2026" */
};

/* What the first pass learns about columns. */
struct profile {
	struct day_column issued;
	struct day_column valid;
	struct day_column start;
	struct day_column end;
	uint32_t digits[ID_DIGITS_MAX];
	uint32_t people;
	uint32_t skipped;
};

/* ---- what command line and manifest say ---- */

static enum rc choose_order(
	const struct intake_rows_options *o, enum intake_date_order *order, struct err *err)
{
	*order = o->source != NULL ? o->source->date_order : DATE_ORDER_UNKNOWN;
	if (o->date_format.n == 0 || intake_dates_order_of(o->date_format, order))
		return RC_OK;
	return err_set(err, RC_INPUT,
		"--date-format wants DD/MM/YYYY or MM/DD/YYYY; YYYY-MM-DD, YYYYMMDD and "
		"DD.MM.YYYY are always understood");
}

static enum rc choose_profile(
	const struct intake_rows_options *o, const struct intake_profile **profile, struct err *err)
{
	const char *near = intake_profile_suggest(o->profile);

	*profile = o->source != NULL ? o->source->profile : NULL;
	if (o->profile.n == 0)
		return RC_OK;
	*profile = intake_profile_find(o->profile);
	if (*profile != NULL)
		return RC_OK;
	return err_set(err, RC_INPUT, "there is no profile of this name%s%s%s%s",
		near != NULL ? "; did you mean " : "; there are: ",
		near != NULL ? near : intake_profile_names(), near != NULL ? "?" : "", "");
}

static enum rc choose_delimiter(
	const struct intake_rows_options *o, struct str *out, struct err *err)
{
	*out = o->source != NULL ? o->source->delimiter : (struct str){"", 0};
	if (o->delimiter.n == 0)
		return RC_OK;
	*out = str_eq_nocase(o->delimiter, STR("tab")) ? STR("\t") : o->delimiter;
	if (out->n == 1 && memchr(",;\t|", out->p[0], 4) != NULL)
		return RC_OK;
	return err_set(err, RC_INPUT, "--delimiter wants \",\", \";\", \"|\" or TAB");
}

static enum rc open_reader(struct intake_rows *r, const struct intake_rows_options *o,
	struct str delimiter, struct err *err)
{
	struct cohort_options options = {
		.encoding = o->encoding, .delimiter = delimiter, .first_line = o->first_line};

	if (options.encoding.n == 0 && o->source != NULL && o->first_line == 0)
		options.encoding = o->source->encoding;
	cohort_reader_close(&r->reader);
	return cohort_reader_open(o->file_name, o->input, &options, &r->reader, err);
}

static void warn(struct intake_rows *r, struct str text)
{
	if (r->map.warnings.count < INTAKE_HEADER_WARNINGS)
		r->map.warnings.items[r->map.warnings.count++] = text;
}

/*
 * The manifest's delimiter is tried first. A corrected errors.csv of ours has commas whatever the
 * original had, so a header that only shows with another delimiter is taken, and said.
 */
static enum rc find_header(
	struct intake_rows *r, const struct intake_rows_options *o, struct err *err)
{
	struct intake_header_ask ask = {.source = o->source};
	struct str said;
	struct err second;
	enum rc rc = choose_delimiter(o, &said, err);

	if (rc == RC_OK)
		rc = choose_profile(o, &ask.profile, err);
	if (rc == RC_OK)
		rc = open_reader(r, o, said, err);
	if (rc == RC_OK)
		rc = intake_header_find(r->reader, &ask, r->map_arena, &r->map, err);
	if (rc == RC_OK || said.n == 0 || open_reader(r, o, (struct str){"", 0}, &second) != RC_OK
		|| str_eq(cohort_reader_shape(r->reader).delimiter, said)
		|| intake_header_find(r->reader, &ask, r->map_arena, &r->map, &second) != RC_OK)
		return rc;
	warn(r,
		str_of("the cohort's delimiter is not the one that the manifest's "
		       "source.delimiter says"));
	return RC_OK;
}

static void learn_day(struct intake_rows *r, struct day_column *column, struct str value,
	const struct cohort_record *record)
{
	enum intake_date_order order = intake_dates_proof(value);

	if (order == DATE_ORDER_UNKNOWN)
		return;
	if (column->proofs[order].n == 0)
		column->proofs[order] = str_fmt(r->map_arena, "line %u: " STR_FMT, record->line,
			STR_ARG(intake_problems_clip(r->map_arena, value, 40)));
	column->order = intake_dates_join(column->order, order);
}

static void learn(struct intake_rows *r, struct profile *p, const struct cohort_record *record)
{
	const struct intake_map *map = &r->map;
	struct str id = intake_check_cell(map, record, COLUMN_RECIPIENT_ID);
	uint64_t number;

	p->people++;
	learn_day(r, &p->issued, intake_check_cell(map, record, COLUMN_ISSUED_ON), record);
	learn_day(r, &p->valid, intake_check_cell(map, record, COLUMN_VALID_UNTIL), record);
	learn_day(r, &p->start, intake_check_cell(map, record, COLUMN_ACTIVITY_START), record);
	learn_day(r, &p->end, intake_check_cell(map, record, COLUMN_ACTIVITY_END), record);
	if (id.n < ID_DIGITS_MAX && str_to_u64(id, UINT64_MAX, &number))
		p->digits[id.n]++;
}

/* The number of digits that nine of ten ids have; 0 when there is none. */
static uint32_t usual_digits(const struct profile *p)
{
	for (uint32_t i = 1; i < ID_DIGITS_MAX; i++) {
		if (p->digits[i] >= ID_SAMPLE_MIN
			&& (uint64_t)p->digits[i] * 10 >= (uint64_t)p->people * 9)
			return i;
	}
	return 0;
}

/* The next record that is somebody. p: of the first pass, which says what is skipped; else NULL. */
static enum rc read_record(struct intake_rows *r, struct cohort_record *record, bool *end,
	struct profile *p, struct err *err)
{
	for (;;) {
		const char *why;
		enum rc rc;

		arena_reset(r->record_arena);
		rc = cohort_reader_next(r->reader, r->record_arena, record, end, err);
		if (rc != RC_OK || *end)
			return rc;
		if (record->fault.n == 0 && intake_check_is_blank(record))
			continue;
		why = record->fault.n == 0 ? intake_header_skips(&r->map, record) : NULL;
		if (why == NULL)
			return RC_OK;
		if (p != NULL && p->skipped++ < SKIPS_SHOWN)
			warn(r,
				str_fmt(r->map_arena, "line %u is left out by the profile %s: %s",
					record->line, r->map.profile->name, why));
	}
}

static enum rc skip_header(struct intake_rows *r, struct err *err)
{
	struct cohort_record record;
	bool end = false;
	enum rc rc = RC_OK;

	cohort_reader_rewind(r->reader);
	for (uint32_t i = 0; rc == RC_OK && i < r->map.header_record; i++) {
		arena_reset(r->record_arena);
		rc = cohort_reader_next(r->reader, r->record_arena, &record, &end, err);
	}
	return rc;
}

/* "CONF_DT: DD/MM/YYYY, proved by line 19: 31/05/2026". */
static void say_order(struct intake_rows *r, enum intake_column column, const struct day_column *d)
{
	struct str label =
		intake_problems_clip(r->map_arena, intake_header_label(&r->map, column), 80);

	if (d->order == DATE_ORDER_BOTH)
		warn(r,
			str_fmt(r->map_arena,
				STR_FMT ": days contradict each other: day first by " STR_FMT
					", month first by " STR_FMT,
				STR_ARG(label), STR_ARG(d->proofs[DATE_ORDER_DMY]),
				STR_ARG(d->proofs[DATE_ORDER_MDY])));
	else if (d->order != DATE_ORDER_UNKNOWN)
		r->findings[r->cohort.findings.count++] =
			str_fmt(r->map_arena, STR_FMT ": %s, proved by " STR_FMT, STR_ARG(label),
				intake_dates_order_name(d->order), STR_ARG(d->proofs[d->order]));
}

static enum rc use_orders(struct intake_rows *r, const struct intake_rows_options *o,
	const struct profile *p, struct err *err)
{
	enum intake_date_order said;
	enum rc rc = choose_order(o, &said, err);

	r->checker.issued_order = p->issued.order;
	r->checker.valid_order = p->valid.order;
	r->checker.start_order = p->start.order;
	r->checker.end_order = p->end.order;
	if (rc == RC_OK && said != DATE_ORDER_UNKNOWN) {
		r->checker.issued_order = said;
		r->checker.valid_order = said;
		r->checker.start_order = said;
		r->checker.end_order = said;
	} else if (rc == RC_OK) {
		say_order(r, COLUMN_ISSUED_ON, &p->issued);
		say_order(r, COLUMN_VALID_UNTIL, &p->valid);
		say_order(r, COLUMN_ACTIVITY_START, &p->start);
		say_order(r, COLUMN_ACTIVITY_END, &p->end);
	}
	return rc;
}

static enum rc first_pass(
	struct intake_rows *r, const struct intake_rows_options *o, struct err *err)
{
	struct profile profile = {0};
	struct cohort_record record;
	bool end = false;
	enum rc rc = read_record(r, &record, &end, &profile, err);

	while (rc == RC_OK && !end) {
		learn(r, &profile, &record);
		rc = read_record(r, &record, &end, &profile, err);
	}
	if (rc != RC_OK)
		return rc;
	if (profile.people == 0)
		return err_set(err, RC_INPUT, "the cohort has a header, but nobody below it");
	if (profile.skipped > SKIPS_SHOWN)
		warn(r,
			str_fmt(r->map_arena, "%u more lines are left out by the profile %s",
				profile.skipped - SKIPS_SHOWN, r->map.profile->name));
	r->cohort.people = profile.people;
	rc = use_orders(r, o, &profile, err);
	r->checker.id_digits = usual_digits(&profile);
	return rc == RC_OK ? skip_header(r, err) : rc;
}

static enum rc check_hash(
	struct intake_rows *r, const struct intake_rows_options *o, struct err *err)
{
	hash_sha256(o->input, r->cohort.sha256);
	if (o->source == NULL || !o->source->has_sha256
		|| memcmp(o->source->sha256, r->cohort.sha256, sizeof r->cohort.sha256) == 0)
		return RC_OK;
	return err_set(err, RC_INPUT,
		"source.sha256: the cohort is not the file that the manifest was written for (its "
		"SHA-256 differs)");
}

static void describe(struct intake_rows *r, const struct intake_rows_options *o)
{
	struct cohort_shape shape = cohort_reader_shape(r->reader);
	struct arena *a = r->map_arena;
	struct str *headers = arena_zalloc(a, r->map.columns.count + 1u, sizeof *headers);

	if (o->source != NULL && o->source->file.n != 0 && o->first_line == 0
		&& !str_eq(o->source->file, o->file_name))
		warn(r,
			str_fmt(a, "the manifest was written for the file \"" STR_FMT "\"",
				STR_ARG(o->source->file)));
	for (uint32_t i = 0; i < r->map.columns.count; i++)
		headers[i] = r->map.columns.items[i].header;
	r->cohort.kind = shape.kind;
	r->cohort.encoding = shape.encoding;
	r->cohort.delimiter = shape.delimiter;
	r->cohort.header_line = r->map.header_line;
	r->cohort.family_given = r->map.family_given;
	r->cohort.columns.items = r->map.columns.items;
	r->cohort.columns.count = r->map.columns.count;
	r->cohort.raw_header = intake_raw_encode(
		a, headers, r->map.columns.count, r->map.is_note, INTAKE_HEADER_COLUMNS);
	r->cohort.findings.items = r->findings;
	r->cohort.warnings.items = r->map.warnings.items;
	r->cohort.warnings.count = r->map.warnings.count;
}

/* Two hundred long headers, listed and as CSV, may be more than a frame. */
static enum rc check_description(struct intake_rows *r, struct err *err)
{
	struct buf b = buf_new(INTAKE_ROWS_ROOM);
	bool fits = r->cohort.raw_header.n != 0
		&& wire_encode(&wire_cohort_type, &r->cohort, &b, NULL) == RC_OK;

	buf_free(&b);
	if (!fits)
		return err_set(err, RC_LIMIT, "line %u: the header is longer than %d bytes",
			r->map.header_line, INTAKE_RAW_MAX);
	return RC_OK;
}

enum rc intake_rows_open(
	const struct intake_rows_options *o, struct intake_rows **out, struct err *err)
{
	struct intake_rows *r = mem_zalloc(1, sizeof *r);
	enum rc rc;

	r->map_arena = arena_new(MAP_ARENA);
	r->record_arena = arena_new(COHORT_RECORD_ARENA + INTAKE_CHECK_ARENA);
	r->scratch = buf_new(INTAKE_ROWS_ROOM * 2);
	r->checker = (struct intake_checker){.manifest = o->manifest,
		.map = &r->map,
		.now_s = o->now_s,
		.ids = intake_seen_new(),
		.mails = intake_seen_new()};
	rc = check_hash(r, o, err);
	if (rc == RC_OK)
		rc = find_header(r, o, err);
	if (rc == RC_OK)
		rc = first_pass(r, o, err);
	if (rc == RC_OK) {
		describe(r, o);
		rc = check_description(r, err);
	}
	if (rc != RC_OK) {
		intake_rows_close(&r);
		return rc;
	}
	*out = r;
	return RC_OK;
}

void intake_rows_describe(const struct intake_rows *r, struct wire_cohort *out)
{
	*out = r->cohort;
}

static size_t outcome_len(struct intake_rows *r)
{
	buf_reset(&r->scratch);
	if (r->outcome.kept)
		CHECK(wire_encode(&wire_row_type, &r->outcome.row, &r->scratch, NULL) == RC_OK);
	for (uint32_t i = 0; i < r->outcome.error_count; i++)
		CHECK(wire_encode(&wire_row_error_type, &r->outcome.errors[i], &r->scratch, NULL)
			== RC_OK);
	return r->scratch.n;
}

/* A row and its hints together must fit a frame: hints go first. */
static void fit_outcome(struct intake_rows *r)
{
	while ((r->pending_len = outcome_len(r)) > INTAKE_ROWS_ROOM && r->outcome.error_count > 0)
		r->outcome.error_count--;
}

static enum rc advance(struct intake_rows *r, struct err *err)
{
	struct cohort_record record;
	enum rc rc = read_record(r, &record, &r->ended, NULL, err);

	if (rc != RC_OK || r->ended)
		return rc;
	intake_check_record(&r->checker, &record, ++r->record, r->record_arena, &r->outcome);
	if (r->outcome.held)
		r->held++;
	r->pending = true;
	fit_outcome(r);
	return RC_OK;
}

static void take_outcome(struct intake_rows *r, struct arena *a, struct wire_rows *out)
{
	if (r->outcome.kept)
		wire_copy(&wire_row_type, &r->outcome.row, a, &out->rows.items[out->rows.count++]);
	for (uint32_t i = 0; i < r->outcome.error_count; i++)
		wire_copy(&wire_row_error_type, &r->outcome.errors[i], a,
			&out->errors.items[out->errors.count++]);
	r->pending = false;
}

enum rc intake_rows_next(
	struct intake_rows *r, struct arena *a, struct wire_rows *out, struct err *err)
{
	size_t len = 0;

	*out = (struct wire_rows){0};
	out->rows.items = arena_zalloc(a, ROWS_MAX, sizeof(struct wire_row));
	out->errors.items = arena_zalloc(a, ERRORS_MAX, sizeof(struct wire_row_error));
	while (r->pending || !r->ended) {
		if (!r->pending) {
			enum rc rc = advance(r, err);

			if (rc != RC_OK)
				return rc;
			continue;
		}
		if (len + r->pending_len > INTAKE_ROWS_ROOM || out->rows.count == ROWS_MAX
			|| out->errors.count + r->outcome.error_count > ERRORS_MAX)
			break;
		len += r->pending_len;
		take_outcome(r, a, out);
	}
	out->end = r->ended && !r->pending;
	out->held = r->held;
	return RC_OK;
}

void intake_rows_close(struct intake_rows **r)
{
	if (*r == NULL)
		return;
	cohort_reader_close(&(*r)->reader);
	intake_seen_free(&(*r)->checker.ids);
	intake_seen_free(&(*r)->checker.mails);
	arena_free(&(*r)->map_arena);
	arena_free(&(*r)->record_arena);
	buf_free(&(*r)->scratch);
	MEM_FREE(*r);
}
