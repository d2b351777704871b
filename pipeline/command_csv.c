// SPDX-License-Identifier: Apache-2.0
/* csv inspect, map, check, convert: a cohort looked at before anything is issued. Runs in: control. */
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "pipeline/out_lists.h"
#include "pipeline/plan_rows.h"
#include "pipeline/stage_intake.h"

#include <string.h>

#define PART_MAX ((size_t)4 << 20)
#define PROBLEMS_SHOWN 100u
#define BOM "\xEF\xBB\xBF"

/* One csv command at work. */
struct csv {
	struct client *client;
	struct arena *arena; /* as long as the command */
	struct peer *intake;
	bool has_manifest;
	struct wire_manifest manifest;
	struct wire_cohort cohort;
	uint8_t exit_code;
	int out_fd; /* errors.csv, or the converted cohort */
	uint64_t out_len;
	uint32_t ready;
	uint32_t warnings;
	uint32_t errors;
	uint32_t held;
};

/* ---- opening ---- */

static enum rc open_csv(struct csv *c, struct err *err)
{
	struct str name = {NULL, 0};
	enum rc rc = stage_intake_open(c->client, &c->intake, &c->exit_code, err);

	c->has_manifest = client_file(c->client, "manifest", &name) >= 0;
	if (rc == RC_OK && c->has_manifest) {
		rc = stage_intake_ask(c->intake, MESSAGE_MANIFEST_READ, c->arena, &c->manifest,
			&c->exit_code, err);
		if (rc != RC_OK)
			(void)err_wrap(err, "manifest");
	}
	return rc;
}

static enum rc open_cohort(struct csv *c, struct err *err)
{
	enum rc rc = stage_intake_ask(
		c->intake, MESSAGE_COHORT_OPEN, c->arena, &c->cohort, &c->exit_code, err);

	return rc == RC_OK ? rc : err_wrap(err, "cohort");
}

static void say_columns(struct csv *c)
{
	struct jsonw *w = client_say(c->client, "cohort");

	jsonw_key_str(w, "kind", c->cohort.kind);
	jsonw_key_str(w, "encoding", c->cohort.encoding);
	jsonw_key_str_if(w, "delimiter", c->cohort.delimiter);
	jsonw_key_i64(w, "header_line", c->cohort.header_line);
	jsonw_key_i64(w, "rows", c->cohort.people);
	jsonw_key_open(w, "columns", '[');
	for (uint32_t i = 0; i < c->cohort.columns.count; i++) {
		jsonw_open(w, '{');
		jsonw_key_str(w, "header", c->cohort.columns.items[i].header);
		jsonw_key_str_if(w, "target", c->cohort.columns.items[i].target);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	client_said(c->client);
	for (uint32_t i = 0; i < c->cohort.findings.count; i++)
		client_note(c->client, "info", STR_FMT, STR_ARG(c->cohort.findings.items[i]));
	for (uint32_t i = 0; i < c->cohort.warnings.count; i++)
		client_note(c->client, "warning", STR_FMT, STR_ARG(c->cohort.warnings.items[i]));
}

/* ---- rows ---- */

static enum rc put_out(struct csv *c, struct buf *b, struct err *err)
{
	enum rc rc = b->full ? err_set(err, RC_LIMIT, "a page of rows is too long to be written")
			     : file_write_all(c->out_fd, "the rows", buf_bytes(b), err);

	c->out_len += b->n;
	buf_reset(b);
	return rc;
}

static void say_problem(struct csv *c, const struct wire_row_error *e)
{
	struct jsonw *w;

	if (c->warnings + c->errors > PROBLEMS_SHOWN)
		return;
	w = client_say(c->client, "problem");
	jsonw_key_i64(w, "record", e->record);
	jsonw_key_i64(w, "line", e->line);
	jsonw_key_str(w, "column", e->column);
	jsonw_key_str(w, "code", e->code);
	jsonw_key_str(w, "message", e->message);
	jsonw_key_bool(w, "warning", e->warning);
	client_said(c->client);
}

/* What a command does with the rows of one page; both may be NULL. */
struct visitor {
	void (*row)(struct csv *c, const struct wire_row *row, struct buf *b);
	void (*error)(struct csv *c, const struct wire_row_error *e, struct buf *b);
};

static void visit_page(
	struct csv *c, const struct visitor *v, const struct wire_rows *page, struct buf *b)
{
	for (uint32_t i = 0; i < page->errors.count; i++) {
		const struct wire_row_error *e = &page->errors.items[i];

		if (e->held)
			continue;
		c->warnings += e->warning;
		c->errors += !e->warning;
		say_problem(c, e);
		if (!e->warning && v->error != NULL)
			v->error(c, e, b);
	}
	for (uint32_t i = 0; i < page->rows.count && v->row != NULL; i++)
		v->row(c, &page->rows.items[i], b);
	c->ready += page->rows.count;
	c->held = page->held;
}

static enum rc visit_rows(struct csv *c, const struct visitor *v, struct err *err)
{
	struct arena *page_arena = arena_new((size_t)32 << 20);
	struct buf b = buf_new(PART_MAX);
	struct wire_rows page = {0};
	enum rc rc = RC_OK;

	while (rc == RC_OK && !page.end) {
		arena_reset(page_arena);
		rc = stage_intake_ask(
			c->intake, MESSAGE_ROWS_NEXT, page_arena, &page, &c->exit_code, err);
		if (rc == RC_OK)
			rc = plan_check_page(&page, err);
		if (rc != RC_OK)
			break;
		visit_page(c, v, &page, &b);
		rc = put_out(c, &b, err);
		client_progress(c->client, "read", c->ready + c->errors + c->held, c->cohort.people,
			c->errors);
		if (rc == RC_OK && client_cancelled(c->client)) {
			c->exit_code = EXIT_SIGINT;
			rc = err_set(err, RC_AGAIN, "stopped");
		}
	}
	if (c->warnings + c->errors > PROBLEMS_SHOWN)
		client_note(
			c->client, "info", "and %u more", c->warnings + c->errors - PROBLEMS_SHOWN);
	buf_free(&b);
	arena_free(&page_arena);
	return rc;
}

static enum rc send_out(struct csv *c, struct str path, struct err *err)
{
	struct wire_file file = {.path = path, .len = c->out_len};
	struct wire_files files = {{&file, 1}};

	return client_send_files(c->client, c->out_fd, &files, err);
}

static void say_counts(struct csv *c, const char *key, struct str written)
{
	struct jsonw *w = client_say(c->client, "csv");

	jsonw_key_i64(w, "rows", (int64_t)c->ready + c->errors + c->held);
	jsonw_key_i64(w, "ready", c->ready);
	jsonw_key_i64(w, "warnings", c->warnings);
	jsonw_key_i64(w, "errors", c->errors);
	jsonw_key_i64(w, "held", c->held);
	jsonw_key_str_if(w, key, written);
	client_said(c->client);
}

/* ---- inspect ---- */

static void say_look(struct csv *c, const struct wire_look *look)
{
	char hex[65];
	struct jsonw *w = client_say(c->client, "file");

	text_hex((struct bytes){look->sha256, sizeof look->sha256}, hex);
	jsonw_key_str(w, "file", look->file);
	jsonw_key_i64(w, "bytes", (int64_t)look->len);
	jsonw_key_str(w, "sha256", str_of(hex));
	jsonw_key_str_if(w, "encoding", look->encoding);
	if (look->encoding.n == 0) {
		jsonw_key_i64(w, "line", look->bad_line);
		jsonw_key_i64(w, "cells", look->bad_cells);
		jsonw_key_open(w, "readings", '[');
		for (uint32_t i = 0; i < look->readings.count; i++) {
			jsonw_open(w, '{');
			jsonw_key_str(w, "encoding", look->readings.items[i].encoding);
			jsonw_key_str(w, "text", look->readings.items[i].text);
			jsonw_close(w, '}');
		}
		jsonw_close(w, ']');
	}
	client_said(c->client);
}

static enum rc inspect(struct csv *c, struct err *err)
{
	struct wire_look look;
	enum rc rc = open_csv(c, err);

	if (rc == RC_OK)
		rc = stage_intake_ask(
			c->intake, MESSAGE_COHORT_LOOK, c->arena, &look, &c->exit_code, err);
	if (rc != RC_OK)
		return rc;
	say_look(c, &look);
	if (look.encoding.n == 0 && !client_has(c->client, "encoding")) {
		c->exit_code = EXIT_INPUT;
		return err_set(err, RC_INPUT,
			"the file is not UTF-8; choose what it reads right in with --encoding");
	}
	rc = open_cohort(c, err);
	if (rc == RC_OK)
		say_columns(c);
	return rc;
}

/* ---- map ---- */

static enum rc map(struct csv *c, struct err *err)
{
	struct jsonw *w;
	enum rc rc = open_csv(c, err);

	if (rc == RC_OK)
		rc = open_cohort(c, err);
	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; i < c->cohort.warnings.count; i++)
		client_note(c->client, "warning", STR_FMT, STR_ARG(c->cohort.warnings.items[i]));
	w = client_say(c->client, "map");
	jsonw_key_open(w, "source", '{');
	if (client_has(c->client, "profile"))
		jsonw_key_str(w, "profile", client_option(c->client, "profile"));
	jsonw_key_str(w, "encoding", c->cohort.encoding);
	jsonw_key_str_if(w, "delimiter", c->cohort.delimiter);
	if (client_has(c->client, "date-format"))
		jsonw_key_str(w, "date_format", client_option(c->client, "date-format"));
	jsonw_key_open(w, "columns", '{');
	for (uint32_t i = 0; i < c->cohort.columns.count; i++) {
		const struct wire_column *column = &c->cohort.columns.items[i];

		if (column->target.n == 0)
			continue;
		jsonw_key_of(w, column->target);
		if (c->cohort.family_given && str_eq_cz(column->target, "name")) {
			jsonw_open(w, '{');
			jsonw_key_str(w, "from", column->header);
			jsonw_key_str(w, "order", STR("family,given"));
			jsonw_close(w, '}');
		} else {
			jsonw_str(w, column->header);
		}
	}
	jsonw_close(w, '}');
	jsonw_close(w, '}');
	client_said(c->client);
	return rc;
}

/* ---- check ---- */

static void put_error(struct csv *c, const struct wire_row_error *e, struct buf *b)
{
	char message[1024];

	(void)c;
	(void)text_fmt(message, sizeof message, STR_FMT ": " STR_FMT, STR_ARG(e->column),
		STR_ARG(e->message));
	out_put_error(b, e->raw, e->line, e->code, str_of(message));
}

static enum rc check(struct csv *c, struct err *err)
{
	static const struct visitor visitor = {NULL, put_error};
	struct str path = client_option(c->client, "output");
	struct buf head = buf_new(PART_MAX);
	enum rc rc = open_csv(c, err);

	if (rc == RC_OK)
		rc = open_cohort(c, err);
	if (rc == RC_OK) {
		say_columns(c);
		out_put_errors_header(&head, c->cohort.raw_header);
		rc = put_out(c, &head, err);
	}
	buf_free(&head);
	if (rc == RC_OK)
		rc = visit_rows(c, &visitor, err);
	if (rc != RC_OK)
		return rc;
	if (c->errors != 0 && path.n != 0)
		rc = send_out(c, path, err);
	say_counts(c, "errors_file", c->errors != 0 ? path : (struct str){NULL, 0});
	c->exit_code = c->errors != 0 ? EXIT_INPUT : EXIT_DONE;
	return rc;
}

/* ---- convert ---- */

static const char *const canonical[] = {"recipient_id", "name", "name_latin", "email", "locale",
	"credential", "issued_on", "valid_until", "evidence_url", "external_id"};

static struct str day_text(struct arena *a, int64_t day_s)
{
	char iso[CLOCK_ISO_LEN];

	if (day_s == WIRE_NO_DAY)
		return (struct str){NULL, 0};
	clock_iso(day_s, iso);
	return str_dup(a, (struct str){iso, 10});
}

static void put_row(struct csv *c, const struct wire_row *row, struct buf *b)
{
	struct arena *a = arena_new(65536);
	const struct str cells[] = {row->recipient_id, row->name, row->name_latin, row->email,
		row->lang, row->credential, day_text(a, row->issued_on),
		day_text(a, row->valid_until), row->evidence_url, row->external_id};
	uint32_t more = row->fields.count + row->results.count;

	if (c->ready == 0 && c->out_len == 0 && b->n == 0) {
		buf_put_cz(b, BOM);
		for (size_t i = 0; i < ARRAY_COUNT(canonical); i++)
			out_put_cell(b, str_of(canonical[i]),
				more == 0 && i + 1 == ARRAY_COUNT(canonical));
		for (uint32_t i = 0; i < row->fields.count; i++)
			out_put_cell(b, row->fields.items[i].name, i + 1 == more);
		for (uint32_t i = 0; i < row->results.count; i++)
			out_put_cell(
				b, row->results.items[i].name, row->fields.count + i + 1 == more);
	}
	for (size_t i = 0; i < ARRAY_COUNT(cells); i++)
		out_put_cell(b, cells[i], more == 0 && i + 1 == ARRAY_COUNT(cells));
	for (uint32_t i = 0; i < row->fields.count; i++)
		out_put_cell(b, row->fields.items[i].text, i + 1 == more);
	for (uint32_t i = 0; i < row->results.count; i++)
		out_put_cell(b, row->results.items[i].text, row->fields.count + i + 1 == more);
	arena_free(&a);
}

static enum rc convert(struct csv *c, struct err *err)
{
	static const struct visitor visitor = {put_row, NULL};
	struct str path = client_option(c->client, "output");
	enum rc rc = open_csv(c, err);

	if (rc == RC_OK)
		rc = open_cohort(c, err);
	if (rc == RC_OK)
		rc = visit_rows(c, &visitor, err);
	if (rc == RC_OK && c->ready != 0)
		rc = send_out(c, path, err);
	if (rc != RC_OK)
		return rc;
	say_counts(c, "written", c->ready != 0 ? path : (struct str){NULL, 0});
	c->exit_code = c->errors == 0 ? EXIT_DONE : c->ready != 0 ? EXIT_SOME_FAILED : EXIT_INPUT;
	return rc;
}

/* ---- the commands ---- */

static void run(struct client *client, enum rc (*work)(struct csv *c, struct err *err))
{
	struct csv *c = arena_zalloc(client_arena(client), 1, sizeof *c);
	struct err err = {0};
	enum rc rc;

	c->client = client;
	c->arena = arena_new((size_t)16 << 20);
	c->out_fd = -1;
	c->exit_code = EXIT_UNEXPECTED;
	rc = file_memory("rows", &c->out_fd, &err);
	if (rc == RC_OK)
		rc = work(c, &err);
	peer_free(&c->intake);
	if (rc == RC_OK && c->exit_code == EXIT_UNEXPECTED)
		c->exit_code = EXIT_DONE;
	client_end_job(client, c->exit_code, rc, &err);
	file_auto_close(&c->out_fd);
	arena_free(&c->arena);
}

void command_csv_inspect(struct control *control, struct client *client)
{
	(void)control;
	run(client, inspect);
}

void command_csv_map(struct control *control, struct client *client)
{
	(void)control;
	run(client, map);
}

void command_csv_check(struct control *control, struct client *client)
{
	(void)control;
	run(client, check);
}

void command_csv_convert(struct control *control, struct client *client)
{
	(void)control;
	run(client, convert);
}
