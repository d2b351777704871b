// SPDX-License-Identifier: Apache-2.0
/* Addresses that verify may not be sent to by somebody's credential. */
#include "tests/harness/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "fetch/address.h"

static bool is_public(const char *text)
{
	struct sockaddr_in six4 = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &six4.sin_addr) == 1)
		return address_is_public((const struct sockaddr *)&six4);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return address_is_public((const struct sockaddr *)&six);
}

static void public_ones(void **state)
{
	static const char *const list[] = {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
		"100.128.0.0", "172.15.255.255", "172.32.0.0", "192.167.1.1", "198.17.0.1",
		"198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00::1", "64:ff9b::1.1.1.1",
		"2002:101:101::"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(list); i++)
		if (!is_public(list[i]))
			fail_msg("%s is public", list[i]);
}

static void others(void **state)
{
	static const char *const list[] = {"0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1",
		"127.255.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
		"192.0.2.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
		"2001::1", "2001:db8::1", "3fff::1", "64:ff9b::10.0.0.1", "64:ff9b:1::1",
		"2002:7f00:1::", "2002:c0a8:1::"};
	struct sockaddr local = {.sa_family = AF_UNIX};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(list); i++)
		if (is_public(list[i]))
			fail_msg("%s is not public", list[i]);
	assert_false(address_is_public(&local));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(public_ones), cmocka_unit_test(others)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
