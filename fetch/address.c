// SPDX-License-Identifier: Apache-2.0
/* Public addresses and others. Runs in: fetch. */
#include "fetch/address.h"

#include "base/compiler.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct block {
	uint8_t p[16];
	unsigned bits;
};

static const struct block v4_blocks[] = {
	{{0}, 8}, /* this network */
	{{10}, 8}, /* private */
	{{100, 64}, 10}, /* shared by carriers */
	{{127}, 8}, /* loopback */
	{{169, 254}, 16}, /* link-local; metadata services of clouds */
	{{172, 16}, 12}, /* private */
	{{192, 0, 0}, 24}, /* protocol assignments */
	{{192, 0, 2}, 24}, /* documentation */
	{{192, 88, 99}, 24}, /* 6to4 relays */
	{{192, 168}, 16}, /* private */
	{{198, 18}, 15}, /* benchmarks */
	{{198, 51, 100}, 24}, /* documentation */
	{{203, 0, 113}, 24}, /* documentation */
	{{224}, 3}, /* multicast and reserved */
};

/* Inside 2000::/3, which alone is public. */
static const struct block v6_blocks[] = {
	{{0x20, 0x01, 0x00}, 23}, /* protocol assignments, Teredo among them */
	{{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
	{{0x3f, 0xff}, 20}, /* documentation */
};

static bool is_in(const uint8_t *p, const struct block *b)
{
	unsigned whole = b->bits / 8;
	unsigned rest = b->bits % 8;

	if (memcmp(p, b->p, whole) != 0)
		return false;
	return rest == 0 || (p[whole] ^ b->p[whole]) >> (8 - rest) == 0;
}

static bool v4_is_public(const uint8_t *p)
{
	for (size_t i = 0; i < ARRAY_COUNT(v4_blocks); i++)
		if (is_in(p, &v4_blocks[i]))
			return false;
	return true;
}

static bool v6_is_public(const uint8_t *p)
{
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};

	if (memcmp(p, nat64, sizeof nat64) == 0)
		return v4_is_public(p + 12);
	if (p[0] >> 5 != 1)
		return false;
	/* 6to4 holds the IPv4 address that it leads to. */
	if (p[0] == 0x20 && p[1] == 0x02)
		return v4_is_public(p + 2);
	for (size_t i = 0; i < ARRAY_COUNT(v6_blocks); i++)
		if (is_in(p, &v6_blocks[i]))
			return false;
	return true;
}

bool address_is_public(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)a;

		return v4_is_public((const uint8_t *)&in->sin_addr);
	}
	if (a->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)a;

		return v6_is_public(in->sin6_addr.s6_addr);
	}
	return false;
}
