// SPDX-License-Identifier: Apache-2.0
/*
 * The CSV format: libcsv finds the cells, this file feeds it one physical line at a time and so
 * knows record and line of everything it says. Runs in: certfill-intake.
 */
#include "base/mem.h"
#include "jobs/cohort_reader.h"
#include "jobs/intake_columns.h"
#include "jobs/intake_text.h"

#include <csv.h>
#include <string.h>

/* A cell longer than this, or a record of more lines, is a quotation mark that nobody closed. */
#define CELL_MAX ((size_t)1024 * 1024)
#define RECORD_LINES_MAX 2000
#define FEED_LEN ((size_t)64 * 1024)
#define SAMPLE_RECORDS 32
/* A file of this many records is a mistake, and the check for doubles is sized by it. */
#define RECORDS_MAX 2000000

struct intake_csv {
	struct intake_text text;
	struct csv_parser parser;
	size_t start; /* of the first record: after a sep= line */
	uint32_t start_line;
	size_t at;
	uint32_t line; /* of the byte at at */
	char delimiter[2];
	struct err failure; /* kind set: the file stopped here */
	/* the record being read */
	struct arena *a;
	struct str *cells;
	uint32_t count;
	size_t len;
	uint32_t record_line;
	bool row_done;
	bool over;
	uint32_t records;
};

static void *grow_entry(void *p, size_t len)
{
	return mem_resize(p, 1, len);
}

static void start_parser(struct intake_csv *c)
{
	(void)csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_realloc_func(&c->parser, grow_entry);
	csv_set_free_func(&c->parser, mem_release);
	csv_set_blk_size(&c->parser, 4096);
	csv_set_delim(&c->parser, (unsigned char)c->delimiter[0]);
}

static void take_cell(void *p, size_t len, void *arg)
{
	struct intake_csv *c = arg;

	if (c->count == COHORT_CELLS_MAX || len > COHORT_RECORD_MAX - c->len) {
		c->over = true;
		return;
	}
	c->len += len;
	c->cells[c->count++] = str_dup(c->a, (struct str){p, len});
}

static void take_row(int terminator, void *arg)
{
	(void)terminator;
	((struct intake_csv *)arg)->row_done = true;
}

static enum rc fail(struct intake_csv *c, struct err *err)
{
	if (err != NULL)
		*err = c->failure;
	return c->failure.kind;
}

static enum rc fail_too_large(struct intake_csv *c, struct err *err)
{
	(void)err_set(&c->failure, RC_INPUT,
		"line %u: the record that begins here has no end within %zu bytes; is a quotation "
		"mark not closed?",
		c->record_line, COHORT_RECORD_MAX);
	return fail(c, err);
}

/* The length of the line at at, its end included. */
static size_t line_len(const struct intake_csv *c)
{
	const char *p = c->text.text.p;
	size_t n = c->text.text.n;
	size_t i = c->at;

	while (i < n && p[i] != '\n' && p[i] != '\r')
		i++;
	if (i < n && p[i] == '\r' && i + 1 < n && p[i + 1] == '\n')
		i++;
	return (i < n ? i + 1 : n) - c->at;
}

/* strict refuses every quote inside a bare cell; Excel's ="00123" and 5" are kept as they stand. */
static size_t feed_quote(struct intake_csv *c, const char *p)
{
	size_t n;

	(void)csv_set_opts(&c->parser, CSV_STRICT_FINI);
	n = csv_parse(&c->parser, p, 1, take_cell, take_row, c);
	(void)csv_set_opts(&c->parser, CSV_STRICT | CSV_STRICT_FINI);
	return n;
}

static enum rc feed(struct intake_csv *c, struct str piece, size_t line_at, struct err *err)
{
	size_t done = 0;

	while (done < piece.n) {
		done += csv_parse(
			&c->parser, piece.p + done, piece.n - done, take_cell, take_row, c);
		if (done == piece.n)
			break;
		if (csv_error(&c->parser) == CSV_EPARSE && !c->parser.quoted && piece.p[done] == '"'
			&& feed_quote(c, piece.p + done) == 1) {
			done++;
			continue;
		}
		(void)err_set(&c->failure, RC_INPUT,
			"line %u, character %zu: text after a closing quotation mark; write "
			"quotation marks inside a "
			"cell twice",
			c->line,
			str_char_count((struct str){c->text.text.p + line_at,
				(size_t)(piece.p - c->text.text.p) + done - line_at})
				+ 1);
		return fail(c, err);
	}
	return c->over || c->parser.entry_pos > CELL_MAX ? fail_too_large(c, err) : RC_OK;
}

/* Nothing but its end, between records: the parser would say nothing about it. */
static bool is_blank_line(const struct intake_csv *c, size_t n)
{
	char first = c->text.text.p[c->at];

	return n <= 2 && (first == '\n' || first == '\r') && !c->parser.quoted && c->count == 0;
}

static enum rc feed_line(struct intake_csv *c, struct err *err)
{
	size_t n = line_len(c);
	struct str line = {c->text.text.p + c->at, n};
	size_t nul = str_find(line, '\0', 0);

	if (is_blank_line(c, n)) {
		c->at += n;
		c->line++;
		return RC_OK;
	}
	if (nul < n) {
		(void)err_set(&c->failure, RC_INPUT,
			"line %u, character %zu: a NUL byte; the file is damaged, or UTF-16 "
			"without its mark "
			"(then: --encoding UTF-16LE)",
			c->line, str_char_count((struct str){line.p, nul}) + 1);
		return fail(c, err);
	}
	for (size_t i = 0; i < n; i += FEED_LEN) {
		enum rc rc = feed(c, str_slice(line, i, i + FEED_LEN), c->at, err);

		if (rc != RC_OK)
			return rc;
	}
	c->at += n;
	c->line++;
	return RC_OK;
}

static enum rc finish(struct intake_csv *c, struct err *err)
{
	if (csv_fini(&c->parser, take_cell, take_row, c) == 0)
		return c->over ? fail_too_large(c, err) : RC_OK;
	(void)err_set(&c->failure, RC_INPUT,
		"line %u, column %u: the quotation mark that opens this cell is never closed",
		c->record_line, c->count + 1);
	return fail(c, err);
}

static enum rc read_record(struct intake_csv *c, struct err *err)
{
	while (!c->row_done && c->at < c->text.text.n) {
		enum rc rc;

		/* A blank line before the record is not its beginning. */
		if (!c->parser.quoted && c->count == 0)
			c->record_line = c->line;
		if (c->line - c->record_line > RECORD_LINES_MAX)
			return fail_too_large(c, err);
		rc = feed_line(c, err);
		if (rc != RC_OK)
			return rc;
	}
	return c->row_done ? RC_OK : finish(c, err);
}

static enum rc csv_next(
	void *state, struct arena *a, struct cohort_record *out, bool *end, struct err *err)
{
	struct intake_csv *c = state;
	struct str cells[COHORT_CELLS_MAX];
	enum rc rc;

	*end = false;
	if (c->failure.kind != RC_OK)
		return fail(c, err);
	c->a = a;
	c->cells = cells;
	c->count = 0;
	c->len = 0;
	c->row_done = false;
	rc = read_record(c, err);
	c->cells = NULL;
	if (rc != RC_OK)
		return rc;
	*end = !c->row_done;
	if (++c->records > RECORDS_MAX) {
		(void)err_set(&c->failure, RC_LIMIT,
			"the cohort has more than %d records; split it", RECORDS_MAX);
		return fail(c, err);
	}
	*out = (struct cohort_record){.line = c->record_line};
	out->cells.count = c->count;
	out->cells.items = arena_dup(a, cells, c->count * sizeof *cells);
	return RC_OK;
}

static void csv_rewind(void *state)
{
	struct intake_csv *c = state;

	csv_free(&c->parser);
	start_parser(c);
	c->at = c->start;
	c->line = c->start_line;
	c->records = 0;
	c->failure = (struct err){0};
	c->over = false;
}

static bool is_delimiter(char c)
{
	return c == ',' || c == ';' || c == '\t' || c == '|';
}

/* How well a delimiter explains the first records: known headers first, then equal cell counts. */
static uint32_t score_delimiter(struct intake_csv *c, char delimiter)
{
	struct arena *a = arena_new(SAMPLE_RECORDS * COHORT_RECORD_ARENA);
	uint32_t header = 0;
	uint32_t same = 0;
	uint32_t last = 0;
	struct cohort_record r = {0};
	bool end = false;

	c->delimiter[0] = delimiter;
	csv_rewind(c);
	for (int i = 0; i < SAMPLE_RECORDS && csv_next(c, a, &r, &end, NULL) == RC_OK && !end;
		i++) {
		uint32_t known = 0;

		for (uint32_t k = 0; k < r.cells.count; k++)
			known += intake_columns_knows(r.cells.items[k]) ? 1u : 0;
		header = known > header ? known : header;
		same += r.cells.count > 1 && r.cells.count == last ? 1u : 0;
		last = r.cells.count;
	}
	arena_free(&a);
	return header * 1000 + same * 10 + (last > 9 ? 9 : last);
}

static void detect_delimiter(struct intake_csv *c)
{
	static const char candidates[] = {',', ';', '\t', '|'};
	uint32_t best_score = 0;
	char best = ',';

	for (size_t i = 0; i < ARRAY_COUNT(candidates); i++) {
		uint32_t score = score_delimiter(c, candidates[i]);

		if (score > best_score) {
			best_score = score;
			best = candidates[i];
		}
	}
	c->delimiter[0] = best;
}

/* Excel's own first line: sep=; */
static bool take_sep_line(struct intake_csv *c)
{
	struct str first = str_slice(c->text.text, 0, line_len(c));
	struct str bare = first;

	while (bare.n > 0 && (bare.p[bare.n - 1] == '\n' || bare.p[bare.n - 1] == '\r'))
		bare.n--;
	if (bare.n != 5 || !str_eq_nocase(str_slice(bare, 0, 4), STR("sep="))
		|| !is_delimiter(bare.p[4]))
		return false;
	c->delimiter[0] = bare.p[4];
	c->start = first.n;
	c->start_line = 2;
	return true;
}

static void csv_close(void **state)
{
	struct intake_csv *c = *state;

	if (c == NULL)
		return;
	csv_free(&c->parser);
	intake_text_close(&c->text);
	MEM_FREE(*state);
}

static enum rc csv_open(
	struct bytes input, const struct cohort_options *o, void **state, struct err *err)
{
	struct intake_csv *c = mem_zalloc(1, sizeof *c);
	enum rc rc;

	*state = c;
	c->delimiter[0] = ',';
	start_parser(c);
	c->start_line = 1;
	rc = intake_text_open(input, o->encoding, &c->text, err);
	if (rc == RC_OK && o->delimiter.n != 0
		&& (o->delimiter.n != 1 || !is_delimiter(o->delimiter.p[0])))
		rc = err_set(
			err, RC_INPUT, "the delimiter must be a comma, a semicolon, a tab or |");
	if (rc != RC_OK) {
		csv_close(state);
		return rc;
	}
	if (!take_sep_line(c)) {
		if (o->delimiter.n == 1)
			c->delimiter[0] = o->delimiter.p[0];
		else
			detect_delimiter(c);
	}
	csv_rewind(c);
	return RC_OK;
}

/* Any text: strangers were sent away before. */
static bool csv_matches(struct str file_name, struct bytes input)
{
	(void)file_name;
	(void)input;
	return true;
}

static struct cohort_shape csv_shape(const void *state)
{
	const struct intake_csv *c = state;

	return (struct cohort_shape){.kind = STR("CSV"),
		.encoding = str_of(c->text.encoding),
		.delimiter = str_of(c->delimiter)};
}

const struct cohort_format intake_csv_format = {
	.name = "CSV",
	.matches = csv_matches,
	.open = csv_open,
	.next = csv_next,
	.rewind = csv_rewind,
	.shape = csv_shape,
	.close = csv_close,
};
