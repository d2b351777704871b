// SPDX-License-Identifier: Apache-2.0
/* Shards and receipts of the real, confined certfill-sign. */
#include "base/merkle.h"
#include "base/text.h"
#include "tests/worker/sign_records.h"

static struct sample sample;

static int start(void **state)
{
	(void)state;
	sample_start(&sample);
	sample_register(&sample);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	sample_close(&sample);
	return 0;
}

static void signs_a_shard(void **state)
{
	static struct wire_record records[100];
	static struct merkle_hash leaves[100];
	struct wire_record_artifact artifacts[5];
	struct wire_sign_shard ask = {STR(SAMPLE_BATCH), 7, {NULL, 100}};
	struct wire_signed_shard out;
	struct merkle_hash root;
	struct buf text = buf_new(1024);
	struct err err = {0};

	(void)state;
	sample_fill_shard(&sample, &ask, records, artifacts);
	assert_ok(sample_ask(&sample, MESSAGE_SIGN_SHARD, &ask, MESSAGE_SIGNED_SHARD, &out, &err),
		err);
	assert_int_equal(out.records.count, 100);
	for (uint32_t i = 0; i < 100; i++)
		merkle_leaf(bytes_of(out.records.items[i]), &leaves[i]);
	merkle_root(leaves, 100, &root);
	assert_memory_equal(root.b, out.root, 32);
	buf_put(&text, "certfill-shard-v1\n\0\0\0\x1a" SAMPLE_BATCH "\0\0\0\7\0\0\0\x64",
		18 + 4 + 26 + 8);
	buf_put(&text, root.b, 32);
	assert_true(str_eq(out.kid, sample_kid(&sample, KEY_RECORD)));
	assert_true(sample_verifies(
		sample_public_key(&sample, KEY_RECORD), buf_bytes(&text), out.signature));
	assert_false(has(out.records.items[0], "Ada"));
	buf_free(&text);
	records[3].tag_hash[0] ^= 1;
	assert_refused(
		sample_ask(&sample, MESSAGE_SIGN_SHARD, &ask, MESSAGE_SIGNED_SHARD, &out, &err),
		&err, RC_INPUT, "not its own");
	records[3].tag_hash[0] ^= 1;
	records[3].row = 10;
	assert_refused(
		sample_ask(&sample, MESSAGE_SIGN_SHARD, &ask, MESSAGE_SIGNED_SHARD, &out, &err),
		&err, RC_INPUT, "outside the batch");
}

static void signs_a_receipt(void **state)
{
	struct wire_receipt ask = sample_receipt();
	struct wire_record_artifact artifacts[2];
	struct str codes[2];
	struct wire_receipt_row rows[14];
	struct wire_receipt_entries entries;
	struct merkle_hash leaves[14];
	struct merkle_hash root;
	struct wire_signed_text out;
	char hex[65];
	struct err err = {0};

	(void)state;
	assert_refused(
		sample_ask_receipt(&sample, &ask, &out, &err), &err, RC_INPUT, "did not come");
	(void)sample_fill_receipt(rows, artifacts, codes);
	for (uint32_t at = 0; at < 14; at += 7) {
		assert_ok(sample_tell_rows(&sample, rows, at, 7, &entries, &err), err);
		assert_int_equal(entries.entries.count, 7);
		for (uint32_t i = 0; i < 7; i++)
			merkle_leaf(bytes_of(entries.entries.items[i]), &leaves[at + i]);
	}
	assert_true(has(entries.entries.items[0], "{\"artifacts\":{\"badge\":\"b0b0"));
	assert_true(has(entries.entries.items[5],
		"{\"codes\":[\"email-invalid\",\"name-empty\"],\"outcome\":\"refused\""));
	assert_ok(sample_ask_receipt(&sample, &ask, &out, &err), err);
	assert_true(has(out.text,
		"\"counts\":{\"failed\":1,\"held\":1,\"issued\":10,\"refused\":1,\"rows\":14,"
		"\"unchanged\":1}"));
	merkle_root(leaves, 14, &root);
	text_hex((struct bytes){root.b, 32}, hex);
	assert_true(has(out.text, hex));
	assert_true(has(out.text, "\"signature\":{\"alg\":\"EdDSA\",\"kid\":\""));
	ask.plan_hash[0] = 8;
	assert_refused(
		sample_ask_receipt(&sample, &ask, &out, &err), &err, RC_INPUT, "another plan");
	ask = sample_receipt();
	ask.issued_s++;
	assert_refused(
		sample_ask_receipt(&sample, &ask, &out, &err), &err, RC_INPUT, "another time");
}

static void refuses_rows_of_a_receipt_that_make_no_sense(void **state)
{
	struct wire_receipt ask = sample_receipt();
	struct wire_record_artifact artifacts[2];
	struct str codes[2];
	struct wire_receipt_row rows[14];
	struct wire_receipt_entries entries;
	struct wire_signed_text out;
	struct err err = {0};

	(void)state;
	(void)sample_fill_receipt(rows, artifacts, codes);
	assert_ok(sample_tell_rows(&sample, rows, 0, 7, &entries, &err), err);
	/* Left out, told twice. */
	assert_refused(sample_tell_rows(&sample, rows, 8, 2, &entries, &err), &err, RC_INPUT,
		"out of order");
	assert_refused(sample_tell_rows(&sample, rows, 6, 2, &entries, &err), &err, RC_INPUT,
		"out of order");
	/* More issued than planned. */
	rows[10] = rows[9];
	assert_ok(sample_tell_rows(&sample, rows, 7, 7, &entries, &err), err);
	assert_refused(sample_ask_receipt(&sample, &ask, &out, &err), &err, RC_INPUT, "counts 11");
	rows[0].outcome = RECEIPT_HELD + 1;
	assert_refused(sample_tell_rows(&sample, rows, 0, 1, &entries, &err), &err, RC_INPUT,
		"no known outcome");
	rows[0].outcome = RECEIPT_FAILED;
	assert_refused(
		sample_tell_rows(&sample, rows, 0, 1, &entries, &err), &err, RC_INPUT, "failed");
	rows[0].outcome = RECEIPT_ISSUED;
	memset(rows[0].ulid, 0, sizeof rows[0].ulid);
	assert_refused(
		sample_tell_rows(&sample, rows, 0, 1, &entries, &err), &err, RC_INPUT, "issued");
	rows[0].ulid[3] = 1;
	artifacts[1].kind = ARTIFACT_PNG;
	assert_refused(
		sample_tell_rows(&sample, rows, 0, 1, &entries, &err), &err, RC_INPUT, "twice");
	artifacts[1].kind = 77;
	assert_refused(sample_tell_rows(&sample, rows, 0, 1, &entries, &err), &err, RC_INPUT,
		"no known kind");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_a_shard),
		cmocka_unit_test(signs_a_receipt),
		cmocka_unit_test(refuses_rows_of_a_receipt_that_make_no_sense),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}
