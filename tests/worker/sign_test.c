// SPDX-License-Identifier: Apache-2.0
/*
 * The real certfill-sign, confined, against requests good and bad. With --write DIR it writes what
 * the signer made, for the interop tests; with --bench N it times N rows.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/merkle.h"
#include "base/text.h"
#include "formats/keydoc.h"
#include "formats/token.h"
#include "tests/worker/sign_records.h"

#include <inttypes.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

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

/* ---- keys ---- */

static void makes_every_key(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (uint32_t i = 0; i < sample.keys.keys.count; i++) {
		const struct wire_key *key = &sample.keys.keys.items[i];

		seen |= 1U << key->purpose;
		assert_int_equal(key->not_before_s, SAMPLE_NOW_S - SAMPLE_DAY_S);
		assert_true(key->sign_until_s > SAMPLE_NOW_S + 365 * SAMPLE_DAY_S);
		if (key->purpose <= KEY_RECEIPT) {
			char thumbprint[JWK_THUMBPRINT_LEN + 1];

			assert_int_equal(key->public_key.n, 32);
			jwk_thumbprint(key->public_key.p, thumbprint);
			assert_true(str_eq_cz(key->kid, thumbprint));
		}
	}
	assert_int_equal(seen, 0x3FE);
	assert_int_equal(sample.keys.data_key.n, 32);
	assert_true(sample.keys.pass_throwaway);
	assert_true(str_eq_cz(sample.keys.pass_type_id, "pass.invalid.certfill.demo"));
	assert_true(str_eq_cz(sample.keys.pass_team_id, "DEMO000000"));
	assert_int_equal(sample.keys.problems.count, 0);
}

static void never_overwrites_keys(void **state)
{
	struct err err = {0};
	struct sample s;
	struct bytes before;
	char path[4200];

	(void)state;
	sample_start(&s);
	sample_end(&s);
	(void)text_fmt(path, sizeof path, "%s/uni-example/keys", s.dir);
	before = harness_read(s.a, path);
	sample_spawn(&s);
	assert_refused(sample_make(&s, &err), &err, RC_INPUT, "never overwritten");
	assert_true(str_eq(bytes_text(before), bytes_text(harness_read(s.a, path))));
	assert_ok(sample_load(&s, SAMPLE_NOW_S, &err), err);
	sample_close(&s);
}

static void refuses_open_or_damaged_key_files(void **state)
{
	struct err err = {0};
	struct sample s;
	char path[4200];
	struct bytes content;

	(void)state;
	sample_start(&s);
	sample_end(&s);
	(void)text_fmt(path, sizeof path, "%s/uni-example/keys", s.dir);
	sample_spawn(&s);
	assert_int_equal(chmod(path, 0640), 0);
	assert_refused(sample_load(&s, SAMPLE_NOW_S, &err), &err, RC_INPUT, "chmod 600");
	content = harness_read(s.a, path);
	((uint8_t *)(uintptr_t)content.p)[content.n / 2] ^= 1;
	harness_write(s.dir, "uni-example/keys", content);
	assert_int_equal(chmod(path, 0600), 0);
	assert_refused(sample_load(&s, SAMPLE_NOW_S, &err), &err, RC_INPUT, "damaged");
	sample_close(&s);
}

static void refuses_a_second_tenant(void **state)
{
	struct wire_keys_load other = {sample_actor(), SAMPLE_NOW_S};
	struct wire_keys_are keys;
	struct err err = {0};
	struct sample s;

	(void)state;
	sample_open(&s);
	other.actor.tenant = STR("../elsewhere");
	assert_refused(sample_ask(&s, MESSAGE_KEYS_LOAD, &other, MESSAGE_KEYS_ARE, &keys, &err),
		&err, RC_INPUT, "begins with");
	assert_ok(sample_make(&s, &err), err);
	other.actor.tenant = STR("another");
	assert_refused(sample_ask(&s, MESSAGE_KEYS_LOAD, &other, MESSAGE_KEYS_ARE, &keys, &err),
		&err, RC_INPUT, "start another");
	sample_close(&s);
}

static void will_not_lock_without_keys(void **state)
{
	struct err err = {0};
	struct sample s;

	(void)state;
	sample_open(&s);
	assert_int_not_equal(spawn_lock(&s.child, s.a, &s.ready, &err), RC_OK);
	assert_non_null(strstr(err.text, "no keys"));
	spawn_kill(&s.child);
	(void)close(s.dir_fd);
	harness_remove(&s.dir);
	arena_free(&s.a);
}

static void is_confined(void **state)
{
	(void)state;
#ifndef WITH_SANITIZER /* which needs calls that the filter forbids */
	assert_true((sample.ready.layers & LAYER_SECCOMP) != 0);
#endif
	assert_true((sample.ready.layers & LAYER_NO_NEW_PRIVS) != 0);
	assert_true((sample.ready.layers & (LAYER_LANDLOCK | LAYER_NAMESPACES)) != 0);
}

/* ---- rows ---- */

/* Takes a compact JWS apart and checks it with the public key that KEYS_ARE told. */
static struct str payload_of(struct bytes jwt)
{
	struct str text = bytes_text(jwt);
	size_t first = str_find(text, '.', 0);
	size_t second = str_find(text, '.', first + 1);
	struct bytes payload;
	struct bytes signature;
	struct err err = {0};

	assert_ok(text_from_base64url(sample.a, str_slice(text, first + 1, second), &payload, &err),
		err);
	assert_ok(text_from_base64url(
			  sample.a, str_slice(text, second + 1, text.n), &signature, &err),
		err);
	assert_true(sample_verifies(sample_public_key(&sample, KEY_ASSERT),
		bytes_of(str_slice(text, 0, second)), signature));
	return bytes_text(payload);
}

static void signs_a_credential(void **state)
{
	struct wire_signed_row out = sample_sign_one(&sample, sample_row(0));
	struct str credential = payload_of(out.jwt);
	uint8_t ulid[ULID_LEN];
	uint8_t tag[TOKEN_TAG_LEN];
	uint8_t hash[32];
	struct err err = {0};

	(void)state;
	assert_true(out.ok);
	assert_ok(token_parse(out.token, ulid, tag, &err), err);
	hash_sha256((struct bytes){tag, sizeof tag}, hash);
	assert_memory_equal(hash, out.tag_hash, 32);
	assert_int_equal(out.token_version, 1);
	assert_true(has(credential, "\"name\":\"Angewandte Statistik\"")); /* de-AT takes de */
	assert_true(has(credential, "\"id\":\"https://badges.uni.example/credentials/"));
	assert_true(has(credential, "\"validFrom\":\"2026-06-15T00:00:00Z\""));
	assert_true(has(credential, "\"statusListIndex\":\"94567\""));
	assert_false(has(credential, "ada@example.org"));
	assert_false(has(credential, "Nu\u00f1ez"));
	assert_true(str_starts(bytes_text(out.badge), str_slice(credential, 0, credential.n - 1)));
	assert_true(has(bytes_text(out.badge), ",\"proof\":[{\"type\":\"DataIntegrityProof\","));
}

static bool cms_verifies(const struct wire_signed_row *row)
{
	const uint8_t *at = row->pass_signature.p;
	const uint8_t *root_at = sample.keys.pass_root.p;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)row->pass_signature.n);
	X509 *root = d2i_X509(NULL, &root_at, (long)sample.keys.pass_root.n);
	X509_STORE *store = X509_STORE_new();
	BIO *manifest = BIO_new_mem_buf(row->pass_manifest.p, (int)row->pass_manifest.n);
	bool fine;

	X509_STORE_add_cert(store, root);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), SAMPLE_NOW_S);
	X509_STORE_set_purpose(store, X509_PURPOSE_ANY);
	fine = CMS_verify(cms, NULL, store, manifest, NULL, CMS_BINARY | CMS_DETACHED) == 1;
	BIO_free(manifest);
	X509_STORE_free(store);
	X509_free(root);
	CMS_ContentInfo_free(cms);
	return fine;
}

static void signs_a_pass(void **state)
{
	struct wire_signed_row out = sample_sign_one(&sample, sample_row(1));
	struct str json = bytes_text(out.pass_json);
	struct str manifest = bytes_text(out.pass_manifest);
	uint8_t sha1[HASH_SHA1_LEN];
	char hex[41];

	(void)state;
	assert_true(cms_verifies(&out));
	hash_sha1(out.pass_json, sha1);
	text_hex((struct bytes){sha1, sizeof sha1}, hex);
	assert_true(has(manifest, hex));
	assert_true(str_starts(manifest, STR("{\"de.lproj/pass.strings\":\"")));
	assert_true(has(json, "\"message\":\"HTTPS://BADGES.UNI.EXAMPLE/VERIFY/"));
	assert_true(has(json, "\"value\":\"Ada Nu\u00f1ez \u201cthe first\u201d\""));
	assert_true(has(json, "\"passTypeIdentifier\":\"pass.invalid.certfill.demo\""));
	/* The issuer is real, the certificate is not. */
	assert_true(has(json, "\"logoText\":\"DEMO\""));
}

/* An operator's certificate of which nothing is usable: said at once, and later of each pass. */
static void a_broken_pass_certificate_fails_passes_only(void **state)
{
	struct wire_sign_row rows[2] = {sample_row(0), sample_row(1)};
	struct wire_policy policy;
	struct wire_signed_rows out;
	struct err err = {0};
	struct sample s;

	(void)state;
	sample_start(&s);
	sample_end(&s);
	assert_int_equal(mkdirat(s.dir_fd, "uni-example/apple", 0700), 0);
	sample_spawn(&s);
	assert_ok(sample_load(&s, SAMPLE_NOW_S, &err), err);
	assert_int_equal(s.keys.problems.count, 3);
	assert_ok(spawn_lock(&s.child, s.a, &s.ready, &err), err);
	sample_register(&s);
	rows[1].credential = 1;
	assert_ok(sample_sign(&s, rows, 2, &out, &err), err);
	assert_false(out.rows.items[0].ok);
	assert_true(str_eq(out.rows.items[0].message, s.keys.problems.items[0]));
	assert_int_equal(out.rows.items[0].jwt.n, 0);
	assert_true(out.rows.items[1].ok);
	policy = sample_policy(&s);
	policy.batch = STR("no passes");
	policy.credentials.items++;
	policy.credentials.count = 1;
	assert_ok(sample_set(&s, &policy, &err), err);
	sample_close(&s);
}

static void signs_only_what_was_asked(void **state)
{
	struct wire_sign_row row = sample_row(2);
	struct wire_signed_row out;

	(void)state;
	row.credential = 1;
	out = sample_sign_one(&sample, row);
	assert_true(out.ok);
	assert_true(has(payload_of(out.jwt), "\"type\":\"1EdTechRevocationList\""));
	assert_int_equal(out.pass_json.n + out.pass_signature.n, 0);
}

static void gives_the_same_bytes_again(void **state)
{
	struct wire_signed_row first = sample_sign_one(&sample, sample_row(3));
	struct wire_signed_row again = sample_sign_one(&sample, sample_row(3));

	(void)state;
	assert_true(str_eq(bytes_text(first.jwt), bytes_text(again.jwt)));
	assert_true(str_eq(bytes_text(first.badge), bytes_text(again.badge)));
	assert_true(str_eq(bytes_text(first.pass_signature), bytes_text(again.pass_signature)));
	assert_true(str_eq(first.token, again.token));
}

/* Another process, the same keys: what a killed batch relies on. */
static void gives_the_same_bytes_in_another_process(void **state)
{
	struct wire_signed_row first = sample_sign_one(&sample, sample_row(4));
	struct wire_signed_row again;
	struct wire_keys_are keys = sample.keys;
	struct err err = {0};

	(void)state;
	sample_end(&sample);
	sample_spawn(&sample);
	assert_ok(sample_load(&sample, SAMPLE_NOW_S + 5000, &err), err);
	assert_ok(spawn_lock(&sample.child, sample.a, &sample.ready, &err), err);
	assert_int_equal(keys.keys.count, sample.keys.keys.count);
	sample_register(&sample);
	again = sample_sign_one(&sample, sample_row(4));
	assert_true(str_eq(bytes_text(first.jwt), bytes_text(again.jwt)));
	assert_true(str_eq(bytes_text(first.pass_json), bytes_text(again.pass_json)));
	assert_true(str_eq(bytes_text(first.pass_signature), bytes_text(again.pass_signature)));
	assert_true(str_eq(first.token, again.token));
}

static void gives_tokens_again(void **state)
{
	struct wire_sign_row rows[2] = {sample_row(7), sample_row(8)};
	struct wire_ulid ulids[2];
	struct wire_tokens_ask ask = {STR(SAMPLE_BATCH), {ulids, 2}};
	struct wire_tokens out;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		memcpy(ulids[i].b, rows[i].ulid, sizeof ulids[i].b);
	assert_ok(sample_ask(&sample, MESSAGE_TOKENS, &ask, MESSAGE_TOKENS_ARE, &out, &err), err);
	assert_int_equal(out.tokens.count, 2);
	for (uint32_t i = 0; i < 2; i++)
		assert_true(str_eq(out.tokens.items[i], sample_sign_one(&sample, rows[i]).token));
}

/* The links of a batch whose policy nobody registered, or that made room for others. */
static void gives_tokens_without_a_policy(void **state)
{
	struct wire_sign_row row = sample_row(9);
	struct wire_ulid ulid;
	struct wire_tokens_ask ask = {STR("unknown"), {&ulid, 1}};
	struct wire_tokens out;
	struct err err = {0};
	struct sample s;

	(void)state;
	memcpy(ulid.b, row.ulid, sizeof ulid.b);
	sample_start(&s);
	assert_ok(sample_ask(&s, MESSAGE_TOKENS, &ask, MESSAGE_TOKENS_ARE, &out, &err), err);
	assert_int_equal(out.tokens.count, 1);
	sample_register(&s);
	assert_true(str_eq(out.tokens.items[0], sample_sign_one(&s, row).token));
	sample_close(&s);
}

/* ---- for the interop tests and the bench ---- */

static void write_certificate(const char *dir, const char *name, struct bytes der)
{
	struct buf text = buf_new(16384);
	struct buf pem = buf_new(16384);

	text_put_base64(&text, der);
	buf_put_cz(&pem, "-----BEGIN CERTIFICATE-----\n");
	for (size_t at = 0; at < text.n; at += 64) {
		buf_put_str(&pem, str_slice(buf_str(&text), at, at + 64));
		buf_put_char(&pem, '\n');
	}
	buf_put_cz(&pem, "-----END CERTIFICATE-----\n");
	harness_write(dir, name, buf_bytes(&pem));
	buf_free(&pem);
	buf_free(&text);
}

static void write_keys(const char *dir)
{
	static const enum key_purpose purposes[] = {KEY_ASSERT, KEY_RECORD, KEY_RECEIPT};
	struct keydoc_issuer issuer = {
		STR("did:web:badges.uni.example"), STR("https://badges.uni.example")};
	struct keydoc_key keys[ARRAY_COUNT(purposes)];
	struct buf set = buf_new(16384);

	for (size_t i = 0; i < ARRAY_COUNT(purposes); i++)
		keys[i] = (struct keydoc_key){sample_kid(&sample, purposes[i]),
			sample_public_key(&sample, purposes[i]), true, KEYDOC_NOT_COMPROMISED};
	keydoc_put_set(&set, &issuer, keys, ARRAY_COUNT(purposes));
	harness_write(dir, "jwks.json", buf_bytes(&set));
	buf_free(&set);
	write_certificate(dir, "root.pem", sample.keys.pass_root);
	write_certificate(dir, "intermediate.pem", sample.keys.pass_intermediate);
	write_certificate(dir, "leaf.pem", sample.keys.pass_certificate);
}

static void write_row(const char *dir, const struct wire_signed_row *row)
{
	uint8_t png[256];
	struct bytes icon = {png, harness_unhex(sample_png, png, sizeof png)};

	harness_write(dir, "credential.jwt", row->jwt);
	harness_write(dir, "credential.json", row->badge);
	harness_write(dir, "pass.json", row->pass_json);
	harness_write(dir, "manifest.json", row->pass_manifest);
	harness_write(dir, "signature", row->pass_signature);
	harness_write(dir, "token.txt", bytes_of(row->token));
	harness_write(dir, "icon.png", icon);
	harness_write(dir, "logo.png", icon);
	harness_write(dir, "de.strings", bytes_of(sample_strings(sample.a, STR("de"))));
	harness_write(dir, "en.strings", bytes_of(sample_strings(sample.a, STR("en"))));
}

static void write_shard(const char *dir)
{
	static struct wire_record records[7];
	struct wire_record_artifact artifacts[5];
	struct wire_sign_shard ask = {STR(SAMPLE_BATCH), 7, {NULL, 7}};
	struct wire_signed_shard out;
	struct buf lines = buf_new(65536);
	struct err err = {0};
	char root[65];

	sample_fill_shard(&sample, &ask, records, artifacts);
	assert_ok(sample_ask(&sample, MESSAGE_SIGN_SHARD, &ask, MESSAGE_SIGNED_SHARD, &out, &err),
		err);
	for (uint32_t i = 0; i < out.records.count; i++) {
		buf_put_str(&lines, out.records.items[i]);
		buf_put_char(&lines, '\n');
	}
	harness_write(dir, "records.jsonl", buf_bytes(&lines));
	text_hex((struct bytes){out.root, 32}, root);
	harness_write(dir, "root.hex", bytes_of(str_of(root)));
	harness_write(dir, "root.sig", out.signature);
	buf_free(&lines);
}

static void write_samples(const char *dir)
{
	struct wire_signed_row row;
	struct wire_receipt ask = sample_receipt();
	struct wire_record_artifact artifacts[2];
	struct str codes[2];
	struct wire_receipt_row rows[14];
	struct wire_receipt_entries entries;
	struct wire_signed_text receipt;
	struct err err = {0};

	assert_int_equal(start(NULL), 0);
	assert_ok(sample_tell_rows(&sample, rows, 0, sample_fill_receipt(rows, artifacts, codes),
			  &entries, &err),
		err);
	row = sample_sign_one(&sample, sample_row(1));
	write_keys(dir);
	write_row(dir, &row);
	row = sample_sign_one(&sample,
		(struct wire_sign_row){.row = 9,
			.credential = 1,
			.name = STR("A B"),
			.lang = STR("en"),
			.valid_until_s = WIRE_NO_DAY,
			.awarded_s = WIRE_NO_DAY});
	harness_write(dir, "small.jwt", row.jwt);
	harness_write(dir, "small.json", row.badge);
	write_shard(dir);
	assert_ok(sample_ask(&sample, MESSAGE_SIGN_RECEIPT, &ask, MESSAGE_SIGNED_RECEIPT, &receipt,
			  &err),
		err);
	harness_write(dir, "receipt.json", bytes_of(receipt.text));
	(void)stop(NULL);
}

/* CPU time that the signer has used, milliseconds. */
static int64_t signer_cpu_ms(void)
{
	char path[64];
	char text[1024] = "";
	unsigned long user = 0;
	unsigned long kernel = 0;
	FILE *f;

	(void)text_fmt(path, sizeof path, "/proc/%d/stat", (int)sample.child.pid);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	(void)fclose(f);
	/* The fields behind the name in brackets: state is the third, utime the fourteenth. */
	assert_int_equal(
		sscanf(strrchr(text, ')') + 1,
			" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel),
		2);
	return (int64_t)(user + kernel) * 1000 / sysconf(_SC_CLK_TCK);
}

/* Signs count rows of the large credential four at a time; with and without the pass. */
static void time_rows(uint32_t count, uint32_t outputs, const char *what)
{
	struct wire_policy policy = sample_policy(&sample);
	struct wire_sign_row rows[4];
	struct wire_sign_rows ask = {policy.batch, {rows, 4}};
	struct wire_signed_rows out;
	struct err err = {0};
	struct arena *a = arena_new((size_t)8 << 20);
	size_t bytes = 0;
	int64_t started;
	int64_t cpu_ms;

	policy.batch = ask.batch = str_of(what);
	policy.row_count = count + 4;
	policy.credentials.items[0].outputs = outputs;
	assert_ok(sample_set(&sample, &policy, &err), err);
	assert_ok(sample_ask(&sample, MESSAGE_PASS_IMAGE,
			  &(struct wire_pass_image){
				  ask.batch, 0, STR("icon.png"), bytes_of(STR("icon"))},
			  MESSAGE_DONE, &(struct wire_nothing){0}, &err),
		err);
	cpu_ms = signer_cpu_ms();
	started = clock_mono_ms();
	for (uint32_t at = 0; at < count; at += 4) {
		for (uint32_t i = 0; i < 4; i++)
			rows[i] = sample_row(at + i);
		arena_reset(a);
		assert_ok(channel_ask(sample.child.channel, MESSAGE_SIGN_ROWS, &ask, NULL, 0,
				  MESSAGE_SIGNED_ROWS, a, &out, &err),
			err);
		bytes += out.rows.items[0].jwt.n + out.rows.items[0].badge.n
			+ out.rows.items[0].pass_json.n + out.rows.items[0].pass_manifest.n
			+ out.rows.items[0].pass_signature.n;
	}
	started = clock_mono_ms() - started;
	cpu_ms = signer_cpu_ms() - cpu_ms;
	arena_free(&a);
	printf("%-12s %6u rows %6" PRId64 " ms %8.3f ms CPU/row %8.0f rows/s %6zu bytes/row\n",
		what, count, started, (double)cpu_ms / count,
		1000.0 * count / (double)(started > 0 ? started : 1), bytes / (count / 4));
}

static void bench(uint32_t count)
{
	assert_int_equal(start(NULL), 0);
	time_rows(count, OUTPUT_BADGE, "badge");
	time_rows(count, OUTPUT_PASS, "pass");
	time_rows(count, OUTPUT_BADGE | OUTPUT_PASS, "badge+pass");
	(void)stop(NULL);
}

int main(int argc, char **argv)
{
	uint64_t count;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_every_key),
		cmocka_unit_test(is_confined),
		cmocka_unit_test(never_overwrites_keys),
		cmocka_unit_test(refuses_open_or_damaged_key_files),
		cmocka_unit_test(refuses_a_second_tenant),
		cmocka_unit_test(will_not_lock_without_keys),
		cmocka_unit_test(signs_a_credential),
		cmocka_unit_test(signs_a_pass),
		cmocka_unit_test(signs_only_what_was_asked),
		cmocka_unit_test(a_broken_pass_certificate_fails_passes_only),
		cmocka_unit_test(gives_the_same_bytes_again),
		cmocka_unit_test(gives_the_same_bytes_in_another_process),
		cmocka_unit_test(gives_tokens_again),
		cmocka_unit_test(gives_tokens_without_a_policy),
	};

	harness_start();
	if (argc == 3 && strcmp(argv[1], "--write") == 0) {
		write_samples(argv[2]);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "--bench") == 0
		&& str_to_u64(str_of(argv[2]), 100000, &count)) {
		bench((uint32_t)count / 4 * 4);
		return 0;
	}
	return cmocka_run_group_tests(tests, start, stop);
}
