// SPDX-License-Identifier: Apache-2.0
/* Names of verification methods. */
#include "formats/didurl.h"
#include "tests/harness/harness.h"

#include <string.h>

#define KEY_1 "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
#define KEY_2 "z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7"

static void takes_names_apart(void **state)
{
	static const struct {
		const char *text;
		enum didurl_kind kind;
		const char *controller;
		const char *fragment;
		bool has_key;
	} known[] = {
		{"did:key:" KEY_1 "#" KEY_1, DIDURL_KEY, "did:key:" KEY_1, KEY_1, true},
		{"did:key:" KEY_1, DIDURL_KEY, "did:key:" KEY_1, "", true},
		{"did:web:h.example#key-2026", DIDURL_WEB, "did:web:h.example", "key-2026", false},
		{"did:web:h.example#" KEY_1, DIDURL_WEB, "did:web:h.example", KEY_1, true},
		{"https://h.example/i#" KEY_1, DIDURL_HTTPS, "https://h.example/i", KEY_1, true},
		{"https://h.example/keys/1", DIDURL_HTTPS, "https://h.example/keys/1", "", false},
		{"did:example:1#z6Mkbroken", DIDURL_OTHER, "did:example:1", "z6Mkbroken", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		struct didurl out;
		struct err err = {0};

		assert_ok(didurl_parse(str_of(known[i].text), &out, &err), err);
		assert_int_equal(out.kind, known[i].kind);
		assert_true(str_eq_cz(out.controller, known[i].controller));
		assert_true(str_eq_cz(out.fragment, known[i].fragment));
		assert_int_equal(out.has_key, known[i].has_key);
	}
}

static void refuses_names(void **state)
{
	static const char *const bad[] = {"", "key-1", "#key-1", "did:key:" KEY_1 "#" KEY_2,
		"did:key:zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76",
		"did:key:", "did:web:h.example#a#b", "did:web:h.example#a b",
		"https://h.example/<>#a"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct didurl out;
		struct err err = {0};

		assert_int_equal(didurl_parse(str_of(bad[i]), &out, &err), RC_INPUT);
	}
}

static void finds_did_documents(void **state)
{
	static const struct {
		const char *did;
		const char *address; /* NULL: refused */
	} known[] = {
		{"did:web:h.example", "https://h.example/.well-known/did.json"},
		{"did:web:h.example%3A8443", "https://h.example:8443/.well-known/did.json"},
		{"did:web:h.example:u:al.ice", "https://h.example/u/al.ice/did.json"},
		{"did:web:h.example%3a80:u", "https://h.example:80/u/did.json"},
		{"did:web:", NULL},
		{"did:web::u", NULL},
		{"did:web:h.example:", NULL},
		{"did:web:h.example::u", NULL},
		{"did:web:h.example:..:u", NULL},
		{"did:web:h.example:.", NULL},
		{"did:web:h.example:a%2Fb", NULL},
		{"did:web:h.example:a/b", NULL},
		{"did:web:u@h.example", NULL},
		{"did:web:h.example%3A", NULL},
		{"did:web:h.example%3A0", NULL},
		{"did:web:h.example%3A65536", NULL},
		{"did:web:h.example%3A80%3A80", NULL},
		{"did:web:h.example%40evil.example", NULL},
		{"did:web:h.example?x", NULL},
		{"did:web:[::1]", NULL},
		{"did:key:" KEY_1, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		struct buf out = buf_new(256);
		struct err err = {0};
		enum rc rc = didurl_put_web_address(&out, str_of(known[i].did), &err);

		if (known[i].address == NULL)
			assert_int_equal(rc, RC_INPUT);
		else if (rc != RC_OK || !str_eq_cz(buf_str(&out), known[i].address))
			fail_msg("%s: %s " STR_FMT, known[i].did, err.text, STR_ARG(buf_str(&out)));
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_names_apart),
		cmocka_unit_test(refuses_names),
		cmocka_unit_test(finds_did_documents),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
