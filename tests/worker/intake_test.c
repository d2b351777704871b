// SPDX-License-Identifier: Apache-2.0
/*
 * The real certfill-intake under its real confinement: the sample files, hostile files, rude peers.
 * Runs in: make check.
 */
#include "base/file.h"
#include "base/hash.h"
#include "ipc/confine.h"
#include "ipc/spawn.h"
#include "ipc/wire_intake.h"
#include "templates/design.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW_S INT64_C(1764000000)
#define SVG \
	"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"300\" " \
	"onload=\"x()\"><script>bad()</script>" \
	"<rect width=\"400\" height=\"300\" fill=\"#fff\"/><text x=\"20\" y=\"40\" " \
	"font-family=\"Noto Serif\">" \
	"{{recipient.name}}</text></svg>"
#define CSV "recipient_id,name,email\n1,Ada,a@x.example\n2,Bob,nope\n"
#define MANIFEST \
	"{\"format\": \"certfill-manifest/1\", \"credentials\": {\"a\": {\"outputs\": [\"pdf\"], " \
	"\"achievement\": {\"id\": " \
	"\"urn:a:b\", \"name\": \"n\"}}}}"

/* A worker with its files handed in. */
struct job {
	struct spawn_child child;
	struct arena *a;
	int result_fd;
	struct err err;
};

struct file {
	enum intake_input kind;
	struct bytes content;
	bool sealed;
};

static enum rc hand_in(
	struct job *j, const struct file *files, uint32_t count, const char *encoding)
{
	struct wire_input inputs[3];
	struct wire_intake_open open = {.encoding = str_of(encoding), .now_s = NOW_S};
	int fds[4];
	enum rc rc;

	for (uint32_t i = 0; i < count; i++) {
		inputs[i] = (struct wire_input){(uint8_t)files[i].kind, STR("file")};
		assert_ok(file_memory("input", &fds[i], &j->err), j->err);
		assert_ok(file_write_all(fds[i], "input", files[i].content, &j->err), j->err);
		if (files[i].sealed)
			assert_ok(file_seal(fds[i], &j->err), j->err);
	}
	fds[count] = j->result_fd;
	open.inputs.items = inputs;
	open.inputs.count = count;
	rc = channel_ask(j->child.channel, MESSAGE_INTAKE_OPEN, &open, fds, count + 1, MESSAGE_DONE,
		j->a, NULL, &j->err);
	for (uint32_t i = 0; i < count; i++)
		(void)close(fds[i]);
	return rc;
}

static void start(struct job *j)
{
	struct spawn_options o = {.role = ROLE_INTAKE, .dir_fd = -1};

	*j = (struct job){.a = arena_new(256u << 20)};
	assert_ok(file_memory("result", &j->result_fd, &j->err), j->err);
	assert_ok(spawn_start(&o, &j->child, &j->err), j->err);
}

static void lock(struct job *j)
{
	struct wire_ready ready;

	assert_ok(spawn_lock(&j->child, j->a, &ready, &j->err), j->err);
	assert_null(confine_missing_layer(ready.layers, 0));
}

static enum rc ask(struct job *j, enum message message, enum message answer, void *reply)
{
	return channel_ask(j->child.channel, message, &(struct wire_nothing){0}, NULL, 0, answer,
		j->a, reply, &j->err);
}

/* The worker ends by itself with status 0: nothing it did was against its confinement. */
static void finish(struct job *j)
{
	int status;

	status = spawn_reap(&j->child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	(void)close(j->result_fd);
	arena_free(&j->a);
}

static struct bytes take_result(struct job *j, uint64_t offset, uint64_t len)
{
	uint8_t *p = arena_alloc(j->a, len);

	assert_ok(file_pread(j->result_fd, "result", offset, p, len, &j->err), j->err);
	return (struct bytes){p, len};
}

static void sample_files_go_through(void **state)
{
	struct job j;
	struct wire_manifest m;
	struct wire_cohort c;
	struct wire_rows rows;
	uint32_t people = 0;
	struct arena *files;

	(void)state;
	start(&j);
	files = arena_new(8u << 20);
	assert_ok(hand_in(&j,
			  (const struct file[]){
				  {INTAKE_MANIFEST, harness_read(files, "sample/manifest.json"),
					  true},
				  {INTAKE_COHORT, harness_read(files, "sample/cohort.csv"), true}},
			  2, ""),
		j.err);
	lock(&j);
	assert_ok(ask(&j, MESSAGE_MANIFEST_READ, MESSAGE_MANIFEST_IS, &m), j.err);
	assert_true(str_eq_cz(m.credentials.items[0].template_name, "sample:classic"));
	assert_int_equal(m.warnings.count, 0);
	assert_ok(ask(&j, MESSAGE_COHORT_OPEN, MESSAGE_COHORT_IS, &c), j.err);
	assert_int_equal(c.warnings.count, 0);
	do {
		assert_ok(ask(&j, MESSAGE_ROWS_NEXT, MESSAGE_ROWS_ARE, &rows), j.err);
		people += rows.rows.count;
		assert_int_equal(rows.errors.count, 0);
	} while (!rows.end);
	assert_int_equal(people, 120);
	finish(&j);
	arena_free(&files);
}

static void bad_rows_are_refused_alone(void **state)
{
	struct job j;
	struct wire_cohort c;
	struct wire_rows rows;
	uint32_t refused = 0;

	(void)state;
	start(&j);
	assert_ok(hand_in(&j,
			  (const struct file[]){{INTAKE_COHORT,
				  harness_read(j.a, "sample/cohort-with-errors.csv"), false}},
			  1, ""),
		j.err);
	lock(&j);
	assert_ok(ask(&j, MESSAGE_COHORT_OPEN, MESSAGE_COHORT_IS, &c), j.err);
	assert_ok(ask(&j, MESSAGE_ROWS_NEXT, MESSAGE_ROWS_ARE, &rows), j.err);
	assert_true(rows.end);
	for (uint32_t i = 0; i < rows.errors.count; i++)
		refused += rows.errors.items[i].warning || rows.errors.items[i].held ? 0u : 1u;
	assert_int_equal(rows.rows.count, 8);
	assert_int_equal(refused, 11);
	assert_int_equal(rows.held, 1);
	finish(&j);
}

static void converters_work_when_locked(void **state)
{
	static const char *const encodings[] = {"windows-1252", "iso-8859-2", "Shift_JIS",
		"GB18030", "EUC-KR", "Big5", "UTF-7", "ISO-2022-JP", "KOI8-R", "ibm-37"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(encodings); i++) {
		struct job j;
		struct wire_cohort c;
		bool ascii = strcmp(encodings[i], "ibm-37") != 0;

		start(&j);
		assert_ok(hand_in(&j,
				  (const struct file[]){{INTAKE_COHORT, bytes_of(STR(CSV)), true}},
				  1, encodings[i]),
			j.err);
		lock(&j);
		assert_int_equal(ask(&j, MESSAGE_COHORT_OPEN, MESSAGE_COHORT_IS, &c),
			ascii ? RC_OK : RC_INPUT);
		finish(&j);
	}
}

static void unknown_encoding_is_a_sentence(void **state)
{
	struct job j;
	struct wire_cohort c;

	(void)state;
	start(&j);
	assert_ok(hand_in(&j, (const struct file[]){{INTAKE_COHORT, bytes_of(STR(CSV)), true}}, 1,
			  "klingon"),
		j.err);
	lock(&j);
	assert_int_equal(ask(&j, MESSAGE_COHORT_OPEN, MESSAGE_COHORT_IS, &c), RC_INPUT);
	assert_non_null(strstr(j.err.text, "klingon"));
	/* The worker lives on, and still says what is wrong. */
	assert_int_equal(ask(&j, MESSAGE_ROWS_NEXT, MESSAGE_ROWS_ARE, &c), RC_PEER);
	finish(&j);
}

static void template_is_cleaned_into_the_result(void **state)
{
	struct job j;
	struct wire_template t;
	struct design design;
	struct bytes clean;
	uint8_t sha[32];

	(void)state;
	start(&j);
	assert_ok(hand_in(&j, (const struct file[]){{INTAKE_TEMPLATE, bytes_of(STR(SVG)), true}}, 1,
			  ""),
		j.err);
	lock(&j);
	assert_ok(ask(&j, MESSAGE_TEMPLATE_CLEAN, MESSAGE_TEMPLATE_IS, &t), j.err);
	if (!t.accepted)
		fail_msg("refused: %.*s", STR_ARG(t.refusal));
	clean = take_result(&j, t.clean_offset, t.clean_len);
	hash_sha256(clean, sha);
	assert_memory_equal(sha, t.sha256, 32);
	assert_int_equal(str_find_str(bytes_text(clean), STR("script")), clean.n);
	assert_int_equal(t.fields.count, 1);
	assert_true(str_eq_cz(t.fields.items[0], "recipient.name"));
	assert_true(t.notes.count >= 2 && t.notes_total == t.notes.count);
	assert_false(t.has_qr);
	assert_ok(wire_decode(&design_type, take_result(&j, t.design_offset, t.design_len), j.a,
			  &design, &j.err),
		j.err);
	assert_int_equal(design.texts.count, 1);
	assert_true(t.art_len > 0);
	assert_int_equal(ask(&j, MESSAGE_TEMPLATE_CLEAN, MESSAGE_TEMPLATE_IS, &t), RC_PEER);
	finish(&j);
}

/* Both samples are clean as they stand, and the sample cohort has every value they ask for. */
static void sample_templates_are_accepted(void **state)
{
	static const char *const paths[] = {
		"templates/samples/classic.svg", "templates/samples/modern.svg"};
	static const char *const values[] = {"recipient.name", "achievement.name",
		"achievement.description", "issuer.name", "issued_on", "valid_until",
		"field.honors", "verify.url", "verify.token", "credential.id"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		struct job j;
		struct wire_template t;

		start(&j);
		assert_ok(hand_in(&j,
				  (const struct file[]){
					  {INTAKE_TEMPLATE, harness_read(j.a, paths[i]), true}},
				  1, ""),
			j.err);
		lock(&j);
		assert_ok(ask(&j, MESSAGE_TEMPLATE_CLEAN, MESSAGE_TEMPLATE_IS, &t), j.err);
		if (!t.accepted)
			fail_msg("%s: %.*s", paths[i], STR_ARG(t.refusal));
		assert_true(t.has_qr);
		for (uint32_t k = 0; k < t.notes.count; k++)
			assert_int_not_equal(t.notes.items[k].kind, NOTE_REMOVED);
		for (uint32_t k = 0; k < t.fields.count; k++) {
			size_t v = 0;

			while (v < ARRAY_COUNT(values) && !str_eq_cz(t.fields.items[k], values[v]))
				v++;
			if (v == ARRAY_COUNT(values))
				fail_msg("%s asks for %.*s", paths[i], STR_ARG(t.fields.items[k]));
		}
		finish(&j);
	}
}

static void refused_template_is_an_answer(void **state)
{
	struct job j;
	struct wire_template t;

	(void)state;
	start(&j);
	assert_ok(hand_in(&j,
			  (const struct file[]){{INTAKE_TEMPLATE, bytes_of(STR("<html/>")), true}},
			  1, ""),
		j.err);
	lock(&j);
	assert_ok(ask(&j, MESSAGE_TEMPLATE_CLEAN, MESSAGE_TEMPLATE_IS, &t), j.err);
	assert_false(t.accepted);
	assert_true(t.refusal.n > 10);
	finish(&j);
}

/* notes of a frame are clipped, their number is not. */
static void many_notes_fit_the_frame(void **state)
{
	struct job j;
	struct wire_template t;
	struct buf svg = buf_new(1u << 20);

	(void)state;
	buf_put_cz(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">");
	for (int i = 0; i < 400; i++)
		buf_fmt(&svg,
			"<rect id=\"a-rather-long-identifier-of-an-element-%d\" width=\"1\" "
			"height=\"1\" onclick=\"x\"/>\n",
			i);
	buf_put_cz(&svg, "</svg>");
	start(&j);
	assert_ok(
		hand_in(&j, (const struct file[]){{INTAKE_TEMPLATE, buf_bytes(&svg), true}}, 1, ""),
		j.err);
	lock(&j);
	assert_ok(ask(&j, MESSAGE_TEMPLATE_CLEAN, MESSAGE_TEMPLATE_IS, &t), j.err);
	assert_true(t.accepted);
	assert_true(t.notes.count <= 100 && t.notes.count > 20);
	assert_true(t.notes_total >= 400);
	finish(&j);
	buf_free(&svg);
}

static void manifest_comes_before_the_cohort(void **state)
{
	struct job j;
	struct wire_cohort c;
	struct wire_manifest m;

	(void)state;
	start(&j);
	assert_ok(hand_in(&j,
			  (const struct file[]){{INTAKE_COHORT, bytes_of(STR(CSV)), true},
				  {INTAKE_MANIFEST, bytes_of(STR(MANIFEST)), true}},
			  2, ""),
		j.err);
	lock(&j);
	assert_int_equal(ask(&j, MESSAGE_COHORT_OPEN, MESSAGE_COHORT_IS, &c), RC_PEER);
	assert_ok(ask(&j, MESSAGE_MANIFEST_READ, MESSAGE_MANIFEST_IS, &m), j.err);
	assert_int_equal(ask(&j, MESSAGE_MANIFEST_READ, MESSAGE_MANIFEST_IS, &m), RC_PEER);
	assert_ok(ask(&j, MESSAGE_COHORT_OPEN, MESSAGE_COHORT_IS, &c), j.err);
	finish(&j);
}

static void bad_manifest_is_a_sentence_with_its_path(void **state)
{
	struct job j;
	struct wire_manifest m;

	(void)state;
	start(&j);
	assert_ok(hand_in(&j,
			  (const struct file[]){{INTAKE_MANIFEST,
				  bytes_of(STR("{\"format\": \"certfill-manifest/1\", "
					       "\"credentials\": {\"a\": {}}}")),
				  true}},
			  1, ""),
		j.err);
	lock(&j);
	assert_int_equal(ask(&j, MESSAGE_MANIFEST_READ, MESSAGE_MANIFEST_IS, &m), RC_INPUT);
	assert_non_null(strstr(j.err.text, "credentials.a: "));
	finish(&j);
}

static void rude_openings_are_refused(void **state)
{
	struct job j;
	const struct file twice[] = {{INTAKE_COHORT, bytes_of(STR(CSV)), true},
		{INTAKE_COHORT, bytes_of(STR(CSV)), true}};
	const struct file unknown[] = {{(enum intake_input)9, bytes_of(STR(CSV)), true}};
	struct wire_ready ready;

	(void)state;
	start(&j);
	assert_int_equal(hand_in(&j, twice, 2, ""), RC_PEER);
	spawn_kill(&j.child);
	start(&j);
	assert_int_equal(hand_in(&j, unknown, 1, ""), RC_PEER);
	spawn_kill(&j.child);
	start(&j);
	assert_int_not_equal(spawn_lock(&j.child, j.a, &ready, &j.err), RC_OK);
	spawn_kill(&j.child);
}

static void too_large_a_manifest_is_refused_at_the_door(void **state)
{
	struct job j;
	size_t n = (8u << 20) + 1;
	char *big;

	(void)state;
	start(&j);
	big = arena_alloc(j.a, n);
	memset(big, ' ', n);
	assert_int_equal(
		hand_in(&j, (const struct file[]){{INTAKE_MANIFEST, {(uint8_t *)big, n}, false}}, 1,
			""),
		RC_LIMIT);
	spawn_kill(&j.child);
	start(&j);
	assert_int_equal(
		hand_in(&j, (const struct file[]){{INTAKE_MANIFEST, {(uint8_t *)big, n}, true}}, 1,
			""),
		RC_LIMIT);
	spawn_kill(&j.child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample_files_go_through),
		cmocka_unit_test(bad_rows_are_refused_alone),
		cmocka_unit_test(converters_work_when_locked),
		cmocka_unit_test(unknown_encoding_is_a_sentence),
		cmocka_unit_test(template_is_cleaned_into_the_result),
		cmocka_unit_test(sample_templates_are_accepted),
		cmocka_unit_test(refused_template_is_an_answer),
		cmocka_unit_test(many_notes_fit_the_frame),
		cmocka_unit_test(manifest_comes_before_the_cohort),
		cmocka_unit_test(bad_manifest_is_a_sentence_with_its_path),
		cmocka_unit_test(rude_openings_are_refused),
		cmocka_unit_test(too_large_a_manifest_is_refused_at_the_door),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
