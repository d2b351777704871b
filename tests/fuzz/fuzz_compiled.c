// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a compiled template: refused, or every section of it can be read. Runs in: fuzz. */
#include "templates/compiled.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t sink;

static void touch(struct bytes blob, const struct compiled_section *s)
{
	struct bytes b = compiled_bytes(blob, s);

	if (b.n != 0)
		sink = (uint8_t)(b.p[0] ^ b.p[b.n - 1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)32 << 20);
	struct bytes blob = {data, size};
	struct compiled c;
	struct err err;

	if (compiled_read(blob, a, &c, &err) == RC_OK) {
		touch(blob, &c.base);
		touch(blob, &c.codes);
		touch(blob, &c.pdf_head);
		for (uint32_t i = 0; i < c.bands.count; i++)
			touch(blob, &c.bands.items[i].chunk);
		for (uint32_t i = 0; i < c.spares.count; i++)
			touch(blob, &c.spares.items[i].chunk);
		for (uint32_t i = 0; i < c.objects.count; i++) {
			touch(blob, &c.objects.items[i].dict);
			touch(blob, &c.objects.items[i].data);
		}
		for (uint32_t i = 0; i < c.zones.count; i++)
			touch(blob, &c.zones.items[i].under);
		for (uint32_t i = 0; i < c.patches.count; i++)
			touch(blob, &c.patches.items[i].pixels);
		for (uint32_t i = 0; i < c.images.count; i++)
			touch(blob, &c.images.items[i].file);
	} else {
		CHECK(err.kind == RC_INPUT);
	}
	arena_free(&a);
	return 0;
}
