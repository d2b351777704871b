// SPDX-License-Identifier: Apache-2.0
/*
 * A list of issued credentials from hostile bytes; the first byte chooses name and encoding. Everything
 * that comes out fits its frame and decodes again, records grow. Runs in: make fuzz, make corpus.
 */
#include "jobs/intake_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_frame(const struct wire_changes *out, struct arena *a)
{
	struct buf frame = buf_new(65536);
	struct wire_changes again;
	struct err err;

	CHECK(wire_encode(&wire_changes_type, out, &frame, &err) == RC_OK);
	CHECK(wire_decode(&wire_changes_type, buf_bytes(&frame), a, &again, &err) == RC_OK);
	CHECK(again.changes.count == out->changes.count && again.errors.count == out->errors.count);
	buf_free(&frame);
}

static void read_all(struct intake_list *list)
{
	struct arena *a = arena_new((size_t)16 << 20);
	struct wire_changes out = {0};
	uint32_t last = 0;
	struct err err;

	while (!out.end) {
		arena_reset(a);
		if (intake_list_next(list, a, &out, &err) != RC_OK) {
			CHECK(err.kind == RC_INPUT || err.kind == RC_LIMIT);
			CHECK(err.text[0] != '\0' && str_is_utf8(str_of(err.text)));
			break;
		}
		check_frame(&out, a);
		for (uint32_t i = 0; i < out.changes.count; i++) {
			CHECK(out.changes.items[i].record > last && out.changes.items[i].id.n != 0);
			last = out.changes.items[i].record;
		}
		CHECK(out.end || out.changes.count + out.errors.count != 0);
	}
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = {"l.csv", "l.json", "l.txt", "l.tsv"};
	static const char *const encodings[] = {"", "windows-1252", "UTF-16LE", "Shift_JIS"};
	struct intake_list *list = NULL;
	struct err err = {0};

	if (len == 0)
		return 0;
	if (intake_list_open(str_of(names[data[0] & 3]), (struct bytes){data + 1, len - 1},
		    str_of(encodings[data[0] >> 2 & 3]), &list, &err)
		!= RC_OK) {
		CHECK(err.text[0] != '\0' && str_is_utf8(str_of(err.text)));
		return 0;
	}
	read_all(list);
	intake_list_close(&list);
	return 0;
}
