// SPDX-License-Identifier: Apache-2.0
/* The checks of a record, column by column. Runs in: certfill-intake. */
#include "jobs/intake_check.h"

#include "base/suggest.h"
#include "base/text.h"
#include "jobs/intake_badge_row.h"
#include "jobs/intake_cells.h"
#include "jobs/intake_raw.h"
#include "jobs/intake_unicode.h"

#include <string.h>

#define ID_MAX 255
#define FIELD_MAX 10000
#define RESULT_MAX 2000
#define DAY_S ((int64_t)86400)
#define MESSAGE_MAX 512
#define SHOWN_MAX 80
/* What a frame of ROWS_ARE can carry besides its own few bytes. */
#define ROW_MAX ((size_t)60000)

struct row_check {
	struct intake_checker *c;
	const struct intake_map *map;
	const struct cohort_record *r;
	struct arena *a;
	struct wire_row *row;
	struct intake_problems *p;
	bool id_given;
};

static struct str clean_cell(const struct intake_map *map, struct str cell)
{
	struct str s = intake_unicode_trim(cell);

	if (map->own_file)
		s = intake_raw_unguard(s);
	s = intake_unicode_trim(intake_cells_unwrap(s));
	if (map->profile != NULL && map->profile->empty != NULL
		&& str_eq_cz(s, map->profile->empty))
		return (struct str){"", 0};
	return s;
}

/* What profile and aliases say of the cells of single columns. */
static struct str peculiar_cell(
	const struct intake_map *map, enum intake_column column, struct str s)
{
	const struct intake_profile *profile = map->profile;

	if (column == COLUMN_EMAIL && map->only_address && str_find(s, '@', 0) == s.n)
		return (struct str){"", 0};
	if (profile == NULL)
		return s;
	if (column == COLUMN_RECIPIENT_ID && profile->id_prefix != NULL
		&& str_starts(s, str_of(profile->id_prefix)))
		return intake_unicode_trim(str_slice(s, str_of(profile->id_prefix).n, s.n));
	if (profile->times && (column == COLUMN_ISSUED_ON || column == COLUMN_VALID_UNTIL))
		return intake_dates_without_time(s);
	return s;
}

struct str intake_check_cell(
	const struct intake_map *map, const struct cohort_record *r, enum intake_column column)
{
	int32_t i = map->of[column];

	if (i < 0)
		return map->constant[column];
	return (uint32_t)i < r->cells.count
		? peculiar_cell(map, column, clean_cell(map, r->cells.items[i]))
		: (struct str){"", 0};
}

bool intake_check_is_blank(const struct cohort_record *r)
{
	for (uint32_t i = 0; i < r->cells.count; i++) {
		if (intake_unicode_trim(r->cells.items[i]).n != 0)
			return false;
	}
	return true;
}

static struct str label(const struct row_check *k, enum intake_column column)
{
	return intake_header_label(k->map, column);
}

/* The cell, when it is there and no damage of Excel's; empty otherwise. */
static struct str sound_cell(struct row_check *k, enum intake_column column)
{
	struct str s = intake_check_cell(k->map, k->r, column);

	if (s.n != 0 && !intake_cells_check_excel(s, label(k, column), k->p))
		return (struct str){"", 0};
	return s;
}

/*
 * A row of our errors.csv that had the wrong number of cells was given the right one when it was
 * written, so only a person can say that it is in order now.
 */
static bool is_still_misshapen(const struct row_check *k)
{
	int32_t i = k->map->code_column;
	struct str code;

	if (i < 0 || (uint32_t)i >= k->r->cells.count)
		return false;
	code = intake_unicode_trim(k->r->cells.items[i]);
	return str_eq_cz(code, "cells-too-few") || str_eq_cz(code, "cells-too-many")
		|| str_eq_cz(code, "json-invalid");
}

static bool check_shape(struct row_check *k)
{
	uint32_t want = k->map->columns.count;
	uint32_t have = k->r->cells.count;

	if (k->r->fault.n != 0) {
		intake_problems_error(
			k->p, STR("row"), "json-invalid", STR_FMT, STR_ARG(k->r->fault));
		return false;
	}

	for (uint32_t i = want; i < have; i++) {
		if (intake_unicode_trim(k->r->cells.items[i]).n != 0) {
			intake_problems_error(k->p, STR("row"), "cells-too-many",
				"%u cells, the header has %u; is a quotation mark missing around a "
				"cell with the "
				"delimiter in it?",
				have, want);
			return false;
		}
	}
	if (have == want && is_still_misshapen(k)) {
		intake_problems_error(k->p, STR("row"), "cells-too-few",
			"this row had too few or too many cells before; put them under their "
			"headers, then "
			"empty its cell _code");
		return false;
	}
	if (have < want)
		intake_problems_error(k->p, STR("row"), "cells-too-few",
			"%u cells, the header has %u; is there a line break inside a cell without "
			"quotation marks?",
			have, want);
	return have >= want;
}

static void check_name(struct row_check *k)
{
	enum intake_column column = COLUMN_DIPLOMA_NAME;
	struct str s = sound_cell(k, column);

	if (s.n == 0) {
		column = COLUMN_NAME;
		s = sound_cell(k, column);
		if (s.n != 0 && k->map->family_given && s.n <= FIELD_MAX)
			s = intake_cells_turn_name(s, label(k, column), k->p);
	}
	if (s.n == 0) {
		struct str given = sound_cell(k, COLUMN_GIVEN_NAME);
		struct str family = sound_cell(k, COLUMN_FAMILY_NAME);

		column = k->map->of[COLUMN_GIVEN_NAME] >= 0 ? COLUMN_GIVEN_NAME : COLUMN_NAME;
		if (given.n <= 1024 && family.n <= 1024)
			s = intake_cells_join_name(k->a, given, family,
				intake_check_cell(k->map, k->r, COLUMN_LOCALE));
		else
			intake_problems_error(k->p, label(k, column), "too-long",
				"longer than %d characters", INTAKE_NAME_CHARS);
	}
	if (s.n == 0 && k->p->errors == 0)
		intake_problems_error(k->p, label(k, column), "name-missing", "there is no name");
	k->row->name = intake_cells_name(s, label(k, column), k->p);
	if (k->row->name.n == 0 && s.n != 0 && k->p->errors == 0)
		intake_problems_error(k->p, label(k, column), "name-missing", "there is no name");
	k->row->name_latin = intake_cells_name(
		sound_cell(k, COLUMN_NAME_LATIN), label(k, COLUMN_NAME_LATIN), k->p);
}

static void check_email(struct row_check *k)
{
	struct str s = sound_cell(k, COLUMN_EMAIL);

	if (s.n == 0) {
		if (k->c->manifest != NULL && k->c->manifest->email_required)
			intake_problems_error(k->p, label(k, COLUMN_EMAIL), "email-missing",
				"there is no address, and the manifest's policy.missing_email is "
				"\"reject\"");
		return;
	}
	if (intake_cells_check_email(s, label(k, COLUMN_EMAIL), k->p))
		k->row->email = s;
}

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return s.n != 0;
}

/* An id that nobody gave: stable for the same address, or for the same name without one. */
static struct str derive_id(struct row_check *k)
{
	bool by_mail = k->row->email.n != 0;
	struct str seed = by_mail ? intake_unicode_lower(k->a, k->row->email) : k->row->name;
	uint8_t digest[16];
	char hex[33];

	intake_seen_digest(by_mail ? STR("email") : STR("name"), seed, digest);
	text_hex((struct bytes){digest, 10}, hex);
	return str_fmt(k->a, "%s-%s", by_mail ? "m" : "n", hex);
}

static void check_id(struct row_check *k)
{
	struct str column = label(k, COLUMN_RECIPIENT_ID);
	struct str s = sound_cell(k, COLUMN_RECIPIENT_ID);
	bool mapped = k->map->of[COLUMN_RECIPIENT_ID] >= 0
		|| k->map->constant[COLUMN_RECIPIENT_ID].n != 0;

	if (!mapped) {
		k->row->recipient_id = derive_id(k);
		return;
	}
	k->id_given = true;
	if (s.n == 0) {
		intake_problems_error(k->p, column, "id-missing",
			"this person has no id; the others are told apart by it");
		return;
	}
	if (!intake_cells_check_number(s, column, k->p))
		return;
	if (k->c->id_digits != 0 && is_digits(s) && s.n < k->c->id_digits)
		intake_problems_warn(k->p, column, "id-short",
			"\"" STR_FMT
			"\" has %zu digits, nearly all others have %u; were leading zeros lost?",
			STR_ARG(intake_problems_clip(k->a, s, SHOWN_MAX)), s.n, k->c->id_digits);
	k->row->recipient_id = intake_cells_text(s, ID_MAX, false, column, k->p);
}

static void check_locale(struct row_check *k)
{
	struct str s = sound_cell(k, COLUMN_LOCALE);

	if (s.n != 0 && intake_cells_check_locale(s, label(k, COLUMN_LOCALE), k->p))
		k->row->lang = s;
}

static void refuse_credential(struct row_check *k, struct str s)
{
	const struct wire_manifest *m = k->c->manifest;
	struct suggestion near = {NULL, 0};

	for (uint32_t i = 0; i < m->credentials.count; i++) {
		const char *key;

		if (str_cz(k->a, m->credentials.items[i].key, &key, NULL) == RC_OK)
			suggest_offer(&near, s, key);
	}
	intake_problems_error(k->p, label(k, COLUMN_CREDENTIAL), "credential-unknown",
		"\"" STR_FMT "\" is not among the manifest's credentials%s%s%s",
		STR_ARG(intake_problems_clip(k->a, s, SHOWN_MAX)),
		near.word != NULL ? "; did you mean \"" : "", near.word != NULL ? near.word : "",
		near.word != NULL ? "\"?" : "");
}

static void check_credential(struct row_check *k)
{
	const struct wire_manifest *m = k->c->manifest;
	struct str s = sound_cell(k, COLUMN_CREDENTIAL);

	if (m == NULL) {
		k->row->credential =
			intake_cells_text(s, 64, false, label(k, COLUMN_CREDENTIAL), k->p);
		return;
	}
	if (s.n == 0 && m->credentials.count == 1)
		s = m->credentials.items[0].key;
	if (s.n == 0) {
		intake_problems_error(k->p, label(k, COLUMN_CREDENTIAL), "credential-missing",
			"the manifest has %u credentials; say which this person gets",
			m->credentials.count);
		return;
	}
	for (uint32_t i = 0; i < m->credentials.count; i++) {
		if (str_eq(m->credentials.items[i].key, s)) {
			k->row->credential = s;
			return;
		}
	}
	refuse_credential(k, s);
}

static bool check_day(
	struct row_check *k, enum intake_column column, enum intake_date_order order, int64_t *out)
{
	struct str s = sound_cell(k, column);

	*out = WIRE_NO_DAY;
	return s.n == 0 || intake_dates_parse(s, order, label(k, column), k->p, out);
}

/* A credential that would end before it begins; a row without a day is issued today. */
static void check_end(struct row_check *k)
{
	bool today = k->row->issued_on == WIRE_NO_DAY;
	int64_t from = today ? k->c->now_s - k->c->now_s % DAY_S : k->row->issued_on;
	struct str until = sound_cell(k, COLUMN_VALID_UNTIL);

	if (k->row->valid_until == WIRE_NO_DAY || k->row->valid_until > from)
		return;
	if (today)
		intake_problems_error(k->p, label(k, COLUMN_VALID_UNTIL), "date-before-issue",
			"\"" STR_FMT "\" is over, and without a day of issue it begins today",
			STR_ARG(until));
	else
		intake_problems_error(k->p, label(k, COLUMN_VALID_UNTIL), "date-before-issue",
			"\"" STR_FMT "\" does not lie after the day of issue, " STR_FMT,
			STR_ARG(until), STR_ARG(sound_cell(k, COLUMN_ISSUED_ON)));
}

static void check_dates(struct row_check *k)
{
	bool issued = check_day(k, COLUMN_ISSUED_ON, k->c->issued_order, &k->row->issued_on);
	bool until = check_day(k, COLUMN_VALID_UNTIL, k->c->valid_order, &k->row->valid_until);

	if (issued && k->row->issued_on != WIRE_NO_DAY && k->row->issued_on > k->c->now_s + DAY_S)
		intake_problems_warn(k->p, label(k, COLUMN_ISSUED_ON), "date-future",
			"\"" STR_FMT "\" lies in the future",
			STR_ARG(intake_problems_clip(
				k->a, sound_cell(k, COLUMN_ISSUED_ON), SHOWN_MAX)));
	if (issued && until)
		check_end(k);
}

static void check_links(struct row_check *k)
{
	struct str id = sound_cell(k, COLUMN_EXTERNAL_ID);
	struct str url = sound_cell(k, COLUMN_EVIDENCE_URL);

	if (id.n != 0 && intake_cells_check_number(id, label(k, COLUMN_EXTERNAL_ID), k->p))
		k->row->external_id =
			intake_cells_text(id, ID_MAX, false, label(k, COLUMN_EXTERNAL_ID), k->p);
	if (url.n != 0 && intake_cells_check_url(url, label(k, COLUMN_EVIDENCE_URL), k->p))
		k->row->evidence_url = url;
}

static struct wire_value check_value(
	struct row_check *k, const struct intake_map_value *v, size_t max)
{
	struct str column = v->index < 0 ? v->name : k->map->columns.items[v->index].header;
	struct str s = v->constant;

	if (v->index >= 0)
		s = (uint32_t)v->index < k->r->cells.count
			? clean_cell(k->map, k->r->cells.items[v->index])
			: (struct str){"", 0};
	if (s.n != 0 && !intake_cells_check_excel(s, column, k->p))
		s = (struct str){"", 0};
	if (intake_cells_is_shortened(s))
		intake_problems_warn(k->p, column, "excel-number",
			"\"" STR_FMT "\" looks like a long number that a spreadsheet shortened",
			STR_ARG(intake_problems_clip(k->a, s, SHOWN_MAX)));
	return (struct wire_value){v->name, intake_cells_text(s, max, true, column, k->p)};
}

static void check_values(struct row_check *k)
{
	struct wire_row *row = k->row;

	row->fields.items =
		arena_zalloc(k->a, k->map->fields.count + 1u, sizeof(struct wire_value));
	for (uint32_t i = 0; i < k->map->fields.count; i++)
		row->fields.items[row->fields.count++] =
			check_value(k, &k->map->fields.items[i], FIELD_MAX);
	row->results.items =
		arena_zalloc(k->a, k->map->results.count + 1u, sizeof(struct wire_value));
	for (uint32_t i = 0; i < k->map->results.count; i++)
		row->results.items[row->results.count++] =
			check_value(k, &k->map->results.items[i], RESULT_MAX);
}

static void check_mail_doubles(struct row_check *k, const uint8_t id_digest[16])
{
	const struct intake_seen_entry *seen;
	uint8_t digest[16];
	uint32_t tag;

	if (k->row->email.n == 0)
		return;
	memcpy(&tag, id_digest, sizeof tag);
	intake_seen_digest(intake_unicode_lower(k->a, k->row->email), STR(""), digest);
	seen = intake_seen_find(k->c->mails, digest);
	if (seen == NULL)
		intake_seen_add(k->c->mails, digest, k->r->line, tag);
	else if (seen->tag != tag)
		intake_problems_warn(k->p, label(k, COLUMN_EMAIL), "email-shared",
			"the same address as in line %u, with another recipient_id", seen->line);
}

/* Only good rows count, so that the second of two lines stands when the first is refused. */
static void check_doubles(struct row_check *k)
{
	const struct intake_seen_entry *seen;
	uint8_t digest[16];
	uint8_t person[16];

	intake_seen_digest(k->row->recipient_id, k->row->credential, digest);
	intake_seen_digest(k->row->recipient_id, STR(""), person);
	seen = intake_seen_find(k->c->ids, digest);
	if (seen == NULL) {
		intake_seen_add(k->c->ids, digest, k->r->line, 0);
		check_mail_doubles(k, person);
		return;
	}
	if (k->id_given)
		intake_problems_error(k->p, STR("row"), "duplicate-row",
			"the same recipient_id and credential as in line %u", seen->line);
	else
		intake_problems_error(k->p, STR("row"), "duplicate-row",
			"the same %s and credential as in line %u; if they are two people, add a "
			"column recipient_id",
			k->row->email.n != 0 ? "address" : "name", seen->line);
}

static size_t encoded_len(const struct wire_row *row)
{
	struct buf b = buf_new(ROW_MAX);
	size_t n = wire_encode(&wire_row_type, row, &b, NULL) == RC_OK ? b.n : ROW_MAX + 1;

	buf_free(&b);
	return n;
}

static void check_size(struct row_check *k)
{
	if (k->row->raw.n == 0 || encoded_len(k->row) > ROW_MAX)
		intake_problems_error(k->p, STR("row"), "row-too-large",
			"the cells of this row are longer than %d bytes in all", INTAKE_RAW_MAX);
}

/* All that is wrong in one sentence: errors.csv has one line a person. */
static struct str join_messages(struct arena *a, const struct intake_problems *p)
{
	struct buf b = buf_new(MESSAGE_MAX * 4);
	struct str out;
	bool first = true;

	for (uint32_t i = 0; i < p->count; i++) {
		const struct intake_problem *item = &p->items[i];

		if (item->warning)
			continue;
		if (!first)
			buf_fmt(&b, "; " STR_FMT ": ",
				STR_ARG(intake_problems_clip(a, item->column, SHOWN_MAX)));
		buf_put_str(&b, item->message);
		first = false;
	}
	out = intake_problems_clip(a, str_dup(a, buf_str(&b)), MESSAGE_MAX);
	buf_free(&b);
	return out;
}

static void add_row_error(struct intake_outcome *out, const struct wire_row *row,
	const struct intake_problem *item, struct str message)
{
	out->errors[out->error_count++] = (struct wire_row_error){.record = row->record,
		.line = row->line,
		.column = item->column,
		.code = str_of(item->code),
		.message = message,
		.warning = item->warning,
		.raw = item->warning ? (struct str){"", 0} : row->raw};
}

static void report(struct row_check *k, struct intake_outcome *out)
{
	const struct intake_problems *p = k->p;

	out->kept = p->errors == 0;
	for (uint32_t i = 0; i < p->count; i++) {
		const struct intake_problem *item = &p->items[i];

		if (item->warning && out->kept)
			add_row_error(out, k->row, item, item->message);
		if (!item->warning) {
			add_row_error(out, k->row, item, join_messages(k->a, p));
			return;
		}
	}
}

static void check_badge(struct row_check *k)
{
	const struct wire_manifest *m = k->c->manifest;
	struct intake_badge_row b = {.map = k->map,
		.record = k->r,
		.achievement = k->c->achievement,
		.start_order = k->c->start_order,
		.end_order = k->c->end_order,
		.a = k->a,
		.p = k->p,
		.row = k->row};

	for (uint32_t i = 0; m != NULL && i < m->credentials.count; i++) {
		if (str_eq(m->credentials.items[i].key, k->row->credential))
			b.achievement = &m->credentials.items[i].achievement;
	}
	intake_badge_row_check(&b);
}

static void check_columns(struct row_check *k)
{
	check_name(k);
	check_email(k);
	check_id(k);
	check_locale(k);
	check_credential(k);
	check_dates(k);
	check_links(k);
	check_values(k);
	check_badge(k);
	if (k->p->errors == 0)
		check_size(k);
	if (k->p->errors == 0)
		check_doubles(k);
}

/* "a,b". */
static struct str join_cells(struct arena *a, struct str first, struct str second)
{
	char *p = arena_alloc(a, first.n + second.n + 1);

	if (first.n != 0)
		memcpy(p, first.p, first.n);
	p[first.n] = ',';
	memcpy(p + first.n + 1, second.p, second.n);
	return (struct str){p, first.n + second.n + 1};
}

/* The record with as many cells as the header, so that what errors.csv adds stands in line. */
static struct str raw_of(
	const struct intake_map *map, const struct cohort_record *r, bool clipped, struct arena *a)
{
	uint32_t want = map->columns.count;
	struct str *cells = arena_zalloc(a, (size_t)want + 1, sizeof *cells);
	uint32_t last = want;

	for (uint32_t i = 0; i < want && i < r->cells.count; i++)
		cells[i] = r->cells.items[i];
	while (last > 0 && map->is_note[last - 1])
		last--;
	for (uint32_t i = want; last > 0 && i < r->cells.count; i++) {
		if (r->cells.items[i].n != 0 && cells[last - 1].n <= INTAKE_RAW_MAX)
			cells[last - 1] = join_cells(a, cells[last - 1], r->cells.items[i]);
	}
	if (clipped)
		return intake_raw_encode_clipped(a, cells, want, map->is_note, want);
	return intake_raw_encode(a, cells, want, map->is_note, want);
}

/* A held row is no fault, but somebody will ask where it went. */
static void note_hold(struct intake_outcome *out)
{
	out->held = true;
	out->errors[0] = (struct wire_row_error){.record = out->row.record,
		.line = out->row.line,
		.column = STR("hold"),
		.code = STR("held"),
		.message = STR("on hold: left out"),
		.held = true,
		.raw = out->row.raw};
	out->error_count = 1;
}

void intake_check_record(struct intake_checker *c, const struct cohort_record *r, uint32_t record,
	struct arena *a, struct intake_outcome *out)
{
	struct intake_problems p = {.a = a};
	struct row_check k = {.c = c, .map = c->map, .r = r, .a = a, .row = &out->row, .p = &p};
	bool hold = false;
	bool print;

	*out = (struct intake_outcome){.row = {.record = record, .line = r->line}};
	out->row.raw = raw_of(c->map, r, false, a);
	if (check_shape(&k)
		&& intake_cells_yes_no(intake_check_cell(c->map, r, COLUMN_HOLD), &hold,
			label(&k, COLUMN_HOLD), &p)
		&& intake_cells_yes_no(intake_check_cell(c->map, r, COLUMN_PRINT), &print,
			label(&k, COLUMN_PRINT), &p)
		&& !hold)
		check_columns(&k);
	if (out->row.raw.n == 0 && (hold || p.errors != 0))
		out->row.raw = raw_of(c->map, r, true, a);
	if (hold)
		note_hold(out);
	else
		report(&k, out);
}
