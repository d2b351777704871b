// SPDX-License-Identifier: Apache-2.0
/*
 * Decodes a frame's payload as every message of the table in turn would: the first two bytes choose which.
 * What decodes must encode to the same bytes, and its copy too. Runs in: make fuzz, make corpus.
 */
#include "base/mem.h"
#include "ipc/message.h"

#include <string.h>

#define ROOM ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *raw, size_t raw_len);

static void check_same(const struct wire_type *type, const void *record, struct bytes in)
{
	struct buf b = buf_new(in.n + 1);
	struct err err;

	CHECK(wire_encode(type, record, &b, &err) == RC_OK);
	CHECK(b.n == in.n);
	CHECK(in.n == 0 || memcmp(b.p, in.p, in.n) == 0);
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *raw, size_t raw_len)
{
	static struct arena *a;
	static struct arena *copies;
	const struct message_info *info;
	struct bytes in;
	struct err err;
	void *record;
	void *copy;

	if (raw_len < 2 || raw_len > MESSAGE_PAYLOAD_MAX + 2)
		return 0;
	if (a == NULL) {
		a = arena_new(ROOM);
		copies = arena_new(ROOM);
	}
	info = message_find((uint32_t)raw[0] | (uint32_t)raw[1] << 8);
	if (info == NULL)
		return 0;
	/* As the channel gives it: a copy that ends where the payload ends. */
	in = (struct bytes){raw + 2, raw_len - 2};
	record = arena_zalloc(a, 1, info->type->size);
	if (wire_decode(info->type, in, a, record, &err) == RC_OK) {
		check_same(info->type, record, in);
		copy = arena_zalloc(copies, 1, info->type->size);
		wire_copy(info->type, record, copies, copy);
		check_same(info->type, copy, in);
		arena_reset(copies);
	} else {
		CHECK(err.kind == RC_PEER && err.text[0] != '\0');
	}
	arena_reset(a);
	return 0;
}
