// SPDX-License-Identifier: Apache-2.0
/* Huffman codes of the changing groups, trained on sample pictures. Runs in: compile. */
#include "render/png.h"
#include "render/png_cells.h"

void png_train(const struct raster *const *samples, size_t count, struct buf *sections,
	struct compiled *out)
{
	struct buf lengths = buf_new(SIZE_MAX / 2);

	for (uint32_t i = 0; i < out->spares.count && count > 0; i++) {
		const struct compiled_band *group = &out->spares.items[i];
		struct png_grid g = png_cells_grid(samples[0]->width);
		struct png_counts counts = {{0}};

		for (size_t k = 0; k < count; k++)
			png_cells_count(&g, samples[k]->rows + group->row * g.stride, group->count,
				&counts);
		png_code_lengths(&counts, buf_grow(&lengths, PNG_CODE_SYMBOLS));
	}
	out->codes = compiled_put(sections, buf_bytes(&lengths));
	buf_free(&lengths);
}
