// SPDX-License-Identifier: Apache-2.0
/* The Huffman code of the changing rows, trained on sample pictures. Runs in: compile. */
#include "base/mem.h"
#include "render/png.h"
#include "render/png_chunk.h"

#include <isa-l/igzip_lib.h>

/* The table is stored as bytes; it is read by the same engine version only, which fixes its layout. */
_Static_assert(
	sizeof(struct isal_hufftables) == COMPILED_TABLE_LEN, "COMPILED_TABLE_LEN is ISA-L's");

/* Returns how many bytes were counted. */
static size_t count_sample(
	const struct raster *r, const uint8_t *fixed_rows, struct isal_huff_histogram *h)
{
	size_t total = 0;

	for (uint32_t row = 0; row < r->height; row += PNG_BAND_ROWS) {
		uint32_t count = r->height - row < PNG_BAND_ROWS ? r->height - row : PNG_BAND_ROWS;

		if (png_chunk_group_is_fixed(fixed_rows, r->height, row))
			continue;
		CHECK(count * r->stride <= INT32_MAX);
		isal_update_histogram(r->rows + row * r->stride, (int)(count * r->stride), h);
		total += count * r->stride;
	}
	return total;
}

enum rc png_train(const struct raster *const *samples, size_t count, const uint8_t *fixed_rows,
	struct buf *sections, struct compiled *out, struct err *err)
{
	struct isal_huff_histogram *h = mem_zalloc(1, sizeof *h);
	struct isal_hufftables *table = mem_zalloc(1, sizeof *table);
	size_t total = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++)
		total += count_sample(samples[i], fixed_rows, h);
	out->table = (struct compiled_section){0, 0};
	/* Every literal gets a code, so any content can be written with it. */
	if (total != 0 && isal_create_hufftables(table, h) != 0)
		rc = err_set(err, RC_SYSTEM,
			"ISA-L could not make a Huffman code for the changing rows");
	else if (total != 0)
		out->table = compiled_put(
			sections, (struct bytes){(const uint8_t *)table, sizeof *table});
	MEM_FREE(table);
	MEM_FREE(h);
	return rc;
}
