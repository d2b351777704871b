// SPDX-License-Identifier: Apache-2.0
/* Edit distances. Runs in: make check. */
#include "base/suggest.h"
#include "tests/harness/harness.h"

#include <string.h>

static uint32_t distance(const char *a, const char *b)
{
	uint32_t there = suggest_distance(str_of(a), str_of(b));

	assert_int_equal(there, suggest_distance(str_of(b), str_of(a)));
	return there;
}

static void distances(void **state)
{
	(void)state;
	assert_int_equal(distance("", ""), 0);
	assert_int_equal(distance("abc", ""), 3);
	assert_int_equal(distance("kitten", "sitting"), 3);
	assert_int_equal(distance("email", "emial"), 1);
	assert_int_equal(distance("Email", "eMAIL"), 0);
	assert_int_equal(distance("ca", "abc"), 3);
}

static void long_words_are_not_compared(void **state)
{
	char longest[66];

	(void)state;
	memset(longest, 'a', sizeof longest);
	longest[65] = '\0';
	assert_true(distance(longest, "a") == UINT32_MAX);
	longest[64] = '\0';
	assert_int_equal(distance(longest, ""), 64);
}

static void the_nearest_is_kept(void **state)
{
	struct suggestion s = {NULL, 0};

	(void)state;
	suggest_offer(&s, STR("templte"), "policy");
	assert_null(s.word);
	suggest_offer(&s, STR("templte"), "temples");
	suggest_offer(&s, STR("templte"), "template");
	assert_string_equal(s.word, "template");
	suggest_offer(&s, STR("templte"), "temple");
	assert_string_equal(s.word, "template");
}

static void short_words_must_be_near(void **state)
{
	struct suggestion s = {NULL, 0};

	(void)state;
	suggest_offer(&s, STR("xyz"), "mail");
	suggest_offer(&s, STR("ab"), "id");
	assert_null(s.word);
	suggest_offer(&s, STR("mial"), "mail");
	assert_string_equal(s.word, "mail");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances),
		cmocka_unit_test(long_words_are_not_compared),
		cmocka_unit_test(the_nearest_is_kept),
		cmocka_unit_test(short_words_must_be_near),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
