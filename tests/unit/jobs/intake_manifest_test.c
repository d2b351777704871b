// SPDX-License-Identifier: Apache-2.0
/* Manifests: good, wrong in every part, hostile. Runs in: make check. */
#include "base/hash.h"
#include "base/text.h"
#include "jobs/intake_manifest.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;
static struct wire_manifest manifest;
static struct intake_source source;

#define ACHIEVEMENT \
	"\"achievement\": {\"id\": \"https://uni.example/a/1\", \"name\": \"BSc\", " \
	"\"description\": \"d\", " \
	"\"type\": \"BachelorDegree\", \"criteria\": {\"narrative\": \"n\"}}"
#define CREDENTIALS "\"credentials\": {\"bsc\": {" ACHIEVEMENT "}}"
#define HEAD "{\"format\": \"certfill-manifest/1\", "

static enum rc read_manifest(const char *json, struct err *err)
{
	arena_reset(arena);
	return intake_manifest_read(bytes_of(str_of(json)), arena, &manifest, &source, err);
}

/* The manifest is refused, and the sentence holds each of the parts. */
static void refused(const char *json, const char *part, const char *other)
{
	struct err err = {0};
	enum rc rc = read_manifest(json, &err);

	if (rc != RC_INPUT || strstr(err.text, part) == NULL
		|| (other != NULL && strstr(err.text, other) == NULL))
		fail_msg("%s\ngave %d: %s", json, rc, err.text);
	assert_true(str_is_utf8(str_of(err.text)));
}

static void accepted(const char *json)
{
	struct err err = {0};

	if (read_manifest(json, &err) != RC_OK)
		fail_msg("%s\ngave: %s", json, err.text);
}

static void smallest_manifest_has_defaults(void **state)
{
	const char *json = HEAD CREDENTIALS "}";
	const struct wire_credential *c;
	uint8_t sha[32];

	(void)state;
	accepted(json);
	hash_sha256(bytes_of(str_of(json)), sha);
	assert_memory_equal(sha, manifest.sha256, 32);
	assert_int_equal(manifest.credentials.count, 1);
	c = &manifest.credentials.items[0];
	assert_true(str_eq_cz(c->key, "bsc"));
	assert_int_equal(c->outputs, OUTPUT_PDF | OUTPUT_PNG | OUTPUT_BADGE | OUTPUT_PASS);
	assert_int_equal(c->png_dpi, 150);
	assert_int_equal(c->valid_for_s, 0);
	assert_true(str_eq_cz(c->status, "revocation"));
	assert_true(str_eq_cz(c->achievement.names.items[0].text, "BSc"));
	assert_int_equal(c->achievement.names.items[0].lang.n, 0);
	assert_int_equal(manifest.duplicate, DUPLICATE_SKIP);
	assert_false(manifest.all_or_nothing);
	assert_true(manifest.max_error_ratio == 1);
}

static void full_manifest_is_read(void **state)
{
	const struct wire_credential *c;

	(void)state;
	accepted(HEAD
		"\"name\": \"Spring\", \"tenant\": \"uni-example\", \"idempotency_key\": \"k1\", "
		"\"x-note\": {\"a\": [1]},"
		"\"source\": {\"file\": \"a.csv\", \"sha256\": null, \"profile\": null, "
		"\"encoding\": \"windows-1252\","
		"\"delimiter\": \"TAB\", \"date_format\": \"DD/MM/YYYY\", \"columns\": "
		"{\"recipient_id\": \"EMPLID\","
		"\"name\": {\"from\": \"NAME\", \"order\": \"family,given\"}, \"field.honors\": "
		"\"HONORS\"},"
		"\"constants\": {\"credential\": \"bsc\"}},"
		"\"credentials\": {\"bsc\": {\"template\": \"sample:classic\", \"achievement\": {"
		"\"id\": \"urn:uuid:1\", \"name\": {\"en\": \"BSc\", \"de\": \"B.Sc.\"}, "
		"\"description\": {\"en\": \"d\"},"
		"\"type\": \"ext:Thing\", \"criteria\": {\"id\": \"https://uni.example/c\"}, "
		"\"tags\": [\"a\", \"b\"],"
		"\"humanCode\": \"M1\", \"fieldOfStudy\": \"Mathematics\", \"specialization\": "
		"\"Logic\","
		"\"inLanguage\": \"en\", \"version\": \"2\"},"
		"\"outputs\": [\"pdf\", \"ob3\"], \"valid_for\": \"P2Y\","
		"\"layout\": {\"name\": {\"fit\": \"shrink\", \"min_scale\": 0.7, \"then\": "
		"\"wrap2\"}, \"field.honors\": {\"fit\": \"none\"}},"
		"\"status\": \"suspension\", \"publish\": [\"field.honors\"],"
		"\"pass\": {\"background\": \"#102030\", \"foreground\": \"rgb(255,255, 255)\", "
		"\"label\": null, \"texts\": {\"de\": {\"recipient\": \"F\u00fcr\"}, \"en\": {"
		"\"until\": \"Good until\", \"recipient\": \"To\"}}}, \"png_dpi\": 300}},"
		"\"policy\": {\"on_error\": \"stop\", \"max_error_ratio\": 0.01, \"duplicate\": "
		"\"supersede\","
		"\"missing_email\": \"reject\", \"two_person\": false, \"artifact_link_ttl_s\": "
		"600},"
		"\"delivery\": {\"mail\": null, \"webhook\": null},"
		"\"print\": {\"impose\": \"none\", \"sort\": [\"field.school\"], \"bleed_mm\": 3}, "
		"\"schedule\": null}");
	c = &manifest.credentials.items[0];
	assert_true(str_eq_cz(source.delimiter, "\t"));
	assert_int_equal(source.date_order, DATE_ORDER_DMY);
	assert_int_equal(source.columns.count, 3);
	assert_true(source.columns.items[1].family_given);
	assert_true(str_eq_cz(source.columns.items[2].from, "HONORS"));
	assert_true(str_eq_cz(source.constants.items[0].value, "bsc"));
	assert_int_equal(c->outputs, OUTPUT_PDF | OUTPUT_BADGE);
	assert_int_equal(c->valid_for_months, 24);
	assert_int_equal(c->valid_for_s, 0);
	assert_int_equal(c->layout.count, 2);
	assert_true(str_eq_cz(c->layout.items[0].field, "recipient.name"));
	assert_true(c->layout.items[0].shrink && c->layout.items[0].max_lines == 2);
	assert_false(c->layout.items[1].shrink);
	assert_int_equal(c->layout.items[1].max_lines, 1);
	assert_true(str_eq_cz(c->pass.background, "rgb(16, 32, 48)"));
	assert_true(str_eq_cz(c->pass.foreground, "rgb(255, 255, 255)"));
	assert_int_equal(c->pass.wordings.count, 3);
	assert_true(str_eq_cz(c->pass.wordings.items[1].lang, "en"));
	assert_true(str_eq_cz(c->pass.wordings.items[1].label, "until"));
	assert_true(str_eq_cz(c->pass.wordings.items[1].text, "Good until"));
	assert_true(str_eq_cz(c->achievement.names.items[1].lang, "de"));
	assert_true(str_eq_cz(c->achievement.names.items[0].lang, "en"));
	assert_int_equal(c->achievement.tags.count, 2);
	assert_int_equal(c->png_dpi, 300);
	assert_true(manifest.all_or_nothing && manifest.email_required);
	assert_int_equal(manifest.duplicate, DUPLICATE_SUPERSEDE);
	assert_int_equal(manifest.warnings.count, 1);
}

static void unknown_keys_get_a_suggestion(void **state)
{
	(void)state;
	refused(HEAD CREDENTIALS ", \"polcy\": {}}", "\"polcy\" is not known", "policy");
	refused(HEAD CREDENTIALS ", \"zzz\": 1}", "\"zzz\" is not known", "x-");
	refused(HEAD "\"credentials\": {\"bsc\": {\"tempalte\": \"a\", " ACHIEVEMENT "}}}",
		"credentials.bsc: ", "\"template\"");
	refused(HEAD CREDENTIALS ", \"policy\": {\"duplicate\": \"supersed\"}}",
		"policy.duplicate: ", "\"supersede\"");
	accepted(HEAD CREDENTIALS ", \"x-anything\": [{}]}");
}

static void errors_name_the_path(void **state)
{
	(void)state;
	refused(HEAD "\"credentials\": {\"bsc\": {\"achievement\": {\"id\": \"nope\", \"name\": "
		     "\"n\"}}}}",
		"credentials.bsc.achievement.id: ", "absolute address");
	refused(HEAD "\"credentials\": {\"bsc\": {\"achievement\": {\"name\": \"n\"}}}}",
		"credentials.bsc.achievement: ", "\"id\" is missing");
	refused(HEAD "\"credentials\": {\"bsc\": {\"achievement\": {\"id\": \"urn:a:b\", \"name\": "
		     "{\"english\": 1}}}}}",
		"achievement.name.english: ", NULL);
	refused(HEAD "\"credentials\": {\"bsc\": {\"outputs\": [\"pdf\", \"pfd\"], " ACHIEVEMENT
		     "}}}",
		"credentials.bsc.outputs[1]: ", "\"pdf\"");
	refused("{" CREDENTIALS "}", "\"format\" is missing", NULL);
	refused("{\"format\": \"certfill-manifest/2\", " CREDENTIALS "}",
		"format: ", "certfill-manifest/1");
	refused("[]", "must be an object, not a list", NULL);
	refused(HEAD "\"credentials\": {}}", "credentials: ", "1 to 50");
	refused(HEAD "\"credentials\": {\"b c\": {" ACHIEVEMENT "}}}", "credentials.b c: ", NULL);
	refused(HEAD CREDENTIALS ", \"name\": 5}", "name: must be a string, not a number", NULL);
	refused(HEAD CREDENTIALS ", \"tenant\": \"Uni\"}", "tenant: ", NULL);
	refused(HEAD CREDENTIALS ", \"policy\": {\"max_error_ratio\": 1.5}}",
		"policy.max_error_ratio: ", "between 0 and 1");
}

static void open_badges_wants_description_and_criteria(void **state)
{
	(void)state;
	refused(HEAD "\"credentials\": {\"b\": {\"achievement\": {\"id\": \"urn:a:b\", \"name\": "
		     "\"n\", \"criteria\": {\"narrative\": \"x\"}}}}}",
		"credentials.b: achievement.description", NULL);
	refused(HEAD "\"credentials\": {\"b\": {\"achievement\": {\"id\": \"urn:a:b\", \"name\": "
		     "\"n\", \"description\": \"x\", \"criteria\": {}}}}}",
		"credentials.b: achievement.criteria", NULL);
	accepted(HEAD "\"credentials\": {\"b\": {\"outputs\": [\"pdf\"], \"achievement\": {\"id\": "
		      "\"urn:a:b\", \"name\": \"n\"}}}}");
	refused(HEAD "\"credentials\": {\"b\": {\"achievement\": {\"id\": \"urn:a:b\", \"name\": "
		     "\"n\", \"type\": \"BachelorDegre\"}}}}",
		"achievement.type: ", "\"BachelorDegree\"");
	refused(HEAD "\"credentials\": {\"b\": {\"achievement\": {\"id\": \"urn:a:b\", \"name\": "
		     "\"n\", \"type\": \"Zebra\"}}}}",
		"achievement.type: ", "ext:");
}

static void unbuilt_parts_are_refused(void **state)
{
	(void)state;
	refused(HEAD CREDENTIALS ", \"delivery\": {\"mail\": {\"from\": \"a@b.example\"}}}",
		"delivery.mail: ", "not built yet");
	refused(HEAD CREDENTIALS ", \"delivery\": {\"webhook\": \"https://x\"}}",
		"delivery.webhook: ", "not built yet");
	refused(HEAD CREDENTIALS ", \"print\": {\"impose\": \"2up\"}}",
		"print.impose: ", "not built yet");
	refused(HEAD CREDENTIALS ", \"schedule\": {\"cron\": \"x\"}}",
		"schedule: ", "not built yet");
	refused(HEAD CREDENTIALS ", \"policy\": {\"two_person\": true}}",
		"policy.two_person: ", "not built yet");
	refused(HEAD CREDENTIALS ", \"policy\": {\"artifact_link_ttl_s\": 60}}",
		"artifact_link_ttl_s", "600");
	accepted(HEAD CREDENTIALS
		", \"rows\": [], \"schedule\": null, \"delivery\": {}, \"print\": {}}");
}

static void rows_are_found_where_they_stand(void **state)
{
	static const char json[] =
		HEAD CREDENTIALS ",\n \"x-rows\": [{}],\n \"rows\": [{\"name\": \"]\"},\n{}]}";
	struct arena *a = arena_new(INTAKE_MANIFEST_ARENA);
	struct wire_manifest m;
	struct intake_source found;
	struct err err = {0};

	(void)state;
	assert_ok(intake_manifest_read(bytes_of(str_of(json)), a, &m, &found, &err), err);
	assert_int_equal(m.row_count, 2);
	assert_int_equal(found.rows_line, 3);
	assert_true(str_eq_cz(bytes_text(found.rows), "[{\"name\": \"]\"},\n{}]"));
	arena_free(&a);
	refused(HEAD CREDENTIALS ", \"rows\": {}}", "rows: ", "a list of people");
	refused(HEAD CREDENTIALS ", \"r\\u006fws\": [{}]}", "rows: ", "without escapes");
}

static void source_is_checked(void **state)
{
	(void)state;
	accepted(HEAD CREDENTIALS ", \"source\": {\"profile\": \"banner\"}}");
	refused(HEAD CREDENTIALS ", \"source\": {\"profile\": \"baner\"}}",
		"source.profile: ", "\"banner\"");
	refused(HEAD CREDENTIALS ", \"source\": {\"profile\": \"zzzzzzz\"}}",
		"source.profile: ", "moodle-grades");
	refused(HEAD CREDENTIALS ", \"source\": {\"columns\": {\"nmae\": \"X\"}}}",
		"source.columns.nmae: ", "\"name\"");
	refused(HEAD CREDENTIALS ", \"source\": {\"columns\": {\"honors\": \"X\"}}}",
		"source.columns.honors: ", "field.");
	refused(HEAD CREDENTIALS ", \"source\": {\"columns\": {\"email\": {\"from\": \"X\", "
				 "\"order\": \"family,given\"}}}}",
		"source.columns.email: ", "name");
	refused(HEAD CREDENTIALS ", \"source\": {\"constants\": {\"name\": \"X\"}}}",
		"source.constants.name: ", NULL);
	refused(HEAD CREDENTIALS ", \"source\": {\"delimiter\": \"::\"}}",
		"source.delimiter: ", NULL);
	refused(HEAD CREDENTIALS ", \"source\": {\"date_format\": \"D/M/Y\"}}",
		"source.date_format: ", NULL);
	refused(HEAD CREDENTIALS ", \"source\": {\"sha256\": \"abc\"}}", "source.sha256: ", "64");
}

static void durations(void **state)
{
	static const struct {
		const char *text;
		uint32_t months;
		int64_t days;
	} good[] = {{"P1Y", 12, 0}, {"P4Y", 48, 0}, {"P12M", 12, 0}, {"P90D", 0, 90},
		{"P2W", 0, 14}, {"P1Y6M3D", 18, 3}, {"PT48H", 0, 2}};
	static const char *const bad[] = {"", "P", "PT", "1Y", "P1", "PY", "P1D1Y", "P1Y1Y", "P-1Y",
		"P0D", "P999Y", "P1.5Y", "PT1D", "P1YT"};
	char json[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		(void)text_fmt(json, sizeof json,
			HEAD "\"credentials\": {\"b\": {\"valid_for\": \"%s\", " ACHIEVEMENT "}}}",
			good[i].text);
		accepted(json);
		assert_int_equal(manifest.credentials.items[0].valid_for_s, good[i].days * 86400);
		assert_int_equal(manifest.credentials.items[0].valid_for_months, good[i].months);
	}
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		(void)text_fmt(json, sizeof json,
			HEAD "\"credentials\": {\"b\": {\"valid_for\": \"%s\", " ACHIEVEMENT "}}}",
			bad[i]);
		refused(json, "credentials.b.valid_for: ", NULL);
	}
}

static void json_faults_name_the_line(void **state)
{
	(void)state;
	refused("{\n\"format\": \"certfill-manifest/1\",\n\"format\": 1}", "line 3", "duplicate");
	refused("{\n\n\"a\" 1}", "line 3", NULL);
	refused("", "is empty", NULL);
	refused("{\"a\": \"\xFF\"}", "line 1", NULL);
	refused(HEAD CREDENTIALS "} x", "line 1", NULL);
	refused(HEAD CREDENTIALS ", \"name\": \"a\\u0000b\"}", "line 1", NULL);
}

static void texts_without_hidden_characters(void **state)
{
	(void)state;
	refused(HEAD CREDENTIALS ", \"name\": \"a\\u0007b\"}", "name: ", "U+0007");
	refused(HEAD CREDENTIALS ", \"name\": \"a\\u202Eb\"}", "name: ", "U+202E");
}

static void limits_hold(void **state)
{
	struct err err = {0};
	size_t n = INTAKE_MANIFEST_MAX + 1;
	char *big = arena_alloc(arena, n);
	char deep[400];

	(void)state;
	memset(big, ' ', n);
	assert_int_equal(intake_manifest_read((struct bytes){(uint8_t *)big, n}, arena, &manifest,
				 &source, &err),
		RC_LIMIT);
	memset(deep, '[', sizeof deep);
	assert_int_equal(intake_manifest_read((struct bytes){(uint8_t *)deep, sizeof deep}, arena,
				 &manifest, &source, &err),
		RC_LIMIT);
	/* Brackets in strings are text, also after an escaped quotation mark. */
	accepted(HEAD CREDENTIALS
		", \"x-a\": \"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}");
}

static void too_much_text_for_a_frame(void **state)
{
	struct err err = {0};
	struct buf b = buf_new(1u << 20);

	(void)state;
	buf_put_cz(&b, HEAD "\"credentials\": {");
	for (int i = 0; i < 10; i++) {
		buf_fmt(&b,
			"%s\"c%d\": {\"achievement\": {\"id\": \"urn:a:b\", \"name\": \"n\", "
			"\"criteria\": {\"narrative\": \"n\"}, \"description\": \"",
			i != 0 ? "," : "", i);
		for (int k = 0; k < 8000; k++)
			buf_put_char(&b, 'd');
		buf_put_cz(&b, "\"}}");
	}
	buf_put_cz(&b, "}}");
	assert_int_equal(
		intake_manifest_read(buf_bytes(&b), arena, &manifest, &source, &err), RC_LIMIT);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smallest_manifest_has_defaults),
		cmocka_unit_test(full_manifest_is_read),
		cmocka_unit_test(unknown_keys_get_a_suggestion),
		cmocka_unit_test(errors_name_the_path),
		cmocka_unit_test(open_badges_wants_description_and_criteria),
		cmocka_unit_test(unbuilt_parts_are_refused),
		cmocka_unit_test(rows_are_found_where_they_stand),
		cmocka_unit_test(source_is_checked),
		cmocka_unit_test(durations),
		cmocka_unit_test(json_faults_name_the_line),
		cmocka_unit_test(texts_without_hidden_characters),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(too_much_text_for_a_frame),
	};
	int failed;

	harness_start();
	intake_manifest_warm_up();
	arena = arena_new(INTAKE_MANIFEST_ARENA);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
