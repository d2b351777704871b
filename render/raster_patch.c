// SPDX-License-Identifier: Apache-2.0
/* Pixels with opacity onto a picture. Runs in: compile, render. */
#include "render/raster.h"

/* Premultiplied: what is under it shows through by the rest. Never above 255, as colours stay below alpha. */
static uint8_t over(uint8_t under, uint8_t colour, uint8_t alpha)
{
	unsigned t = (unsigned)under * (255u - alpha) + 128;

	return (uint8_t)(colour + ((t + (t >> 8)) >> 8));
}

static void patch_row(uint8_t *to, const uint8_t *from, uint32_t width)
{
	for (uint32_t x = 0; x < width; x++, to += 3, from += 4) {
		if (from[3] == 0)
			continue;
		to[0] = over(to[0], from[0], from[3]);
		to[1] = over(to[1], from[1], from[3]);
		to[2] = over(to[2], from[2], from[3]);
	}
}

void raster_patch(struct raster *r, struct raster_rect at, const uint8_t *rgba)
{
	uint32_t width = at.x1 - at.x0;

	for (uint32_t y = at.y0; y < at.y1; y++, rgba += 4 * (size_t)width)
		patch_row(r->rows + y * r->stride + 1 + 3 * (size_t)at.x0, rgba, width);
}
