// SPDX-License-Identifier: Apache-2.0
/* Pass images of a compiled template. Runs in: control. */
#include "jobs/pass_images.h"

#include "templates/compiled.h"

enum rc pass_images_of(struct bytes blob, struct arena *a, struct pass_images *out, struct err *err)
{
	struct compiled c;
	enum rc rc = compiled_read(blob, a, &c, err);

	if (rc != RC_OK)
		return rc;
	out->items = arena_zalloc(a, c.images.count, sizeof *out->items);
	out->count = c.images.count;
	for (uint32_t i = 0; i < c.images.count; i++)
		out->items[i] = (struct pass_image){
			c.images.items[i].name, compiled_bytes(blob, &c.images.items[i].file)};
	return RC_OK;
}
