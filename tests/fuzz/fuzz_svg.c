// SPDX-License-Identifier: Apache-2.0
/* Cleaning templates: whatever passes must pass again and give the same bytes. */
#include "base/err.h"
#include "templates/clean.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct arena *a = arena_new(TEMPLATE_ARENA_LEN);
	struct template_cleaned first;
	struct template_cleaned again;
	struct buf wire = buf_new(16u << 20);
	struct err err;

	if (template_clean((struct bytes){input, len}, a, &first, &err) == RC_OK) {
		CHECK(template_clean(first.clean, a, &again, &err) == RC_OK);
		CHECK(again.clean.n == first.clean.n
			&& memcmp(again.clean.p, first.clean.p, first.clean.n) == 0);
		CHECK(again.art.n == first.art.n
			&& memcmp(again.art.p, first.art.p, first.art.n) == 0);
		/* Limits of the record that carries the design must hold whatever the drawing was. */
		CHECK(wire_encode(&design_type, &first.design, &wire, &err) == RC_OK);
	}
	buf_free(&wire);
	arena_free(&a);
	return 0;
}
