// SPDX-License-Identifier: Apache-2.0
/* Receipts: the signed text is the unsigned one with one member more. */
#include "formats/receipt.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct receipt sample(const uint8_t *hash, const struct receipt_root *roots)
{
	return (struct receipt){.batch = STR("B"),
		.tenant = STR("t"),
		.issuer = STR("did:web:h"),
		.demo = true,
		.manifest_sha256 = hash,
		.cohort_sha256 = hash,
		.plan_hash = hash,
		.outcomes_sha256 = hash,
		.roots_sha256 = hash,
		.roots = roots,
		.root_count = 2,
		.rows = 10,
		.issued = 6,
		.unchanged = 1,
		.failed = 2,
		.left_out = 1,
		.issued_s = 1781481600};
}

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

static void writes_canonical_json(void **state)
{
	static const uint8_t hash[32];
	static const uint8_t value[64];
	static const struct receipt_root roots[] = {{STR("9"), STR("aa")}, {STR("10"), STR("bb")}};
	struct receipt r = sample(hash, roots);
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
		"\",\"counts\":{\"failed\":2,\"issued\":6,\"leftOut\":1,"
		"\"rows\":10,\"unchanged\":1},\"demo\":true,\"format\":\"certfill-receipt/1\","
		"\"issuedAt\":\"2026-06-15T00:00:00Z\",\"issuer\":\"did:web:h\",\"manifestSha256\":"
		"\"" ZERO "\","
		"\"outcomesSha256\":\"" ZERO "\",\"planSha256\":\"" ZERO
		"\",\"roots\":[[\"9\",\"aa\"],[\"10\",\"bb\"]],"
		"\"rootsSha256\":\"" ZERO "\",\"tenant\":\"t\"}"));
	receipt_put(&with, &r, &signature);
	at = str_find_str(buf_str(&with), member);
	assert_int_equal(with.n, plain.n + member.n);
	assert_memory_equal(with.p, plain.p, at);
	assert_memory_equal(with.p + at + member.n, plain.p + at, plain.n - at);
	buf_free(&with);
	buf_free(&plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_canonical_json),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
