// SPDX-License-Identifier: Apache-2.0
/* template.json and fonts of bundles, through the whole cleaner. Runs in: make check. */
#include "base/file.h"
#include "base/zipw.h"
#include "templates/clean.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>

#define FONT "/usr/share/fonts/truetype/noto/NotoSerifDisplay-Bold.ttf"
#define SVG(body) \
	"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"400\" viewBox=\"0 0 " \
	"400 " \
	"200\">" body "</svg>"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(TEMPLATE_ARENA_LEN);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct bytes read_font(void)
{
	AUTO_FD fd = open(FONT, O_RDONLY | O_CLOEXEC);
	struct buf b = buf_new((size_t)4 << 20);
	struct err err;
	struct bytes out;

	assert_int_equal(file_read_all(fd, FONT, (size_t)4 << 20, &b, &err), RC_OK);
	out = (struct bytes){arena_dup(arena, b.p, b.n), b.n};
	buf_free(&b);
	return out;
}

static enum rc clean(
	const char *svg, const char *json, bool font, struct template_cleaned *out, struct err *err)
{
	struct buf zip = buf_new((size_t)8 << 20);
	struct zipw w = zipw_new(&zip);
	enum rc rc;

	if (font)
		zipw_add(&w, STR("fonts/D.ttf"), read_font());
	if (json != NULL)
		zipw_add(&w, STR("template.json"), bytes_of(str_of(json)));
	zipw_add(&w, STR("template.svg"), bytes_of(str_of(svg)));
	assert_true(zipw_end(&w));
	rc = template_clean(buf_bytes(&zip), arena, out, err);
	buf_free(&zip);
	return rc;
}

static struct template_cleaned good(const char *svg, const char *json)
{
	struct template_cleaned out;
	struct err err = {0};

	if (clean(svg, json, false, &out, &err) != RC_OK)
		fail_msg("%s", err.text);
	return out;
}

static void rules_reach_the_design(void **state)
{
	struct template_cleaned c = good(
		SVG("<text x=\"10\" y=\"50\">{{name}}</text><text id=\"d\" x=\"10\" "
		    "y=\"90\">{{issued_on}}</text>"),
		"{\"language\":\"de\",\"fields\":{\"name\":{\"fit\":\"shrink\",\"min_scale\":0.3,"
		"\"max_lines\":3,\"align\":\"end\",\"language\":\"ar\",\"direction\":\"rtl\"},"
		"\"#d\":{\"fit\":\"none\"}}}");
	const struct design_text *t = c.design.texts.items;

	(void)state;
	assert_int_equal(c.design.texts.count, 2);
	assert_true(str_eq_cz(c.design.lang, "de"));
	assert_true(t[0].shrink && !t[1].shrink);
	assert_true(fabs(t[0].min_scale - 0.3) < 1e-9);
	assert_int_equal(t[0].max_lines, 3);
	assert_int_equal(t[0].anchor, ANCHOR_END);
	assert_int_equal(t[0].direction, DIRECTION_RTL);
	assert_true(str_eq_cz(c.design.styles.items[t[0].parts.items[0].style].lang, "ar"));
}

/* In the viewBox's units, whatever groups are around the text. */
static void a_frame_is_in_the_drawings_units(void **state)
{
	struct template_cleaned c =
		good(SVG("<g transform=\"translate(30 7)scale(2)\"><text>{{name}}</text></g>"),
			"{\"fields\":{\"name\":{\"frame\":[50,20,200,40]}}}");
	const struct design_text *t = c.design.texts.items;
	double x = t->matrix.a * t->x + t->matrix.e;
	double w = t->matrix.a * t->box_w;

	(void)state;
	/* The viewBox is shown at twice its size. */
	assert_true(fabs(x - 100) < 1e-6);
	assert_true(fabs(w - 400) < 1e-6);
	assert_true(fabs(t->matrix.d * t->box_y + t->matrix.f - 40) < 1e-6);
	assert_true(fabs(t->matrix.d * t->box_h - 80) < 1e-6);
	assert_true(str_find_str(bytes_text(c.art), STR("<rect")) == c.art.n);
}

static void a_frame_may_be_a_shape(void **state)
{
	struct template_cleaned c =
		good(SVG("<rect id=\"f\" x=\"50\" y=\"20\" width=\"200\" height=\"40\" "
			 "fill=\"none\"/><text id=\"n\" data-box=\"1 2 3 4\">{{name}}</text>"),
			"{\"fields\":{\"#n\":{\"frame\":\"#f\"}}}");

	(void)state;
	assert_true(fabs(c.design.texts.items[0].box_w - 200) < 1e-6);
}

static void cleaning_again_changes_nothing(void **state)
{
	struct template_cleaned c = good(SVG("<text>{{name}}</text>"),
		"{\"fields\":{\"name\":{\"frame\":[50,20,200,40]}},\"x-mine\":[1,2]}");
	struct template_cleaned again;
	struct err err;

	(void)state;
	assert_int_equal(template_clean(c.clean, arena, &again, &err), RC_OK);
	assert_true(str_eq(bytes_text(c.clean), bytes_text(again.clean)));
	assert_true(str_eq(bytes_text(c.art), bytes_text(again.art)));
}

/* Handed on as it is: who reads manifests reads it, too. */
static void a_pass_is_handed_on(void **state)
{
	static const struct {
		const char *json, *pass;
	} cases[] = {
		{"{\"pass\":{\"texts\":{\"fr\":{},\"de\":{}},\"background\":\"#1c2e4a\"}}",
			"{\"background\":\"#1c2e4a\",\"texts\":{\"de\":{},\"fr\":{}}}"},
		{"{\"pass\":null}", ""},
		{"{\"language\":\"de\"}", ""},
		{NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct template_cleaned c = good(SVG("<text>{{name}}</text>"), cases[i].json);

		assert_true(str_eq_cz(c.pass, cases[i].pass));
	}
}

static void nonsense_is_refused(void **state)
{
	static const char *const bad[] = {"{\"a\":1}", "{\"fields\":[]}",
		"{\"fields\":{\"name\":1}}", "{\"fields\":{\"name\":{\"fit\":1}}}",
		"{\"fields\":{\"name\":{\"fit\":\"shrink\\\" onload=\\\"x\"}}}",
		"{\"fields\":{\"name\":{\"max_lines\":0}}}",
		"{\"fields\":{\"name\":{\"max_lines\":1.5}}}",
		"{\"fields\":{\"name\":{\"min_scale\":\"1\"}}}",
		"{\"fields\":{\"name\":{\"direction\":\"up\"}}}",
		"{\"fields\":{\"name\":{\"language\":\"\"}}}",
		"{\"fields\":{\"name\":{\"frame\":[1,2,0,4]}}}",
		"{\"fields\":{\"name\":{\"frame\":[1,2,1e99,4]}}}",
		"{\"fields\":{\"name\":{\"frame\":\"nowhere\"}}}",
		"{\"fields\":{\"name | date\":{}}}", "{\"fields\":{\"<b>\":{}}}",
		"{\"language\":7}", "{\"pass\":[]}", "{\"pass\":\"#102030\"}", "{\"passes\":{}}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct template_cleaned out;
		struct err err = {0};

		if (clean(SVG("<text>{{name}}</text>"), bad[i], false, &out, &err) != RC_INPUT)
			fail_msg("accepted: %s", bad[i]);
		assert_true(str_starts(str_of(err.text), STR("template.json")));
	}
}

static void what_names_nothing_is_told(void **state)
{
	struct template_cleaned c = good(
		SVG("<text>{{name}}</text>"), "{\"fields\":{\"field.grade\":{\"fit\":\"none\"}}}");

	(void)state;
	assert_int_equal(c.notes.count, 1);
	assert_true(str_eq_cz(c.notes.items[0].what, "fields.field.grade"));
}

static void a_font_is_found_by_each_of_its_names(void **state)
{
	static const char *const asked[] = {"Noto Serif Display", "noto serif display",
		"NotoSerifDisplay-Bold", "Noto Serif Display Bold"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(asked); i++) {
		struct template_cleaned out;
		struct err err = {0};
		struct str svg = str_fmt(arena,
			SVG("<text font-family=\"%s\">{{name}}</text>") "%c", asked[i], '\0');

		assert_int_equal(clean(svg.p, NULL, true, &out, &err), RC_OK);
		assert_int_equal(out.fonts.count, 1);
		assert_int_equal(out.fonts.items[0].names.weight, 700);
		assert_false(out.fonts.items[0].names.italic);
		assert_true(
			str_eq_cz(out.fonts.items[0].names.names.items[0], "Noto Serif Display"));
		assert_int_equal(out.notes.count, 0);
	}
}

static void an_unused_font_is_told(void **state)
{
	struct template_cleaned out;
	struct err err = {0};

	(void)state;
	assert_int_equal(clean(SVG("<text>{{name}}</text>"), NULL, true, &out, &err), RC_OK);
	assert_int_equal(out.fonts.count, 0);
	assert_int_equal(out.notes.count, 1);
	assert_int_equal(out.notes.items[0].kind, TEMPLATE_NOTE_WARNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rules_reach_the_design, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_frame_is_in_the_drawings_units, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_frame_may_be_a_shape, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cleaning_again_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_pass_is_handed_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nonsense_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_names_nothing_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_font_is_found_by_each_of_its_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_unused_font_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
