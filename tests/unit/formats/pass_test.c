// SPDX-License-Identifier: Apache-2.0
/* pass.json and manifest.json. */
#include "formats/pass.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct pass smallest(void)
{
	struct pass p = {.type_id = STR("pass.x"),
		.team_id = STR("ABCDE12345"),
		.organization = STR("Org"),
		.achievement = STR("Thing"),
		.recipient = STR("Ada"),
		.qr_url = STR("HTTPS://H/VERIFY/0"),
		.verify_url = STR("https://h/verify/0"),
		.token = STR("0"),
		.awarded_s = PASS_NO_TIME,
		.valid_until_s = PASS_NO_TIME};

	memset(p.ulid, 1, sizeof p.ulid);
	return p;
}

static void writes_the_smallest_whole(void **state)
{
	struct pass p = smallest();
	struct buf out = buf_new(8192);
	struct err err = {0};

	(void)state;
	assert_ok(pass_put(&out, &p, &err), err);
	assert_true(str_eq_cz(buf_str(&out),
		"{\"formatVersion\":1,\"passTypeIdentifier\":\"pass.x\",\"teamIdentifier\":"
		"\"ABCDE12345\","
		"\"serialNumber\":\"01040G2081040G2081040G2081\",\"organizationName\":\"Org\","
		"\"description\":\"Thing, awarded to Ada by Org.\","
		"\"userInfo\":{\"credentialId\":\"01040G2081040G2081040G2081\"},\"logoText\":"
		"\"Org\","
		"\"barcodes\":[{\"format\":\"PKBarcodeFormatQR\",\"message\":\"HTTPS://H/VERIFY/"
		"0\","
		"\"messageEncoding\":\"iso-8859-1\"}],\"generic\":{"
		"\"primaryFields\":[{\"key\":\"recipient\",\"label\":\"Awarded "
		"to\",\"value\":\"Ada\"}],"
		"\"secondaryFields\":[{\"key\":\"achievement\",\"label\":\"For\",\"value\":"
		"\"Thing\"}],"
		"\"backFields\":[{\"key\":\"verify\",\"label\":\"Check it "
		"at\",\"value\":\"https://h/verify/0\"},"
		"{\"key\":\"code\",\"label\":\"Verification code\",\"value\":\"vt_0\"},"
		"{\"key\":\"issuer\",\"label\":\"Issued by\",\"value\":\"Org\"}]}}"));
	buf_free(&out);
}

static void marks_a_demo_and_dates(void **state)
{
	static const char *const wanted[] = {"\"logoText\":\"DEMO\"",
		"\"headerFields\":[{\"key\":\"mark\"", "It certifies nothing.",
		"\"description\":\"DEMO, not valid: Thing",
		"\"expirationDate\":\"2026-06-15T00:00:00Z\"",
		"{\"key\":\"awarded\",\"label\":\"Awarded on\",\"value\":\"1970-01-01T00:00:00Z\","
		"\"dateStyle\":\"PKDateStyleLong\",\"ignoresTimeZone\":true}",
		"\"backgroundColor\":\"rgb(1, 2, 3)\""};
	struct pass p = smallest();
	struct buf out = buf_new(8192);
	struct err err = {0};

	(void)state;
	p.demo = true;
	p.awarded_s = 0;
	p.valid_until_s = 1781481600;
	p.background = STR("rgb(1, 2, 3)");
	assert_ok(pass_put(&out, &p, &err), err);
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		if (str_find_str(buf_str(&out), str_of(wanted[i])) == out.n)
			fail_msg("no %s", wanted[i]);
	}
	buf_free(&out);
}

static void refuses_what_cannot_be_a_pass(void **state)
{
	struct pass p = smallest();
	struct buf out = buf_new(8192);
	struct buf small = buf_new(100);
	struct err err = {0};

	(void)state;
	assert_int_equal(pass_put(&small, &p, &err), RC_LIMIT);
	p.recipient = STR("");
	assert_int_equal(pass_put(&out, &p, &err), RC_INPUT);
	buf_free(&small);
	buf_free(&out);
}

static void checks_colours(void **state)
{
	static const char *const good[] = {
		"", "rgb(0,0,0)", "rgb(255, 255, 255)", "rgb( 1 , 2 , 3 )"};
	static const char *const bad[] = {"#000000", "rgb(256, 0, 0)", "rgb(1, 2)",
		"rgb(1, 2, 3, 4)", "rgb(1, 2, )", "rgb(-1, 2, 3)", "RGB(1, 2, 3)", "rgb(1, 2, 3",
		"rgb()", "rgb(1.0, 2, 3)"};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		assert_ok(pass_check_colour(str_of(good[i]), &err), err);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (pass_check_colour(str_of(bad[i]), &err) != RC_INPUT)
			fail_msg("took %s", bad[i]);
	}
}

static void checks_names(void **state)
{
	static const char *const good[] = {
		"icon.png", "logo@3x.png", "en.lproj/pass.strings", "zh-Hans.lproj/logo.png"};
	static const char *const bad[] = {"", ".", "..", "../icon.png", "/icon.png", "a/icon.png",
		"en.lproj/../x", "en.lproj/a/b", "icon png", "pass.json", "manifest.json",
		"signature", ".hidden", "en.lproj/", "..lproj/x", "icon\xC3\xA9.png",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.png"};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		assert_ok(pass_check_name(str_of(good[i]), &err), err);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (pass_check_name(str_of(bad[i]), &err) != RC_INPUT)
			fail_msg("took %s", bad[i]);
	}
}

static void manifest_puts_pass_json_in_its_place(void **state)
{
	struct pass_file files[2] = {{.name = STR("icon.png")}, {.name = STR("zz.png")}};
	uint8_t sha1[HASH_SHA1_LEN];
	struct buf out = buf_new(4096);

	(void)state;
	hash_sha1(bytes_of(STR("abc")), sha1);
	memset(files[0].sha1, 0xAB, sizeof files[0].sha1);
	pass_put_manifest(&out, sha1, files, 2);
	assert_true(str_eq_cz(buf_str(&out),
		"{\"icon.png\":\"abababababababababababababababababababab\","
		"\"pass.json\":\"a9993e364706816aba3e25717850c26c9cd0d89d\","
		"\"zz.png\":\"0000000000000000000000000000000000000000\"}"));
	buf_reset(&out);
	pass_put_manifest(&out, sha1, files, 1);
	assert_true(str_ends(buf_str(&out),
		STR(",\"pass.json\":\"a9993e364706816aba3e25717850c26c9cd0d89d\"}")));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_smallest_whole),
		cmocka_unit_test(marks_a_demo_and_dates),
		cmocka_unit_test(refuses_what_cannot_be_a_pass),
		cmocka_unit_test(checks_colours),
		cmocka_unit_test(checks_names),
		cmocka_unit_test(manifest_puts_pass_json_in_its_place),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
