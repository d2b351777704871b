// SPDX-License-Identifier: Apache-2.0
/*
 * Cohorts as JSON: one object a line (NDJSON, JSON Lines), or one list of objects, as a file or inside the
 * manifest. The members' names are the header, in the order in which they first occur; a member
 * "field" or "result" may be an object of values. A broken line is one bad row. Runs in:
 * certfill-intake.
 */
#include "base/mem.h"
#include "base/text.h"
#include "jobs/cohort_reader.h"
#include "jobs/intake_json.h"
#include "jobs/intake_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 200
#define NAMES_ARENA ((size_t)1024 * 1024)
#define NAME_LEN 255
/* {"field": {"honors": ...}}: what is deeper is refused with a sentence. */
#define DEPTH_MAX 16
#define RECORDS_MAX 2000000

struct intake_json {
	struct intake_text text;
	bool list; /* [{...}, ...]; else one object a line */
	size_t start; /* after the "[" */
	size_t at;
	uint32_t first_line;
	uint32_t line; /* of the byte at at */
	uint32_t records;
	bool header_given;
	struct arena *names_arena;
	struct str names[NAMES_MAX];
	uint32_t name_count;
	struct err failure; /* kind set: the file stopped here */
};

/* One object as it stands in the file. */
struct piece {
	struct str text;
	uint32_t line;
};

static enum rc stop(struct intake_json *j, struct err *err)
{
	if (err != NULL)
		*err = j->failure;
	return j->failure.kind;
}

static void go_to(struct intake_json *j, size_t at)
{
	for (; j->at < at; j->at++)
		j->line += j->text.text.p[j->at] == '\n' ? 1u : 0;
}

/* ---- one piece after the other ---- */

static bool next_line(struct intake_json *j, struct piece *out)
{
	struct str text = j->text.text;

	while (j->at < text.n) {
		size_t end = str_find(text, '\n', j->at);

		*out = (struct piece){str_trim(str_slice(text, j->at, end)), j->line};
		j->at = end < text.n ? end + 1 : end;
		j->line++;
		if (out->text.n != 0)
			return true;
	}
	return false;
}

static enum rc broken_list(struct intake_json *j, const char *what, struct err *err)
{
	(void)err_set(&j->failure, RC_INPUT, "line %u: %s", j->line, what);
	return stop(j, err);
}

static enum rc next_entry(struct intake_json *j, struct piece *out, bool *end, struct err *err)
{
	struct str text = j->text.text;
	size_t len;

	go_to(j, intake_json_skip_space(text, j->at));
	if (j->at < text.n && text.p[j->at] == ',' && j->records != 0)
		go_to(j, intake_json_skip_space(text, j->at + 1));
	else if (j->at < text.n && text.p[j->at] != ']' && j->records != 0)
		return broken_list(j, "a comma or ] is missing between two rows", err);
	else if (j->at < text.n && text.p[j->at] == ']') {
		size_t rest = intake_json_skip_space(text, j->at + 1);

		*end = true;
		return rest == text.n ? RC_OK
				      : broken_list(j, "something follows the list of rows", err);
	}
	len = intake_json_value_len(text, j->at);
	if (len == 0)
		return broken_list(
			j, "the list of rows, or a row that begins here, is never closed", err);
	*out = (struct piece){str_slice(text, j->at, j->at + len), j->line};
	go_to(j, j->at + len);
	return RC_OK;
}

static enum rc next_piece(struct intake_json *j, struct piece *out, bool *end, struct err *err)
{
	enum rc rc = RC_OK;

	*end = false;
	if (j->failure.kind != RC_OK)
		return stop(j, err);
	if (j->list)
		rc = next_entry(j, out, end, err);
	else
		*end = !next_line(j, out);
	if (rc == RC_OK && !*end && ++j->records > RECORDS_MAX) {
		(void)err_set(&j->failure, RC_LIMIT,
			"the cohort has more than %d records; split it", RECORDS_MAX);
		return stop(j, err);
	}
	return rc;
}

/* ---- from values to cells ---- */

/* The shortest decimal number that is this one. */
static struct str real_text(struct arena *a, double v)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		(void)text_fmt(text, sizeof text, "%.*g", digits, v);
		if (fabs(strtod(text, NULL) - v) <= 0)
			break;
	}
	return str_dup(a, str_of(text));
}

/* False for lists and objects. */
static bool cell_of(struct arena *a, const json_t *value, struct str *out)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		*out = str_dup(
			a, (struct str){json_string_value(value), json_string_length(value)});
		return true;
	case JSON_INTEGER:
		*out = str_fmt(a, "%lld", (long long)json_integer_value(value));
		return true;
	case JSON_REAL:
		*out = real_text(a, json_real_value(value));
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		*out = json_is_true(value) ? STR("true") : STR("false");
		return true;
	case JSON_NULL:
		*out = (struct str){"", 0};
		return true;
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
	return false;
}

static bool is_group(const char *name, const json_t *value)
{
	return json_is_object(value) && (strcmp(name, "field") == 0 || strcmp(name, "result") == 0);
}

/* What a walk over the members of one object does with each; false ends it. */
struct walk {
	struct intake_json *j;
	struct arena *a;
	struct str *cells; /* NULL: names are learnt */
	struct str fault;
};

static int32_t find_name(const struct intake_json *j, struct str name)
{
	for (uint32_t i = 0; i < j->name_count; i++) {
		if (str_eq(j->names[i], name))
			return (int32_t)i;
	}
	return -1;
}

static bool take_member(struct walk *w, struct str name, const json_t *value)
{
	struct str cell;
	int32_t at;

	if (!cell_of(w->a, value, &cell)) {
		w->fault = str_fmt(w->a,
			"the member \"" STR_FMT
			"\" is a list or an object; only field and result are objects of values",
			STR_ARG(str_slice(name, 0, 60)));
		return false;
	}
	at = find_name(w->j, name);
	if (w->cells != NULL && at >= 0) {
		w->cells[at] = cell;
		return true;
	}
	if (w->cells != NULL || at >= 0)
		return true;
	if (w->j->name_count == NAMES_MAX || name.n > NAME_LEN) {
		(void)err_set(&w->j->failure, RC_LIMIT,
			"line %u: the rows have more than %d members, or one with a name longer "
			"than %d bytes",
			w->j->line, NAMES_MAX, NAME_LEN);
		return false;
	}
	w->j->names[w->j->name_count++] = str_dup(w->j->names_arena, name);
	return true;
}

static void walk_object(struct walk *w, json_t *object)
{
	const char *name;
	const char *inner;
	json_t *value;
	json_t *member;

	json_object_foreach(object, name, value)
	{
		if (!is_group(name, value)) {
			if (!take_member(w, str_of(name), value))
				return;
			continue;
		}
		json_object_foreach(value, inner, member)
		{
			if (!take_member(w, str_fmt(w->a, "%s.%s", name, inner), member))
				return;
		}
	}
}

/* NULL with *fault: what is wrong with this row. */
static json_t *parse(struct arena *a, struct str text, struct str *fault)
{
	json_error_t why = {.line = 0};
	json_t *value;

	if (text.n > COHORT_RECORD_MAX || !intake_json_depth_within(text, DEPTH_MAX)) {
		*fault = STR("this row is too long or nested too deeply");
		return NULL;
	}
	value = intake_json_load(text, &why);
	if (value == NULL)
		*fault = str_fmt(a, "not valid JSON at character %d: %s", why.position, why.text);
	else if (!json_is_object(value)) {
		*fault = STR("a row must be an object: {\"name\": \"...\"}");
		json_decref(value);
		value = NULL;
	}
	return value;
}

/* ---- the format ---- */

static void json_rewind(void *state)
{
	struct intake_json *j = state;

	j->at = 0;
	j->line = j->first_line;
	go_to(j, j->start);
	j->records = 0;
	j->header_given = false;
	j->failure = (struct err){0};
}

/* The names of all members of all rows. Broken rows have none. */
static enum rc learn_names(struct intake_json *j, struct err *err)
{
	struct arena *a = arena_new(COHORT_RECORD_ARENA);
	struct piece piece = {0};
	bool end = false;
	enum rc rc = RC_OK;

	while (rc == RC_OK && !end) {
		struct walk w = {.j = j, .a = a};
		json_t *object;

		arena_reset(a);
		rc = next_piece(j, &piece, &end, err);
		if (rc != RC_OK || end)
			break;
		object = parse(a, piece.text, &w.fault);
		if (object == NULL)
			continue;
		walk_object(&w, object);
		json_decref(object);
		if (j->failure.kind != RC_OK)
			rc = stop(j, err);
	}
	arena_free(&a);
	return rc;
}

static void give_header(struct intake_json *j, struct arena *a, struct cohort_record *out)
{
	j->header_given = true;
	*out = (struct cohort_record){.line = j->line};
	out->cells.count = j->name_count;
	out->cells.items = arena_dup(a, j->names, j->name_count * sizeof *j->names);
}

static enum rc json_next(
	void *state, struct arena *a, struct cohort_record *out, bool *end, struct err *err)
{
	struct intake_json *j = state;
	struct walk w = {.j = j, .a = a};
	struct piece piece = {0};
	json_t *object;
	enum rc rc;

	*end = false;
	if (!j->header_given) {
		give_header(j, a, out);
		return RC_OK;
	}
	rc = next_piece(j, &piece, end, err);
	if (rc != RC_OK || *end)
		return rc;
	*out = (struct cohort_record){.line = piece.line};
	out->cells.items = arena_zalloc(a, (size_t)j->name_count + 1, sizeof(struct str));
	w.cells = out->cells.items;
	object = parse(a, piece.text, &w.fault);
	if (object != NULL)
		walk_object(&w, object);
	json_decref(object);
	out->fault = w.fault;
	out->cells.count = w.fault.n != 0 ? 1 : j->name_count;
	if (w.fault.n != 0)
		out->cells.items[0] = str_dup(a, str_slice(piece.text, 0, COHORT_RECORD_MAX));
	return RC_OK;
}

static void json_close(void **state)
{
	struct intake_json *j = *state;

	if (j == NULL)
		return;
	intake_text_close(&j->text);
	arena_free(&j->names_arena);
	MEM_FREE(*state);
}

static enum rc json_open(
	struct bytes input, const struct cohort_options *o, void **state, struct err *err)
{
	struct intake_json *j = mem_zalloc(1, sizeof *j);
	enum rc rc;

	*state = j;
	j->names_arena = arena_new(NAMES_ARENA);
	j->first_line = o->first_line != 0 ? o->first_line : 1;
	rc = intake_text_open(input, o->encoding, &j->text, err);
	if (rc == RC_OK) {
		size_t at = intake_json_skip_space(j->text.text, 0);

		j->list = at < j->text.text.n && j->text.text.p[at] == '[';
		j->start = j->list ? at + 1 : 0;
		json_rewind(j);
		rc = learn_names(j, err);
	}
	if (rc == RC_OK && j->name_count == 0)
		rc = err_set(err, RC_INPUT, "not one row of the cohort is a JSON object");
	if (rc != RC_OK) {
		json_close(state);
		return rc;
	}
	json_rewind(j);
	return RC_OK;
}

/* By its first bytes: {" or {} or [{ or [], which no header of a CSV file begins with. */
static bool json_matches(struct str file_name, struct bytes input)
{
	struct str text = bytes_text(input);
	size_t at;
	size_t then;

	(void)file_name;
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_slice(text, 3, text.n);
	at = intake_json_skip_space(text, 0);
	then = intake_json_skip_space(text, at + 1);
	if (at >= text.n || then >= text.n)
		return false;
	return text.p[at] == '{' ? text.p[then] == '"' || text.p[then] == '}'
				 : text.p[at] == '[' && strchr("{]", text.p[then]) != NULL;
}

static struct cohort_shape json_shape(const void *state)
{
	const struct intake_json *j = state;

	return (struct cohort_shape){.kind = j->list ? STR("JSON list") : STR("JSON lines"),
		.header_first = true,
		.encoding = str_of(j->text.encoding)};
}

const struct cohort_format intake_json_format = {
	.name = "JSON",
	.matches = json_matches,
	.open = json_open,
	.next = json_next,
	.rewind = json_rewind,
	.shape = json_shape,
	.close = json_close,
};
