// SPDX-License-Identifier: Apache-2.0
/* The message table keeps its own rules. Runs in: make check. */
#include "ipc/message.h"
#include "tests/harness/harness.h"

#include <string.h>

static void numbers_are_unique_and_found(void **state)
{
	size_t count;
	const struct message_info *all = message_all(&count);

	(void)state;
	assert_true(count > 20);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(message_find((uint32_t)all[i].number), &all[i]);
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(all[i].number, all[k].number);
			assert_string_not_equal(all[i].name, all[k].name);
		}
	}
	assert_null(message_find(0));
	assert_null(message_find(65535));
	assert_null(message_find(1U << 16 | MESSAGE_HELLO));
}

/* Requests are even, answers odd. An even number goes down to whoever serves it, an odd one comes back. */
static void answers_come_back(void **state)
{
	size_t count;
	const struct message_info *all = message_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct message_info *request;

		if (all[i].number % 2 == 0)
			continue;
		request = message_find((uint32_t)all[i].number - 1);
		if (request == NULL)
			continue;
		if (request->from != all[i].to || request->to != all[i].from)
			fail_msg("%s does not go back to where %s came from", all[i].name,
				request->name);
	}
}

static void caps_are_within_the_frame(void **state)
{
	size_t count;
	const struct message_info *all = message_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_true(all[i].max_len <= MESSAGE_PAYLOAD_MAX);
		assert_true(all[i].max_fds <= MESSAGE_FDS_MAX);
		assert_non_null(all[i].type);
		assert_true(all[i].doc[0] != '\0');
		/* The signer's messages carry no descriptors (ADR 0003). */
		if (all[i].to == ROLE_SIGN || all[i].from == ROLE_SIGN)
			assert_int_equal(all[i].max_fds, 0);
		/* Nor does anything a worker sends: control opens no descriptor of a worker's making. */
		if (all[i].from != ROLE_CONTROL && all[i].from != ROLE_CLI)
			assert_int_equal(all[i].max_fds, 0);
	}
}

static void permissions_name_both_ends(void **state)
{
	const struct message_info *draw = message_find(MESSAGE_DRAW);
	const struct message_info *hello = message_find(MESSAGE_HELLO);
	const struct message_info *fault = message_find(MESSAGE_FAULT);

	(void)state;
	assert_true(message_allowed(draw, ROLE_CONTROL, ROLE_RENDER));
	assert_false(message_allowed(draw, ROLE_RENDER, ROLE_CONTROL));
	assert_false(message_allowed(draw, ROLE_CONTROL, ROLE_SIGN));
	assert_false(message_allowed(draw, ROLE_CLI, ROLE_RENDER));
	for (int role = ROLE_INTAKE; role < ROLE_COUNT; role++) {
		assert_true(message_allowed(hello, ROLE_CONTROL, (enum role)role));
		assert_true(message_allowed(fault, (enum role)role, ROLE_CONTROL));
		assert_false(message_allowed(hello, (enum role)role, ROLE_CONTROL));
		assert_false(message_allowed(hello, (enum role)role, (enum role)role));
	}
	assert_false(message_allowed(hello, ROLE_CONTROL, ROLE_CONTROL));
	assert_false(message_allowed(hello, ROLE_CONTROL, ROLE_CLI));
}

/* Nobody but control speaks to workers, and they to nobody else. */
static void workers_do_not_talk_to_each_other(void **state)
{
	size_t count;
	const struct message_info *all = message_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (int from = ROLE_INTAKE; from < ROLE_COUNT; from++)
			for (int to = ROLE_INTAKE; to < ROLE_COUNT; to++)
				assert_false(
					message_allowed(&all[i], (enum role)from, (enum role)to));
}

static void roles_have_names(void **state)
{
	(void)state;
	assert_string_equal(role_name(ROLE_SIGN), "sign");
	assert_string_equal(role_name(ROLE_NULL), "null");
	assert_string_equal(role_name((enum role)99), "unknown");
	for (int role = 0; role < ROLE_COUNT; role++)
		assert_string_not_equal(role_name((enum role)role), "unknown");
}

static uint32_t depth_of(const struct wire_type *type, uint32_t depth)
{
	uint32_t deepest = depth;

	for (size_t i = 0; i < type->field_count && depth < 20; i++)
		if (type->fields[i].type != NULL) {
			uint32_t d = depth_of(type->fields[i].type, depth + 1);

			deepest = d > deepest ? d : deepest;
		}
	return deepest;
}

/* The decoder aborts on deeper types, so the table must not have one. */
static void records_are_not_too_deep(void **state)
{
	size_t count;
	const struct message_info *all = message_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_true(depth_of(all[i].type, 0) < WIRE_DEPTH_MAX);
}

static void the_form_is_one_number(void **state)
{
	uint64_t form = message_form();

	(void)state;
	assert_int_not_equal(form, 0);
	assert_int_equal(message_form(), form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_unique_and_found),
		cmocka_unit_test(answers_come_back),
		cmocka_unit_test(caps_are_within_the_frame),
		cmocka_unit_test(permissions_name_both_ends),
		cmocka_unit_test(workers_do_not_talk_to_each_other),
		cmocka_unit_test(roles_have_names),
		cmocka_unit_test(records_are_not_too_deep),
		cmocka_unit_test(the_form_is_one_number),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
