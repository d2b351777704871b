// SPDX-License-Identifier: Apache-2.0
/* Rows of issued credentials with other values. Runs in: certfill-intake. */
#include "jobs/intake_change.h"

#include "base/clock.h"
#include "jobs/intake_badge_row.h"
#include "jobs/intake_check.h"
#include "jobs/intake_columns.h"

#define CELLS_MAX 170

/* The columns that the checks look at together, then the changes: a record and its map. */
struct changed {
	struct arena *a;
	struct intake_map map;
	struct cohort_record record;
	struct wire_column columns[CELLS_MAX];
	struct str cells[CELLS_MAX];
	bool set[COLUMN_SINGLE_COUNT]; /* by a change */
	struct wire_row_error refusal;
	bool refused;
};

static void put_cell(struct changed *c, enum intake_column column, struct str text)
{
	int32_t at = c->map.of[column];

	if (at < 0) {
		at = (int32_t)c->record.cells.count++;
		c->map.of[column] = at;
		c->columns[at] = (struct wire_column){
			str_of(intake_columns_name(column)), str_of(intake_columns_name(column))};
	}
	c->cells[at] = text;
}

static void put_day(struct changed *c, enum intake_column column, int64_t day_s)
{
	char iso[CLOCK_ISO_LEN];

	if (day_s == WIRE_NO_DAY)
		return;
	clock_iso(day_s, iso);
	put_cell(c, column, str_dup(c->a, (struct str){iso, 10}));
}

/* Of two days one may stay: they are looked at together. */
static void put_activity(struct changed *c, enum intake_column column, const struct wire_row *row)
{
	for (uint32_t i = 0; i < row->badge.count; i++)
		if (str_eq_cz(row->badge.items[i].name, intake_badge_row_name(column)))
			put_cell(c, column, str_slice(row->badge.items[i].text, 0, 10));
}

static void put_issued(struct changed *c, const struct wire_row *row)
{
	for (size_t i = 0; i < COLUMN_SINGLE_COUNT; i++)
		c->map.of[i] = -1;
	c->map.code_column = -1;
	put_cell(c, COLUMN_RECIPIENT_ID, row->recipient_id);
	put_cell(c, COLUMN_DIPLOMA_NAME, row->name);
	put_cell(c, COLUMN_CREDENTIAL, row->credential);
	put_day(c, COLUMN_ISSUED_ON, row->issued_on);
	put_day(c, COLUMN_VALID_UNTIL, row->valid_until);
	put_activity(c, COLUMN_ACTIVITY_START, row);
	put_activity(c, COLUMN_ACTIVITY_END, row);
}

static void refuse(struct changed *c, struct str column, const char *code, const char *message)
{
	if (c->refused)
		return;
	c->refused = true;
	c->refusal = (struct wire_row_error){
		.column = column, .code = str_of(code), .message = str_of(message)};
}

static void put_value(struct changed *c, const struct intake_target *t, struct str text)
{
	struct intake_map_value v = {.index = (int32_t)c->record.cells.count, .name = t->name};
	bool field = t->column == COLUMN_FIELD;

	if (field ? c->map.fields.count == INTAKE_HEADER_FIELDS
		  : c->map.results.count == INTAKE_HEADER_RESULTS) {
		refuse(c, t->name, "too-many", "too many values are changed at once");
		return;
	}
	c->columns[v.index] = (struct wire_column){t->name, t->name};
	c->cells[v.index] = text;
	c->record.cells.count++;
	if (field)
		c->map.fields.items[c->map.fields.count++] = v;
	else
		c->map.results.items[c->map.results.count++] = v;
}

/* Which columns a correction may change: those that merge() knows. */
static bool may_change(enum intake_column column)
{
	switch ((int)column) {
	case COLUMN_DIPLOMA_NAME:
	case COLUMN_NAME_LATIN:
	case COLUMN_EMAIL:
	case COLUMN_LOCALE:
	case COLUMN_ISSUED_ON:
	case COLUMN_VALID_UNTIL:
	case COLUMN_EVIDENCE_URL:
	case COLUMN_EXTERNAL_ID:
		return true;
	default:
		return intake_badge_row_name(column) != NULL;
	}
}

static void put_change(struct changed *c, const struct wire_value *v)
{
	struct intake_target t = intake_columns_find(c->a, v->name);

	if (c->record.cells.count == CELLS_MAX) {
		refuse(c, v->name, "too-many", "too many values are changed at once");
		return;
	}
	if (t.column == COLUMN_NAME)
		t.column = COLUMN_DIPLOMA_NAME;
	if (t.column == COLUMN_FIELD || t.column == COLUMN_RESULT) {
		put_value(c, &t, v->text);
	} else if (t.column == COLUMN_RECIPIENT_ID || t.column == COLUMN_CREDENTIAL) {
		refuse(c, v->name, "not-changeable",
			"a correction is for the same person and the same credential; revoke this "
			"one and issue the right one instead");
	} else if (t.column == COLUMN_GIVEN_NAME || t.column == COLUMN_FAMILY_NAME) {
		refuse(c, v->name, "not-changeable",
			"say the whole name as it shall be printed, in a column \"name\"");
	} else if (!may_change(t.column)) {
		refuse(c, v->name, "column-unknown",
			"no value of a credential has this name: name, email, locale, issued_on, "
			"valid_until, external_id, field.NAME, result.NAME, and the columns for "
			"badges such as credits_earned or evidence_url");
	} else {
		put_cell(c, t.column, v->text);
		c->set[t.column] = true;
	}
}

/* A value by its name: in place, or at the end. */
static void set_value(struct wire_value *items, uint32_t *count, const struct wire_value *v)
{
	for (uint32_t i = 0; i < *count; i++)
		if (str_eq(items[i].name, v->name)) {
			items[i].text = v->text;
			return;
		}
	items[(*count)++] = *v;
}

static struct wire_value *merged(struct arena *a, const struct wire_value *old, uint32_t *count,
	const struct wire_value *new, uint32_t new_count)
{
	struct wire_value *all = arena_zalloc(a, (size_t)*count + new_count + 1, sizeof *all);

	for (uint32_t i = 0; i < *count; i++)
		all[i] = old[i];
	for (uint32_t i = 0; i < new_count; i++)
		set_value(all, count, &new[i]);
	return all;
}

/* Whether a column or a result that was changed is what says name in a badge. */
static bool is_said_anew(const struct changed *c, const struct wire_row *checked, struct str name)
{
	struct str result = str_starts(name, STR("level.")) ? str_slice(name, 6, name.n) : name;

	for (size_t i = 0; i < COLUMN_SINGLE_COUNT; i++) {
		const char *said = c->set[i] ? intake_badge_row_name((enum intake_column)i) : NULL;

		if (said != NULL && str_eq_cz(name, said))
			return true;
	}
	for (uint32_t i = 0; i < checked->results.count; i++)
		if (str_eq(checked->results.items[i].name, result))
			return true;
	return false;
}

static const struct wire_value *find_value(
	const struct wire_value *items, uint32_t count, struct str name)
{
	for (uint32_t i = 0; i < count; i++)
		if (str_eq(items[i].name, name))
			return &items[i];
	return NULL;
}

/* In their old order, so that what says the same is the same. */
static void merge_badge(struct changed *c, const struct wire_row *checked, struct wire_row *out)
{
	uint32_t old = out->badge.count;
	struct wire_value *all =
		arena_zalloc(c->a, (size_t)old + checked->badge.count + 1, sizeof *all);
	uint32_t n = 0;

	for (uint32_t i = 0; i < old; i++) {
		const struct wire_value *v = &out->badge.items[i];

		if (is_said_anew(c, checked, v->name))
			v = find_value(checked->badge.items, checked->badge.count, v->name);
		if (v != NULL)
			all[n++] = *v;
	}
	for (uint32_t i = 0; i < checked->badge.count; i++) {
		const struct wire_value *v = &checked->badge.items[i];

		if (is_said_anew(c, checked, v->name)
			&& find_value(out->badge.items, old, v->name) == NULL)
			all[n++] = *v;
	}
	out->badge.items = all;
	out->badge.count = n;
}

static void merge(struct changed *c, const struct wire_row *checked, struct wire_row *out)
{
	if (c->set[COLUMN_DIPLOMA_NAME])
		out->name = checked->name;
	if (c->set[COLUMN_NAME_LATIN])
		out->name_latin = checked->name_latin;
	if (c->set[COLUMN_EMAIL])
		out->email = checked->email;
	if (c->set[COLUMN_LOCALE])
		out->lang = checked->lang;
	if (c->set[COLUMN_ISSUED_ON])
		out->issued_on = checked->issued_on;
	if (c->set[COLUMN_VALID_UNTIL])
		out->valid_until = checked->valid_until;
	if (c->set[COLUMN_EVIDENCE_URL])
		out->evidence_url = checked->evidence_url;
	if (c->set[COLUMN_EXTERNAL_ID])
		out->external_id = checked->external_id;
	merge_badge(c, checked, out);
	out->fields.items = merged(c->a, out->fields.items, &out->fields.count,
		checked->fields.items, checked->fields.count);
	out->results.items = merged(c->a, out->results.items, &out->results.count,
		checked->results.items, checked->results.count);
	if (out->fields.count > INTAKE_HEADER_FIELDS || out->results.count > INTAKE_HEADER_RESULTS)
		refuse(c, STR("row"), "too-many", "the row would have too many fields or results");
}

static void check(struct changed *c, const struct wire_row_change *ask, int64_t now_s,
	struct intake_outcome *outcome)
{
	struct wire_achievement achievement = {
		.more = {ask->described.items, ask->described.count}};
	struct intake_checker checker = {.map = &c->map,
		.achievement = &achievement,
		.now_s = now_s,
		.ids = intake_seen_new(),
		.mails = intake_seen_new()};

	c->record.cells.items = c->cells;
	c->record.line = 1;
	c->map.columns.items = c->columns;
	c->map.columns.count = c->record.cells.count;
	intake_check_record(&checker, &c->record, 1, c->a, outcome);
	intake_seen_free(&checker.ids);
	intake_seen_free(&checker.mails);
}

void intake_change_row(
	const struct wire_row_change *ask, int64_t now_s, struct arena *a, struct wire_rows *out)
{
	struct changed *c = arena_zalloc(a, 1, sizeof *c);
	struct intake_outcome *outcome = arena_zalloc(a, 1, sizeof *outcome);
	struct wire_row *row = arena_zalloc(a, 1, sizeof *row);

	c->a = a;
	c->map.fields.items = arena_zalloc(a, INTAKE_HEADER_FIELDS, sizeof *c->map.fields.items);
	c->map.results.items = arena_zalloc(a, INTAKE_HEADER_RESULTS, sizeof *c->map.results.items);
	put_issued(c, &ask->row);
	for (uint32_t i = 0; i < ask->values.count; i++)
		put_change(c, &ask->values.items[i]);
	*row = ask->row;
	*out = (struct wire_rows){.end = true};
	out->rows.items = row;
	out->errors.items = outcome->errors;
	if (!c->refused)
		check(c, ask, now_s, outcome);
	if (!c->refused && outcome->kept)
		merge(c, &outcome->row, row);
	if (c->refused) {
		outcome->errors[0] = c->refusal;
		outcome->error_count = 1;
	}
	out->errors.count = outcome->error_count;
	out->rows.count = !c->refused && outcome->kept ? 1 : 0;
	for (uint32_t i = 0; i < out->errors.count; i++)
		outcome->errors[i].raw = STR("");
}
