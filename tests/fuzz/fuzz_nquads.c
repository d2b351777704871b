// SPDX-License-Identifier: Apache-2.0
/*
 * Any text as N-Quads: refused, or its canonical form is the canonical form of itself. Runs in: fuzz.
 */
#include "formats/rdfc.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)64 << 20);
	struct nquads_set set = {0};
	struct nquads_set again = {0};
	struct rdfc_result first;
	struct rdfc_result second;
	struct err err;

	if (nquads_parse(a, (struct str){(const char *)data, size}, &set, &err) == RC_OK
		&& rdfc_canonize(a, &set, RDFC_SHA256, &first, &err) == RC_OK) {
		CHECK(nquads_parse(a, first.nquads, &again, &err) == RC_OK);
		CHECK(rdfc_canonize(a, &again, RDFC_SHA256, &second, &err) == RC_OK);
		CHECK(str_eq(first.nquads, second.nquads));
		CHECK(first.name_count == second.name_count);
	}
	arena_free(&a);
	return 0;
}
