// SPDX-License-Identifier: Apache-2.0
/* Verification tokens and the addresses they stand in. */
#include "base/hash.h"
#include "formats/token.h"
#include "tests/harness/harness.h"

#include <ctype.h>
#include <string.h>

static const uint8_t ulid[ULID_LEN] = {0x01, 0x56, 0x3E, 0x3A, 0xB5, 0xD3, 0xD6, 0x76, 0x4C, 0x61,
	0xEF, 0xB9, 0x93, 0x02, 0xBD, 0x5B};

/* The construction again, byte by byte: "vt1" || lp(tenant) || lp(ULID). */
static void tags_are_hmacs_of_the_stated_text(void **state)
{
	static const uint8_t key[32] = {1, 2, 3};
	static const char text[] = "vt1\0\0\0\4acme\0\0\0\x1a"
				   "01ARZ3NDEKTSV4RRFFQ69G5FAV";
	uint8_t want[32];
	uint8_t got[32];
	char id[ULID_TEXT_LEN + 1];

	(void)state;
	ulid_text(ulid, id);
	assert_string_equal(id, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
	hash_hmac_sha256((struct bytes){key, 32},
		(struct bytes){(const uint8_t *)text, sizeof text - 1}, want);
	token_tag((struct bytes){key, 32}, STR("acme"), ulid, got);
	assert_memory_equal(want, got, 32);
	token_tag((struct bytes){key, 32}, STR("acm"), ulid, got);
	assert_memory_not_equal(want, got, 32);
}

static void keys_differ_by_tenant_and_version(void **state)
{
	static const uint8_t secret[32] = {9};
	uint8_t one[32];
	uint8_t other[32];

	(void)state;
	token_key((struct bytes){secret, 32}, STR("acme"), STR("1"), one);
	token_key((struct bytes){secret, 32}, STR("acme"), STR("2"), other);
	assert_memory_not_equal(one, other, 32);
	token_key((struct bytes){secret, 32}, STR("acm"), STR("e1"), other);
	assert_memory_not_equal(one, other, 32);
	token_key((struct bytes){secret, 32}, STR("acme"), STR("1"), other);
	assert_memory_equal(one, other, 32);
}

static void assert_parses(const char *text, const uint8_t tag[32])
{
	uint8_t got_ulid[ULID_LEN];
	uint8_t got_tag[TOKEN_TAG_LEN];
	struct err err = {0};

	assert_ok(token_parse(str_of(text), got_ulid, got_tag, &err), err);
	assert_memory_equal(got_ulid, ulid, sizeof ulid);
	assert_memory_equal(got_tag, tag, 32);
}

static void every_written_form_is_one_token(void **state)
{
	uint8_t tag[TOKEN_TAG_LEN];
	char text[TOKEN_TEXT_LEN + 1];
	char written[2 * TOKEN_TEXT_LEN + 8] = "vt_";

	(void)state;
	memset(tag, 0xB7, sizeof tag);
	token_text(ulid, tag, text);
	assert_int_equal(strlen(text), 78);
	assert_parses(text, tag);
	memcpy(written + 3, text, sizeof text);
	assert_parses(written, tag);
	for (char *p = written; *p != '\0'; p++)
		*p = *p == '1' ? 'l' : *p == '0' ? 'o' : (char)tolower((unsigned char)*p);
	assert_parses(written, tag);
	for (size_t i = 0; i < TOKEN_TEXT_LEN; i++) {
		written[2 * i] = text[i];
		written[2 * i + 1] = i % 2 == 0 ? '-' : ' ';
	}
	written[2 * TOKEN_TEXT_LEN] = '\0';
	assert_parses(written, tag);
}

static void refuses_what_is_no_token(void **state)
{
	uint8_t tag[TOKEN_TAG_LEN] = {0};
	uint8_t out[TOKEN_TAG_LEN];
	uint8_t id[ULID_LEN];
	char text[TOKEN_TEXT_LEN + 1];
	struct err err = {0};

	(void)state;
	token_text(ulid, tag, text);
	assert_int_equal(token_parse((struct str){text, 77}, id, out, &err), RC_INPUT);
	text[26] = '2'; /* a tag begins with 0 or 1 */
	assert_int_equal(token_parse(str_of(text), id, out, &err), RC_INPUT);
	text[26] = '0';
	text[40] = 'U';
	assert_int_equal(token_parse(str_of(text), id, out, &err), RC_INPUT);
	assert_int_equal(token_parse(STR(""), id, out, &err), RC_INPUT);
	assert_int_equal(token_parse(STR("vt_"), id, out, &err), RC_INPUT);
	/* The same sentence always: it tells nobody what exists. */
	assert_non_null(strstr(err.text, "not a verification code"));
}

static void addresses(void **state)
{
	struct buf out = buf_new(256);

	(void)state;
	token_put_url(&out, STR("https://v.example:8443"), STR("01AB"));
	assert_true(str_eq_cz(buf_str(&out), "https://v.example:8443/verify/01AB"));
	buf_reset(&out);
	token_put_qr_url(&out, STR("https://v.example:8443"), STR("01AB"));
	assert_true(str_eq_cz(buf_str(&out), "HTTPS://V.EXAMPLE:8443/VERIFY/01AB"));
	buf_free(&out);
}

static void checks_base_urls(void **state)
{
	static const char *const good[] = {
		"https://v.example", "http://localhost:8080", "https://xn--bcher-kva.example"};
	static const char *const bad[] = {"", "https://", "ftp://x", "https://v.example/",
		"https://v.example/path", "https://V.example",
		"https://v.example:", "https://v.example:0", "https://v.example:70000",
		"https://a@b", "https://:80", "https://v example", "https://v.example?x",
		"https://v.example:80:80"};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		assert_ok(token_check_base(str_of(good[i]), &err), err);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (token_check_base(str_of(bad[i]), &err) != RC_INPUT)
			fail_msg("took %s", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_are_hmacs_of_the_stated_text),
		cmocka_unit_test(keys_differ_by_tenant_and_version),
		cmocka_unit_test(every_written_form_is_one_token),
		cmocka_unit_test(refuses_what_is_no_token),
		cmocka_unit_test(addresses),
		cmocka_unit_test(checks_base_urls),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
