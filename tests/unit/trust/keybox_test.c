// SPDX-License-Identifier: Apache-2.0
/* Sealed key files: only the passphrase opens them, and any change shows. */
#include "base/cursor.h"
#include "tests/harness/harness.h"
#include "trust/keybox.h"

#include <string.h>

static const struct keybox_cost cheap = {64, 1, 2};
static struct buf box;

static int start(void **state)
{
	struct err err = {0};

	(void)state;
	box = buf_new(4096);
	assert_ok(keybox_put(&box, bytes_of(STR("the keys")), STR("t"), bytes_of(STR("pass")),
			  &cheap, &err),
		err);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	buf_free(&box);
	return 0;
}

static enum rc open_box(struct str tenant, struct str passphrase, struct err *err)
{
	AUTO_SECRET text = NULL;
	enum rc rc = keybox_open(buf_bytes(&box), tenant, bytes_of(passphrase), &text, err);

	if (rc == RC_OK)
		assert_true(str_eq_cz(bytes_text(secret_bytes(text)), "the keys"));
	else
		assert_null(text);
	return rc;
}

static void comes_back(void **state)
{
	struct buf again = buf_new(4096);
	struct err err = {0};

	(void)state;
	assert_true(keybox_is_sealed(buf_bytes(&box)));
	assert_int_equal(box.n, 8 + KEYBOX_EXTRA_LEN);
	assert_true(str_find_str(buf_str(&box), STR("the keys")) == box.n);
	assert_ok(open_box(STR("t"), STR("pass"), &err), err);
	/* Salt and nonce are drawn anew. */
	assert_ok(keybox_put(&again, bytes_of(STR("the keys")), STR("t"), bytes_of(STR("pass")),
			  &cheap, &err),
		err);
	assert_memory_not_equal(box.p + 20, again.p + 20, 28);
	buf_free(&again);
}

static void nothing_else_opens_it(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(open_box(STR("t"), STR("Pass"), &err), RC_INPUT);
	assert_non_null(strstr(err.text, "passphrase does not open"));
	assert_int_equal(open_box(STR("u"), STR("pass"), &err), RC_INPUT);
	assert_int_equal(open_box(STR("t"), STR(""), &err), RC_INPUT);
}

static void every_bit_counts(void **state)
{
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < box.n; i++) {
		/* High bytes of a cost would only take long. */
		if (i >= 10 && i < 20 && i % 4 != 0)
			continue;
		box.p[i] ^= 1;
		assert_int_equal(open_box(STR("t"), STR("pass"), &err), RC_INPUT);
		box.p[i] ^= 1;
	}
	for (size_t n = 0; n < box.n; n++) {
		struct secret *text = NULL;

		if (n > 20 && n % 7 != 0)
			continue;
		assert_int_equal(keybox_open((struct bytes){box.p, n}, STR("t"),
					 bytes_of(STR("pass")), &text, &err),
			RC_INPUT);
	}
}

/* A file cannot make its reader use all memory or all day. */
static void refuses_absurd_costs(void **state)
{
	static const struct keybox_cost absurd[] = {{UINT32_MAX, 1, 1}, {64, UINT32_MAX, 1},
		{64, 1, UINT32_MAX}, {64, 1, 0}, {64, 0, 1}, {7, 1, 1},
		{KEYBOX_MEMORY_MAX_KIB + 1, 1, 1}};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(absurd); i++) {
		struct buf head = buf_new(64);

		cursor_put_u32(&head, absurd[i].memory_kib);
		cursor_put_u32(&head, absurd[i].passes);
		cursor_put_u32(&head, absurd[i].lanes);
		memcpy(box.p + 8, head.p, 12);
		assert_int_equal(open_box(STR("t"), STR("pass"), &err), RC_INPUT);
		assert_non_null(strstr(err.text, "damaged"));
		buf_free(&head);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_back, start, stop),
		cmocka_unit_test_setup_teardown(nothing_else_opens_it, start, stop),
		cmocka_unit_test_setup_teardown(every_bit_counts, start, stop),
		cmocka_unit_test_setup_teardown(refuses_absurd_costs, start, stop),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
