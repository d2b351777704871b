// SPDX-License-Identifier: Apache-2.0
/* Open Badges by table: what is allowed, and what is refused with its place. Runs in: make check. */
#include "base/buf.h"
#include "formats/badge_rules.h"
#include "tests/harness/harness.h"

#include <string.h>

#define ACHIEVEMENT_A \
	"{\"id\":\"urn:a:b\",\"type\":[\"Achievement\"],\"name\":\"n\",\"description\":\"d\"," \
	"\"criteria\":{\"narrative\":\"c\"}"

static struct arena *arena;

static enum rc check(const struct badge_class *class, const char *json, struct err *err)
{
	static const struct jsonr_limits limits = {65536, 4096};
	const struct jsonr_value *value = NULL;

	assert_ok(jsonr_parse(arena, str_of(json), &limits, &value, err), *err);
	return badge_rules_check(class, value, err);
}

static void allowed(const char *json)
{
	struct err err = {0};

	assert_ok(check(&badge_class_achievement, json, &err), err);
}

static void refused(const char *json, const char *part)
{
	struct err err = {0};
	enum rc rc = check(&badge_class_achievement, json, &err);

	if (rc != RC_INPUT || strstr(err.text, part) == NULL)
		fail_msg("%s\ngave %d: %s", json, rc, err.text);
}

static void achievements(void **state)
{
	(void)state;
	allowed(ACHIEVEMENT_A "}");
	allowed(ACHIEVEMENT_A ",\"creditsAvailable\":7.5,\"inLanguage\":\"de-AT\",\"tag\":[\"t\"],"
			      "\"achievementType\":\"ext:Camp\",\"image\":{\"id\":\"https://x/"
			      "i.png\",\"type\":\"Image\"}}");
	refused("{\"type\":[\"Achievement\"]}", "\"id\" is missing");
	refused(ACHIEVEMENT_A ",\"tags\":[\"t\"]}", "\"tags\" is no member");
	refused(ACHIEVEMENT_A ",\"tag\":\"t\"}", "tag: must be a list");
	refused(ACHIEVEMENT_A ",\"tag\":[]}", "tag: must be a list");
	refused(ACHIEVEMENT_A ",\"version\":null}", "version: is of the wrong kind");
	refused(ACHIEVEMENT_A ",\"version\":\"\"}", "version: must not be empty");
	refused(ACHIEVEMENT_A ",\"achievementType\":\"Camp\"}", "achievementType: ");
	refused(ACHIEVEMENT_A ",\"inLanguage\":\"DE\"}", "inLanguage: ");
	refused(ACHIEVEMENT_A ",\"creditsAvailable\":\"7\"}", "creditsAvailable: ");
	refused(ACHIEVEMENT_A ",\"creditsAvailable\":1e3}", "creditsAvailable: ");
	refused(ACHIEVEMENT_A ",\"image\":\"https://x/i.png\"}", "image: must be an object");
	refused(ACHIEVEMENT_A ",\"image\":{\"id\":\"https://x/i.png\",\"type\":[\"Image\"]}}",
		"image: has the wrong");
	refused(ACHIEVEMENT_A ",\"image\":{\"id\":\"urn:x:y\",\"type\":\"Image\"}}", "image.id: ");
	refused(ACHIEVEMENT_A ",\"alignment\":[{\"type\":[\"Alignment\"],\"targetName\":\"n\"}]}",
		"alignment: \"targetUrl\" is missing");
	refused(ACHIEVEMENT_A ",\"alignment\":[{\"type\":[\"Alignment\"],\"targetName\":\"n\","
			      "\"targetUrl\":\"x y\"}]}",
		"alignment.targetUrl: ");
	refused(ACHIEVEMENT_A ",\"related\":[{\"type\":[\"X\"],\"id\":\"urn:a:c\"}]}", "related: ");
	/* No term of any context: the signature could not cover it. */
	refused(ACHIEVEMENT_A ",\"related\":[{\"type\":[\"Related\",\"X\"],\"id\":\"urn:a:c\"}]}",
		"related: ");
	refused(ACHIEVEMENT_A ",\"creator\":{\"type\":[\"Profile\"],\"id\":\"urn:a:c\","
			      "\"dateOfBirth\":\"2026-02-30\"}}",
		"creator.dateOfBirth: ");
}

static void depth_has_an_end(void **state)
{
	struct buf b = buf_new(65536);

	(void)state;
	buf_put_cz(&b, ACHIEVEMENT_A ",\"creator\":");
	for (int i = 0; i < 30; i++)
		buf_put_cz(&b, "{\"id\":\"urn:a:b\",\"type\":[\"Profile\"],\"parentOrg\":");
	buf_put_cz(&b, "{\"id\":\"urn:a:b\",\"type\":[\"Profile\"]}");
	for (int i = 0; i < 31; i++)
		buf_put_char(&b, '}');
	buf_put_char(&b, '\0');
	refused((const char *)b.p, "nested too deeply");
	buf_free(&b);
}

static void an_endorsement_brings_its_proof(void **state)
{
	static const char whole[] =
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\","
		"\"https://purl.imsglobal.org/spec/ob/v3p0/"
		"context-3.0.3.json\"],\"id\":\"urn:a:e\","
		"\"type\":[\"VerifiableCredential\",\"EndorsementCredential\"],\"name\":\"n\","
		"\"issuer\":{\"id\":\"did:web:a\",\"type\":[\"Profile\"]},\"validFrom\":"
		"\"2026-01-01T00:00:00Z\",\"credentialSubject\":{\"id\":\"urn:a:b\",\"type\":["
		"\"EndorsementSubject\"]},\"proof\":[{\"type\":\"DataIntegrityProof\"}]}";
	struct str text = str_of(whole);
	struct err err = {0};

	(void)state;
	assert_ok(check(&badge_class_endorsement, whole, &err), err);
	text.n = str_find_str(text, STR(",\"proof\""));
	assert_int_equal(check(&badge_class_endorsement,
				 str_fmt(arena, STR_FMT "}%c", STR_ARG(text), 0).p, &err),
		RC_INPUT);
	assert_non_null(strstr(err.text, "\"proof\" is missing"));
}

static void numbers(void **state)
{
	static const char *const good[] = {"0", "7", "7.5", "0.125", "-2.25", "999999"};
	static const char *const bad[] = {
		"", "-", "07", "7.", ".5", "7.50", "1.2345", "1000000", "1e3", "+1", "1,5"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		assert_true(badge_rules_is_number(str_of(good[i])));
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(badge_rules_is_number(str_of(bad[i])));
}

static int set_up(void **state)
{
	(void)state;
	arena_free(&arena);
	arena = arena_new(4u << 20);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(achievements), TEST(depth_has_an_end),
		TEST(an_endorsement_brings_its_proof), TEST(numbers)};
	int failed;

	harness_start();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
