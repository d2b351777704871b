// SPDX-License-Identifier: Apache-2.0
/* Status lists of others: entries, list credentials, and GZIP that lies. */
#include "base/text.h"
#include "formats/statuslist.h"
#include "tests/harness/harness.h"

#include <string.h>
#include <zlib.h>

static const struct jsonr_limits limits = {1 << 20, 1000};

static const struct jsonr_value *parse(struct arena *a, const char *text)
{
	const struct jsonr_value *v = NULL;
	struct err err = {0};

	assert_ok(jsonr_parse(a, str_of(text), &limits, &v, &err), err);
	return v;
}

/* 'u' and base64url of what zlib packs: another implementation than the one that reads. */
static struct str encode(struct arena *a, const uint8_t *plain, size_t plain_len, int window_bits,
	size_t *packed_len, uint8_t *packed)
{
	struct buf text = buf_new(STATUSLIST_TEXT_MAX);
	z_stream z = {.next_in = (Bytef *)(uintptr_t)plain, .avail_in = (uInt)plain_len};
	struct str out;

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = packed;
	z.avail_out = (uInt)*packed_len;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	*packed_len = z.total_out;
	(void)deflateEnd(&z);
	buf_put_char(&text, 'u');
	text_put_base64url(&text, (struct bytes){packed, *packed_len});
	out = str_dup(a, buf_str(&text));
	buf_free(&text);
	return out;
}

static struct str wrap(struct arena *a, const uint8_t *packed, size_t len)
{
	struct buf text = buf_new(STATUSLIST_TEXT_MAX);
	struct str out;

	buf_put_char(&text, 'u');
	text_put_base64url(&text, (struct bytes){packed, len});
	out = str_dup(a, buf_str(&text));
	buf_free(&text);
	return out;
}

static void assert_bits_refused(
	struct arena *a, struct str encoded, enum rc want, const char *reason)
{
	struct bytes bits;
	struct err err = {0};

	assert_int_equal(statuslist_read_bits(a, encoded, &bits, &err), want);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
}

static void lists_of_others_unpack(void **state)
{
	static uint8_t plain[3 * STATUSLIST_BYTES];
	static uint8_t packed[1 << 16];
	struct arena *a = arena_new((size_t)4 << 20);
	size_t len = sizeof packed;
	struct bytes bits;
	struct err err = {0};

	(void)state;
	plain[5] = 0x10;
	assert_ok(statuslist_read_bits(
			  a, encode(a, plain, sizeof plain, 15 + 16, &len, packed), &bits, &err),
		err);
	assert_int_equal(bits.n, sizeof plain);
	assert_true(statuslist_bit(bits, 43));
	assert_false(statuslist_bit(bits, 42));
	arena_free(&a);
}

static void gzip_that_lies_is_refused(void **state)
{
	static uint8_t plain[STATUSLIST_BYTES];
	static uint8_t packed[1 << 16];
	struct arena *a = arena_new((size_t)64 << 20);
	size_t len = sizeof packed;

	(void)state;
	(void)encode(a, plain, sizeof plain, 15 + 16, &len, packed);
	packed[len - 1] = 0x7F; /* says that it is 2 GB */
	assert_bits_refused(a, wrap(a, packed, len), RC_LIMIT, "unpacks to over");
	packed[len - 1] = 0;
	packed[len - 2] = 1; /* longer than it is */
	assert_bits_refused(a, wrap(a, packed, len), RC_INPUT, "no GZIP of the length");
	packed[len - 2] = 0;
	packed[len - 5] ^= 1; /* CRC */
	assert_bits_refused(a, wrap(a, packed, len), RC_INPUT, "no GZIP");
	packed[len - 5] ^= 1;
	memcpy(packed + len, packed, len); /* a second member */
	assert_bits_refused(a, wrap(a, packed, 2 * len), RC_INPUT, "no GZIP");
	assert_bits_refused(a, wrap(a, packed, len - 1), RC_INPUT, "");
	assert_bits_refused(a, wrap(a, packed, 17), RC_INPUT, "too short");
	len = sizeof packed;
	assert_bits_refused(
		a, encode(a, plain, 8192, 15 + 16, &len, packed), RC_INPUT, "fewer than 131072");
	len = sizeof packed;
	/* zlib's own format is not GZIP; its last four bytes are no length. */
	assert_int_not_equal(
		statuslist_read_bits(a, encode(a, plain, sizeof plain, 15, &len, packed),
			&(struct bytes){0}, &(struct err){0}),
		RC_OK);
	arena_free(&a);
}

/* 64 MiB that say they are 16 KiB: nothing is written past the room, nothing is taken as good. */
static void a_bomb_finds_no_room(void **state)
{
	static uint8_t packed[1 << 17];
	struct arena *a = arena_new((size_t)128 << 20);
	uint8_t *plain = arena_zalloc(a, 64, 1 << 20);
	size_t len = sizeof packed;

	(void)state;
	assert_bits_refused(a, encode(a, plain, (size_t)64 << 20, 15 + 16, &len, packed), RC_LIMIT,
		"unpacks to over");
	memcpy(packed + len - 4, "\x00\x40\x00\x00", 4);
	assert_bits_refused(a, wrap(a, packed, len), RC_INPUT, "no GZIP of the length");
	arena_free(&a);
}

static void texts_that_are_no_list_are_refused(void **state)
{
	struct arena *a = arena_new((size_t)16 << 20);
	struct buf big = buf_new(STATUSLIST_TEXT_MAX + 2);

	(void)state;
	assert_bits_refused(a, STR(""), RC_INPUT, "'u'");
	assert_bits_refused(a, STR("H4sIAAAAAAAAA"), RC_INPUT, "'u'");
	assert_bits_refused(a, STR("zH4sIAAAAAAAAA"), RC_INPUT, "'u'");
	assert_bits_refused(a, STR("uH4sI+AAAAAAAA"), RC_INPUT, "");
	assert_bits_refused(a, STR("u"), RC_INPUT, "too short");
	memset(buf_grow(&big, STATUSLIST_TEXT_MAX + 1), 'u', STATUSLIST_TEXT_MAX + 1);
	assert_bits_refused(a, buf_str(&big), RC_LIMIT, "over");
	buf_free(&big);
	arena_free(&a);
}

static void entries_are_read(void **state)
{
	struct arena *a = arena_new((size_t)1 << 20);
	struct statuslist_entry e;
	struct err err = {0};

	(void)state;
	assert_ok(statuslist_read_entry(
			  parse(a,
				  "{\"id\":\"https://h/status/3#94567\",\"type\":"
				  "\"BitstringStatusListEntry\",\"statusPurpose\":\"suspension\","
				  "\"statusListIndex\":\"94567\",\"statusListCredential\":"
				  "\"https://h/status/3\",\"statusSize\":1}"),
			  &e, &err),
		err);
	assert_int_equal(e.status, BADGE_STATUS_SUSPENSION);
	assert_int_equal(e.index, 94567);
	assert_true(str_eq_cz(e.list_url, "https://h/status/3"));
	assert_ok(statuslist_read_entry(parse(a,
						"{\"id\":\"https://h/r/"
						"1\",\"type\":[\"x\",\"1EdTechRevocationList\"]}"),
			  &e, &err),
		err);
	assert_int_equal(e.status, BADGE_STATUS_1EDTECH);
	assert_true(str_eq_cz(e.list_url, "https://h/r/1"));
	arena_free(&a);
}

static void entries_that_cannot_be_understood_are_refused(void **state)
{
	static const char *const bad[] = {
		"{}",
		"[]",
		"\"BitstringStatusListEntry\"",
		"{\"type\":\"StatusList2021Entry\"}",
		"{\"type\":\"1EdTechRevocationList\"}",
		"{\"type\":\"1EdTechRevocationList\",\"id\":{}}",
		"{\"type\":\"BitstringStatusListEntry\",\"statusPurpose\":\"revocation\","
		"\"statusListIndex\":\"1\"}",
		"{\"type\":\"BitstringStatusListEntry\",\"statusListCredential\":\"https://h/1\","
		"\"statusListIndex\":\"1\"}",
		"{\"type\":\"BitstringStatusListEntry\",\"statusListCredential\":\"https://h/1\","
		"\"statusPurpose\":\"revocation\",\"statusListIndex\":\"-1\"}",
		"{\"type\":\"BitstringStatusListEntry\",\"statusListCredential\":\"https://h/1\","
		"\"statusPurpose\":\"revocation\",\"statusListIndex\":1}",
		"{\"type\":\"BitstringStatusListEntry\",\"statusListCredential\":\"https://h/1\","
		"\"statusPurpose\":\"revocation\",\"statusListIndex\":\"99999999999999999999\"}",
		"{\"type\":\"BitstringStatusListEntry\",\"statusListCredential\":\"https://h/1\","
		"\"statusPurpose\":\"revocation\",\"statusListIndex\":\"1\",\"statusSize\":2}",
		"{\"type\":\"BitstringStatusListEntry\",\"statusListCredential\":\"https://h/1\","
		"\"statusPurpose\":\"revocation\",\"statusListIndex\":\"1\",\"statusSize\":\"1\"}",
	};
	struct arena *a = arena_new((size_t)1 << 20);
	struct statuslist_entry e;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		if (statuslist_read_entry(parse(a, bad[i]), &e, &(struct err){0}) != RC_INPUT)
			fail_msg("accepted: %s", bad[i]);
	arena_free(&a);
}

static void list_credentials_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{\"type\":[\"BitstringStatusListCredential\"]}",
		"{\"type\":[\"VerifiableCredential\"],\"credentialSubject\":{\"type\":"
		"\"BitstringStatusList\",\"statusPurpose\":\"revocation\",\"encodedList\":\"u\"}}",
		"{\"type\":[\"BitstringStatusListCredential\"],\"credentialSubject\":{\"type\":"
		"\"BitstringStatusList\",\"statusPurpose\":\"revocation\"}}",
		"{\"type\":[\"BitstringStatusListCredential\"],\"credentialSubject\":{\"type\":"
		"\"BitstringStatusList\",\"encodedList\":\"u\"}}",
		"{\"type\":[\"BitstringStatusListCredential\"],\"credentialSubject\":{\"type\":"
		"\"BitstringStatusList\",\"statusPurpose\":\"revocation\",\"encodedList\":\"u\","
		"\"ttl\":-1}}",
		"{\"type\":[\"BitstringStatusListCredential\"],\"validUntil\":\"soon\","
		"\"credentialSubject\":{\"type\":\"BitstringStatusList\",\"statusPurpose\":"
		"\"revocation\",\"encodedList\":\"u\"}}",
	};
	struct arena *a = arena_new((size_t)1 << 20);
	struct statuslist_claims claims;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		if (statuslist_read(parse(a, bad[i]), &claims, &(struct err){0}) != RC_INPUT)
			fail_msg("accepted: %s", bad[i]);
	assert_ok(statuslist_read(parse(a,
					  "{\"type\":\"BitstringStatusListCredential\",\"issuer\":"
					  "{\"id\":\"did:x\"},\"credentialSubject\":{\"type\":"
					  "\"BitstringStatusList\",\"statusPurpose\":[\"refresh\","
					  "\"revocation\"],\"encodedList\":\"u\"}}"),
			  &claims, &err),
		err);
	assert_true(statuslist_has_purpose(&claims, STR("revocation")));
	assert_true(str_eq_cz(claims.issuer, "did:x"));
	assert_int_equal(claims.ttl_ms, 0);
	assert_int_equal(claims.valid_until_s, BADGE_NO_TIME);
	arena_free(&a);
}

static void only_a_plain_no_takes_a_credential_off_the_list(void **state)
{
	static const struct {
		const char *flag;
		bool revoked;
	} cases[] = {{"", true}, {",\"revoked\":true", true}, {",\"revoked\":false", false},
		{",\"revoked\":null", true}, {",\"revoked\":\"false\"", true}};
	struct arena *a = arena_new((size_t)1 << 20);
	struct str reason;
	bool revoked;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct str text = str_fmt(a,
			"{\"revokedCredential\":[{\"id\":\"urn:b\"},{\"id\":\"urn:a\"%s}]}",
			cases[i].flag);
		const struct jsonr_value *v;

		assert_ok(jsonr_parse(a, text, &limits, &v, &err), err);
		assert_ok(statuslist_read_revoked(v, STR("urn:a"), &revoked, &reason, &err), err);
		assert_int_equal(revoked, cases[i].revoked);
	}
	assert_int_equal(
		statuslist_read_revoked(parse(a, "{}"), STR("urn:a"), &revoked, &reason, &err),
		RC_INPUT);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_others_unpack),
		cmocka_unit_test(gzip_that_lies_is_refused),
		cmocka_unit_test(a_bomb_finds_no_room),
		cmocka_unit_test(texts_that_are_no_list_are_refused),
		cmocka_unit_test(entries_are_read),
		cmocka_unit_test(entries_that_cannot_be_understood_are_refused),
		cmocka_unit_test(list_credentials_that_are_none_are_refused),
		cmocka_unit_test(only_a_plain_no_takes_a_credential_off_the_list),
	};

	harness_start();
	return cmocka_run_group_tests_name("formats/statuslist_read", tests, NULL, NULL);
}
