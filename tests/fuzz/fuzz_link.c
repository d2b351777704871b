// SPDX-License-Identifier: Apache-2.0
/* Any request target as a signed link: refused, or minted again it is the same text. Runs in: fuzz. */
#include "base/text.h"
#include "formats/link.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[32] = {1};
	struct str raw = {(const char *)data, size};
	struct buf again = buf_new(4096);
	struct link link;
	struct err err;

	if (link_parse(raw, &link, &err) == RC_OK) {
		size_t signature = raw.n - 43;

		CHECK(link_put(&again, (struct bytes){key, 32}, &link, &err) == RC_OK);
		CHECK(again.n == raw.n);
		CHECK(str_eq(
			str_slice(raw, 0, signature), str_slice(buf_str(&again), 0, signature)));
		(void)!link_check(&link, STR("GET"), (struct bytes){key, 32}, link.issued_s, &err);
	} else {
		CHECK(err.kind == RC_INPUT);
	}
	buf_free(&again);
	return 0;
}
