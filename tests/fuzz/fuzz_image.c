// SPDX-License-Identifier: Apache-2.0
/* Embedded images: probing, and writing anew, which done twice gives the same bytes. */
#include "base/err.h"
#include "templates/image.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct arena *a = arena_new((size_t)1 << 30);
	struct image_header header;
	struct image_header again;
	struct bytes once;
	struct bytes twice;
	struct err err;

	/* Big pictures only make the fuzzer slow. */
	if (image_probe((struct bytes){input, len}, &header, &err) == RC_OK
		&& (uint64_t)header.width * header.height < 1u << 20
		&& image_rewrite((struct bytes){input, len}, a, &header, &once, &err) == RC_OK) {
		CHECK(image_rewrite(once, a, &again, &twice, &err) == RC_OK);
		CHECK(header.kind == again.kind && header.width == again.width
			&& header.height == again.height);
		CHECK(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0);
	}
	arena_free(&a);
	return 0;
}
