// SPDX-License-Identifier: Apache-2.0
/*
 * Any text as a verification method, a did:web and a multibase: refused, or what comes out of it is in
 * form. Runs in: fuzz.
 */
#include "formats/didurl.h"
#include "formats/multibase.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The address stays on the host that the DID names, and holds nothing to be decoded. */
static void check_address(struct str address)
{
	CHECK(str_starts(address, STR("https://")) && str_ends(address, STR("/did.json")));
	for (size_t i = 8; i < address.n; i++) {
		char c = address.p[i];

		CHECK((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
			|| c == '.' || c == '-' || c == '_' || c == ':' || c == '/');
	}
	CHECK(str_find_str(address, STR("/../")) == address.n);
	CHECK(str_find_str(str_slice(address, 8, address.n), STR("//")) == address.n - 8);
}

static void check_multibase(struct str text)
{
	uint8_t bytes[MULTIBASE_LEN_MAX];
	struct buf again = buf_new(1024);
	struct err err;
	size_t len;

	if (multibase_parse(text, bytes, sizeof bytes, &len, &err) == RC_OK) {
		multibase_put(&again, (struct bytes){bytes, len});
		CHECK(str_eq(buf_str(&again), text));
	}
	buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct buf address = buf_new(4096);
	struct didurl url;
	struct err err;

	if (str_is_utf8(text) && didurl_parse(text, &url, &err) == RC_OK) {
		CHECK(url.controller.n != 0 && url.controller.n + url.fragment.n <= text.n);
		CHECK(url.kind != DIDURL_KEY || url.has_key);
	}
	if (didurl_put_web_address(&address, text, &err) == RC_OK)
		check_address(buf_str(&address));
	check_multibase(text);
	buf_free(&address);
	return 0;
}
