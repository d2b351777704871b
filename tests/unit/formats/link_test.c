// SPDX-License-Identifier: Apache-2.0
/* Signed links: one answer for everything that is wrong. */
#include "formats/link.h"
#include "tests/harness/harness.h"

#include <string.h>

#define NOW ((int64_t)1781481600)

static const uint8_t key[32] = {4, 2};

static struct link sample(void)
{
	return (struct link){.tenant = STR("uni-example"),
		.file = STR("01ABC.pdf"),
		.kid = STR("a1"),
		.issued_s = NOW,
		.expires_s = NOW + 600,
		.attachment = true};
}

static void mint(struct buf *out)
{
	struct link link = sample();
	struct err err = {0};

	assert_ok(link_put(out, (struct bytes){key, 32}, &link, &err), err);
}

/* Parse and check as the server does. */
static enum rc open_link(struct str target, struct str method, int64_t now_s)
{
	struct link link;
	struct err err = {0};
	enum rc rc = link_parse(target, &link, &err);

	if (rc == RC_OK)
		rc = link_check(&link, method, (struct bytes){key, 32}, now_s, &err);
	if (rc != RC_OK)
		assert_string_equal(
			err.text, "this link is not valid, or no longer: ask for a fresh one");
	return rc;
}

static void opens_what_it_minted(void **state)
{
	struct buf out = buf_new(2048);
	struct link back;
	struct err err = {0};

	(void)state;
	mint(&out);
	assert_true(str_starts(buf_str(&out),
		STR("/a/uni-example/01ABC.pdf?k=a1&i=1781481600&e=1781482200&d=attachment&s=")));
	assert_ok(link_parse(buf_str(&out), &back, &err), err);
	assert_true(str_eq_cz(back.tenant, "uni-example") && str_eq_cz(back.file, "01ABC.pdf")
		&& back.attachment);
	assert_int_equal(open_link(buf_str(&out), STR("GET"), NOW), RC_OK);
	assert_int_equal(open_link(buf_str(&out), STR("HEAD"), NOW + 599), RC_OK);
	assert_int_equal(open_link(buf_str(&out), STR("GET"), NOW - 60), RC_OK);
	buf_free(&out);
}

static void ends_after_ten_minutes(void **state)
{
	struct buf out = buf_new(2048);
	struct link link = sample();
	struct err err = {0};

	(void)state;
	mint(&out);
	assert_int_equal(open_link(buf_str(&out), STR("GET"), NOW + 600), RC_INPUT);
	assert_int_equal(open_link(buf_str(&out), STR("GET"), NOW - 61), RC_INPUT);
	assert_int_equal(open_link(buf_str(&out), STR("POST"), NOW), RC_INPUT);
	link.expires_s++;
	assert_int_equal(link_put(&out, (struct bytes){key, 32}, &link, &err), RC_INPUT);
	link = sample();
	link.file = STR("../x");
	assert_int_equal(link_put(&out, (struct bytes){key, 32}, &link, &err), RC_INPUT);
	buf_free(&out);
}

/* Every byte of a link matters. */
static void refuses_any_changed_byte(void **state)
{
	struct buf out = buf_new(2048);

	(void)state;
	mint(&out);
	for (size_t i = 0; i < out.n; i++) {
		for (uint8_t flip = 1; flip != 0; flip = (uint8_t)(flip << 1)) {
			out.p[i] ^= flip;
			if (open_link(buf_str(&out), STR("GET"), NOW) == RC_OK)
				fail_msg("took " STR_FMT, STR_ARG(buf_str(&out)));
			out.p[i] ^= flip;
		}
		assert_int_equal(
			open_link(str_slice(buf_str(&out), 0, i), STR("GET"), NOW), RC_INPUT);
	}
	buf_free(&out);
}

static void refuses_other_shapes(void **state)
{
	static const char mac[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	static const char *const bad[] = {"/a/t/f?k=a&i=1&e=2&d=inline&s=%s&",
		"/a/t/f?k=a&k=b&i=1&e=2&d=inline&s=%s", "/a/t/f?i=1&k=a&e=2&d=inline&s=%s",
		"/a/t/f?k=a&i=01&e=2&d=inline&s=%s", "/a/t/f?k=a&i=1&e=2&d=Inline&s=%s",
		"/a/t/f?k=a&i=1&e=2&d=inline&s=%s&x=1", "/a//t/f?k=a&i=1&e=2&d=inline&s=%s",
		"/a/t/../f?k=a&i=1&e=2&d=inline&s=%s", "/a/t/%2e%2e?k=a&i=1&e=2&d=inline&s=%s",
		"/a/t/f/g?k=a&i=1&e=2&d=inline&s=%s", "/a/t?k=a&i=1&e=2&d=inline&s=%s",
		"/b/t/f?k=a&i=1&e=2&d=inline&s=%s", "/a/t/.f?k=a&i=1&e=2&d=inline&s=%s",
		"/a/t/f?k=a&i=1&e=602&d=inline&s=%s", "/a/t/f?k=a&i=2&e=1&d=inline&s=%s",
		"/a/t/f?k=a&i=+1&e=2&d=inline&s=%s", "/a/t/f?k=&i=1&e=2&d=inline&s=%s",
		"http://h/a/t/f?k=a&i=1&e=2&d=inline&s=%s", "/a/t/f#?k=a&i=1&e=2&d=inline&s=%s"};
	struct arena *a = arena_new(65536);
	struct link link;
	struct err err = {0};

	(void)state;
	assert_ok(
		link_parse(
			STR("/a/t/"
			    "f?k=a&i=1&e=2&d=inline&s=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
			&link, &err),
		err);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct str form = str_of(bad[i]);
		size_t at = str_find_str(form, STR("s=%s")) + 2;
		struct str target =
			str_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(str_slice(form, 0, at)), mac,
				STR_ARG(str_slice(form, at + 2, form.n)));

		if (link_parse(target, &link, &err) != RC_INPUT)
			fail_msg("took " STR_FMT, STR_ARG(target));
	}
	arena_free(&a);
}

static void keys_differ_by_tenant(void **state)
{
	uint8_t one[32];
	uint8_t other[32];

	(void)state;
	link_key((struct bytes){key, 32}, STR("a"), STR("1"), one);
	link_key((struct bytes){key, 32}, STR("b"), STR("1"), other);
	assert_memory_not_equal(one, other, 32);
	link_key((struct bytes){key, 32}, STR("a"), STR("2"), other);
	assert_memory_not_equal(one, other, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_what_it_minted),
		cmocka_unit_test(ends_after_ten_minutes),
		cmocka_unit_test(refuses_any_changed_byte),
		cmocka_unit_test(refuses_other_shapes),
		cmocka_unit_test(keys_differ_by_tenant),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
