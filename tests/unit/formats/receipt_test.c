// SPDX-License-Identifier: Apache-2.0
/* Receipts: the signed text is the unsigned one with one member more. */
#include "formats/receipt.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct receipt sample(const uint8_t *hash)
{
	return (struct receipt){.batch = STR("B"),
		.tenant = STR("t"),
		.issuer = STR("did:web:h"),
		.demo = true,
		.manifest_sha256 = hash,
		.cohort_sha256 = hash,
		.plan_hash = hash,
		.roots_sha256 = hash,
		.rows_root = hash,
		.counts = {.issued = 6,
			.unchanged = 1,
			.failed = 2,
			.refused = 3,
			.held = 4,
			.rows = 16},
		.issued_s = 1781481600};
}

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

static void writes_canonical_json(void **state)
{
	static const uint8_t hash[32];
	static const uint8_t value[64];
	struct receipt r = sample(hash);
	struct receipt_signature signature = {STR("kid"), value};
	struct buf plain = buf_new(4096);
	struct buf with = buf_new(4096);
	struct str member = STR("\"signature\":{\"alg\":\"EdDSA\",\"kid\":\"kid\",\"value\":"
				"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
				"AAAAAAAAAAAAAAAAAAAAAA\"},");
	size_t at;

	(void)state;
	receipt_put(&plain, &r, NULL);
	assert_true(str_eq_cz(buf_str(&plain),
		"{\"batch\":\"B\",\"cohortSha256\":\"" ZERO
		"\",\"counts\":{\"failed\":2,\"held\":4,\"issued\":6,"
		"\"refused\":3,\"rows\":16,\"unchanged\":1},\"demo\":true,\"format\":\"certfill-"
		"receipt/2\","
		"\"issuedAt\":\"2026-06-15T00:00:00Z\",\"issuer\":\"did:web:h\",\"manifestSha256\":"
		"\"" ZERO "\","
		"\"planSha256\":\"" ZERO "\",\"rootsSha256\":\"" ZERO "\",\"rowsRoot\":\"" ZERO
		"\",\"tenant\":\"t\"}"));
	receipt_put(&with, &r, &signature);
	at = str_find_str(buf_str(&with), member);
	assert_int_equal(with.n, plain.n + member.n);
	assert_memory_equal(with.p, plain.p, at);
	assert_memory_equal(with.p + at + member.n, plain.p + at, plain.n - at);
	buf_free(&with);
	buf_free(&plain);
}

static void rows_are_canonical_too(void **state)
{
	static const uint8_t hash[32];
	static const uint8_t ulid[ULID_LEN] = {1};
	const struct receipt_artifact artifacts[] = {{STR("pdf"), hash}, {STR("png"), hash}};
	const struct str codes[] = {STR("email-invalid"), STR("name-empty")};
	const struct receipt_row issued = {.row = 7,
		.outcome = STR("issued"),
		.ulid = ulid,
		.artifacts = artifacts,
		.artifact_count = 2};
	const struct receipt_row refused = {
		.row = 9, .outcome = STR("refused"), .codes = codes, .code_count = 2};
	struct buf out = buf_new(4096);

	(void)state;
	receipt_put_row(&out, &issued);
	assert_true(str_eq_cz(buf_str(&out),
		"{\"artifacts\":{\"pdf\":\"" ZERO "\",\"png\":\"" ZERO
		"\"},\"credential\":\"01000000000000000000000000\",\"outcome\":\"issued\",\"row\":"
		"7}"));
	buf_reset(&out);
	receipt_put_row(&out, &refused);
	assert_true(str_eq_cz(buf_str(&out),
		"{\"codes\":[\"email-invalid\",\"name-empty\"],\"outcome\":\"refused\",\"row\":"
		"9}"));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_canonical_json),
		cmocka_unit_test(rows_are_canonical_too),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
