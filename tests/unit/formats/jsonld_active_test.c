// SPDX-License-Identifier: Apache-2.0
/* Active contexts: what is defined, what a context on top may change, and what comes back below it. */
#include "formats/jsonld_active.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *a;

static int start(void **state)
{
	(void)state;
	a = arena_new((size_t)16 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static uint16_t context(const char *url)
{
	uint16_t found = jsonld_active_find_context(str_of(url));

	assert_int_not_equal(found, JSONLD_NO_CONTEXT);
	return found;
}

#define V1 "https://www.w3.org/2018/credentials/v1"
#define V2 "https://www.w3.org/ns/credentials/v2"
#define BADGES "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

static const struct jsonld_active *with(const char *url)
{
	const struct jsonld_active *active = jsonld_active_empty();
	struct err err = {0};

	assert_ok(jsonld_active_push(a, &active, context(url), JSONLD_EMBEDDED, &err), err);
	return active;
}

static void pinned_contexts_are_found_by_their_whole_address(void **state)
{
	static const char *const strangers[] = {"", "https://www.w3.org/ns/credentials/v2/",
		"http://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/v",
		"HTTPS://www.w3.org/ns/credentials/v2", "urn:x:y"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(strangers); i++)
		assert_int_equal(
			jsonld_active_find_context(str_of(strangers[i])), JSONLD_NO_CONTEXT);
	assert_int_not_equal(context(V1), context(V2));
}

static void a_context_defines_its_terms_and_no_others(void **state)
{
	const struct jsonld_active *v2 = with(V2);

	(void)state;
	assert_null(jsonld_active_find(jsonld_active_empty(), STR("VerifiableCredential")));
	assert_non_null(jsonld_active_find(v2, STR("VerifiableCredential")));
	assert_non_null(jsonld_active_find(v2, STR("name")));
	assert_null(jsonld_active_find(v2, STR("verifiablecredential")));
	assert_null(jsonld_active_find(v2, STR("Achievement")));
	/* Defined by the type alone. */
	assert_null(jsonld_active_find(v2, STR("validFrom")));
	assert_null(jsonld_active_find(v2, STR("")));
}

static void the_same_context_twice_changes_nothing(void **state)
{
	const struct jsonld_active *v2 = with(V2);
	const struct jsonld_def *def = jsonld_active_find(v2, STR("VerifiableCredential"));
	struct err err = {0};

	(void)state;
	assert_ok(jsonld_active_push(a, &v2, context(V2), JSONLD_EMBEDDED, &err), err);
	assert_ptr_equal(jsonld_active_find(v2, STR("VerifiableCredential")), def);
	assert_ok(jsonld_active_push(a, &v2, context(BADGES), JSONLD_EMBEDDED, &err), err);
	assert_ptr_equal(jsonld_active_find(v2, STR("VerifiableCredential")), def);
}

/* Both define "VerifiableCredential", protected, and not alike. */
static void a_protected_term_is_not_changed_from_within_a_document(void **state)
{
	const struct jsonld_active *v2 = with(V2);
	const struct jsonld_def *def = jsonld_active_find(v2, STR("VerifiableCredential"));
	struct err err = {0};

	(void)state;
	assert_int_equal(jsonld_active_push(a, &v2, context(V1), JSONLD_EMBEDDED, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "twice"));
	assert_int_equal(jsonld_active_push(a, &v2, context(V1), JSONLD_BY_TYPE, &err), RC_INPUT);
	assert_ptr_equal(jsonld_active_find(v2, STR("VerifiableCredential")), def);
	/* A property's own context may. */
	assert_ok(jsonld_active_push(a, &v2, context(V1), JSONLD_BY_PROPERTY, &err), err);
	assert_ptr_not_equal(jsonld_active_find(v2, STR("VerifiableCredential")), def);
}

static void a_null_context_may_not_wipe_protected_terms(void **state)
{
	const struct jsonld_active *active = jsonld_active_empty();
	const struct jsonld_active *v2 = with(V2);
	struct err err = {0};

	(void)state;
	assert_ok(jsonld_active_push(a, &active, JSONLD_NULL_CONTEXT, JSONLD_EMBEDDED, &err), err);
	assert_int_equal(
		jsonld_active_push(a, &v2, JSONLD_NULL_CONTEXT, JSONLD_EMBEDDED, &err), RC_INPUT);
	assert_int_equal(
		jsonld_active_push(a, &v2, JSONLD_NULL_CONTEXT, JSONLD_BY_TYPE, &err), RC_INPUT);
	assert_non_null(jsonld_active_find(v2, STR("VerifiableCredential")));
	assert_ok(jsonld_active_push(a, &v2, JSONLD_NULL_CONTEXT, JSONLD_BY_PROPERTY, &err), err);
	assert_null(jsonld_active_find(v2, STR("VerifiableCredential")));
}

static void what_a_type_brought_ends_below(void **state)
{
	const struct jsonld_active *v2 = with(V2);
	const struct jsonld_active *typed = v2;
	const struct jsonld_active *twice;
	struct err err = {0};

	(void)state;
	assert_null(v2->previous);
	assert_ok(jsonld_active_push(a, &typed, context(BADGES), JSONLD_BY_TYPE, &err), err);
	assert_ptr_equal(typed->previous, v2);
	twice = typed;
	assert_ok(jsonld_active_push(a, &twice, context(BADGES), JSONLD_BY_TYPE, &err), err);
	assert_ptr_equal(twice->previous, v2);
}

static void little_room_is_a_limit(void **state)
{
	struct arena *small = arena_new(64);
	const struct jsonld_active *active = jsonld_active_empty();
	struct err err = {0};

	(void)state;
	assert_int_equal(
		jsonld_active_push(small, &active, context(V2), JSONLD_EMBEDDED, &err), RC_LIMIT);
	assert_ptr_equal(active, jsonld_active_empty());
	arena_free(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pinned_contexts_are_found_by_their_whole_address),
		cmocka_unit_test_setup_teardown(
			a_context_defines_its_terms_and_no_others, start, stop),
		cmocka_unit_test_setup_teardown(
			the_same_context_twice_changes_nothing, start, stop),
		cmocka_unit_test_setup_teardown(
			a_protected_term_is_not_changed_from_within_a_document, start, stop),
		cmocka_unit_test_setup_teardown(
			a_null_context_may_not_wipe_protected_terms, start, stop),
		cmocka_unit_test_setup_teardown(what_a_type_brought_ends_below, start, stop),
		cmocka_unit_test(little_room_is_a_limit),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
