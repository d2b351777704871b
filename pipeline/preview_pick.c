// SPDX-License-Identifier: Apache-2.0
/* The rows that are hardest to set. Runs in: control. */
#include "pipeline/preview_pick.h"

#include "base/mem.h"

#include <string.h>

/* A row of the cohort and what is copied of it. */
#define ROW_ARENA_MAX ((size_t)256 * 1024)

enum row_kind { /* once for a credential */
	PICK_RIGHT_TO_LEFT,
	PICK_MARKS,
	PICK_SHRUNK,
	PICK_FIELDS,
	PICK_FIRST,
	ROW_KINDS,
};

enum field_kind { /* once for each field */
	PICK_LONGEST,
	PICK_SHORTEST,
	PICK_MISSING,
	FIELD_KINDS,
};

static const struct {
	const char *name;
	const char *measure;
} row_kinds[ROW_KINDS] =
	{
		[PICK_RIGHT_TO_LEFT] = {"right-to-left", "length"},
		[PICK_MARKS] = {"most-marks", "marks"},
		[PICK_SHRUNK] = {"smallest-text", "percent"},
		[PICK_FIELDS] = {"most-fields", "filled"},
		[PICK_FIRST] = {"first", ""},
},
  field_kinds[FIELD_KINDS] = {
	  [PICK_LONGEST] = {"longest", "length"},
	  [PICK_SHORTEST] = {"shortest", "length"},
	  [PICK_MISSING] = {"missing", ""},
};

/* The best row so far of one kind; the first of equals stays. */
struct slot {
	struct arena *arena; /* NULL: none yet */
	struct wire_row row;
	int64_t score;
	uint32_t amount;
};

/* Of one credential. */
struct shelf {
	struct slot rows[ROW_KINDS];
	struct slot *fields; /* FIELD_KINDS for each */
	uint32_t fewest; /* fields filled; PICK_FIELDS says something when rows differ */
};

struct preview_pick {
	const struct str *fields;
	uint32_t field_count;
	struct shelf *shelves;
	uint32_t shelf_count;
};

struct preview_pick *preview_pick_new(
	const struct str *fields, uint32_t field_count, uint32_t credential_count)
{
	struct preview_pick *p = mem_zalloc(1, sizeof *p);

	*p = (struct preview_pick){fields, field_count, NULL, credential_count};
	p->shelves = mem_zalloc(credential_count, sizeof *p->shelves);
	for (uint32_t i = 0; i < credential_count; i++) {
		p->shelves[i].fewest = UINT32_MAX;
		p->shelves[i].fields = mem_zalloc(
			(size_t)field_count * FIELD_KINDS + 1, sizeof *p->shelves[i].fields);
	}
	return p;
}

void preview_pick_free(struct preview_pick **p)
{
	if (*p == NULL)
		return;
	for (uint32_t i = 0; i < (*p)->shelf_count; i++) {
		struct shelf *s = &(*p)->shelves[i];

		for (size_t k = 0; k < ROW_KINDS; k++)
			arena_free(&s->rows[k].arena);
		for (size_t k = 0; k < (size_t)(*p)->field_count * FIELD_KINDS; k++)
			arena_free(&s->fields[k].arena);
		MEM_FREE(s->fields);
	}
	MEM_FREE((*p)->shelves);
	MEM_FREE(*p);
}

static void consider(struct slot *s, const struct wire_row *row, int64_t score, uint32_t amount)
{
	if (s->arena != NULL && score <= s->score)
		return;
	if (s->arena == NULL)
		s->arena = arena_new(ROW_ARENA_MAX);
	arena_reset(s->arena);
	wire_copy(&wire_row_type, row, s->arena, &s->row);
	s->score = score;
	s->amount = amount;
}

/* Their values are made up here, so there is nothing to see in them. */
static bool is_made_up(struct str field)
{
	return str_eq(field, STR("verify.url")) || str_eq(field, STR("verify.token"))
		|| str_eq(field, STR("credential.id"));
}

static const struct wire_traits *find(const struct plan_verdict *v, struct str field)
{
	for (uint32_t i = 0; i < v->values.count; i++)
		if (str_eq(v->values.items[i].name, field) && v->values.items[i].text.n != 0)
			return &v->traits[i];
	return NULL;
}

static void look_at_value(
	struct shelf *s, uint32_t field, const struct wire_traits *t, const struct wire_row *row)
{
	struct slot *of = s->fields + (size_t)field * FIELD_KINDS;

	consider(&of[PICK_LONGEST], row, t->length, t->length);
	consider(&of[PICK_SHORTEST], row, -(int64_t)t->length, t->length);
	if (t->right_to_left)
		consider(&s->rows[PICK_RIGHT_TO_LEFT], row, t->length, t->length);
	if (t->marks != 0)
		consider(&s->rows[PICK_MARKS], row, t->marks, t->marks);
}

void preview_pick_look(
	struct preview_pick *p, const struct wire_row *row, const struct plan_verdict *v)
{
	struct shelf *s = &p->shelves[v->credential];
	uint32_t filled = 0;

	CHECK(v->credential < p->shelf_count && v->traits != NULL);
	for (uint32_t i = 0; i < p->field_count; i++) {
		const struct wire_traits *t = find(v, p->fields[i]);

		filled += t != NULL;
		if (t == NULL)
			consider(&s->fields[(size_t)i * FIELD_KINDS + PICK_MISSING], row, 0, 0);
		else if (!is_made_up(p->fields[i]))
			look_at_value(s, i, t, row);
	}
	if (v->min_scale < 1)
		consider(&s->rows[PICK_SHRUNK], row, -(int64_t)(v->min_scale * 1e6),
			(uint32_t)(v->min_scale * 100 + 0.5));
	consider(&s->rows[PICK_FIELDS], row, filled, filled);
	s->fewest = filled < s->fewest ? filled : s->fewest;
	consider(&s->rows[PICK_FIRST], row, 0, 0);
}

/* ---- taking ---- */

struct taking {
	struct preview_pick *p;
	uint32_t max;
	struct arena *a;
	struct preview_pages out;
	uint32_t credential;
	size_t reasons_max;
};

static void add(struct taking *t, const struct slot *s, struct preview_reason reason)
{
	struct preview_page *page = NULL;

	if (s->arena == NULL)
		return;
	reason.amount = s->amount;
	for (uint32_t i = 0; i < t->out.count; i++)
		if (t->out.items[i].credential == t->credential
			&& t->out.items[i].row.record == s->row.record)
			page = &t->out.items[i];
	if (page == NULL && t->out.count == t->max) {
		t->out.lost++;
		return;
	}
	if (page == NULL) {
		page = &t->out.items[t->out.count++];
		page->row = s->row;
		page->credential = t->credential;
		page->reasons.items =
			arena_zalloc(t->a, t->reasons_max, sizeof *page->reasons.items);
	}
	page->reasons.items[page->reasons.count++] = reason;
}

static void add_row_kind(struct taking *t, enum row_kind kind)
{
	struct preview_reason reason = {
		row_kinds[kind].name, {NULL, 0}, row_kinds[kind].measure, 0};

	add(t, &t->p->shelves[t->credential].rows[kind], reason);
}

static void add_field(struct taking *t, uint32_t field, bool always)
{
	const struct slot *s = t->p->shelves[t->credential].fields + (size_t)field * FIELD_KINDS;
	/* Dates, and what is the same for all, have but one length. */
	bool differs = s[PICK_LONGEST].amount != s[PICK_SHORTEST].amount;

	for (size_t k = 0; k < FIELD_KINDS; k++)
		if (k == PICK_MISSING || differs || (always && k == PICK_LONGEST))
			add(t, &s[k],
				(struct preview_reason){field_kinds[k].name, t->p->fields[field],
					field_kinds[k].measure, 0});
}

static void take_credential(struct taking *t)
{
	const struct shelf *s = &t->p->shelves[t->credential];
	uint32_t before = t->out.count;
	uint32_t name = UINT32_MAX;

	for (uint32_t i = 0; i < t->p->field_count; i++)
		if (str_eq(t->p->fields[i], STR("recipient.name")))
			name = i;
	if (name != UINT32_MAX)
		add_field(t, name, true);
	add_row_kind(t, PICK_RIGHT_TO_LEFT);
	add_row_kind(t, PICK_MARKS);
	add_row_kind(t, PICK_SHRUNK);
	if (s->rows[PICK_FIELDS].amount != s->fewest)
		add_row_kind(t, PICK_FIELDS);
	for (uint32_t i = 0; i < t->p->field_count; i++)
		if (i != name)
			add_field(t, i, false);
	if (t->out.count == before)
		add_row_kind(t, PICK_FIRST);
}

struct preview_pages preview_pick_take(struct preview_pick *p, uint32_t max, struct arena *a)
{
	struct taking t = {.p = p,
		.max = max,
		.a = a,
		.out = {.items = arena_zalloc(a, max, sizeof *t.out.items)},
		.reasons_max = ROW_KINDS + (size_t)p->field_count * FIELD_KINDS};

	for (t.credential = 0; t.credential < p->shelf_count; t.credential++)
		take_credential(&t);
	return t.out;
}
