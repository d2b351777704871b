// SPDX-License-Identifier: Apache-2.0
/* Any text as a token and as an identifier: refused, or written back it is the same. Runs in: fuzz. */
#include "formats/token.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str raw = {(const char *)data, size};
	uint8_t ulid[ULID_LEN];
	uint8_t again[ULID_LEN];
	uint8_t tag[TOKEN_TAG_LEN];
	uint8_t tag_again[TOKEN_TAG_LEN];
	char text[TOKEN_TEXT_LEN + 1];
	struct err err;

	if (token_parse(raw, ulid, tag, &err) == RC_OK) {
		token_text(ulid, tag, text);
		CHECK(token_parse(str_of(text), again, tag_again, &err) == RC_OK);
		CHECK(memcmp(ulid, again, sizeof ulid) == 0
			&& memcmp(tag, tag_again, sizeof tag) == 0);
	}
	if (ulid_parse(raw, ulid, &err) == RC_OK) {
		ulid_text(ulid, text);
		CHECK(ulid_parse(str_of(text), again, &err) == RC_OK
			&& memcmp(ulid, again, sizeof ulid) == 0);
	}
	(void)!token_check_base(raw, &err);
	return 0;
}
