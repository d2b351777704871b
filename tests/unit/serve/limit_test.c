// SPDX-License-Identifier: Apache-2.0
/* Rates in shared memory, by a clock of our own. Runs in: make check. */
#include "base/file.h"
#include "base/text.h"
#include "serve/limit.h"
#include "serve/siphash.h"
#include "tests/harness/harness.h"

#include <sys/wait.h>
#include <unistd.h>

static uint64_t now_us = 5000000;

static uint64_t fake_clock(void)
{
	return now_us;
}

static struct limit_table *table(struct limit_config config)
{
	struct limit_table *t = NULL;
	struct err err;
	int fd;

	limit_use_clock(fake_clock);
	assert_int_equal(limit_create(&config, &fd, &err), RC_OK);
	assert_int_equal(limit_map(fd, &t, &err), RC_OK);
	close(fd);
	return t;
}

static struct peer_address address(const char *text)
{
	struct peer_address a = {.local = false};

	assert_true(peer_parse(str_of(text), &a));
	return a;
}

static unsigned passes(struct limit_table *t, const char *text, unsigned tries)
{
	struct peer_address a = address(text);
	unsigned n = 0;
	uint32_t wait_s;

	for (unsigned i = 0; i < tries; i++)
		n += limit_charge_address(t, &a, 1, &wait_s);
	return n;
}

static void burst_then_one_a_second(void **state)
{
	struct limit_table *t = table(limit_defaults());
	struct peer_address a = address("192.0.2.1");
	uint32_t wait_s = 0;

	(void)state;
	assert_int_equal(passes(t, "192.0.2.1", 100), 30);
	assert_false(limit_charge_address(t, &a, 1, &wait_s));
	assert_int_equal(wait_s, 1);
	assert_false(limit_charge_address(t, &a, 10, &wait_s));
	assert_int_equal(wait_s, 10);
	/* What was refused took nothing. */
	now_us += 1000000;
	assert_int_equal(passes(t, "192.0.2.1", 100), 1);
	now_us += 5000000;
	assert_int_equal(passes(t, "192.0.2.1", 100), 5);
	now_us += 3600000000;
	assert_int_equal(passes(t, "192.0.2.1", 100), 30);
	limit_unmap(&t);
}

/* For ten seconds, asked as often as it gives. */
static void a_rate_is_what_was_said(void **state)
{
	static const uint32_t rates[] = {60, 7000, 10000, 480001, 700000, LIMIT_PER_MINUTE_MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rates); i++) {
		struct limit_config config = limit_defaults();
		struct limit_table *t;
		uint32_t wait_s;
		uint32_t n = 0;

		config.tenant = (struct limit_rate){rates[i], rates[i] / 10 + 1};
		t = table(config);
		while (limit_charge_tenant(t, STR("uni"), 1, &wait_s))
			;
		for (unsigned step = 0; step < 1000; step++) {
			now_us += 10000;
			while (limit_charge_tenant(t, STR("uni"), 1, &wait_s))
				n++;
		}
		assert_in_range(n, rates[i] / 6 * 95 / 100, rates[i] / 6 * 105 / 100);
		limit_unmap(&t);
	}
}

static void a_slow_rate_may_have_a_large_burst(void **state)
{
	struct limit_config config = limit_defaults();
	struct limit_table *t;
	uint32_t wait_s;

	(void)state;
	config.address = (struct limit_rate){1, 1000};
	t = table(config);
	assert_int_equal(passes(t, "192.0.2.1", 2000), 1000);
	assert_false(limit_charge_address(t, &(struct peer_address){.ip = {0}}, 1001, &wait_s));
	now_us += 60000000;
	assert_int_equal(passes(t, "192.0.2.1", 2000), 1);
	limit_unmap(&t);
}

static void addresses_are_apart_and_a_64_is_one(void **state)
{
	struct limit_table *t = table(limit_defaults());

	(void)state;
	assert_int_equal(passes(t, "2001:db8::1", 20), 20);
	assert_int_equal(passes(t, "2001:db8::ffff:2", 20), 10);
	assert_int_equal(passes(t, "2001:db8:0:1::1", 20), 20);
	assert_int_equal(passes(t, "192.0.2.1", 20), 20);
	assert_int_equal(passes(t, "192.0.2.2", 20), 20);
	limit_unmap(&t);
}

static void a_failure_costs_ten_and_debt_has_an_end(void **state)
{
	struct limit_table *t = table(limit_defaults());
	struct peer_address a = address("192.0.2.1");
	uint32_t wait_s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_true(limit_charge_address(t, &a, 1, &wait_s));
		limit_charge_failure(t, &a);
	}
	assert_false(limit_charge_address(t, &a, 1, &wait_s));
	for (int i = 0; i < 1000; i++)
		limit_charge_failure(t, &a);
	assert_false(limit_charge_address(t, &a, 1, &wait_s));
	assert_in_range(wait_s, 560, 600);
	now_us += (uint64_t)wait_s * 1000000;
	assert_true(limit_charge_address(t, &a, 1, &wait_s));
	limit_unmap(&t);
}

static void one_address_cannot_use_up_a_tenant(void **state)
{
	struct limit_table *t = table(limit_defaults());
	struct peer_address a = address("192.0.2.1");
	uint32_t wait_s;
	unsigned taken = 0;

	(void)state;
	for (int i = 0; i < 100000; i++)
		taken += limit_charge_address(t, &a, 1, &wait_s)
			&& limit_charge_tenant(t, STR("uni"), 1, &wait_s);
	assert_int_equal(taken, 30);
	for (taken = 0; limit_charge_tenant(t, STR("uni"), 1, &wait_s);)
		taken++;
	assert_int_equal(taken, 970);
	/* 10,000 a minute. */
	now_us += 60000000;
	for (taken = 0; limit_charge_tenant(t, STR("uni"), 1, &wait_s);)
		taken++;
	assert_int_equal(taken, 1000);
	assert_true(limit_charge_tenant(t, STR("other"), 1, &wait_s));
	limit_unmap(&t);
}

static void a_flood_of_addresses_does_not_wash_out_a_flooder(void **state)
{
	struct limit_config c = limit_defaults();
	char text[32];

	(void)state;
	c.address_slots = 64;
	struct limit_table *t = table(c);

	assert_int_equal(passes(t, "192.0.2.1", 100), 30);
	for (unsigned i = 0; i < 50000; i++) {
		assert_true(text_fmt(text, sizeof text, "10.%u.%u.1", i >> 8 & 255, i & 255));
		(void)passes(t, text, 1);
	}
	assert_int_equal(passes(t, "192.0.2.1", 1), 0);
	limit_unmap(&t);
}

static void processes_share_one_rate(void **state)
{
	struct limit_config c = limit_defaults();
	int status = 0;
	int sum = 0;

	(void)state;
	c.address.burst = 200;
	struct limit_table *t = table(c);

	for (int i = 0; i < 4; i++)
		if (fork() == 0)
			_exit((int)passes(t, "192.0.2.1", 100000));
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	assert_int_equal(sum, 200);
	limit_unmap(&t);
}

static void what_is_no_table_is_refused(void **state)
{
	struct limit_table *t = NULL;
	struct err err;
	int fd;

	(void)state;
	assert_int_equal(file_memory_of("x", bytes_of(STR("short")), &fd, &err), RC_OK);
	assert_int_equal(limit_map(fd, &t, &err), RC_PEER);
	close(fd);
	static const uint8_t zeros[8192];
	assert_int_equal(
		file_memory_of("x", (struct bytes){zeros, sizeof zeros}, &fd, &err), RC_OK);
	assert_int_not_equal(limit_map(fd, &t, &err), RC_OK);
	close(fd);
}

/* The first, second and last vector of the paper's appendix A: key 00..0f, input 00..0e. */
static void siphash_has_its_published_vectors(void **state)
{
	uint8_t key[16];
	uint8_t in[63];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		key[i] = i;
	for (uint8_t i = 0; i < 63; i++)
		in[i] = i;
	assert_true(siphash_24(key, (struct bytes){in, 0}) == UINT64_C(0x726fdb47dd0e0e31));
	assert_true(siphash_24(key, (struct bytes){in, 1}) == UINT64_C(0x74f839c593dc67fd));
	assert_true(siphash_24(key, (struct bytes){in, 15}) == UINT64_C(0xa129ca6149be45e5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(burst_then_one_a_second),
		cmocka_unit_test(a_rate_is_what_was_said),
		cmocka_unit_test(a_slow_rate_may_have_a_large_burst),
		cmocka_unit_test(addresses_are_apart_and_a_64_is_one),
		cmocka_unit_test(a_failure_costs_ten_and_debt_has_an_end),
		cmocka_unit_test(one_address_cannot_use_up_a_tenant),
		cmocka_unit_test(a_flood_of_addresses_does_not_wash_out_a_flooder),
		cmocka_unit_test(processes_share_one_rate),
		cmocka_unit_test(what_is_no_table_is_refused),
		cmocka_unit_test(siphash_has_its_published_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
