// SPDX-License-Identifier: Apache-2.0
/*
 * Any text as a JSON-LD document: refused, or its statements are N-Quads that read back the same.
 * Runs in: fuzz.
 */
#include "formats/jsonld.h"
#include "formats/rdfc.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_quads(struct arena *a, const struct nquads_set *set)
{
	struct buf text = buf_new((size_t)64 << 20);
	struct nquads_set again = {0};
	struct err err;

	for (size_t i = 0; i < set->count; i++)
		nquads_put(&text, &set->items[i]);
	CHECK(nquads_parse(a, buf_str(&text), &again, &err) == RC_OK);
	CHECK(again.count == set->count);
	for (size_t i = 0; i < set->count; i++) {
		const struct nquads_quad *one = &set->items[i];
		const struct nquads_quad *other = &again.items[i];

		CHECK(nquads_compare(&one, &other) == 0);
	}
	buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct jsonr_limits limits = {1 << 20, 8192};
	struct arena *a = arena_new((size_t)64 << 20);
	struct jsonld_input in = {.use = JSONLD_VERIFY, .without = "proof"};
	struct nquads_set set = {0};
	struct nquads_set strict = {0};
	struct rdfc_result result;
	struct err err;

	if (jsonr_parse(a, (struct str){(const char *)data, size}, &limits, &in.document, &err)
			== RC_OK
		&& jsonld_to_rdf(a, &in, &set, &err) == RC_OK) {
		check_quads(a, &set);
		(void)!rdfc_canonize(a, &set, RDFC_SHA256, &result, &err);
		in.use = JSONLD_ISSUE;
		if (jsonld_to_rdf(a, &in, &strict, &err) == RC_OK)
			CHECK(strict.count == set.count);
	}
	arena_free(&a);
	return 0;
}
