// SPDX-License-Identifier: Apache-2.0
/* Verification records and what is signed for a shard. */
#include "formats/record.h"
#include "tests/harness/harness.h"

#include <string.h>

static void writes_canonical_json(void **state)
{
	static const uint8_t ones[32] = {1};
	struct record_artifact artifacts[2] = {{STR("pdf"), 12345, ones}, {STR("png"), 0, ones}};
	struct record r = {.batch = STR("B"),
		.row = 7,
		.credential = 2,
		.commitment = ones,
		.tag_hash = ones,
		.valid_from_s = -1,
		.valid_until_s = RECORD_NO_TIME,
		.status_list = 3,
		.status_index = 9,
		.artifacts = artifacts,
		.artifact_count = 2};
	struct buf out = buf_new(4096);

	(void)state;
	record_put(&out, &r);
	assert_true(str_eq_cz(buf_str(&out),
		"{\"artifacts\":[[\"pdf\",12345,\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"],"
		"[\"png\",0,\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]],\"batch\":\"B\","
		"\"commitment\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"credential\":2,"
		"\"id\":\"00000000000000000000000000\",\"row\":7,\"status\":[3,9],"
		"\"tag\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"v\":1,\"validFrom\":-"
		"1}"));
	buf_reset(&out);
	r.artifact_count = 0;
	r.valid_until_s = 99;
	record_put(&out, &r);
	assert_true(str_starts(buf_str(&out), STR("{\"artifacts\":[],")));
	assert_true(str_ends(buf_str(&out), STR("\"validFrom\":-1,\"validUntil\":99}")));
	buf_free(&out);
}

static void shard_text_is_as_documented(void **state)
{
	static const char want[] = "certfill-shard-v1\n\0\0\0\2AB\0\0\1\0\0\0\0\x64";
	uint8_t root[HASH_SHA256_LEN];
	struct buf out = buf_new(256);

	(void)state;
	memset(root, 0x5A, sizeof root);
	record_put_shard_text(&out, STR("AB"), 256, 100, root);
	assert_int_equal(out.n, sizeof want - 1 + sizeof root);
	assert_memory_equal(out.p, want, sizeof want - 1);
	assert_memory_equal(out.p + sizeof want - 1, root, sizeof root);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_canonical_json),
		cmocka_unit_test(shard_text_is_as_documented),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
