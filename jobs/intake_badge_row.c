// SPDX-License-Identifier: Apache-2.0
/* Columns for Open Badges. Runs in: certfill-intake. */
#include "jobs/intake_badge_row.h"

#include "base/clock.h"
#include "formats/badge_rules.h"
#include "jobs/intake_cells.h"
#include "jobs/intake_check.h"
#include "jobs/intake_unicode.h"

#include <stdlib.h>
#include <string.h>

#define SAID_MAX 120u
#define SHORT_MAX 255
#define LONG_MAX 1000
#define SHOWN_MAX 60

/* Texts that go in as they are, and what the badge calls them. */
static const struct {
	enum intake_column column;
	const char *name;
	size_t max;
} texts[] = {
	{COLUMN_LICENSE_NUMBER, "licenseNumber", SHORT_MAX},
	{COLUMN_ROLE, "role", SHORT_MAX},
	{COLUMN_TERM, "term", SHORT_MAX},
	{COLUMN_NARRATIVE, "narrative", LONG_MAX},
	{COLUMN_EVIDENCE_NAME, "evidence.name", SHORT_MAX},
	{COLUMN_EVIDENCE_NARRATIVE, "evidence.narrative", LONG_MAX},
	{COLUMN_EVIDENCE_GENRE, "evidence.genre", SHORT_MAX},
};

const char *intake_badge_row_name(enum intake_column column)
{
	if (column == COLUMN_ACTIVITY_START)
		return "activityStartDate";
	if (column == COLUMN_ACTIVITY_END)
		return "activityEndDate";
	if (column == COLUMN_CREDITS_EARNED)
		return "creditsEarned";
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		if (texts[i].column == column)
			return texts[i].name;
	}
	return NULL;
}

static void say(struct intake_badge_row *b, struct str name, struct str text)
{
	if (text.n != 0 && b->row->badge.count < SAID_MAX)
		b->row->badge.items[b->row->badge.count++] = (struct wire_value){name, text};
}

static struct str sound_cell(struct intake_badge_row *b, enum intake_column column)
{
	struct str s = intake_check_cell(b->map, b->record, column);

	if (s.n != 0 && !intake_cells_check_excel(s, intake_header_label(b->map, column), b->p))
		return (struct str){"", 0};
	return s;
}

static bool take_day(struct intake_badge_row *b, enum intake_column column,
	enum intake_date_order order, const char *name, int64_t *day)
{
	struct str s = sound_cell(b, column);
	char iso[CLOCK_ISO_LEN];

	if (s.n == 0
		|| !intake_dates_parse(s, order, intake_header_label(b->map, column), b->p, day))
		return false;
	clock_iso(*day, iso);
	say(b, str_of(name), str_dup(b->a, str_of(iso)));
	return true;
}

static void check_activity(struct intake_badge_row *b)
{
	int64_t start = 0;
	int64_t end = 0;
	bool both = take_day(b, COLUMN_ACTIVITY_START, b->start_order, "activityStartDate", &start);

	both = take_day(b, COLUMN_ACTIVITY_END, b->end_order, "activityEndDate", &end) && both;
	if (both && end < start)
		intake_problems_error(b->p, intake_header_label(b->map, COLUMN_ACTIVITY_END),
			"date-before-start", "the activity would end before it begins");
}

/* "7,50" and "7.50" are 7.5. */
static struct str plain_number(struct arena *a, struct str s)
{
	char *p = arena_dup(a, s.p, s.n);
	size_t point = s.n;
	size_t n = s.n;

	for (size_t i = 0; i < s.n; i++) {
		if (p[i] == ',' && point == s.n)
			p[i] = '.';
		if (p[i] == '.' && point == s.n)
			point = i;
	}
	while (point < n && p[n - 1] == '0')
		n--;
	if (point + 1 == n)
		n = point;
	return (struct str){p, n};
}

static void check_credits(struct intake_badge_row *b)
{
	struct str label = intake_header_label(b->map, COLUMN_CREDITS_EARNED);
	struct str s = sound_cell(b, COLUMN_CREDITS_EARNED);
	struct str number;

	if (s.n == 0)
		return;
	number = plain_number(b->a, s);
	if (badge_rules_is_number(number) && number.p[0] != '-')
		say(b, STR("creditsEarned"), number);
	else
		intake_problems_error(b->p, label, "number-invalid",
			"\"" STR_FMT
			"\" is not a number of credits; write it as 7.5, with three decimals at "
			"most",
			STR_ARG(intake_problems_clip(b->a, s, SHOWN_MAX)));
}

/* ---- results ---- */

/* A ResultDescription of the achievement, by its place among the nodes. */
struct description {
	const struct wire_node *nodes;
	uint32_t count;
	uint32_t at;
};

static struct str member(const struct description *d, const char *name)
{
	return wire_node_text(d->nodes, d->count, d->at, name);
}

/* The description whose name is the column's, case and spaces aside. */
static bool find_description(struct intake_badge_row *b, struct str column, struct description *out)
{
	const struct wire_achievement *a = b->achievement;
	struct str wanted = intake_unicode_plain(b->a, str_slice(column, 7, column.n));
	uint32_t at = 0;

	while (at < a->more.count && !str_eq_cz(a->more.items[at].name, "resultDescription"))
		at = wire_node_end(a->more.items, a->more.count, at);
	if (at >= a->more.count)
		return false;
	*out = (struct description){a->more.items, a->more.count, at + 1};
	for (uint32_t i = 0; i < a->more.items[at].count && out->at < out->count; i++) {
		if (str_eq(intake_unicode_plain(b->a, member(out, "name")), wanted))
			return true;
		out->at = wire_node_end(out->nodes, out->count, out->at);
	}
	return false;
}

/* Names of what is allowed, for a sentence; *found when text is among them. key: "" for plain texts. */
static struct str list_of(struct intake_badge_row *b, const struct description *d, const char *list,
	const char *key, struct str text, uint32_t *found)
{
	uint32_t at = wire_node_member(d->nodes, d->count, d->at, list);
	uint32_t item = at + 1;
	struct str out = {"", 0};

	*found = d->count;
	for (uint32_t i = 0; at < d->count && i < d->nodes[at].count && item < d->count; i++) {
		struct str word = *key != '\0' ? wire_node_text(d->nodes, d->count, item, key)
					       : d->nodes[item].text;

		if (str_eq(word, text))
			*found = item;
		if (out.n < 200)
			out = str_fmt(b->a, STR_FMT "%s" STR_FMT, STR_ARG(out), i == 0 ? "" : ", ",
				STR_ARG(word));
		item = wire_node_end(d->nodes, d->count, item);
	}
	return out;
}

static bool to_number(struct arena *a, struct str s, double *out)
{
	const char *text;
	char *end = NULL;

	if (s.n == 0 || str_cz(a, s, &text, NULL) != RC_OK || strspn(text, "0123456789.-") != s.n)
		return false;
	*out = strtod(text, &end);
	return *end == '\0';
}

static const char *range_fault(
	struct intake_badge_row *b, const struct description *d, struct str text)
{
	double value;
	double bound;
	bool low = member(d, "valueMin").n != 0;
	bool high = member(d, "valueMax").n != 0;

	if (!low && !high)
		return NULL;
	if (!to_number(b->a, text, &value))
		return "is not a number";
	if ((low && to_number(b->a, member(d, "valueMin"), &bound) && value < bound)
		|| (high && to_number(b->a, member(d, "valueMax"), &bound) && value > bound))
		return "lies outside the result's valueMin and valueMax";
	return NULL;
}

static void check_described(
	struct intake_badge_row *b, const struct wire_value *v, struct str label)
{
	const struct badge_member *status = badge_rules_result_status();
	struct description d;
	struct str allowed = {"", 0};
	const char *fault = NULL;
	uint32_t found = 0;

	if (!find_description(b, v->name, &d))
		return;
	say(b, v->name, member(&d, "id"));
	if (wire_node_member(d.nodes, d.count, d.at, "rubricCriterionLevel") < d.count) {
		allowed = list_of(b, &d, "rubricCriterionLevel", "name", v->text, &found);
		if (found < d.count)
			say(b, str_fmt(b->a, "level." STR_FMT, STR_ARG(v->name)),
				wire_node_text(d.nodes, d.count, found, "id"));
	} else if (wire_node_member(d.nodes, d.count, d.at, "allowedValue") < d.count) {
		allowed = list_of(b, &d, "allowedValue", "", v->text, &found);
	} else {
		fault = range_fault(b, &d, v->text);
	}
	if (str_eq_cz(member(&d, "resultType"), "Status")
		&& badge_rules_value_fault(status, v->text) != NULL)
		fault = "is none of Completed, Enrolled, Failed, InProgress, OnHold, Provisional, "
			"Withdrew";
	if (allowed.n != 0 && found >= d.count)
		intake_problems_error(b->p, label, "result-not-allowed",
			"\"" STR_FMT "\" is none of: " STR_FMT,
			STR_ARG(intake_problems_clip(b->a, v->text, SHOWN_MAX)),
			STR_ARG(intake_problems_clip(b->a, allowed, 200)));
	else if (fault != NULL)
		intake_problems_error(b->p, label, "result-not-allowed", "\"" STR_FMT "\" %s",
			STR_ARG(intake_problems_clip(b->a, v->text, SHOWN_MAX)), fault);
}

void intake_badge_row_check(struct intake_badge_row *b)
{
	struct wire_row *row = b->row;

	row->badge.items = arena_zalloc(b->a, SAID_MAX, sizeof *row->badge.items);
	check_activity(b);
	check_credits(b);
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct str s = sound_cell(b, texts[i].column);

		if (s.n != 0)
			say(b, str_of(texts[i].name),
				intake_cells_text(s, texts[i].max, true,
					intake_header_label(b->map, texts[i].column), b->p));
	}
	for (uint32_t i = 0; b->achievement != NULL && i < row->results.count; i++) {
		const struct intake_map_value *v = &b->map->results.items[i];

		if (row->results.items[i].text.n != 0)
			check_described(b, &row->results.items[i],
				v->index < 0 ? v->name : b->map->columns.items[v->index].header);
	}
}
