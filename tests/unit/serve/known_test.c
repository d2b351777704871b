// SPDX-License-Identifier: Apache-2.0
/* Checked credentials in memory, against a plain array of what was put in. Runs in: make check. */
#include "base/text.h"
#include "serve/known.h"
#include "tests/harness/harness.h"

#include <string.h>

#define COUNT 3000u

/* Tenants are only compared. */
static char places[2];
#define TENANT(i) ((struct site_tenant *)(void *)&places[(i) % 2])

/* All with the same home but for some, so that searches run into one another. */
static void ids_of(uint32_t i, uint8_t ulid[16], uint8_t tag[32])
{
	memset(ulid, 0, 16);
	ulid[0] = (uint8_t)i;
	ulid[1] = (uint8_t)(i >> 8);
	ulid[8] = (uint8_t)(i % 7);
	memset(tag, (int)(i * 31 % 251), 32);
	tag[0] = (uint8_t)i;
}

static void add(struct known *k, uint32_t i)
{
	uint8_t ulid[16];
	uint8_t tag[32];
	char name[32];
	struct public_value values[] = {{STR("achievement.name"), STR("Master")},
		{STR("recipient.name"), {name, 0}},
		{STR("field.honors"), i % 3 == 0 ? STR("cum laude") : STR("")}};
	struct known_facts f = {.tenant = TENANT(i),
		.valid_from_s = -(int64_t)i,
		.valid_until_s = i,
		.kid = STR("key"),
		.published = {.picture = i % 2 == 0,
			.picture_width = i % 3 * 100,
			.picture_height = i % 3 * 70,
			.values = {values, ARRAY_COUNT(values)}}};

	ids_of(i, ulid, tag);
	CHECK(text_fmt(name, sizeof name, "Ada %u", i));
	values[1].text = str_of(name);
	known_add(k, ulid, tag, &f);
}

static void assert_there(struct known *k, struct arena *a, uint32_t i, bool there)
{
	uint8_t ulid[16];
	uint8_t tag[32];
	char name[32];
	struct known_facts f;

	ids_of(i, ulid, tag);
	assert_int_equal(known_find(k, ulid, tag, NULL, a, &f), there);
	assert_ptr_equal(known_tenant(k, ulid, tag), there ? TENANT(i) : NULL);
	if (!there)
		return;
	CHECK(text_fmt(name, sizeof name, "Ada %u", i));
	assert_true(f.valid_from_s == -(int64_t)i && f.valid_until_s == i);
	assert_int_equal(f.published.picture, i % 2 == 0);
	assert_int_equal(f.published.picture_width, i % 3 * 100);
	assert_int_equal(f.published.picture_height, i % 3 * 70);
	assert_true(str_eq_cz(f.kid, "key"));
	assert_true(str_eq_cz(ledger_public_value(&f.published, "recipient.name"), name));
	assert_true(str_eq_cz(ledger_public_value(&f.published, "achievement.name"), "Master"));
	assert_true(str_eq_cz(
		ledger_public_value(&f.published, "field.honors"), i % 3 == 0 ? "cum laude" : ""));
	/* In the order in which they were published. */
	assert_int_equal(f.published.values.count, 3);
	assert_true(str_eq_cz(f.published.values.items[1].name, "recipient.name"));
	assert_true(str_eq_cz(f.published.values.items[2].name, "field.honors"));
	/* Another tag finds nothing, wherever it differs in what is kept of it. */
	tag[15] ^= 1;
	assert_false(known_find(k, ulid, tag, NULL, a, &f));
}

static void finds_what_was_put_in_and_not_dropped(void **state)
{
	struct known *k = known_new();
	struct arena *a = arena_new((size_t)16 << 20);
	bool there[COUNT] = {false};
	uint32_t seed = 7;
	uint8_t ulid[16];
	uint8_t tag[32];

	(void)state;
	for (uint32_t step = 0; step < 4 * COUNT; step++) {
		uint32_t i;

		seed = seed * 1664525u + 1013904223u;
		i = (seed >> 12) % COUNT;
		ids_of(i, ulid, tag);
		if ((seed >> 30 & 1) != 0)
			add(k, i);
		else
			known_drop(k, ulid);
		there[i] = (seed >> 30 & 1) != 0;
	}
	for (uint32_t i = 0; i < COUNT; i++)
		assert_there(k, a, i, there[i]);
	known_forget(k, TENANT(1));
	for (uint32_t i = 0; i < COUNT; i++)
		assert_there(k, a, i, there[i] && i % 2 == 0);
	known_forget(k, TENANT(0));
	assert_int_equal(known_count(k), 0);
	assert_int_equal(known_bytes(k), 0);
	arena_free(&a);
	known_free(&k);
	assert_null(k);
}

static void what_is_common_is_kept_once(void **state)
{
	struct known *k = known_new();
	uint32_t many = 200000;

	(void)state;
	for (uint32_t i = 0; i < many; i++) {
		uint8_t ulid[16] = {0};
		uint8_t tag[32] = {1};
		struct public_value values[] = {
			{STR("achievement.criteria"),
				STR("a text that all of a batch have in common, as "
				    "long as such texts are, and longer than all "
				    "else that there is to be said of anybody")},
			{STR("recipient.name"), STR("Zaneta Grzegzolkowska")}};
		struct known_facts f = {.tenant = TENANT(0),
			.kid = STR("key"),
			.published = {.values = {values, 2}}};

		memcpy(ulid + 8, &i, sizeof i);
		known_add(k, ulid, tag, &f);
	}
	assert_int_equal(known_count(k), many);
	assert_true(known_bytes(k) < (size_t)many * 112);
	known_free(&k);
}

static void ends_at_its_bound(void **state)
{
	struct known *k = known_new();
	static char text[8192];
	size_t before;
	uint32_t i = 0;

	(void)state;
	memset(text, 'x', sizeof text);
	do {
		uint8_t ulid[16] = {0};
		uint8_t tag[32] = {1};
		struct public_value values[] = {{STR("own"), {text, sizeof text}}};
		struct known_facts f = {.tenant = TENANT(0), .published = {.values = {values, 1}}};

		before = known_count(k);
		memcpy(ulid + 8, &i, sizeof i);
		memcpy(text, &i, sizeof i);
		known_add(k, ulid, tag, &f);
		i++;
	} while (known_count(k) != before);
	assert_true(known_bytes(k) <= KNOWN_BYTES_MAX);
	assert_true(known_bytes(k) > KNOWN_BYTES_MAX / 8 * 7);
	known_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_put_in_and_not_dropped),
		cmocka_unit_test(what_is_common_is_kept_once),
		cmocka_unit_test(ends_at_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
