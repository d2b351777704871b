// SPDX-License-Identifier: Apache-2.0
/* Foreign compact JWS: what is taken apart and what is refused, with the reason. Runs in: tests. */
#include "base/mem.h"
#include "base/text.h"
#include "formats/jws_read.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

static int open_arena(void **state)
{
	(void)state;
	arena = arena_new((size_t)64 << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* header and payload as JSON, the signature as base64url. */
static struct str token(const char *header, const char *payload, const char *signature)
{
	struct buf b = buf_new(1 << 20);
	struct str out;

	text_put_base64url(&b, bytes_of(str_of(header)));
	buf_put_char(&b, '.');
	text_put_base64url(&b, bytes_of(str_of(payload)));
	buf_put_char(&b, '.');
	buf_put_cz(&b, signature);
	out = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return out;
}

static void refused(struct str text, enum rc kind, const char *why)
{
	struct jws jws;
	struct err err = {0};

	assert_int_equal(jws_read(arena, text, &jws, &err), kind);
	if (strstr(err.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void test_a_good_one_is_taken_apart(void **state)
{
	struct str text = token("{\"alg\":\"EdDSA\",\"kid\":\"https://h/k/1\",\"typ\":\"vc+jwt\"}",
		"{\"a\":1}", "AQID");
	struct jws jws;
	struct err err;

	(void)state;
	assert_int_equal(jws_read(arena, text, &jws, &err), RC_OK);
	assert_int_equal(jws.alg, JWS_EDDSA);
	assert_true(str_eq_cz(jws.kid, "https://h/k/1"));
	assert_true(str_eq_cz(jws.typ, "vc+jwt"));
	assert_true(str_eq_cz(bytes_text(jws.payload), "{\"a\":1}"));
	assert_int_equal(jws.signature.n, 3);
	assert_true(jws.input.p == text.p && text.p[jws.input.n] == '.');
}

static void test_algorithms(void **state)
{
	static const struct {
		const char *name;
		enum jws_alg alg;
	} good[] = {{"EdDSA", JWS_EDDSA}, {"Ed25519", JWS_EDDSA}, {"ES256", JWS_ES256},
		{"RS256", JWS_RS256}, {"PS256", JWS_OTHER}, {"ES256K", JWS_OTHER},
		{"ES384", JWS_OTHER}, {"Ed448", JWS_OTHER}};
	static const struct {
		const char *name;
		const char *why;
	} bad[] = {{"none", "not signed"}, {"NONE", "not signed"}, {"None", "not signed"},
		{"HS256", "shared secret"}, {"HS512", "shared secret"}, {"RS1", "none of"},
		{"es256k", "none of"}, {"PS", "none of"}, {"eddsa", "none of"}, {"", "none of"}};
	struct jws jws;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		struct str head = str_fmt(arena, "{\"alg\":\"%s\"}", good[i].name);

		assert_int_equal(jws_read(arena, token(head.p, "{}", "AA"), &jws, &err), RC_OK);
		assert_int_equal(jws.alg, good[i].alg);
	}
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		refused(token(str_fmt(arena, "{\"alg\":\"%s\"}", bad[i].name).p, "{}", "AA"),
			RC_INPUT, bad[i].why);
	refused(token("{\"kid\":\"x\"}", "{}", "AA"), RC_INPUT, "names no algorithm");
	refused(token("{\"alg\":1}", "{}", "AA"), RC_INPUT, "not a text");
}

static void test_keys_and_extensions_in_the_header_are_refused(void **state)
{
	static const struct {
		const char *member;
		const char *why;
	} cases[] = {
		{"\"jwk\":{\"kty\":\"OKP\"}", "its own key"},
		{"\"jku\":\"https://evil.example/jwks\"", "jku"},
		{"\"x5u\":\"https://evil.example/c\"", "x5u"},
		{"\"x5c\":[\"MII\"]", "its own certificate"},
		{"\"crit\":[\"exp\"]", "extensions"},
		{"\"crit\":[]", "extensions"},
		{"\"b64\":false", "b64"},
		{"\"zip\":\"DEF\"", "compresses"},
		{"\"x5t\":\"AA\"", "not known"},
		{"\"alg\":\"none\"", "twice"},
		{"\"kid\":5", "not a text"},
		{"\"typ\":\"offline-claim+jws\"", "something else than a credential"},
		{"\"typ\":\"at+jwt\"", "something else than a credential"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		refused(token(str_fmt(arena, "{\"alg\":\"EdDSA\",%s}", cases[i].member).p, "{}",
				"AA"),
			RC_INPUT, cases[i].why);
	refused(token("[1]", "{}", "AA"), RC_INPUT, "no JSON object");
	refused(token("nonsense", "{}", "AA"), RC_INPUT, "header");
	refused(token("{\"alg\":\"EdDSA\"}garbage", "{}", "AA"), RC_INPUT, "header");
}

static void test_segments(void **state)
{
	static const char *const bad[] = {"", "a", "a.b", "a.b.c.d", "..", "e30..AA", ".e30.AA",
		"eyJhbGciOiJFZERTQSJ9.e30.", "a.b.c.d.e"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct jws jws;
		struct err err = {0};

		assert_int_equal(jws_read(arena, str_of(bad[i]), &jws, &err), RC_INPUT);
		assert_true(err.text[0] != '\0');
	}
}

static void test_only_canonical_base64url(void **state)
{
	(void)state;
	refused(STR("eyJhbGciOiJFZERTQSJ9.e30.AA=="), RC_INPUT, "wrong character");
	refused(STR("eyJhbGciOiJFZERTQSJ9.e30=.AA"), RC_INPUT, "wrong character");
	refused(STR("eyJhbGciOiJFZERTQSJ9.e31.AA"), RC_INPUT, "stray bits");
	refused(STR("eyJhbGciOiJFZERTQSJ9.e30.AB"), RC_INPUT, "stray bits");
	refused(STR("eyJhbGciOiJFZERTQSJ9.e30.A"), RC_INPUT, "impossible length");
	refused(STR("eyJhbGciOiJFZERTQSJ9.e30.+/+/"), RC_INPUT, "wrong character");
	refused(STR("eyJhbGciOiJFZERTQSJ9.e30.AA\n"), RC_INPUT, "");
	refused(STR("eyJhbGciOiJFZERTQSJ9.e30. AA"), RC_INPUT, "");
	refused(STR("eyJhbGciOiJFZERTQSJ9\n.e30.AA"), RC_INPUT, "");
}

static void test_sizes(void **state)
{
	size_t n = (size_t)10 << 20;
	char *large = mem_alloc(n);

	(void)state;
	memset(large, 'A', n);
	refused((struct str){large, n}, RC_LIMIT, "larger than any credential");
	memcpy(large, "eyJhbGciOiJFZERTQSJ9.e30.", 25);
	refused((struct str){large, 4000}, RC_LIMIT, "longer than any accepted key");
	large[9000] = '.';
	large[20] = 'A';
	large[24] = 'A';
	large[9002] = '.';
	refused((struct str){large, 9010}, RC_LIMIT, "header is over");
	mem_release(large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_good_one_is_taken_apart, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_algorithms, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_keys_and_extensions_in_the_header_are_refused,
			open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_segments, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			test_only_canonical_base64url, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_sizes, open_arena, close_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
