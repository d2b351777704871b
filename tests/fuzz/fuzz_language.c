// SPDX-License-Identifier: Apache-2.0
/* Any Accept-Language names a language of ours; what follows the first KiB changes nothing. Runs in: fuzz. */
#include "serve/language.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str header = {(const char *)data, size};
	enum language chosen = language_choose(header);

	CHECK(chosen < LANGUAGE_COUNT);
	CHECK(language_choose(str_slice(header, 0, 1024)) == chosen);
	return 0;
}
