// SPDX-License-Identifier: Apache-2.0
/*
 * Answers filled in are byte for byte those that are written for one credential alone, and are not given when
 * they must not be. Runs in: make check.
 */
#include "base/clock.h"
#include "base/ulid.h"
#include "ipc/wire_intake.h"
#include "serve/alike.h"
#include "serve/ready.h"
#include "serve/routes.h"
#include "tests/harness/harness.h"

#include <string.h>

#define TOKEN STR("01ARZ3NDEKTSV4RRFFQ69G5FAV0000000000000000000000000000000000000000000000000000")
#define HOST STR("certs.example.edu")
#define ISSUED_S INT64_C(1750000000)

static struct site site;
static struct site_tenant tenant;
static struct ledger_key key;
static struct arena *arena;
static struct alike *alike;
static const char ledger_there; /* never read: the tenant stays fresh */

static const char *const names[] = {"Ada", "", "<b>&\"'\\</b>", "\x01\x1f\n\t",
	"\xff\xfe Zo\xc3\xab", "\xd7\xa0\xd7\xa2\xd7\x94", "{1}", "AAAAAAAAAAAAAAAAAAAAAAAA"};

static struct look_key key_of(uint32_t i)
{
	struct look_key k = {.parsed = true};
	uint8_t random[10] = {(uint8_t)i, (uint8_t)(i >> 8)};

	ulid_make(ISSUED_S * 1000, random, k.ulid);
	memset(k.tag_hash, (int)i, sizeof k.tag_hash);
	return k;
}

static void add(uint32_t i, int64_t until_s)
{
	struct public_value values[] = {{STR("achievement.name"), STR("M & A")},
		{STR("achievement.type"), STR("MasterDegree")},
		{STR("recipient.name"), str_of(names[i % ARRAY_COUNT(names)])},
		{STR("issued_on"), STR("2025-06-13")},
		{STR("field.mark"), str_of(names[(i + 3) % ARRAY_COUNT(names)])},
		{STR("credits"), str_of(names[(i + 5) % ARRAY_COUNT(names)])}};
	struct known_facts f = {.tenant = &tenant,
		.valid_from_s = ISSUED_S,
		.valid_until_s = until_s,
		.kid = STR("key"),
		.published = {.picture = i % 2 == 0, .values = {values, ARRAY_COUNT(values)}}};
	struct look_key k = key_of(i);

	known_add(site.known, k.ulid, k.tag_hash, &f);
}

static int prepare(void **state)
{
	(void)state;
	site = (struct site){.known = known_new(), .tenant_count = 1, .tenants = {&tenant}};
	key = (struct ledger_key){
		.kid = STR("key"), .sign_until_s = LEDGER_NEVER_S, .compromised_s = LEDGER_NEVER_S};
	tenant = (struct site_tenant){.name = "default",
		.ledger = (struct ledger *)(uintptr_t)&ledger_there,
		.settings = {.base_url = STR("https://certs.example.edu"),
			.issuer_name = STR("Beispiel <Universität>"),
			.issuer_url = STR("https://www.example.edu"),
			.issuer_id = STR("did:web:certs.example.edu")},
		.keys = {&key, 1},
		.host = HOST,
		.alike_no = 1,
		.held = true,
		.looked_ms = INT64_MAX / 2};
	arena = arena_new((size_t)64 << 20);
	alike = alike_new(route_verify_put);
	return 0;
}

static int tidy(void **state)
{
	(void)state;
	alike_free(&alike);
	known_free(&site.known);
	arena_free(&arena);
	return 0;
}

static bool ask(uint32_t i, uint32_t kind, struct str host, struct alike_answer *out)
{
	struct look_key k = key_of(i);
	struct alike_ask a = {host, TOKEN, &k, kind};

	return alike_find(alike, &site, &a, arena, out);
}

/* As route_verify answers without it. */
static struct str written(uint32_t i, uint32_t kind)
{
	struct look *l = arena_zalloc(arena, 1, sizeof *l);
	struct look_key k = key_of(i);
	struct buf out = buf_new((size_t)1 << 20);
	char id[ULID_TEXT_LEN + 1];
	struct str text;

	ulid_text(k.ulid, id);
	assert_true(look_known(&site, arena, HOST, &k, NULL, l));
	route_verify_put(&out, arena, l, kind, TOKEN, str_of(id));
	text = str_dup(arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static void assert_same(uint32_t i, uint32_t kind)
{
	struct alike_answer is;
	struct str want = written(i, kind);

	assert_true(ask(i, kind, HOST, &is));
	if (!str_eq(buf_str(&is.text), want))
		fail_msg("credential %u, kind %u: " STR_FMT "\nis not " STR_FMT, i, kind,
			STR_ARG(buf_str(&is.text)), STR_ARG(want));
	assert_ptr_equal(is.tenant, &tenant);
	assert_true(is.text.room - is.text.n >= ALIKE_ROOM_LEN);
}

static void every_answer_is_the_one_that_would_be_written(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 64; i++)
		add(i, i % 3 == 0 ? WIRE_NO_DAY : (i % 3 == 1 ? ISSUED_S + 1 : INT64_C(1) << 40));
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 64; i++)
			for (uint32_t kind = 0; kind < READY_PAGE + LANGUAGE_COUNT; kind++)
				assert_same(i, kind);
}

static void verdicts_are_told(void **state)
{
	struct alike_answer is;

	(void)state;
	add(0, WIRE_NO_DAY);
	add(2, ISSUED_S + 1);
	assert_true(ask(0, READY_JSON, HOST, &is));
	assert_int_equal(is.verdict, VERDICT_VALID);
	assert_true(ask(2, READY_JSON, HOST, &is));
	assert_int_equal(is.verdict, VERDICT_EXPIRED);
}

static void nothing_outlives_what_it_depends_on(void **state)
{
	struct alike_answer is;
	struct look_key k = key_of(0);

	(void)state;
	add(0, WIRE_NO_DAY);
	add(2, WIRE_NO_DAY);
	assert_same(0, READY_JSON);
	/* The ledger was written: another name, then a key that fell. */
	tenant.settings.issuer_name = STR("Another");
	tenant.alike_no = 2;
	assert_same(0, READY_JSON);
	key.compromised_s = 0;
	tenant.alike_no = 3;
	assert_false(ask(0, READY_JSON, HOST, &is));
	key.compromised_s = LEDGER_NEVER_S;
	tenant.alike_no = 4;
	assert_same(0, READY_JSON);
	/* Something happened to one of them. */
	known_drop(site.known, k.ulid);
	assert_false(ask(0, READY_JSON, HOST, &is));
	assert_same(2, READY_JSON);
	known_forget(site.known, &tenant);
	assert_false(ask(2, READY_JSON, HOST, &is));
}

static void a_date_ends_it(void **state)
{
	int64_t soon = clock_wall_s() + 1;
	struct alike_answer is;

	(void)state;
	add(0, soon);
	assert_true(ask(0, READY_JSON, HOST, &is));
	while (clock_wall_s() < soon)
		;
	assert_true(ask(0, READY_JSON, HOST, &is));
	assert_int_equal(is.verdict, VERDICT_EXPIRED);
}

static void strangers_find_nothing(void **state)
{
	static struct site_tenant other;
	struct look_key k = key_of(0);
	struct alike_ask a = {HOST, TOKEN, &k, READY_JSON};
	struct alike_answer is;

	(void)state;
	other = tenant;
	memcpy(other.name, "other", sizeof "other");
	other.host = STR("other.example.edu");
	site.tenants[site.tenant_count++] = &other;
	add(0, WIRE_NO_DAY);
	assert_true(ask(0, READY_JSON, HOST, &is));
	assert_false(ask(0, READY_JSON, STR("other.example.edu"), &is));
	k.tag_hash[0] ^= 1;
	assert_false(alike_find(alike, &site, &a, arena, &is));
	k = key_of(0);
	k.parsed = false;
	assert_false(alike_find(alike, &site, &a, arena, &is));
}

static void memory_is_bounded(void **state)
{
	struct alike_answer is;

	(void)state;
	/* Each its own stencil, far more than there are places. */
	for (uint32_t i = 0; i < 3 * ALIKE_SETS * ALIKE_WAYS; i++) {
		struct look_key k = key_of(i);

		add(i, INT64_C(1) << 40 | i);
		assert_true(ask(i, READY_JSON, HOST, &is));
		known_drop(site.known, k.ulid);
		if (i % 64 == 0)
			arena_reset(arena);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, prepare, tidy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_answer_is_the_one_that_would_be_written),
		TEST(verdicts_are_told),
		TEST(nothing_outlives_what_it_depends_on),
		TEST(a_date_ends_it),
		TEST(strangers_find_nothing),
		TEST(memory_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
