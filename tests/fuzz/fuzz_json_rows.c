// SPDX-License-Identifier: Apache-2.0
/*
 * A cohort of JSON objects from hostile bytes, read twice. Checked besides memory: both passes give the
 * same records, every record has the header's cells or a fault, lines grow, cells are UTF-8. Runs in:
 * make fuzz, make corpus.
 */
#include "base/hash.h"
#include "jobs/cohort_reader.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void read_all(struct cohort_reader *r, uint8_t digest[HASH_SHA256_LEN])
{
	struct arena *a = arena_new(COHORT_RECORD_ARENA);
	struct hash_stream h;
	struct cohort_record record;
	struct err err;
	uint32_t columns = UINT32_MAX;
	uint32_t line = 0;
	bool end = false;

	hash_start(&h);
	for (;;) {
		arena_reset(a);
		if (cohort_reader_next(r, a, &record, &end, &err) != RC_OK || end)
			break;
		if (columns == UINT32_MAX)
			columns = record.cells.count;
		CHECK(record.line >= line);
		CHECK(record.fault.n != 0 ? record.cells.count == 1
					  : record.cells.count == columns);
		line = record.line;
		for (uint32_t i = 0; i < record.cells.count; i++) {
			CHECK(str_is_utf8(record.cells.items[i]));
			hash_add(&h, bytes_of(record.cells.items[i]));
		}
	}
	hash_finish(&h, digest);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cohort_options o = {.first_line = 7};
	struct cohort_reader *r = NULL;
	uint8_t first[HASH_SHA256_LEN];
	uint8_t again[HASH_SHA256_LEN];
	struct err err = {0};

	if (cohort_reader_open(STR("f.ndjson"), (struct bytes){data, len}, &o, &r, &err) != RC_OK) {
		CHECK(err.text[0] != '\0' && str_is_utf8(str_of(err.text)));
		return 0;
	}
	if (cohort_reader_shape(r).header_first) {
		read_all(r, first);
		cohort_reader_rewind(r);
		read_all(r, again);
		CHECK(memcmp(first, again, sizeof first) == 0);
	}
	cohort_reader_close(&r);
	return 0;
}
