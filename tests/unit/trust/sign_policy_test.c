// SPDX-License-Identifier: Apache-2.0
/* Policies in the signer's memory: languages, counting, making room. */
#include "base/text.h"
#include "tests/harness/harness.h"
#include "tests/worker/sign_requests.h"
#include "trust/keystore.h"
#include "trust/sign_policy.h"

#include <fcntl.h>
#include <unistd.h>

static char *dir;
static struct keyring ring;
static struct sign_policies policies;

static int start(void **state)
{
	int fd;
	struct keystore_place place;
	struct err err = {0};

	(void)state;
	(void)ossl_open();
	dir = harness_make_dir();
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	place = (struct keystore_place){.dir_fd = fd, .tenant = STR("uni-example")};
	assert_ok(keystore_file.make(&place, STR("Org"), SAMPLE_NOW_S, &err), err);
	assert_ok(keystore_open(&keystore_file, &place, SAMPLE_NOW_S, &ring, &err), err);
	(void)close(fd);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	keyring_clear(&ring);
	harness_remove(&dir);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	sign_policies_clear(&policies);
	return 0;
}

static struct wire_policy policy_named(struct str batch)
{
	struct wire_policy p =
		sample_policy_of(str_of(keyring_find(&ring, KEY_ASSERT, STR(""))->kid));

	p.batch = batch;
	p.pass_kid = str_of(ring.pass_kid);
	memcpy(p.pass_chain_sha256, ring.pass.chain_sha256, sizeof p.pass_chain_sha256);
	return p;
}

static struct sign_policy *set(struct wire_policy wire)
{
	struct sign_policy *p;
	struct err err = {0};

	assert_ok(sign_policy_set(&policies, &ring, SAMPLE_NOW_S, &wire, &err), err);
	assert_ok(sign_policy_find(&policies, wire.batch, &p, &err), err);
	return p;
}

static void chooses_the_language(void **state)
{
	static const struct wire_text texts[] = {{STR("en"), STR("E")}, {STR("pt-BR"), STR("B")},
		{STR("pt"), STR("P")}, {STR("zh-Hant"), STR("Z")}};
	static const struct {
		const char *lang;
		const char *want;
	} cases[] = {{"", "E"}, {"en", "E"}, {"fr", "E"}, {"pt", "P"}, {"PT-br", "B"},
		{"pt-PT", "B"}, {"zh", "Z"}};
	struct str lang;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct str got =
			sign_policy_text(texts, ARRAY_COUNT(texts), str_of(cases[i].lang), &lang);

		if (!str_eq_cz(got, cases[i].want))
			fail_msg("%s gives " STR_FMT, cases[i].lang, STR_ARG(got));
	}
	assert_int_equal(sign_policy_text(NULL, 0, STR("en"), &lang).n, 0);
}

static void says_the_achievement_in_that_language(void **state)
{
	struct sign_policy *p = set(policy_named(STR("B")));
	struct badge_achievement a = sign_policy_achievement(p, 0, STR("de"));

	(void)state;
	assert_true(str_eq_cz(a.name, "Angewandte Statistik"));
	assert_true(str_eq_cz(a.in_language, "de"));
	assert_true(str_eq_cz(sign_policy_achievement(p, 1, STR("de")).name, "Library Tour"));
}

/* Said once, for the batch: not for every row that would have failed alike. */
static void refuses_an_achievement_that_no_row_could_sign(void **state)
{
	static struct str tags[] = {STR("\xef\xbd\x9e"), STR("\xf0\x9f\x98\x80")};
	struct wire_policy wire = policy_named(STR("B"));
	struct wire_policy_credential bad[2];
	struct err err = {0};

	(void)state;
	memcpy(bad, wire.credentials.items, sizeof bad);
	bad[1].achievement.tags.items = tags;
	bad[1].achievement.tags.count = ARRAY_COUNT(tags);
	wire.credentials.items = bad;
	assert_int_equal(sign_policy_set(&policies, &ring, SAMPLE_NOW_S, &wire, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "credential 2 of the batch: "));
	bad[1].achievement.tags.count = 1;
	(void)set(wire);
}

static void counts_distinct_rows(void **state)
{
	struct sign_policy *p = set(policy_named(STR("B")));
	struct wire_sign_row row = sample_row(4);
	uint8_t content[16];
	struct err err = {0};

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_ok(sign_policy_check_row(p, &row, content, &err), err);
		sign_policy_mark_row(p, row.row, content);
	}
	assert_int_equal(p->signed_count, 1);
	row.email = STR("other@example.org");
	assert_int_equal(sign_policy_check_row(p, &row, content, &err), RC_INPUT);
	row.row = 5;
	assert_ok(sign_policy_check_row(p, &row, content, &err), err);
	row.row = p->wire.row_count;
	assert_int_equal(sign_policy_check_row(p, &row, content, &err), RC_INPUT);
}

static void keeps_images_sorted(void **state)
{
	static const char *const names[] = {
		"logo.png", "icon.png", "icon@2x.png", "de.lproj/logo.png"};
	struct sign_policy *p = set(policy_named(STR("B")));
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct wire_pass_image image = {
			STR("B"), 0, str_of(names[i]), bytes_of(str_of(names[i]))};

		assert_ok(sign_policy_add_image(p, &image, &err), err);
	}
	assert_int_equal(p->images[0].count, 4);
	for (size_t i = 1; i < 4; i++)
		assert_true(str_compare(p->images[0].files[i - 1].name, p->images[0].files[i].name)
			< 0);
	assert_int_equal(p->images[1].count, 0);
}

static void bounds_images(void **state)
{
	struct sign_policy *p = set(policy_named(STR("B")));
	struct err err = {0};
	char name[32];

	(void)state;
	for (unsigned i = 0; i <= SIGN_POLICY_IMAGES_MAX; i++) {
		struct wire_pass_image image = {STR("B"), 0, {name, 0}, {NULL, 0}};

		(void)text_fmt(name, sizeof name, "i%02u.png", i);
		image.name = str_of(name);
		assert_int_equal(sign_policy_add_image(p, &image, &err),
			i < SIGN_POLICY_IMAGES_MAX ? RC_OK : RC_LIMIT);
	}
}

static void the_longest_unused_makes_room(void **state)
{
	struct sign_policy *p;
	struct err err = {0};
	char name[8];

	(void)state;
	for (unsigned i = 0; i < SIGN_POLICIES_MAX; i++) {
		(void)text_fmt(name, sizeof name, "B%02u", i);
		(void)set(policy_named(str_of(name)));
	}
	assert_ok(sign_policy_find(&policies, STR("B00"), &p, &err), err);
	(void)set(policy_named(STR("B99")));
	assert_ok(sign_policy_find(&policies, STR("B00"), &p, &err), err);
	assert_int_equal(sign_policy_find(&policies, STR("B01"), &p, &err), RC_INPUT);
	assert_ok(sign_policy_find(&policies, STR("B02"), &p, &err), err);
}

static void bounds_rows_and_sizes(void **state)
{
	static char narrative[8192];
	static struct wire_text descriptions[1];
	struct wire_policy wire = policy_named(STR("B"));
	struct err err = {0};

	(void)state;
	wire.row_count = SIGN_POLICY_ROWS_MAX + 1;
	assert_int_equal(sign_policy_set(&policies, &ring, SAMPLE_NOW_S, &wire, &err), RC_LIMIT);
	wire = policy_named(STR("B"));
	memset(narrative, 'x', sizeof narrative);
	descriptions[0] = (struct wire_text){STR(""), {narrative, sizeof narrative}};
	wire.credentials.items[1].achievement.criteria_narrative = descriptions[0].text;
	wire.credentials.items[1].achievement.descriptions.items = descriptions;
	wire.credentials.items[1].achievement.descriptions.count = 1;
	assert_int_equal(sign_policy_set(&policies, &ring, SAMPLE_NOW_S, &wire, &err), RC_LIMIT);
	assert_non_null(strstr(err.text, "credential 2 of the batch"));
}

/* An expired pass certificate does not keep a batch from being registered, only passes from being signed. */
static void judges_the_pass_certificate_late(void **state)
{
	struct pass_notes sound = ring.pass.problems;
	struct sign_policy *p;
	struct err err = {0};

	(void)state;
	pass_identity_check(&ring.pass, ring.pass.not_after_s + 1);
	assert_true(ring.pass.problems.count >= 1);
	p = set(policy_named(STR("B")));
	assert_int_equal(sign_policy_open_pass(p, &ring.pass, &err), RC_INPUT);
	assert_string_equal(err.text, ring.pass.problems.note[0]);
	assert_non_null(strstr(err.text, "renew it"));
	assert_null(p->pass);
	ring.pass.problems = sound;
	assert_ok(sign_policy_open_pass(p, &ring.pass, &err), err);
	assert_non_null(p->pass);
}

static void opens_the_pass_signer_once(void **state)
{
	struct sign_policy *p = set(policy_named(STR("B")));
	const struct pass_signer *first;
	struct err err = {0};

	(void)state;
	assert_null(p->pass);
	assert_ok(sign_policy_open_pass(p, &ring.pass, &err), err);
	first = p->pass;
	assert_ok(sign_policy_open_pass(p, &ring.pass, &err), err);
	assert_ptr_equal(p->pass, first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chooses_the_language),
		cmocka_unit_test_teardown(says_the_achievement_in_that_language, clear),
		cmocka_unit_test_teardown(refuses_an_achievement_that_no_row_could_sign, clear),
		cmocka_unit_test_teardown(counts_distinct_rows, clear),
		cmocka_unit_test_teardown(keeps_images_sorted, clear),
		cmocka_unit_test_teardown(bounds_images, clear),
		cmocka_unit_test_teardown(the_longest_unused_makes_room, clear),
		cmocka_unit_test_teardown(bounds_rows_and_sizes, clear),
		cmocka_unit_test_teardown(judges_the_pass_certificate_late, clear),
		cmocka_unit_test_teardown(opens_the_pass_signer_once, clear),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}
