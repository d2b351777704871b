// SPDX-License-Identifier: Apache-2.0
/* Lists of issued credentials. Runs in: certfill-intake. */
#include "jobs/intake_list.h"

#include "base/mem.h"
#include "base/text.h"
#include "jobs/cohort_reader.h"
#include "jobs/intake_cells.h"
#include "jobs/intake_columns.h"
#include "jobs/intake_problems.h"
#include "jobs/intake_raw.h"
#include "jobs/intake_unicode.h"

#include <string.h>

#define LINES_MAX 100u
#define VALUES_MAX 150u
#define COLUMNS_MAX 200u
#define ID_MAX 255
#define REASON_MAX 64
#define NOTE_MAX 1000
#define VALUE_MAX 10000
/* Bytes that the lines of one answer may take; a frame carries 64 KiB. */
#define ROOM ((size_t)60000)
#define SHOWN_MAX 80

enum column_kind {
	LIST_IGNORED, /* empty header, or ours of an errors.csv */
	LIST_ID,
	LIST_REASON,
	LIST_NOTE,
	LIST_VALUE,
};

struct column {
	enum column_kind kind;
	struct str name; /* header as written; target of a value */
};

struct intake_list {
	struct cohort_reader *reader;
	struct arena *header_arena;
	struct arena *record_arena;
	struct column columns[COLUMNS_MAX];
	uint32_t column_count;
	uint32_t record;
	bool ended;
	bool pending; /* change or error waits for a frame with room */
	bool pending_bad;
	struct wire_change change;
	struct wire_row_error error;
	struct buf scratch;
};

static enum column_kind kind_of(struct str plain)
{
	static const char *const ids[] = {"credential", "credentialid", "id", "ulid"};

	for (size_t i = 0; i < ARRAY_COUNT(ids); i++)
		if (str_eq_cz(plain, ids[i]))
			return LIST_ID;
	if (str_eq_cz(plain, "reason"))
		return LIST_REASON;
	return str_eq_cz(plain, "note") ? LIST_NOTE : LIST_VALUE;
}

static void take_column(struct intake_list *l, struct str header)
{
	struct column *c = &l->columns[l->column_count++];
	struct str name = intake_unicode_trim(header);
	struct intake_target target;

	*c = (struct column){LIST_IGNORED, {"", 0}};
	if (name.n == 0 || name.n > ID_MAX)
		return;
	c->name = str_dup(l->header_arena, name);
	target = intake_columns_find(l->header_arena, c->name);
	if (target.column == COLUMN_NOTE)
		return;
	c->kind = kind_of(intake_unicode_plain(l->header_arena, c->name));
	/* An alias becomes the name that it stands for; what nobody knows is refused when it is changed. */
	if (c->kind == LIST_VALUE && target.column != COLUMN_NONE)
		c->name = str_dup(l->header_arena, target.name);
	if (c->kind == LIST_VALUE && c->name.n > INTAKE_TARGET_MAX)
		c->name = intake_problems_clip(l->header_arena, c->name, INTAKE_TARGET_MAX);
}

static bool is_blank(const struct cohort_record *r)
{
	for (uint32_t i = 0; i < r->cells.count; i++)
		if (intake_unicode_trim(r->cells.items[i]).n != 0)
			return false;
	return true;
}

static enum rc read_record(struct intake_list *l, struct cohort_record *record, struct err *err)
{
	enum rc rc;

	do {
		arena_reset(l->record_arena);
		rc = cohort_reader_next(l->reader, l->record_arena, record, &l->ended, err);
	} while (rc == RC_OK && !l->ended && is_blank(record));
	return rc;
}

static enum rc read_header(struct intake_list *l, struct err *err)
{
	struct cohort_record record;
	uint32_t ids = 0;
	enum rc rc = read_record(l, &record, err);

	if (rc != RC_OK)
		return rc;
	if (l->ended)
		return err_set(err, RC_INPUT, "the list is empty");
	if (record.cells.count > COLUMNS_MAX)
		return err_set(err, RC_LIMIT, "the list has over %u columns", COLUMNS_MAX);
	for (uint32_t i = 0; i < record.cells.count; i++) {
		take_column(l, record.cells.items[i]);
		ids += l->columns[i].kind == LIST_ID;
	}
	if (ids != 1)
		return err_set(err, RC_INPUT,
			"its first line must name exactly one column \"credential\", which "
			"holds the ids; certfill batch report and cred find print them");
	return RC_OK;
}

enum rc intake_list_open(struct str file_name, struct bytes input, struct str encoding,
	struct intake_list **out, struct err *err)
{
	struct cohort_options o = {.encoding = encoding};
	struct intake_list *l = mem_zalloc(1, sizeof *l);
	enum rc rc;

	l->header_arena = arena_new((size_t)32 << 20);
	l->record_arena = arena_new(COHORT_RECORD_ARENA + ((size_t)32 << 20));
	l->scratch = buf_new(ROOM * 4);
	rc = cohort_reader_open(file_name, input, &o, &l->reader, err);
	if (rc == RC_OK)
		rc = read_header(l, err);
	if (rc != RC_OK) {
		intake_list_close(&l);
		return rc;
	}
	*out = l;
	return RC_OK;
}

/* ---- lines ---- */

static struct str cell_of(const struct cohort_record *r, uint32_t i)
{
	struct str s =
		i < r->cells.count ? intake_unicode_trim(r->cells.items[i]) : (struct str){"", 0};

	return intake_unicode_trim(intake_cells_unwrap(intake_raw_unguard(s)));
}

static void take_cell(
	struct intake_list *l, const struct column *c, struct str s, struct intake_problems *p)
{
	struct wire_change *out = &l->change;

	switch (c->kind) {
	case LIST_ID:
		out->id = intake_cells_text(s, ID_MAX, false, c->name, p);
		return;
	case LIST_REASON:
		out->reason = intake_cells_text(s, REASON_MAX, false, c->name, p);
		return;
	case LIST_NOTE:
		out->note = intake_cells_text(s, NOTE_MAX, true, c->name, p);
		return;
	case LIST_VALUE:
		if (s.n > VALUE_MAX)
			intake_problems_error(
				p, c->name, "too-long", "longer than %d bytes", VALUE_MAX);
		else if (s.n != 0 && out->values.count < VALUES_MAX)
			out->values.items[out->values.count++] = (struct wire_value){c->name, s};
		return;
	case LIST_IGNORED:
		return;
	}
}

static void refuse(struct intake_list *l, const struct intake_problems *p)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (!p->items[i].warning) {
			l->error = (struct wire_row_error){.record = l->change.record,
				.line = l->change.line,
				.column = p->items[i].column,
				.code = str_of(p->items[i].code),
				.message = p->items[i].message};
			l->pending_bad = true;
			return;
		}
}

static enum rc advance(struct intake_list *l, struct err *err)
{
	struct cohort_record r;
	struct intake_problems p = {.a = l->record_arena};
	enum rc rc = read_record(l, &r, err);

	if (rc != RC_OK || l->ended)
		return rc;
	l->change = (struct wire_change){.record = ++l->record, .line = r.line};
	l->change.values.items =
		arena_zalloc(l->record_arena, VALUES_MAX, sizeof *l->change.values.items);
	l->pending_bad = false;
	for (uint32_t i = l->column_count; i < r.cells.count; i++)
		if (intake_unicode_trim(r.cells.items[i]).n != 0) {
			intake_problems_error(&p, STR("row"), "cells-too-many",
				"%u cells, the header has %u; is a quotation mark missing?",
				r.cells.count, l->column_count);
			break;
		}
	for (uint32_t i = 0; i < l->column_count; i++)
		take_cell(l, &l->columns[i], cell_of(&r, i), &p);
	if (l->change.id.n == 0 && p.errors == 0)
		intake_problems_error(
			&p, STR("credential"), "id-missing", "this line names no credential");
	refuse(l, &p);
	buf_reset(&l->scratch);
	if (!l->pending_bad
		&& (wire_encode(&wire_change_type, &l->change, &l->scratch, NULL) != RC_OK
			|| l->scratch.n > ROOM)) {
		intake_problems_error(&p, STR("row"), "row-too-large",
			"the cells of this line are longer than %zu bytes in all", ROOM);
		refuse(l, &p);
	}
	l->pending = true;
	return RC_OK;
}

enum rc intake_list_next(
	struct intake_list *l, struct arena *a, struct wire_changes *out, struct err *err)
{
	size_t len = 0;

	*out = (struct wire_changes){0};
	out->changes.items = arena_zalloc(a, LINES_MAX, sizeof *out->changes.items);
	out->errors.items = arena_zalloc(a, LINES_MAX, sizeof *out->errors.items);
	while (l->pending || !l->ended) {
		size_t cost;

		if (!l->pending) {
			enum rc rc = advance(l, err);

			if (rc != RC_OK)
				return rc;
			continue;
		}
		/* An error: its column and message at their limits. */
		cost = l->pending_bad ? 1024 : l->scratch.n;
		if (len + cost > ROOM || out->changes.count + out->errors.count == LINES_MAX)
			break;
		len += cost;
		if (l->pending_bad)
			wire_copy(&wire_row_error_type, &l->error, a,
				&out->errors.items[out->errors.count++]);
		else
			wire_copy(&wire_change_type, &l->change, a,
				&out->changes.items[out->changes.count++]);
		l->pending = false;
	}
	out->end = l->ended && !l->pending;
	return RC_OK;
}

void intake_list_close(struct intake_list **l)
{
	if (*l == NULL)
		return;
	cohort_reader_close(&(*l)->reader);
	arena_free(&(*l)->header_arena);
	arena_free(&(*l)->record_arena);
	buf_free(&(*l)->scratch);
	MEM_FREE(*l);
}
