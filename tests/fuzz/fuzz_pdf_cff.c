// SPDX-License-Identifier: Apache-2.0
/* Charsets of arbitrary CFF programs. Runs in: make fuzz, make corpus. */
#include "render/pdf_cff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)1 << 20);
	uint16_t *codes = NULL;
	struct err err;
	uint32_t count = size > 0 ? data[0] * 257U : 0;

	if (size > 0
		&& pdf_cff_codes((struct bytes){data + 1, size - 1}, count, a, &codes, &err)
			== RC_OK
		&& count > 0)
		CHECK(codes != NULL && codes[0] == 0);
	arena_free(&a);
	return 0;
}
