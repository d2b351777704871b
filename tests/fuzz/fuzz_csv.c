// SPDX-License-Identifier: Apache-2.0
/*
 * A cohort from hostile bytes. The first byte chooses encoding, profile and manifest settings. Checked
 * besides memory: everything that comes out fits its frame and decodes again, records grow, and a
 * refusal is a sentence in UTF-8. Runs in: make fuzz, make corpus.
 */
#include "base/mem.h"
#include "jobs/intake_guess.h"
#include "jobs/intake_rows.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char manifest_json[] = "{\"format\": \"certfill-manifest/1\", \"source\": "
				    "{\"columns\": {\"name\": {\"from\": \"NAME\", \"order\": "
				    "\"family,given\"}}, \"constants\": {\"field.school\": "
				    "\"S\"}}, \"credentials\": {\"a\": {\"outputs\": [\"pdf\"], "
				    "\"achievement\": {\"id\": \"urn:a:b\", \"name\": \"n\"}}, "
				    "\"b\": {\"outputs\": [\"pdf\"], \"achievement\": "
				    "{\"id\": \"urn:a:c\", \"name\": \"n\"}}}}";

static void check_frame(
	const struct wire_type *type, const void *record, void *again, struct arena *a)
{
	struct buf frame = buf_new(65536);
	struct err err;

	CHECK(wire_encode(type, record, &frame, &err) == RC_OK);
	CHECK(wire_decode(type, buf_bytes(&frame), a, again, &err) == RC_OK);
	buf_free(&frame);
}

static void read_all(struct intake_rows *rows)
{
	struct wire_cohort cohort;
	struct wire_cohort cohort_again;
	struct wire_rows out;
	struct wire_rows again;
	struct err err;
	uint32_t last = 0;
	struct arena *a = arena_new(64u << 20);

	intake_rows_describe(rows, &cohort);
	check_frame(&wire_cohort_type, &cohort, &cohort_again, a);
	do {
		arena_reset(a);
		CHECK(intake_rows_next(rows, a, &out, &err) == RC_OK);
		check_frame(&wire_rows_type, &out, &again, a);
		for (uint32_t i = 0; i < again.rows.count; i++) {
			CHECK(again.rows.items[i].record > last);
			CHECK(again.rows.items[i].name.n != 0
				&& again.rows.items[i].recipient_id.n != 0);
			last = again.rows.items[i].record;
		}
		CHECK(out.end || out.rows.count + out.errors.count != 0);
	} while (!out.end);
	arena_free(&a);
}

/* What csv inspect says of it fits its frame too. */
static void look(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(16u << 20);
	struct wire_look seen;
	struct wire_look again;

	intake_guess((struct bytes){data, len}, STR("f.csv"), a, &seen);
	CHECK(seen.encoding.n != 0 || seen.bad_line != 0);
	check_frame(&wire_look_type, &seen, &again, a);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const encodings[] = {"", "windows-1252", "Shift_JIS", "UTF-16BE"};
	static const char *const profiles[] = {"", "canvas-gradebook", "moodle-grades", "oneroster",
		"credly-template", "nsc-graduates", "banner", "no-such"};
	struct wire_manifest manifest;
	struct intake_source source;
	struct intake_rows_options o = {.file_name = STR("f.csv")};
	struct intake_rows *rows = NULL;
	struct arena *a;
	struct err err = {0};

	if (len == 0)
		return 0;
	a = arena_new(INTAKE_MANIFEST_ARENA);
	o.encoding = str_of(encodings[data[0] & 3]);
	o.profile = str_of(profiles[data[0] >> 3 & 7]);
	o.date_format = (data[0] & 0x40) != 0 ? STR("MM/DD/YYYY") : STR("");
	look(data + 1, len - 1);
	o.input = (struct bytes){data + 1, len - 1};
	if ((data[0] & 4) != 0) {
		CHECK(intake_manifest_read(
			      bytes_of(str_of(manifest_json)), a, &manifest, &source, &err)
			== RC_OK);
		o.manifest = &manifest;
		o.source = &source;
	}
	if (intake_rows_open(&o, &rows, &err) == RC_OK) {
		read_all(rows);
		intake_rows_close(&rows);
	} else {
		CHECK(err.text[0] != '\0' && str_is_utf8(str_of(err.text)));
	}
	arena_free(&a);
	return 0;
}
