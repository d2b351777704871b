// SPDX-License-Identifier: Apache-2.0
/* The render worker, confined, against a control that is good, rude or hasty. Runs in: make check. */
#include "base/exit.h"
#include "base/file.h"
#include "ipc/confine.h"
#include "ipc/spawn.h"
#include "ipc/wire_render.h"
#include "tests/harness/harness.h"
#include "tests/harness/page.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A worker with its inputs, not yet opened. fds: template, fonts, results. */
struct fixture {
	struct page page;
	struct arena *a;
	struct spawn_child child;
	struct wire_render_open open;
	int fds[PAGE_SCRIPTS + 2];
	uint32_t fd_count;
	struct err err;
};

static const char BADGE[] = "{\"type\":\"VerifiableCredential\"}";

static int set_up(void **state)
{
	static struct fixture f;
	struct spawn_options o = {.role = ROLE_RENDER, .dir_fd = -1};

	f = (struct fixture){.page = page_new(96), .a = arena_new((size_t)64 << 20)};
	f.open = (struct wire_render_open){
		.issuer_name = STR("Example University"), .producer = STR("certfill test")};
	f.open.fonts.items = f.page.fonts;
	f.open.fonts.count = f.page.font_count;
	f.fd_count = f.page.font_count + 2;
	assert_ok(file_memory_of("template", f.page.blob, &f.fds[0], &f.err), f.err);
	for (uint32_t i = 0; i < f.page.font_count; i++) {
		if (i > 0 && f.page.files[i].p == f.page.files[i - 1].p)
			f.fds[1 + i] = dup(f.fds[i]);
		else
			assert_ok(file_memory_of("font", f.page.files[i], &f.fds[1 + i], &f.err),
				f.err);
	}
	assert_ok(file_memory("results", &f.fds[f.fd_count - 1], &f.err), f.err);
	assert_ok(spawn_start(&o, &f.child, &f.err), f.err);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f->child.pid > 0)
		spawn_kill(&f->child);
	for (uint32_t i = 0; i < f->fd_count; i++)
		(void)close(f->fds[i]);
	arena_free(&f->a);
	page_free(&f->page);
	return 0;
}

static enum rc ask_open(struct fixture *f)
{
	return channel_ask(f->child.channel, MESSAGE_RENDER_OPEN, &f->open, f->fds, f->fd_count,
		MESSAGE_DONE, f->a, NULL, &f->err);
}

static void lock(struct fixture *f)
{
	struct wire_ready ready;

	assert_ok(spawn_lock(&f->child, f->a, &ready, &f->err), f->err);
	assert_null(confine_missing_layer(ready.layers, 0));
}

static void open_and_lock(struct fixture *f)
{
	assert_ok(ask_open(f), f->err);
	lock(f);
}

static struct wire_draw_row draw_row(const struct fixture *f, uint32_t number)
{
	struct wire_draw_row row = {.row = number,
		.outputs = OUTPUT_PDF | OUTPUT_PNG | OUTPUT_PASS,
		.lang = STR("en"),
		.title = STR("Certificate"),
		.credential_id = str_fmt(f->a, "urn:uuid:%u", number),
		.verify_url = STR("HTTPS://V.EXAMPLE/VERIFY/1"),
		.verify_link = STR("https://v.example/verify/1"),
		.issued_s = 1782777600,
		.badge = {(const uint8_t *)BADGE, sizeof(BADGE) - 1},
		.pass_json = {(const uint8_t *)BADGE, sizeof(BADGE) - 1},
		.pass_manifest = {(const uint8_t *)"{}", 2},
		.pass_signature = {(const uint8_t *)"sig", 3}};

	row.values.items = f->page.values;
	row.values.count = f->page.value_count;
	return row;
}

static struct bytes results_of(struct fixture *f)
{
	off_t len = lseek(f->fds[f->fd_count - 1], 0, SEEK_END);
	uint8_t *p = arena_alloc(f->a, (size_t)len);

	assert_ok(
		file_pread(f->fds[f->fd_count - 1], "results", 0, p, (size_t)len, &f->err), f->err);
	return (struct bytes){p, (size_t)len};
}

static void ask_draw(struct fixture *f, bool rewind, struct wire_draw_row *rows, uint32_t count,
	struct wire_drawn *out)
{
	struct wire_draw request = {.rewind = rewind};

	request.rows.items = rows;
	request.rows.count = count;
	assert_ok(channel_ask(f->child.channel, MESSAGE_DRAW, &request, NULL, 0, MESSAGE_DRAWN,
			  f->a, out, &f->err),
		f->err);
	assert_int_equal(out->rows.count, count);
}

static void draws_every_file(void **state)
{
	static const char *const starts[] = {"%PDF-1.7\n", "\x89PNG\r\n\x1a\n", "PK\x03\x04"};
	struct fixture *f = *state;
	struct wire_draw_row rows[3];
	struct wire_drawn drawn;

	open_and_lock(f);
	for (uint32_t i = 0; i < 3; i++)
		rows[i] = draw_row(f, i);
	ask_draw(f, false, rows, 3, &drawn);
	for (uint32_t i = 0; i < 3; i++) {
		assert_true(drawn.rows.items[i].ok);
		assert_int_equal(drawn.rows.items[i].row, i);
		assert_int_equal(drawn.rows.items[i].artifacts.count, 3);
		for (uint32_t k = 0; k < 3; k++) {
			struct bytes whole = page_join(&f->page,
				&drawn.rows.items[i].artifacts.items[k], results_of(f), 0, f->a);

			assert_true(whole.n > 500);
			assert_memory_equal(whole.p, starts[k], strlen(starts[k]));
		}
	}
	assert_int_equal(spawn_reap(&f->child), 0);
}

/* What the second message writes lies behind the first's, and in its place after a rewind. */
static void results_follow_each_other_until_rewound(void **state)
{
	struct fixture *f = *state;
	struct wire_draw_row row;
	struct wire_drawn first;
	struct wire_drawn second;
	struct wire_drawn third;
	struct bytes one;
	struct bytes two;

	open_and_lock(f);
	row = draw_row(f, 7);
	ask_draw(f, false, &row, 1, &first);
	ask_draw(f, false, &row, 1, &second);
	one = page_join(&f->page, &first.rows.items[0].artifacts.items[0], results_of(f), 0, f->a);
	two = page_join(&f->page, &second.rows.items[0].artifacts.items[0], results_of(f), 0, f->a);
	assert_int_equal(one.n, two.n);
	assert_memory_equal(one.p, two.p, one.n);
	/* The PDF's first piece is the template's. */
	assert_true(second.rows.items[0].artifacts.items[0].pieces.items[1].offset
		> first.rows.items[0].artifacts.items[0].pieces.items[1].offset);
	ask_draw(f, true, &row, 1, &third);
	assert_int_equal(third.rows.items[0].artifacts.items[0].pieces.items[1].offset,
		first.rows.items[0].artifacts.items[0].pieces.items[1].offset);
}

/* rows[i] is called name; one without a name has no value for it at all. */
static void ask_measure(
	struct fixture *f, const char *const *names, uint32_t count, struct wire_measured *out)
{
	struct wire_measure_row *rows = arena_zalloc(f->a, count, sizeof(*rows));
	struct wire_measure request = {0};

	for (uint32_t i = 0; i < count; i++) {
		rows[i].row = 10 + i;
		rows[i].lang = STR("en");
		rows[i].values.count = names[i] != NULL ? 1 : 0;
		rows[i].values.items = arena_zalloc(f->a, 1, sizeof(*rows[i].values.items));
		rows[i].values.items[0] =
			(struct wire_value){STR("recipient.name"), str_of(names[i])};
	}
	request.rows.items = rows;
	request.rows.count = count;
	assert_ok(channel_ask(f->child.channel, MESSAGE_MEASURE, &request, NULL, 0,
			  MESSAGE_MEASURED, f->a, out, &f->err),
		f->err);
	assert_int_equal(out->rows.count, count);
}

static void measures_without_drawing(void **state)
{
	static const char *const codes[] = {
		"", "", "value-missing", "glyph-missing", "text-overflow"};
	const char *names[] = {"Ana",
		"A rather long name that has to be drawn in a smaller size to fit its box", NULL,
		"\xF0\x93\x80\x80", NULL};
	struct fixture *f = *state;
	struct wire_measured answer;
	char longest[401] = {0};

	open_and_lock(f);
	memset(longest, 'W', sizeof(longest) - 1);
	names[4] = longest;
	ask_measure(f, names, 5, &answer);
	for (uint32_t i = 0; i < 5; i++) {
		const struct wire_measured_row *row = &answer.rows.items[i];

		assert_int_equal(row->row, 10 + i);
		assert_int_equal(row->ok, i < 2);
		assert_true(str_eq_cz(row->code, codes[i]));
		assert_true(str_eq_cz(row->column, i < 2 ? "" : "recipient.name"));
		assert_int_equal(row->message.n > 0, i >= 2);
	}
	assert_true(answer.rows.items[0].min_scale == 1);
	assert_true(answer.rows.items[1].min_scale < 1 && answer.rows.items[1].min_scale >= 0.5);
	assert_int_equal(results_of(f).n, 0);
}

/* A name that no font has: that row alone is not drawn. */
static void one_bad_row_fails_alone(void **state)
{
	struct fixture *f = *state;
	struct wire_value bad = {STR("recipient.name"), STR("\xF0\x93\x80\x80")};
	struct wire_draw_row rows[3];
	struct wire_drawn drawn;

	open_and_lock(f);
	for (uint32_t i = 0; i < 3; i++)
		rows[i] = draw_row(f, i);
	rows[1].values.items = &bad;
	rows[1].values.count = 1;
	ask_draw(f, false, rows, 3, &drawn);
	assert_true(drawn.rows.items[0].ok && drawn.rows.items[2].ok);
	assert_false(drawn.rows.items[1].ok);
	assert_int_equal(drawn.rows.items[1].artifacts.count, 0);
	assert_true(drawn.rows.items[1].message.n > 0);
}

/* Many rows in many scripts, so that a library's late first-time call would be killed here. */
static void stays_within_its_profile(void **state)
{
	struct fixture *f = *state;
	struct wire_drawn drawn;

	open_and_lock(f);
	for (uint32_t i = 0; i < 40; i++) {
		struct wire_draw_row row = draw_row(f, i);

		row.lang = str_of(page_scripts[i % PAGE_SCRIPTS].lang);
		row.title = str_of(page_scripts[i % PAGE_SCRIPTS].text);
		ask_draw(f, true, &row, 1, &drawn);
		assert_true(drawn.rows.items[0].ok);
	}
}

static void refuses_a_template_that_is_not_sealed(void **state)
{
	struct fixture *f = *state;

	(void)close(f->fds[0]);
	assert_ok(file_memory("template", &f->fds[0], &f->err), f->err);
	assert_ok(file_write_all(f->fds[0], "template", f->page.blob, &f->err), f->err);
	assert_int_equal(ask_open(f), RC_PEER);
	assert_non_null(strstr(f->err.text, "sealed"));
}

static void refuses_another_font(void **state)
{
	struct fixture *f = *state;

	f->page.fonts[0].sha256[31] ^= 1;
	assert_int_equal(ask_open(f), RC_INPUT);
	assert_non_null(strstr(f->err.text, "font 0 is \"font-en\""));
}

static void refuses_a_cut_template(void **state)
{
	struct fixture *f = *state;

	(void)close(f->fds[0]);
	assert_ok(file_memory_of("template", (struct bytes){f->page.blob.p, f->page.blob.n / 2},
			  &f->fds[0], &f->err),
		f->err);
	assert_int_equal(ask_open(f), RC_INPUT);
}

/* One template, of one tenant, in the life of a worker. */
static void refuses_a_second_job(void **state)
{
	struct fixture *f = *state;

	assert_ok(ask_open(f), f->err);
	assert_int_equal(ask_open(f), RC_PEER);
	assert_non_null(strstr(f->err.text, "has its job already"));
	lock(f);
	assert_int_not_equal(ask_open(f), RC_OK);
	assert_int_equal(WEXITSTATUS(spawn_reap(&f->child)), EXIT_UNEXPECTED);
}

static void ends_when_asked_to_draw_too_early(void **state)
{
	struct fixture *f = *state;
	struct wire_draw request = {0};
	struct wire_drawn drawn;

	assert_int_not_equal(channel_ask(f->child.channel, MESSAGE_DRAW, &request, NULL, 0,
				     MESSAGE_DRAWN, f->a, &drawn, &f->err),
		RC_OK);
	assert_int_not_equal(spawn_reap(&f->child), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(draws_every_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			results_follow_each_other_until_rewound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(measures_without_drawing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_bad_row_fails_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stays_within_its_profile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			refuses_a_template_that_is_not_sealed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_another_font, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_a_cut_template, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_a_second_job, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			ends_when_asked_to_draw_too_early, set_up, tear_down),
	};
	struct err err = {0};

	harness_start();
	if (spawn_find_workers(&err) != RC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
