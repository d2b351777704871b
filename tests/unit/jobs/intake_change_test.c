// SPDX-License-Identifier: Apache-2.0
/* Issued rows with other values: what is merged, what is refused. Runs in: make check. */
#include "jobs/intake_change.h"
#include "jobs/intake_unicode.h"
#include "tests/harness/harness.h"

#include <string.h>

#define NOW_S INT64_C(1780272000) /* 2026-06-01 */
#define DAY_S INT64_C(86400)

static struct arena *arena;

static struct wire_row issued(void)
{
	static struct wire_value fields[] = {{STR("field.honors"), STR("cum laude")}};
	static struct wire_value results[] = {{STR("result.grade"), STR("92")}};

	return (struct wire_row){.record = 7,
		.line = 8,
		.recipient_id = STR("00042"),
		.name = STR("Jose Garcia"),
		.email = STR("jose@example.org"),
		.lang = STR("es"),
		.credential = STR("bsc"),
		.issued_on = NOW_S - 10 * DAY_S,
		.valid_until = WIRE_NO_DAY,
		.fields = {fields, 1},
		.results = {results, 1},
		.raw = STR("00042,Jose Garcia")};
}

static struct wire_rows change(struct wire_value *values, uint32_t count)
{
	struct wire_row_change ask = {.row = issued(), .values = {values, count}};
	struct wire_rows out;

	intake_change_row(&ask, NOW_S, arena, &out);
	return out;
}

/* A project graded by a rubric, as ask->described says it. */
static struct wire_rows change_described(const char *name, const char *text)
{
	static struct wire_node described[] = {
		{.kind = NODE_LIST, .count = 1, .name = STR("resultDescription")},
		{.kind = NODE_OBJECT, .count = 3},
		{.kind = NODE_TEXT, .name = STR("id"), .text = STR("urn:d:1")},
		{.kind = NODE_TEXT, .name = STR("name"), .text = STR("Project")},
		{.kind = NODE_LIST, .count = 2, .name = STR("rubricCriterionLevel")},
		{.kind = NODE_OBJECT, .count = 2},
		{.kind = NODE_TEXT, .name = STR("id"), .text = STR("urn:l:1")},
		{.kind = NODE_TEXT, .name = STR("name"), .text = STR("Pass")},
		{.kind = NODE_OBJECT, .count = 2},
		{.kind = NODE_TEXT, .name = STR("id"), .text = STR("urn:l:2")},
		{.kind = NODE_TEXT, .name = STR("name"), .text = STR("Good")}};
	static struct wire_value said[] = {{STR("creditsEarned"), STR("5")},
		{STR("activityStartDate"), STR("2026-02-01T00:00:00Z")},
		{STR("result.project"), STR("urn:d:1")},
		{STR("level.result.project"), STR("urn:l:1")}};
	static struct wire_value results[] = {{STR("result.project"), STR("Pass")}};
	struct wire_value v = {str_of(name), str_of(text)};
	struct wire_row_change ask = {.row = issued(),
		.values = {&v, 1},
		.described = {described, ARRAY_COUNT(described)}};
	struct wire_rows out;

	ask.row.badge.items = said;
	ask.row.badge.count = ARRAY_COUNT(said);
	ask.row.results.items = results;
	intake_change_row(&ask, NOW_S, arena, &out);
	return out;
}

static void what_a_badge_says_changes_with_it(void **state)
{
	struct wire_rows out = change_described("result.project", "Good");
	const struct wire_row *row = out.rows.items;

	(void)state;
	assert_int_equal(out.rows.count, 1);
	assert_int_equal(row->badge.count, 4);
	assert_true(str_eq_cz(row->badge.items[0].text, "5"));
	assert_true(str_eq_cz(row->badge.items[3].name, "level.result.project"));
	assert_true(str_eq_cz(row->badge.items[3].text, "urn:l:2"));
	assert_int_equal(change_described("result.project", "Great").rows.count, 0);

	out = change_described("credits_earned", "7,50");
	assert_int_equal(out.rows.count, 1);
	assert_true(str_eq_cz(out.rows.items[0].badge.items[0].text, "7.5"));
	assert_int_equal(out.rows.items[0].badge.count, 4);
	assert_int_equal(change_described("credits_earned", "many").rows.count, 0);
	out = change_described("credits_earned", "");
	assert_int_equal(out.rows.items[0].badge.count, 3);

	/* The other day stays, and counts. */
	assert_int_equal(change_described("activity_end", "2026-01-01").rows.count, 0);
	out = change_described("activity_end", "2026-03-01");
	assert_int_equal(out.rows.items[0].badge.count, 5);
}

static void refused(const char *name, const char *text, const char *part)
{
	struct wire_value v = {str_of(name), str_of(text)};
	struct wire_rows out = change(&v, 1);

	if (out.rows.count != 0 || out.errors.count == 0)
		fail_msg("%s=%s was accepted", name, text);
	if (str_find_str(out.errors.items[0].message, str_of(part))
		== out.errors.items[0].message.n)
		fail_msg("\"" STR_FMT "\" does not say \"%s\"",
			STR_ARG(out.errors.items[0].message), part);
}

static void only_what_is_named_changes(void **state)
{
	struct wire_value v[] = {{STR("Name"), STR("  Jose\xCC\x81 García ")},
		{STR("result.grade"), STR("95")}, {STR("field.minor"), STR("History")}};
	struct wire_rows out = change(v, 3);
	struct wire_row want = issued();
	const struct wire_row *row;

	(void)state;
	assert_int_equal(out.rows.count, 1);
	row = &out.rows.items[0];
	assert_true(str_eq_cz(row->name, "José García")); /* NFC, trimmed */
	assert_true(str_eq(row->email, want.email) && str_eq(row->lang, want.lang));
	assert_true(str_eq(row->recipient_id, want.recipient_id));
	assert_true(str_eq(row->raw, want.raw) && row->record == 7);
	assert_int_equal(row->issued_on, want.issued_on);
	assert_int_equal(row->valid_until, WIRE_NO_DAY);
	assert_int_equal(row->results.count, 1);
	assert_true(str_eq_cz(row->results.items[0].text, "95"));
	assert_int_equal(row->fields.count, 2);
	assert_true(str_eq_cz(row->fields.items[0].text, "cum laude"));
	assert_true(str_eq_cz(row->fields.items[1].name, "field.minor"));
}

static void days_are_read_and_compared(void **state)
{
	struct wire_value v = {STR("valid_until"), STR("2027-06-01")};
	struct wire_rows out = change(&v, 1);

	(void)state;
	assert_int_equal(out.rows.count, 1);
	assert_int_equal(out.rows.items[0].valid_until, NOW_S + 365 * DAY_S);
	refused("valid_until", "2020-01-01", "after the day of issue");
	refused("issued_on", "46185", "");
}

static void an_emptied_value_is_gone(void **state)
{
	struct wire_value v = {STR("email"), STR("")};
	struct wire_rows out = change(&v, 1);

	(void)state;
	assert_int_equal(out.rows.count, 1);
	assert_int_equal(out.rows.items[0].email.n, 0);
}

static void what_makes_it_another_credential_is_refused(void **state)
{
	(void)state;
	refused("recipient_id", "9", "same person");
	refused("credential", "msc", "same person");
	refused("family_name", "Garcia", "whole name");
	refused("shoe size", "46", "no value of a credential");
	refused("name", "", "name");
	refused("name",
		"A\xE2\x80\xAE"
		"B",
		"");
	refused("email", "nope", "not an address");
	refused("evidence_url", "javascript:alert(1)", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_named_changes),
		cmocka_unit_test(what_a_badge_says_changes_with_it),
		cmocka_unit_test(days_are_read_and_compared),
		cmocka_unit_test(an_emptied_value_is_gone),
		cmocka_unit_test(what_makes_it_another_credential_is_refused),
	};
	struct err err;
	int failed;

	harness_start();
	arena = arena_new((size_t)256 << 20);
	if (intake_unicode_warm_up(&err) != RC_OK)
		return 1;
	failed = cmocka_run_group_tests_name("jobs/intake_change", tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
