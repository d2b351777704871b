// SPDX-License-Identifier: Apache-2.0
/* Absolute URIs. */
#include "formats/uri.h"
#include "tests/harness/harness.h"

static void takes_and_refuses(void **state)
{
	static const char *const good[] = {"https://uni.example/a", "urn:uuid:0", "did:web:h",
		"x-y.z+1:/?#[]@!$&'()*,;=", "https://b\u00fccher.example/\u00e9"};
	static const char *const bad[] = {"", "a", ":x", "https:", "1https://x", "ht tp://x",
		"https://x y", "https://x\n", "https://<x>", "https://x\"", "https://{x}",
		"https://x|y", "https://x\\y", "https://x^y", "https://`x", "//x/y", "/path:1",
		"https://x\x7f"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		if (!uri_is_absolute(str_of(good[i])))
			fail_msg("refused %s", good[i]);
	}
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (uri_is_absolute(str_of(bad[i])))
			fail_msg("took %s", bad[i]);
	}
	assert_false(uri_is_absolute((struct str){"a:b\0c", 5}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_and_refuses),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
