// SPDX-License-Identifier: Apache-2.0
/* Fonts of bundles: judged by their tables; what is written anew passes again and stays the same. */
#include "base/err.h"
#include "templates/font_check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct arena *a = arena_new((size_t)256 << 20);
	struct bytes once;
	struct bytes twice;
	struct err err = {0};

	if (font_check_rewrite((struct bytes){input, len}, a, &once, &err) == RC_OK) {
		CHECK(font_check_rewrite(once, a, &twice, &err) == RC_OK);
		CHECK(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0);
	} else {
		CHECK(err.text[0] != '\0');
	}
	arena_free(&a);
	return 0;
}
