// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a ZIP file of our own: an entry is found within it, or none. Runs in: fuzz. */
#include "base/err.h"
#include "base/zipr.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct bytes content;

	if (zipr_find((struct bytes){input, len}, STR("pass.json"), &content))
		CHECK(content.n == 0
			|| (content.p >= input && content.p + content.n <= input + len));
	return 0;
}
