// SPDX-License-Identifier: Apache-2.0
/* The header of a cohort: which record it is, and what its columns mean. Runs in: certfill-intake. */
#include "jobs/intake_header.h"

#include "jobs/intake_problems.h"
#include "jobs/intake_unicode.h"

#include <string.h>

#define HEADER_LEN 255
#define LISTED_LEN 600
#define CELL_MAX 1024
/* One record, and the work of folding its cells. */
#define SCRATCH_LEN (COHORT_RECORD_ARENA + (size_t)64 * 1024 * 1024)

struct mapping {
	struct arena *a;
	const struct intake_source *source;
	const struct intake_profile *profile;
	struct intake_map *map;
	struct str *cells; /* trimmed headers */
	struct str *plain; /* for comparing; empty: blank or too long */
	enum intake_alias alias[COLUMN_SINGLE_COUNT];
	bool header_first;
	struct err *err;
};

static void warn(struct mapping *m, struct str text)
{
	if (m->map->warnings.count < INTAKE_HEADER_WARNINGS)
		m->map->warnings.items[m->map->warnings.count++] = text;
}

/* The headers that manifest and profile name, for comparing. */
struct wanted {
	struct str *plain;
	uint32_t count;
};

static struct wanted wanted_of(struct arena *a, const struct intake_header_ask *ask)
{
	uint32_t named = ask->source != NULL ? ask->source->columns.count : 0;
	size_t of_profile = ask->profile != NULL ? ask->profile->column_count : 0;
	struct wanted w = {arena_zalloc(a, named + of_profile * INTAKE_PROFILE_FROM_MAX + 1,
				   sizeof(struct str)),
		named};

	for (uint32_t i = 0; i < named; i++)
		w.plain[i] = intake_unicode_plain(a, ask->source->columns.items[i].from);
	for (size_t i = 0; i < of_profile; i++) {
		const struct intake_profile_column *c = &ask->profile->columns[i];

		for (size_t k = 0; k < INTAKE_PROFILE_FROM_MAX && c->from[k] != NULL; k++)
			w.plain[w.count++] = str_of(c->from[k]);
	}
	return w;
}

static bool is_known(struct arena *a, const struct wanted *w, struct str cell)
{
	struct str plain;

	if (cell.n == 0 || cell.n > CELL_MAX)
		return false;
	if (intake_columns_find(a, cell).column != COLUMN_NONE)
		return true;
	plain = intake_unicode_plain(a, cell);
	for (uint32_t i = 0; i < w->count; i++) {
		if (str_eq(plain, w->plain[i]))
			return true;
	}
	return false;
}

static uint32_t count_known(struct arena *a, const struct wanted *w, const struct cohort_record *r)
{
	uint32_t known = 0;

	for (uint32_t i = 0; i < r->cells.count && i < INTAKE_HEADER_COLUMNS; i++)
		known += is_known(a, w, intake_unicode_trim(r->cells.items[i])) ? 1u : 0;
	return known;
}

/* "a, b, c", at most LISTED_LEN bytes. */
static struct str list_headers(struct arena *a, const struct str *cells, uint32_t count)
{
	struct buf b = buf_new(LISTED_LEN * 2);
	struct str out;

	for (uint32_t i = 0; i < count && b.n < LISTED_LEN; i++) {
		if (cells[i].n == 0)
			continue;
		if (b.n != 0)
			buf_put_cz(&b, ", ");
		buf_put_str(&b, intake_problems_clip(a, cells[i], 60));
	}
	out = intake_problems_clip(a, str_dup(a, buf_str(&b)), 120);
	buf_free(&b);
	return out;
}

static void keep_record(struct arena *a, const struct cohort_record *r, struct cohort_record *out)
{
	out->line = r->line;
	out->cells.count = r->cells.count;
	out->cells.items = arena_zalloc(a, r->cells.count, sizeof(struct str));
	for (uint32_t i = 0; i < r->cells.count; i++)
		out->cells.items[i] = str_dup(a, r->cells.items[i]);
}

static enum rc no_header(uint32_t line, struct str first, struct err *err)
{
	if (line == 0)
		return err_set(err, RC_INPUT, "the cohort holds nothing but blank lines");
	return err_set(err, RC_INPUT,
		"no header within the first %d lines: a column name is needed (or given_name and "
		"family_name, or "
		"diploma_name); line %u has: " STR_FMT,
		INTAKE_HEADER_LINES, line, STR_ARG(first));
}

/* The record within the first lines that has most known headers. *best lives in a. */
static enum rc find_record(struct cohort_reader *reader, const struct intake_header_ask *ask,
	struct arena *a, struct cohort_record *best, uint32_t *index, struct err *err)
{
	struct arena *scratch = arena_new(SCRATCH_LEN);
	struct wanted wanted = wanted_of(a, ask);
	struct cohort_record r = {0};
	struct str first = {"", 0};
	uint32_t first_line = 0;
	uint32_t most = 0;
	bool first_only = cohort_reader_shape(reader).header_first;
	bool end = false;
	enum rc rc = RC_OK;

	cohort_reader_rewind(reader);
	for (uint32_t i = 0; i < (first_only ? 1u : INTAKE_HEADER_LINES); i++) {
		uint32_t known;

		arena_reset(scratch);
		rc = cohort_reader_next(reader, scratch, &r, &end, err);
		if (rc != RC_OK || end || (r.line > INTAKE_HEADER_LINES && !first_only))
			break;
		known = count_known(scratch, &wanted, &r);
		if (first_line == 0) {
			first_line = r.line;
			first = list_headers(a, r.cells.items, r.cells.count);
		}
		if (known > most) {
			most = known;
			*index = i;
			keep_record(a, &r, best);
		}
	}
	arena_free(&scratch);
	return rc == RC_OK && most == 0 ? no_header(first_line, first, err) : rc;
}

static enum rc check_repeats(struct mapping *m)
{
	uint32_t count = m->map->columns.count;

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = 0; k < i && m->plain[i].n != 0; k++) {
			if (str_eq(m->plain[i], m->plain[k]))
				return err_set(m->err, RC_INPUT,
					"line %u: the header \"" STR_FMT
					"\" occurs twice, in columns %u and %u; rename one",
					m->map->header_line,
					STR_ARG(m->map->columns.items[i].header), k + 1, i + 1);
		}
	}
	return RC_OK;
}

static enum rc add_value(struct mapping *m, enum intake_column kind, struct intake_map_value v)
{
	bool field = kind == COLUMN_FIELD;
	uint32_t *count = field ? &m->map->fields.count : &m->map->results.count;
	struct intake_map_value *items = field ? m->map->fields.items : m->map->results.items;

	for (uint32_t i = 0; i < *count; i++) {
		if (str_eq(items[i].name, v.name))
			return err_set(m->err, RC_INPUT,
				"two columns are both \"" STR_FMT "\"; rename one",
				STR_ARG(v.name));
	}
	if (*count == (field ? INTAKE_HEADER_FIELDS : INTAKE_HEADER_RESULTS))
		return err_set(m->err, RC_LIMIT, "the cohort has more than %u columns %s", *count,
			field ? "field.*" : "result.*");
	items[(*count)++] = v;
	return RC_OK;
}

static void set_target(
	struct mapping *m, uint32_t index, const struct intake_target *t, enum intake_alias alias)
{
	m->map->of[t->column] = (int32_t)index;
	m->alias[t->column] = alias;
	if (t->column == COLUMN_EMAIL)
		m->map->only_address = alias == ALIAS_ADDRESS;
	m->map->columns.items[index].target = t->name;
}

/* Maps a column that manifest or profile chose. */
static enum rc choose(struct mapping *m, uint32_t index, const struct intake_target *t)
{
	if (t->column == COLUMN_FIELD || t->column == COLUMN_RESULT) {
		m->map->columns.items[index].target = t->name;
		return add_value(
			m, t->column, (struct intake_map_value){(int32_t)index, t->name, {"", 0}});
	}
	set_target(m, index, t, ALIAS_CHOSEN);
	return RC_OK;
}

static enum rc map_by_manifest(struct mapping *m, const struct intake_source_column *c)
{
	struct intake_target t = intake_columns_of_key(m->a, c->target);
	struct str wanted = intake_unicode_plain(m->a, c->from);
	uint32_t i = 0;

	while (i < m->map->columns.count && !str_eq(m->plain[i], wanted))
		i++;
	if (i == m->map->columns.count)
		return err_set(m->err, RC_INPUT,
			"source.columns." STR_FMT ": the cohort has no column \"" STR_FMT
			"\"; it has: " STR_FMT,
			STR_ARG(c->target), STR_ARG(c->from),
			STR_ARG(list_headers(m->a, m->cells, i)));
	if (m->map->columns.items[i].target.n != 0)
		return err_set(m->err, RC_INPUT,
			"source.columns." STR_FMT ": the column \"" STR_FMT "\" is used twice",
			STR_ARG(c->target), STR_ARG(c->from));
	m->map->family_given = m->map->family_given || c->family_given;
	return choose(m, i, &t);
}

/* The column whose header folds to plain; -1 when there is none. */
static int32_t find_plain(const struct mapping *m, const char *plain)
{
	for (uint32_t i = 0; i < m->map->columns.count; i++) {
		if (str_eq_cz(m->plain[i], plain))
			return (int32_t)i;
	}
	return -1;
}

static bool has_value(const struct mapping *m, enum intake_column kind, struct str name)
{
	uint32_t count = kind == COLUMN_FIELD ? m->map->fields.count : m->map->results.count;
	const struct intake_map_value *items =
		kind == COLUMN_FIELD ? m->map->fields.items : m->map->results.items;

	for (uint32_t i = 0; i < count; i++) {
		if (str_eq(items[i].name, name))
			return true;
	}
	return false;
}

static enum rc map_constant(struct mapping *m, const struct intake_source_constant *c)
{
	struct intake_target t = intake_columns_of_key(m->a, c->target);

	if (t.column == COLUMN_FIELD || t.column == COLUMN_RESULT) {
		if (has_value(m, t.column, t.name))
			return err_set(m->err, RC_INPUT,
				"source.constants." STR_FMT
				": the cohort has a column for it; leave one out",
				STR_ARG(c->target));
		return add_value(m, t.column, (struct intake_map_value){-1, t.name, c->value});
	}
	if (m->map->of[t.column] >= 0)
		return err_set(m->err, RC_INPUT,
			"source.constants." STR_FMT ": the cohort has the column \"" STR_FMT
			"\" for it; leave one out",
			STR_ARG(c->target), STR_ARG(intake_header_label(m->map, t.column)));
	m->map->constant[t.column] = c->value;
	return RC_OK;
}

/* Two headers may mean the same: the surer one is taken, else the manifest has to decide. */
static enum rc map_by_name(struct mapping *m, uint32_t index)
{
	struct intake_target t = intake_columns_find(m->a, m->cells[index]);
	int32_t other;

	if (t.column == COLUMN_NONE)
		return RC_OK;
	if (t.column == COLUMN_NOTE) {
		m->map->is_note[index] = true;
		m->map->own_file = true;
		if (str_eq_cz(t.name, "_code"))
			m->map->code_column = (int32_t)index;
		return RC_OK;
	}
	if (t.column == COLUMN_FIELD || t.column == COLUMN_RESULT) {
		if (has_value(m, t.column, t.name))
			return RC_OK;
		m->map->columns.items[index].target = t.name;
		return add_value(
			m, t.column, (struct intake_map_value){(int32_t)index, t.name, {"", 0}});
	}
	other = m->map->of[t.column];
	if (t.alias > m->alias[t.column]) {
		if (other >= 0)
			m->map->columns.items[other].target = (struct str){"", 0};
		set_target(m, index, &t, t.alias);
		return RC_OK;
	}
	if (t.alias < m->alias[t.column])
		return RC_OK;
	return err_set(m->err, RC_INPUT,
		"the columns \"" STR_FMT "\" and \"" STR_FMT
		"\" could both be %s; say which in the manifest's "
		"source.columns, or rename one to %s",
		STR_ARG(m->map->columns.items[other].header),
		STR_ARG(m->map->columns.items[index].header), intake_columns_name(t.column),
		intake_columns_name(t.column));
}

/* What the profile says of the columns that the manifest leaves open. */
static enum rc map_by_profile(struct mapping *m, const struct intake_profile_column *c)
{
	struct intake_target t = intake_columns_of_key(m->a, str_of(c->target));
	bool single = t.column != COLUMN_FIELD && t.column != COLUMN_RESULT;

	if (single ? m->map->of[t.column] >= 0 : has_value(m, t.column, t.name))
		return RC_OK;
	for (size_t k = 0; k < INTAKE_PROFILE_FROM_MAX && c->from[k] != NULL; k++) {
		int32_t i = find_plain(m, c->from[k]);

		if (i < 0 || m->map->columns.items[i].target.n != 0)
			continue;
		m->map->family_given = m->map->family_given || c->family_given;
		if (choose(m, (uint32_t)i, &t) != RC_OK)
			return RC_INPUT;
		m->map->only_address = m->map->only_address || c->only_address;
		return RC_OK;
	}
	return RC_OK;
}

static void map_skips(struct mapping *m)
{
	for (size_t i = 0; i < m->profile->skip_count; i++) {
		const struct intake_profile_skip *skip = &m->profile->skips[i];

		m->map->skip_of[i] = find_plain(m, skip->header);
		m->map->skip_also_of[i] = skip->also != NULL ? find_plain(m, skip->also) : -1;
	}
}

static enum rc map_all(struct mapping *m)
{
	enum rc rc = check_repeats(m);

	for (uint32_t i = 0; rc == RC_OK && m->source != NULL && i < m->source->columns.count; i++)
		rc = map_by_manifest(m, &m->source->columns.items[i]);
	for (size_t i = 0; rc == RC_OK && m->profile != NULL && i < m->profile->column_count; i++)
		rc = map_by_profile(m, &m->profile->columns[i]);
	if (rc == RC_OK && m->profile != NULL)
		map_skips(m);
	for (uint32_t i = 0; rc == RC_OK && i < m->map->columns.count; i++) {
		if (m->map->columns.items[i].target.n == 0)
			rc = map_by_name(m, i);
	}
	for (uint32_t i = 0; rc == RC_OK && m->source != NULL && i < m->source->constants.count;
		i++)
		rc = map_constant(m, &m->source->constants.items[i]);
	return rc;
}

static enum rc check_names(struct mapping *m)
{
	static const enum intake_column names[] = {
		COLUMN_DIPLOMA_NAME, COLUMN_NAME, COLUMN_GIVEN_NAME, COLUMN_FAMILY_NAME};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (m->map->of[names[i]] >= 0)
			return RC_OK;
	}
	return err_set(m->err, RC_INPUT,
		"line %u: no column for the name: name, diploma_name, or given_name and "
		"family_name; there are: " STR_FMT,
		m->map->header_line, STR_ARG(list_headers(m->a, m->cells, m->map->columns.count)));
}

static void add_warnings(struct mapping *m)
{
	uint32_t count = m->map->columns.count;
	struct str *ignored = arena_zalloc(m->a, count, sizeof *ignored);
	uint32_t ignored_count = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (m->map->columns.items[i].target.n == 0 && !m->map->is_note[i]
			&& m->cells[i].n != 0)
			ignored[ignored_count++] = m->cells[i];
	}
	if (ignored_count != 0)
		warn(m,
			str_fmt(m->a, "%u column%s ignored: " STR_FMT, ignored_count,
				ignored_count == 1 ? " is" : "s are",
				STR_ARG(list_headers(m->a, ignored, ignored_count))));
	if (m->map->of[COLUMN_PRINT] >= 0)
		warn(m, str_of("the column print has no effect yet"));
	if (m->map->header_line > 1 && !m->header_first)
		warn(m,
			str_fmt(m->a, "the header is in line %u; what stands above it is left out",
				m->map->header_line));
	if (m->map->of[COLUMN_RECIPIENT_ID] < 0)
		warn(m,
			str_of("there is no column recipient_id; people are told apart by e-mail "
			       "address, or by "
			       "name where there is none"));
}

static void start_map(struct mapping *m, const struct cohort_record *header)
{
	struct intake_map *map = m->map;
	uint32_t count = header->cells.count;

	*map = (struct intake_map){
		.header_line = header->line, .code_column = -1, .profile = m->profile};
	for (size_t i = 0; i < COLUMN_SINGLE_COUNT; i++)
		map->of[i] = -1;
	map->fields.items =
		arena_zalloc(m->a, INTAKE_HEADER_FIELDS, sizeof(struct intake_map_value));
	map->results.items =
		arena_zalloc(m->a, INTAKE_HEADER_RESULTS, sizeof(struct intake_map_value));
	map->warnings.items = arena_zalloc(m->a, INTAKE_HEADER_WARNINGS, sizeof(struct str));
	map->columns.items = arena_zalloc(m->a, count, sizeof(struct wire_column));
	map->columns.count = count;
	m->cells = arena_zalloc(m->a, count, sizeof(struct str));
	m->plain = arena_zalloc(m->a, count, sizeof(struct str));
	for (uint32_t i = 0; i < count; i++) {
		m->cells[i] = intake_unicode_trim(header->cells.items[i]);
		map->columns.items[i].header = intake_problems_clip(m->a, m->cells[i], HEADER_LEN);
		/* A header that is a whole paragraph is nobody's name. */
		if (m->cells[i].n <= CELL_MAX)
			m->plain[i] = intake_unicode_plain(m->a, m->cells[i]);
	}
}

static enum rc skip_header(struct cohort_reader *reader, uint32_t count, struct err *err)
{
	struct arena *scratch = arena_new(COHORT_RECORD_ARENA);
	struct cohort_record r;
	bool end = false;
	enum rc rc = RC_OK;

	cohort_reader_rewind(reader);
	for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
		arena_reset(scratch);
		rc = cohort_reader_next(reader, scratch, &r, &end, err);
	}
	arena_free(&scratch);
	return rc;
}

enum rc intake_header_find(struct cohort_reader *reader, const struct intake_header_ask *ask,
	struct arena *a, struct intake_map *out, struct err *err)
{
	struct mapping m = {
		.a = a, .source = ask->source, .profile = ask->profile, .map = out, .err = err};

	struct cohort_record header = {0};
	uint32_t index = 0;
	enum rc rc = find_record(reader, ask, a, &header, &index, err);

	if (rc != RC_OK)
		return rc;
	if (header.cells.count > INTAKE_HEADER_COLUMNS)
		return err_set(err, RC_LIMIT, "line %u: %u columns, at most %d are allowed",
			header.line, header.cells.count, INTAKE_HEADER_COLUMNS);
	m.header_first = cohort_reader_shape(reader).header_first;
	start_map(&m, &header);
	rc = map_all(&m);
	if (rc == RC_OK)
		rc = check_names(&m);
	if (rc != RC_OK)
		return rc;
	add_warnings(&m);
	out->header_record = index + 1;
	return skip_header(reader, index + 1, err);
}

struct str intake_header_label(const struct intake_map *map, enum intake_column column)
{
	return map->of[column] >= 0 ? map->columns.items[map->of[column]].header
				    : str_of(intake_columns_name(column));
}

static struct str cell_at(const struct cohort_record *r, int32_t index)
{
	return index >= 0 && (uint32_t)index < r->cells.count
		? intake_unicode_trim(r->cells.items[index])
		: (struct str){"", 0};
}

const char *intake_header_skips(const struct intake_map *map, const struct cohort_record *r)
{
	if (map->profile == NULL)
		return NULL;
	for (size_t i = 0; i < map->profile->skip_count; i++) {
		const struct intake_profile_skip *skip = &map->profile->skips[i];

		if (map->skip_of[i] >= 0
			&& intake_profile_skips(skip, cell_at(r, map->skip_of[i]),
				cell_at(r, map->skip_also_of[i]).n == 0))
			return skip->why;
	}
	return NULL;
}
