// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a PDF with a credential attached. Runs in: fuzz. */
#include <stddef.h>
#include <stdint.h>

#include "verify/attachment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)512 << 20);
	struct str found;
	struct err err;

	if (attachment_find(a, (struct bytes){data, size}, &found, &err) == RC_OK)
		CHECK(found.n != 0 && found.n <= ATTACHMENT_LEN_MAX);
	arena_free(&a);
	return 0;
}
