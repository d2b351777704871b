// SPDX-License-Identifier: Apache-2.0
/* Addresses, trusted networks, what proxies say. Runs in: make check. */
#include "serve/peer.h"
#include "tests/harness/harness.h"

static struct peer_address address(const char *text)
{
	struct peer_address a = {.local = false};

	assert_true(peer_parse(str_of(text), &a));
	return a;
}

static void texts_are_addresses_or_not(void **state)
{
	static const char *const same[] = {"192.0.2.1", " 192.0.2.1 ", "192.0.2.1:80",
		"::ffff:192.0.2.1", "[::ffff:192.0.2.1]:443"};
	static const char *const none[] = {
		"", "a", "192.0.2", "192.0.2.256", "1.2.3.4.5", "::g", "unknown", "_hidden"};
	struct peer_address a = address("192.0.2.1");
	struct peer_address b;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(same); i++) {
		b = address(same[i]);
		assert_true(peer_equal(&a, &b));
	}
	for (size_t i = 0; i < ARRAY_COUNT(none); i++)
		assert_false(peer_parse(str_of(none[i]), &b));
}

static void networks_end_at_their_bits(void **state)
{
	struct peer_nets nets = {.count = 0};
	struct err err;
	static const struct {
		const char *text;
		bool inside;
	} cases[] = {{"10.0.0.1", true}, {"10.255.1.1", true}, {"11.0.0.1", false},
		{"192.0.2.7", true}, {"192.0.2.8", false}, {"2001:db8:1::5", true},
		{"2001:db9::1", false}, {"::1", false}};

	(void)state;
	assert_int_equal(peer_add_net(&nets, STR("10.0.0.0/8"), &err), RC_OK);
	assert_int_equal(peer_add_net(&nets, STR("192.0.2.0/29"), &err), RC_OK);
	assert_int_equal(peer_add_net(&nets, STR("2001:db8::/32"), &err), RC_OK);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct peer_address a = address(cases[i].text);

		assert_int_equal(peer_is_trusted(&nets, &a), cases[i].inside);
	}
	struct peer_address local = {.local = true};

	assert_false(peer_is_trusted(&nets, &local));
	assert_int_equal(peer_add_net(&nets, STR("unix"), &err), RC_OK);
	assert_true(peer_is_trusted(&nets, &local));
	assert_int_equal(peer_add_net(&nets, STR("10.0.0.0/33"), &err), RC_INPUT);
	assert_int_equal(peer_add_net(&nets, STR("nowhere"), &err), RC_INPUT);
}

static void a_list_is_read_from_its_end(void **state)
{
	struct peer_nets nets = {.count = 0};
	struct peer_address want = address("198.51.100.7");
	struct err err;
	static const char *const lists[] = {"198.51.100.7", "1.1.1.1, 198.51.100.7",
		"198.51.100.7, 10.0.0.1", "x, 198.51.100.7 , 10.0.0.1,10.0.0.2"};

	(void)state;
	assert_int_equal(peer_add_net(&nets, STR("10.0.0.0/8"), &err), RC_OK);
	for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
		struct peer_address a = address("10.0.0.9");

		peer_from_list(&nets, str_of(lists[i]), &a);
		assert_true(peer_equal(&a, &want));
	}
	struct peer_address a = address("10.0.0.9");
	bool secure = false;

	peer_from_forwarded(
		&nets, STR("for=1.1.1.1, For=\"198.51.100.7:80\";Proto=https;by=x"), &a, &secure);
	assert_true(peer_equal(&a, &want));
	assert_true(secure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_addresses_or_not),
		cmocka_unit_test(networks_end_at_their_bits),
		cmocka_unit_test(a_list_is_read_from_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
