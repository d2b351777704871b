// SPDX-License-Identifier: Apache-2.0
/* Header fields with a grammar of their own: Range, dates, entity tags, Accept, proxies. Runs in: fuzz. */
#include "serve/field.h"
#include "serve/peer.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_proxy(struct bytes in)
{
	struct peer_address whole = {.local = true};
	struct peer_address part = whole;
	size_t used;
	size_t again;
	struct err err;

	if (peer_read_proxy(in, &whole, &used, &err) != RC_OK || used == 0)
		return;
	CHECK(used <= in.n && used <= PEER_PROXY_MAX_LEN);
	/* A header that is whole is the same without what follows, and never whole one byte earlier. */
	CHECK(peer_read_proxy((struct bytes){in.p, used}, &part, &again, &err) == RC_OK);
	CHECK(again == used && peer_equal(&whole, &part));
	CHECK(peer_read_proxy((struct bytes){in.p, used - 1}, &part, &again, &err) != RC_OK
		|| again == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct peer_nets nets = {.count = 0};
	struct peer_address a = {.local = false};
	char date[FIELD_DATE_LEN];
	uint64_t from = 0;
	uint64_t n = 0;
	int64_t when;
	int64_t again;
	bool secure = false;
	struct err err;

	for (uint64_t len = 0; len < 2000; len += 333) {
		from = n = UINT64_MAX;
		if (field_parse_range(s, len, &from, &n) == FIELD_RANGE_ONE)
			CHECK(n > 0 && from < len && n <= len - from);
		else
			CHECK(from == UINT64_MAX && n == UINT64_MAX);
	}
	if (field_parse_date(s, &when)) {
		field_put_date(when, date);
		CHECK(field_parse_date(str_of(date), &again) && again == when);
	}
	(void)field_has_etag(s, STR("\"a,b\""), true);
	CHECK(!field_has_etag(s, STR("W/\"w\""), false) || str_find(s, '*', 0) < s.n);
	CHECK(field_accepts(s, STR("text/html")) <= 1000);
	CHECK(!field_prefers(s, STR("text/html"), STR("application/json"))
		|| !field_prefers(s, STR("application/json"), STR("text/html")));
	(void)!peer_add_net(&nets, s, &err);
	peer_from_list(&nets, s, &a);
	peer_from_forwarded(&nets, s, &a, &secure);
	try_proxy((struct bytes){data, size});
	return 0;
}
