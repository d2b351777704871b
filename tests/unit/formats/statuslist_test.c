// SPDX-License-Identifier: Apache-2.0
/* Status lists: bits, documents of ours. What others read of them: tests/interop/status.test.mjs. */
#include "formats/jsont.h"
#include "formats/statuslist.h"
#include "tests/harness/harness.h"

#include <string.h>

static const struct badge_issuer issuer = {.id = STR("did:web:certs.example.edu"),
	.name = STR("Example University"),
	.base_url = STR("https://certs.example.edu")};

/* Section 3.2: index 0 is the left-most bit, the most significant of the first byte. */
static void the_first_index_is_the_most_significant_bit(void **state)
{
	static uint8_t bits[STATUSLIST_BYTES];
	const struct bytes all = {bits, sizeof bits};

	(void)state;
	statuslist_set(bits, 0);
	assert_int_equal(bits[0], 0x80);
	statuslist_set(bits, 7);
	assert_int_equal(bits[0], 0x81);
	statuslist_set(bits, 8);
	assert_int_equal(bits[1], 0x80);
	statuslist_set(bits, STATUSLIST_LEN - 1);
	assert_int_equal(bits[STATUSLIST_BYTES - 1], 0x01);
	assert_true(statuslist_bit(all, 7));
	assert_false(statuslist_bit(all, 6));
	assert_true(statuslist_bit(all, STATUSLIST_LEN - 1));
}

/* Bits: none, one, every third, all, noise. */
static void fill(uint8_t *bits, int kind)
{
	uint32_t x = 1;

	memset(bits, kind == 3 ? 0xFF : 0, STATUSLIST_BYTES);
	for (uint32_t i = 0; i < STATUSLIST_LEN; i++) {
		x = x * 1664525u + 1013904223u;
		if ((kind == 1 && i == 94567) || (kind == 2 && i % 3 == 0)
			|| (kind == 4 && x >> 31 != 0))
			statuslist_set(bits, i);
	}
}

static void packed_bits_come_back(void **state)
{
	static uint8_t bits[STATUSLIST_BYTES];
	struct arena *a = arena_new((size_t)1 << 20);
	struct err err = {0};

	(void)state;
	for (int kind = 0; kind < 5; kind++) {
		struct buf text = buf_new(STATUSLIST_CREDENTIAL_MAX);
		struct buf again = buf_new(STATUSLIST_CREDENTIAL_MAX);
		struct bytes back;

		fill(bits, kind);
		assert_ok(statuslist_put_bits(&text, (struct bytes){bits, sizeof bits}, &err), err);
		assert_ok(
			statuslist_put_bits(&again, (struct bytes){bits, sizeof bits}, &err), err);
		assert_true(str_eq(buf_str(&text), buf_str(&again)));
		assert_ok(statuslist_read_bits(a, buf_str(&text), &back, &err), err);
		assert_int_equal(back.n, sizeof bits);
		assert_memory_equal(back.p, bits, sizeof bits);
		buf_free(&again);
		buf_free(&text);
		arena_reset(a);
	}
	arena_free(&a);
}

static void an_empty_list_is_small_and_a_full_buffer_is_told(void **state)
{
	static const uint8_t bits[STATUSLIST_BYTES];
	struct buf text = buf_new(200);
	struct buf small = buf_new(20);
	struct err err = {0};

	(void)state;
	assert_ok(statuslist_put_bits(&text, (struct bytes){bits, sizeof bits}, &err), err);
	/* "u" and base64url of 1F 8B 08 00 and four zero bytes of time. */
	assert_true(str_starts(buf_str(&text), STR("uH4sIAAAAAA")));
	assert_int_equal(
		statuslist_put_bits(&small, (struct bytes){bits, sizeof bits}, &err), RC_LIMIT);
	buf_free(&small);
	buf_free(&text);
}

static struct str put(enum badge_status status, const uint8_t *bits, struct arena *a)
{
	struct statuslist s = {.issuer = &issuer,
		.status = status,
		.list = 3,
		.bits = bits,
		.valid_from_s = 1792000000,
		.valid_until_s = 1792604800,
		.ttl_ms = 300000};
	struct buf out = buf_new(STATUSLIST_CREDENTIAL_MAX);
	const struct jsonr_value *tree;
	struct err err = {0};
	struct str text;

	assert_ok(statuslist_build(a, &s, &tree, &err), err);
	jsont_put(&out, tree);
	assert_false(out.full);
	text = str_dup(a, buf_str(&out));
	buf_free(&out);
	return text;
}

static void a_list_credential_of_ours_reads_back(void **state)
{
	static const struct jsonr_limits limits = {STATUSLIST_CREDENTIAL_MAX, 100};
	static uint8_t bits[STATUSLIST_BYTES];
	struct arena *a = arena_new((size_t)1 << 20);
	const struct jsonr_value *v;
	struct statuslist_claims claims;
	struct bytes back;
	struct err err = {0};

	(void)state;
	fill(bits, 4);
	assert_ok(jsonr_parse(a, put(BADGE_STATUS_SUSPENSION, bits, a), &limits, &v, &err), err);
	assert_ok(statuslist_read(v, &claims, &err), err);
	assert_true(str_eq_cz(claims.id, "https://certs.example.edu/status/3"));
	assert_true(str_eq_cz(claims.issuer, "did:web:certs.example.edu"));
	assert_true(statuslist_has_purpose(&claims, STR("suspension")));
	assert_false(statuslist_has_purpose(&claims, STR("revocation")));
	assert_int_equal(claims.valid_from_s, 1792000000);
	assert_int_equal(claims.valid_until_s, 1792604800);
	assert_int_equal(claims.ttl_ms, 300000);
	assert_ok(statuslist_read_bits(a, claims.encoded, &back, &err), err);
	assert_memory_equal(back.p, bits, sizeof bits);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_index_is_the_most_significant_bit),
		cmocka_unit_test(packed_bits_come_back),
		cmocka_unit_test(an_empty_list_is_small_and_a_full_buffer_is_told),
		cmocka_unit_test(a_list_credential_of_ours_reads_back),
	};

	harness_start();
	return cmocka_run_group_tests_name("formats/statuslist", tests, NULL, NULL);
}
