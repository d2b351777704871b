// SPDX-License-Identifier: Apache-2.0
/*
 * The picture of one recipient after the other, on one page of pixels. What the next has in the same place
 * as the one before stays on it; only what is different goes back to the base and is drawn.
 */
#ifndef RENDER_DRAW_PAGE_H
#define RENDER_DRAW_PAGE_H

#include "render/png.h"

struct draw_page;
/* As the base is. Borrows c and blob. */
struct draw_page *draw_page_new(const struct compiled *c, struct bytes blob);
void draw_page_free(struct draw_page **p);
/* The pixels; PNG_ROWS_SPARE bytes follow the last row. */
const struct raster *draw_page_raster(const struct draw_page *p);

/*
 * What the next picture shows, from the lowest up. What is added is borrowed until it was painted.
 * place: which text of the picture it is, so that it is found again.
 */
void draw_page_add_text(struct draw_page *p, const struct text_block *block, uint32_t place);
void draw_page_add_qr(
	struct draw_page *p, const struct design_qr *qr, const uint8_t *modules, uint32_t side);
/* A rectangle goes back to what is below all that lies over fields. */
void draw_page_add_zone(struct draw_page *p, const struct compiled_zone *zone);
void draw_page_add_patch(struct draw_page *p, const struct compiled_patch *patch);

/* Makes the page show what was added since the last time, and nothing else; tells png where that lies. */
void draw_page_paint(struct draw_page *p, struct raster_cache *cache, struct png_writer *png);

#endif
