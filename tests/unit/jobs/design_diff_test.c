// SPDX-License-Identifier: Apache-2.0
/* Two versions of a template: each kind of difference is said once, in a designer's units. Runs in: tests. */
#include "base/text.h"
#include "jobs/design_diff.h"
#include "templates/design.h"
#include "tests/harness/harness.h"

#include <string.h>

#define MM (96 / 25.4)

static struct design_part parts[2][2] = {
	{{PART_LITERAL, {"To ", 3}, {"", 0}, 0}, {PART_FIELD, {"recipient.name", 14}, {"", 0}, 0}},
	{{PART_FIELD, {"issued_on", 9}, {"date:long", 9}, 1}}};
static const struct design_matrix identity = {1, 0, 0, 1, 0, 0};

struct sample {
	struct design d;
	struct design_style styles[2];
	struct design_text texts[2];
	struct design_qr qr;
};

static void make(struct sample *s)
{
	*s = (struct sample){
		.styles = {{.families = STR("Noto Serif"), .size = 40, .weight = 400, .fill = 255},
			{.families = STR("Noto Sans"), .size = 16, .weight = 700, .fill = 255}},
		.texts = {{.id = STR("name"),
				  .matrix = identity,
				  .x = 10 * MM,
				  .y = 20 * MM,
				  .box_w = 100 * MM,
				  .shrink = true,
				  .min_scale = .5,
				  .max_lines = 1,
				  .parts = {parts[0], 2}},
			{.id = STR(""),
				.matrix = identity,
				.x = 10 * MM,
				.y = 40 * MM,
				.box_w = 50 * MM,
				.max_lines = 1,
				.min_scale = 1,
				.parts = {parts[1], 1}}},
		.qr = {.matrix = identity, .size = 30 * MM, .x = 5 * MM, .y = 6 * MM}};
	s->d = (struct design){.width = 297 * MM,
		.height = 210 * MM,
		.title = STR("A"),
		.lang = STR("en"),
		.styles = {s->styles, 2},
		.texts = {s->texts, 2},
		.qrs = {&s->qr, 1}};
}

static struct bytes encoded(struct arena *a, const struct design *d)
{
	struct buf b = buf_new(1U << 20);
	struct err err;
	struct bytes out;

	assert_ok(wire_encode(&design_type, d, &b, &err), err);
	out = (struct bytes){arena_dup(a, b.p, b.n), b.n};
	buf_free(&b);
	return out;
}

static void note(void *context, const char *what, struct str before, struct str after)
{
	struct buf *said = context;

	buf_fmt(said, "%s|" STR_FMT "|" STR_FMT "\n", what, STR_ARG(before), STR_ARG(after));
}

static void assert_said(const struct sample *x, const struct sample *y, const char *want)
{
	struct arena *a = arena_new(1U << 24);
	struct buf said = buf_new(1U << 16);
	struct bytes both[2] = {encoded(a, &x->d), encoded(a, &y->d)};
	struct err err;

	assert_ok(design_diff(a, both, note, &said, &err), err);
	buf_put_char(&said, '\0');
	assert_string_equal((const char *)said.p, want);
	buf_free(&said);
	arena_free(&a);
}

static void the_same_is_silent(void **state)
{
	struct sample x;
	struct sample y;

	(void)state;
	make(&x);
	make(&y);
	assert_said(&x, &y, "");
	/* What nobody sees does not count: where the file has it. */
	y.texts[0].line = 99;
	y.texts[0].order = 7;
	assert_said(&x, &y, "");
}

/* Lines of one text share its id; copies have none, and the words of the first. */
static void lines_and_copies_are_told_apart(void **state)
{
	struct sample x;
	struct sample y;

	(void)state;
	make(&x);
	x.texts[1].id = x.texts[0].id;
	y = x;
	y.d.texts.items = y.texts;
	y.d.styles.items = y.styles;
	y.d.qrs.items = &y.qr;
	assert_said(&x, &y, "");
	y.texts[1].y = 50 * MM;
	assert_said(&x, &y, "text \"name\": place|10.0, 40.0 mm|10.0, 50.0 mm\n");
	x.texts[1].parts = y.texts[1].parts = x.texts[0].parts;
	x.texts[1].id = y.texts[1].id = STR("");
	y.texts[1].y = x.texts[1].y;
	assert_said(&x, &y, "");
	x.texts[0].id = y.texts[0].id = STR("");
	assert_said(&x, &y, "");
	y.d.texts.count = 1;
	assert_said(&x, &y, "text|To {{recipient.name}}|\n");
}

static void of_the_whole_page(void **state)
{
	struct sample x;
	struct sample y;

	(void)state;
	make(&x);
	make(&y);
	y.d.width = 210 * MM;
	y.d.lang = STR("de");
	y.d.title = STR("B");
	y.qr.size = 25 * MM;
	assert_said(&x, &y,
		"page|297.0 x 210.0 mm|210.0 x 210.0 mm\n"
		"language|en|de\n"
		"title|A|B\n"
		"verification code|30.0 mm at 5.0, 6.0|25.0 mm at 5.0, 6.0\n");
	make(&y);
	y.d.qrs.count = 0;
	assert_said(&x, &y, "verification code|30.0 mm at 5.0, 6.0|\n");
}

static void of_a_text(void **state)
{
	struct sample x;
	struct sample y;

	(void)state;
	make(&x);
	make(&y);
	y.texts[0].x = 12 * MM;
	y.texts[0].box_w = 90 * MM;
	y.texts[0].max_lines = 2;
	y.texts[0].anchor = ANCHOR_MIDDLE;
	y.styles[0].weight = 700;
	assert_said(&x, &y,
		"text \"name\": place|10.0, 20.0 mm|12.0, 20.0 mm\n"
		"text \"name\": room|100.0 x 0.0 mm|90.0 x 0.0 mm\n"
		"text \"name\": fit|shrink to 0.50, 1 lines|shrink to 0.50, 2 lines\n"
		"text \"name\": align|start|middle\n"
		"text \"name\": look|Noto Serif, 30.0 pt, 400, #000000ff|Noto Serif, 30.0 pt, 700, "
		"#000000ff\n");
	make(&y);
	y.styles[0].outline = (struct design_outline){.colour = 0x003366ff,
		.width = 2,
		.miter_limit = 4,
		.join = JOIN_ROUND,
		.under = true};
	assert_said(&x, &y,
		"text \"name\": look|Noto Serif, 30.0 pt, 400, #000000ff|Noto Serif, 30.0 pt, 400, "
		"#000000ff, outline 2.0 #003366ff round below\n");
}

/* Found by its id, else by its words; what has no like was added or is gone. */
static void texts_come_and_go(void **state)
{
	struct sample x;
	struct sample y;
	struct design_part other = {PART_LITERAL, STR("Hello"), STR(""), 0};

	(void)state;
	make(&x);
	make(&y);
	y.texts[0].parts.items = &other;
	y.texts[0].parts.count = 1;
	assert_said(&x, &y, "text \"name\": words|To {{recipient.name}}|Hello\n");
	make(&y);
	y.d.texts.count = 1;
	assert_said(&x, &y, "text|{{issued_on | date:long}}|\n");
	assert_said(&y, &x, "text||{{issued_on | date:long}}\n");
}

static void what_is_no_design_is_refused(void **state)
{
	struct arena *a = arena_new(1U << 24);
	struct buf said = buf_new(1U << 16);
	struct sample x;
	struct bytes both[2];
	struct err err;

	(void)state;
	make(&x);
	both[0] = both[1] = encoded(a, &x.d);
	for (both[1].n = 0; both[1].n < both[0].n; both[1].n++)
		assert_int_equal(design_diff(a, both, note, &said, &err), RC_PEER);
	assert_int_equal(said.n, 0);
	buf_free(&said);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_is_silent),
		cmocka_unit_test(lines_and_copies_are_told_apart),
		cmocka_unit_test(of_the_whole_page),
		cmocka_unit_test(of_a_text),
		cmocka_unit_test(texts_come_and_go),
		cmocka_unit_test(what_is_no_design_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
