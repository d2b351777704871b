// SPDX-License-Identifier: Apache-2.0
/* What raster.c and the glyph cache share. */
#ifndef RENDER_RASTER_INNER_H
#define RENDER_RASTER_INNER_H

#include "render/raster.h"

#include FT_OUTLINE_H
#include FT_STROKER_H

/* Places of a glyph between two whole pixels, each way. */
#define RASTER_PHASES 4
/* Coverage larger than this is drawn at once and not kept. */
#define RASTER_KEPT_MAX ((size_t)256 * 1024)

/*
 * Glyph space to device pixels: the matrix times the text's size, in 1/64 px per em, y downwards.
 * Whole numbers, so that two ways to the same size share their glyphs.
 */
struct raster_shape {
	int32_t xx, yx, xy, yy;
};

/* Units per em in which outlines are widened. */
#define RASTER_PEN_EM 16384

/* radius, in RASTER_PEN_EM: half an outline's width; 0: the glyph itself. */
struct raster_key {
	struct raster_shape shape;
	uint32_t glyph;
	uint32_t radius;
	uint32_t miter_limit; /* 16.16 */
	uint16_t font;
	uint8_t join; /* enum design_join */
	uint8_t phase_x;
	uint8_t phase_y;
};

/*
 * Coverage of one glyph: height rows of 3 * width bytes, each value three times (for R, G, B).
 * left, top: its corner from the whole pixel of the origin. width 0: nothing to draw.
 */
struct raster_glyph {
	struct raster_key key;
	int32_t left;
	int32_t top;
	uint32_t width;
	uint32_t height;
	uint8_t *coverage;
};

/* What part of the picture a large glyph may touch, from the whole pixel of its origin. */
struct raster_window {
	int32_t x0, y0, x1, y1;
};

/* Lent until the next call. window bounds what is drawn when the glyph is too large to be kept. */
const struct raster_glyph *raster_glyph_find(
	struct raster_cache *c, const struct raster_key *key, const struct raster_window *window);

#endif
