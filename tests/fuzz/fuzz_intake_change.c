// SPDX-License-Identifier: Apache-2.0
/*
 * Values that change an issued row: as lines NAME=TEXT, or a whole request as a frame carries it. What
 * comes out is one row or its faults, and fits its frame. Runs in: make fuzz, make corpus.
 */
#include "jobs/intake_change.h"

#define NOW_S INT64_C(1780272000) /* 2026-06-01 */
#define VALUES_MAX 150

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(const struct wire_row_change *ask, struct arena *a)
{
	struct buf frame = buf_new((size_t)1 << 20);
	struct wire_rows out = {0};
	struct wire_rows again;
	struct err err;
	uint32_t faults = 0;

	/* Nothing reaches intake that its frame has no room for. */
	if (wire_encode(&wire_row_change_type, ask, &frame, &err) != RC_OK) {
		buf_free(&frame);
		return;
	}
	buf_reset(&frame);
	intake_change_row(ask, NOW_S, a, &out);
	for (uint32_t i = 0; i < out.errors.count; i++)
		faults += !out.errors.items[i].warning;
	CHECK(out.rows.count + (faults != 0) == 1);
	CHECK(wire_encode(&wire_rows_type, &out, &frame, &err) == RC_OK);
	CHECK(wire_decode(&wire_rows_type, buf_bytes(&frame), a, &again, &err) == RC_OK);
	if (out.rows.count != 0)
		CHECK(str_eq(out.rows.items[0].recipient_id, ask->row.recipient_id)
			&& str_eq(out.rows.items[0].credential, ask->row.credential));
	buf_free(&frame);
}

static void check_lines(struct str text, struct arena *a)
{
	struct wire_value fields[] = {{STR("field.honors"), STR("cum laude")}};
	struct wire_value results[] = {{STR("result.grade"), STR("92")}};
	struct wire_value *values = arena_zalloc(a, VALUES_MAX, sizeof *values);
	struct wire_row_change ask = {.row = {.record = 7,
					      .line = 8,
					      .recipient_id = STR("00042"),
					      .name = STR("Jose Garcia"),
					      .email = STR("jose@example.org"),
					      .lang = STR("es"),
					      .credential = STR("bsc"),
					      .issued_on = NOW_S - 864000,
					      .valid_until = WIRE_NO_DAY,
					      .fields = {fields, 1},
					      .results = {results, 1},
					      .raw = STR("00042,Jose Garcia")},
		.values = {values, 0}};

	for (size_t at = 0; at < text.n && ask.values.count < VALUES_MAX;) {
		size_t end = str_find(text, '\n', at);
		struct str line = str_slice(text, at, end);
		size_t sign = str_find(line, '=', 0);

		values[ask.values.count++] = (struct wire_value){str_slice(line, 0, sign),
			str_slice(line, sign < line.n ? sign + 1 : sign, line.n)};
		at = end + 1;
	}
	check(&ask, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new((size_t)32 << 20);
	struct wire_row_change ask;
	struct err err;

	if (len != 0 && len <= 65536 && str_is_utf8(bytes_text((struct bytes){data, len})))
		check_lines(bytes_text((struct bytes){data, len}), a);
	arena_reset(a);
	if (len <= 65536
		&& wire_decode(&wire_row_change_type, (struct bytes){data, len}, a, &ask, &err)
			== RC_OK)
		check(&ask, a);
	arena_free(&a);
	return 0;
}
