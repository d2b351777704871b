// SPDX-License-Identifier: Apache-2.0
/* Records by table: round trips, and every way a hostile encoding can be wrong. Runs in: make check. */
#include "base/wire.h"
#include "tests/harness/harness.h"

#include <math.h>
#include <string.h>

struct inner {
	uint16_t id;
	struct str name; /* <=8 */
};

struct outer {
	uint8_t small;
	uint32_t middle;
	uint64_t large;
	int64_t when;
	double scale;
	bool on;
	struct str text; /* <=16 */
	struct bytes raw; /* <=16 */
	uint8_t fixed[4];
	LIST_OF(struct inner) list; /* <=3 */
	LIST_OF(struct str) words; /* <=4 */
	struct inner one;
};

static const struct wire_field inner_fields[] = {
	WIRE_M(struct inner, id, WIRE_U16),
	WIRE_MAX(struct inner, name, WIRE_STR, 8),
};
static WIRE_TYPE(inner_type, struct inner, inner_fields);

static const struct wire_field outer_fields[] = {
	WIRE_M(struct outer, small, WIRE_U8),
	WIRE_M(struct outer, middle, WIRE_U32),
	WIRE_M(struct outer, large, WIRE_U64),
	WIRE_M(struct outer, when, WIRE_I64),
	WIRE_M(struct outer, scale, WIRE_F64),
	WIRE_M(struct outer, on, WIRE_BOOL),
	WIRE_MAX(struct outer, text, WIRE_STR, 16),
	WIRE_MAX(struct outer, raw, WIRE_BYTES, 16),
	WIRE_MAX(struct outer, fixed, WIRE_FIXED, 4),
	WIRE_SUB(struct outer, list, WIRE_LIST, 3, &inner_type),
	WIRE_SUB(struct outer, words, WIRE_LIST, 4, &wire_str_type),
	WIRE_SUB(struct outer, one, WIRE_ONE, 0, &inner_type),
};
static WIRE_TYPE(outer_type, struct outer, outer_fields);

static struct inner inners[] = {{1, {"one", 3}}, {2, {NULL, 0}}, {3, {"\xE2\x86\x92", 3}}};
static struct str words[] = {{"a", 1}, {NULL, 0}, {"ccc", 3}};

static struct outer sample(void)
{
	struct outer o = {.small = 7,
		.middle = 0x01020304,
		.large = UINT64_MAX,
		.when = -5,
		.scale = -0.25,
		.on = true,
		.text = {"Gr\xC3\xBC\xC3\x9F"
			 "e",
			7},
		.raw = {(const uint8_t *)"\0\xFF", 2},
		.fixed = {9, 8, 7, 6},
		.one = {77, {"x", 1}}};

	o.list.items = inners;
	o.list.count = ARRAY_COUNT(inners);
	o.words.items = words;
	o.words.count = ARRAY_COUNT(words);
	return o;
}

static struct buf encoded(const struct outer *o)
{
	struct buf b = buf_new(4096);
	struct err err;

	assert_ok(wire_encode(&outer_type, o, &b, &err), err);
	return b;
}

static void assert_same(const struct outer *a, const struct outer *b)
{
	assert_int_equal(a->small, b->small);
	assert_int_equal(a->middle, b->middle);
	assert_true(a->large == b->large && a->when == b->when);
	assert_memory_equal(&a->scale, &b->scale, sizeof a->scale);
	assert_int_equal(a->on, b->on);
	assert_true(str_eq(a->text, b->text) && str_eq(bytes_text(a->raw), bytes_text(b->raw)));
	assert_memory_equal(a->fixed, b->fixed, 4);
	assert_int_equal(a->list.count, b->list.count);
	for (uint32_t i = 0; i < a->list.count; i++) {
		assert_int_equal(a->list.items[i].id, b->list.items[i].id);
		assert_true(str_eq(a->list.items[i].name, b->list.items[i].name));
	}
	assert_int_equal(a->words.count, b->words.count);
	for (uint32_t i = 0; i < a->words.count; i++)
		assert_true(str_eq(a->words.items[i], b->words.items[i]));
	assert_int_equal(a->one.id, b->one.id);
	assert_true(str_eq(a->one.name, b->one.name));
}

static void round_trip(void **state)
{
	struct arena *a = arena_new(1U << 16);
	struct outer o = sample();
	struct buf b = encoded(&o);
	struct outer back;
	struct outer copy;
	struct err err;

	(void)state;
	assert_ok(wire_decode(&outer_type, buf_bytes(&b), a, &back, &err), err);
	/* Nothing borrows from the input. */
	memset(b.p, 0xEE, b.n);
	assert_same(&o, &back);
	wire_copy(&outer_type, &back, a, &copy);
	assert_ptr_not_equal(copy.text.p, back.text.p);
	assert_ptr_not_equal(copy.list.items, back.list.items);
	assert_same(&o, &copy);
	buf_free(&b);
	arena_free(&a);
}

static void the_encoding_is_as_documented(void **state)
{
	struct inner i = {0x0102, {"abc", 3}};
	struct buf b = buf_new(100);
	struct err err;

	(void)state;
	assert_ok(wire_encode(&inner_type, &i, &b, &err), err);
	assert_int_equal(b.n, 9);
	assert_memory_equal(b.p, "\x02\x01\x03\0\0\0abc", 9);
	buf_free(&b);
}

static void senders_are_held_to_the_limits(void **state)
{
	struct outer o = sample();
	struct buf b = buf_new(4096);
	struct buf tiny = buf_new(20);
	struct err err;

	(void)state;
	o.text = STR("12345678901234567");
	assert_int_equal(wire_encode(&outer_type, &o, &b, &err), RC_LIMIT);
	assert_non_null(strstr(err.text, "text has 17 bytes, at most 16"));
	o = sample();
	o.list.count = 4;
	assert_int_equal(wire_encode(&outer_type, &o, &b, &err), RC_LIMIT);
	assert_non_null(strstr(err.text, "list has 4 entries"));
	o = sample();
	assert_int_equal(wire_encode(&outer_type, &o, &tiny, &err), RC_LIMIT);
	buf_free(&b);
	buf_free(&tiny);
}

/* Cut anywhere, or with anything behind: refused, and the sentence is the peer's fault. */
static void every_cut_is_refused(void **state)
{
	struct arena *a = arena_new(1U << 16);
	struct outer o = sample();
	struct buf b = encoded(&o);
	struct outer back;
	struct err err;

	(void)state;
	for (size_t n = 0; n < b.n; n++) {
		assert_int_equal(
			wire_decode(&outer_type, (struct bytes){b.p, n}, a, &back, &err), RC_PEER);
		assert_true(err.text[0] != '\0');
		arena_reset(a);
	}
	buf_put_char(&b, 0);
	assert_int_equal(wire_decode(&outer_type, buf_bytes(&b), a, &back, &err), RC_PEER);
	assert_non_null(strstr(err.text, "1 bytes too many"));
	buf_free(&b);
	arena_free(&a);
}

/* Offsets in the sample's encoding. */
enum {
	AT_SCALE = 1 + 4 + 8 + 8,
	AT_ON = AT_SCALE + 8,
	AT_TEXT_LEN = AT_ON + 1,
	AT_TEXT = AT_TEXT_LEN + 4,
	AT_RAW_LEN = AT_TEXT + 7,
	AT_LIST_COUNT = AT_RAW_LEN + 4 + 2 + 4,
};

static void assert_refused(size_t at, const void *patch, size_t patch_len, const char *part)
{
	struct arena *a = arena_new(1U << 16);
	struct outer o = sample();
	struct buf b = encoded(&o);
	struct outer back;
	struct err err;

	memcpy(b.p + at, patch, patch_len);
	assert_int_equal(wire_decode(&outer_type, buf_bytes(&b), a, &back, &err), RC_PEER);
	if (strstr(err.text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, part);
	buf_free(&b);
	arena_free(&a);
}

static void wrong_values_are_refused(void **state)
{
	const double nan_value = (double)NAN;
	const double infinite = (double)INFINITY;

	(void)state;
	assert_refused(AT_SCALE, &nan_value, 8, "scale is not a finite number");
	assert_refused(AT_SCALE, &infinite, 8, "scale is not a finite number");
	assert_refused(AT_ON, "\2", 1, "on is neither true nor false");
	assert_refused(AT_TEXT, "\xFF", 1, "text is not UTF-8");
	assert_refused(AT_TEXT_LEN, "\x11\0\0\0", 4, "text is too long");
	assert_refused(AT_TEXT_LEN, "\xFF\xFF\xFF\xFF", 4, "text is cut short");
	assert_refused(AT_RAW_LEN, "\x11\0\0\0", 4, "raw is too long");
	assert_refused(AT_LIST_COUNT, "\4\0\0\0", 4, "list has too many entries");
	assert_refused(AT_LIST_COUNT, "\xFF\xFF\xFF\xFF", 4, "list has too many entries");
}

struct crowd {
	LIST_OF(struct outer) members; /* <=60000 */
};
static const struct wire_field crowd_fields[] = {
	WIRE_SUB(struct crowd, members, WIRE_LIST, 60000, &outer_type),
};
static WIRE_TYPE(crowd_type, struct crowd, crowd_fields);

/* A count that the limit allows but the message cannot hold must not cost its memory. */
static void counts_do_not_buy_memory(void **state)
{
	struct arena *a = arena_new(64U << 20);
	struct crowd crowd;
	struct err err;

	(void)state;
	assert_int_equal(
		wire_decode(&crowd_type, (struct bytes){(const uint8_t *)"\x60\xEA\0\0", 4}, a,
			&crowd, &err),
		RC_PEER);
	assert_true(arena_used_len(a) < 65536);
	arena_free(&a);
}

/* Nor may many small pieces overrun an arena that is small: an error, not an abort. */
static void a_small_arena_is_an_error(void **state)
{
	struct outer o = sample();
	struct outer many[20];
	struct crowd crowd;
	struct buf b = buf_new(1U << 16);
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(many); i++)
		many[i] = o;
	crowd.members.items = many;
	crowd.members.count = ARRAY_COUNT(many);
	assert_ok(wire_encode(&crowd_type, &crowd, &b, &err), err);
	for (size_t cap = 64; cap < 65536; cap += 176) {
		struct arena *a = arena_new(cap);
		enum rc rc = wire_decode(&crowd_type, buf_bytes(&b), a, &crowd, &err);

		assert_true(rc == RC_OK || rc == RC_PEER);
		arena_free(&a);
	}
	buf_free(&b);
}

/* Bytes at random, and the sample with bytes changed at random: never more than an error. */
static void noise_is_refused_or_encodes_to_itself(void **state)
{
	struct arena *a = arena_new(1U << 20);
	struct outer o = sample();
	struct buf b = encoded(&o);
	uint32_t seed = 12345;
	struct outer back;
	struct err err;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf again = buf_new(4096);
		size_t at;
		uint8_t old;

		seed = seed * 1664525 + 1013904223;
		at = (seed >> 8) % b.n;
		old = b.p[at];
		b.p[at] = (uint8_t)(seed >> 24);
		if (wire_decode(&outer_type, buf_bytes(&b), a, &back, &err) == RC_OK) {
			assert_ok(wire_encode(&outer_type, &back, &again, &err), err);
			assert_int_equal(again.n, b.n);
			assert_memory_equal(again.p, b.p, b.n);
		} else {
			assert_int_equal(err.kind, RC_PEER);
		}
		b.p[at] = old;
		buf_free(&again);
		arena_reset(a);
	}
	buf_free(&b);
	arena_free(&a);
}

/* A record as an earlier version stored it, read by one that knows more members. */
struct grown {
	uint16_t id;
	LIST_OF(struct inner) list;
	struct str added;
	uint8_t digest[4];
};
static const struct wire_field inner_grown_fields[] = {
	WIRE_M(struct inner, id, WIRE_U16),
	WIRE_SINCE(3, struct inner, name, WIRE_STR, 8, NULL),
};
static WIRE_TYPE(inner_grown_type, struct inner, inner_grown_fields);
static const struct wire_field grown_fields[] = {
	WIRE_M(struct grown, id, WIRE_U16),
	WIRE_SUB(struct grown, list, WIRE_LIST, 3, &inner_grown_type),
	WIRE_SINCE(2, struct grown, added, WIRE_STR, 8, NULL),
	WIRE_SINCE(3, struct grown, digest, WIRE_FIXED, 4, NULL),
};
static WIRE_TYPE(grown_type, struct grown, grown_fields);

static void older_forms_lack_what_came_later(void **state)
{
	static const uint8_t form_1[] = {7, 0, 1, 0, 0, 0, 9, 0};
	static const uint8_t form_2[] = {7, 0, 1, 0, 0, 0, 9, 0, 2, 0, 0, 0, 'h', 'i'};
	struct arena *a = arena_new(1U << 16);
	struct grown g;
	struct err err = {0};

	(void)state;
	assert_ok(wire_decode_form(
			  &grown_type, 1, (struct bytes){form_1, sizeof form_1}, a, &g, &err),
		err);
	assert_int_equal(g.id, 7);
	assert_int_equal(g.list.count, 1);
	assert_int_equal(g.list.items[0].id, 9);
	assert_int_equal(g.list.items[0].name.n + g.added.n, 0);
	assert_ok(wire_decode_form(
			  &grown_type, 2, (struct bytes){form_2, sizeof form_2}, a, &g, &err),
		err);
	assert_true(str_eq_cz(g.added, "hi"));
	assert_memory_equal(g.digest, ((uint8_t[4]){0}), 4);
	/* As one form it is exactly that: nothing of the other passes. */
	assert_int_equal(wire_decode_form(&grown_type, 1, (struct bytes){form_2, sizeof form_2}, a,
				 &g, &err),
		RC_PEER);
	assert_int_equal(
		wire_decode(&grown_type, (struct bytes){form_2, sizeof form_2}, a, &g, &err),
		RC_PEER);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(the_encoding_is_as_documented),
		cmocka_unit_test(senders_are_held_to_the_limits),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(wrong_values_are_refused),
		cmocka_unit_test(counts_do_not_buy_memory),
		cmocka_unit_test(a_small_arena_is_an_error),
		cmocka_unit_test(older_forms_lack_what_came_later),
		cmocka_unit_test(noise_is_refused_or_encodes_to_itself),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
