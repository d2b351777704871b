// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as a key file, with the magic and the checksum put right so that the parser behind them
 * is reached: refused, or written again it is the same. Runs in: fuzz.
 */
#include "base/hash.h"
#include "trust/keyfile.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct keyfile file;
	struct buf raw = buf_new(KEYFILE_LEN_MAX + 1024);
	struct buf again = buf_new(KEYFILE_LEN_MAX + 1024);
	uint8_t digest[HASH_SHA256_LEN];
	struct err err;

	(void)!keyfile_parse((struct bytes){data, size}, &file, &err);
	buf_put_cz(&raw, "CFKEYS02");
	buf_put(&raw, data, size);
	hash_sha256(buf_bytes(&raw), digest);
	buf_put(&raw, digest, sizeof digest);
	if (!raw.full && keyfile_parse(buf_bytes(&raw), &file, &err) == RC_OK) {
		CHECK(keyfile_put(&again, &file, &err) == RC_OK);
		CHECK(str_eq(buf_str(&raw), buf_str(&again)));
	}
	buf_free(&again);
	buf_free(&raw);
	return 0;
}
