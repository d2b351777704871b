// SPDX-License-Identifier: Apache-2.0
/*
 * Glyphs and QR modules onto packed RGB rows (filter byte in front of each, as PNG wants them).
 * Glyph coverage comes from FreeType without hinting at quarter-pixel phases and is cached.
 * Runs in: compile (static text), render.
 */
#ifndef RENDER_RASTER_H
#define RENDER_RASTER_H

#include "render/text.h"

/* rows: height rows of stride = 1 + 3 * width bytes. scale: device pixels per CSS pixel. */
struct raster {
	uint8_t *rows;
	size_t stride;
	uint32_t width;
	uint32_t height;
	double scale;
};

/* Half open; empty when x0 >= x1. */
struct raster_rect {
	uint32_t x0, y0, x1, y1;
};

struct raster_cache;
/* max_len: bytes of coverage kept; the oldest are dropped. */
struct raster_cache *raster_cache_new(struct text_engine *e, size_t max_len);
void raster_cache_free(struct raster_cache **c);

/* Draws a block; *dirty grows to hold what was touched (clipped to the picture). */
void raster_draw(struct raster *r, struct raster_cache *cache, const struct text_block *block,
	struct raster_rect *dirty);
/* modules: side * side bytes, bit 0 set = dark; a quiet zone of four modules is drawn around. */
void raster_qr(struct raster *r, const struct design_qr *qr, const uint8_t *modules, uint32_t side,
	struct raster_rect *dirty);
/*
 * Lays pixels over a rectangle inside the picture: rows of red, green, blue (premultiplied, so never above
 * alpha) and alpha.
 */
void raster_patch(struct raster *r, struct raster_rect at, const uint8_t *rgba);
/* dirty, made to hold with, too; NULL: nothing happens. */
void raster_rect_grow(struct raster_rect *dirty, struct raster_rect with);
/* CSS pixels to device pixels, outwards, clipped. */
struct raster_rect raster_rect_of(
	const struct raster *r, double x0, double y0, double x1, double y1);

#endif
