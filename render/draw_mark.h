// SPDX-License-Identifier: Apache-2.0
/*
 * What was drawn onto the page, and where: the picture's encoder need not look at other rows, knows
 * rows whose content it has seen, and the page goes back to the base by these boxes alone.
 */
#ifndef RENDER_DRAW_MARK_H
#define RENDER_DRAW_MARK_H

#include "render/png.h"

/* A digest of all that decides the block's pixels. place: which text of the design it is. */
void draw_mark_text(const struct text_block *block, uint32_t place, uint8_t out[PNG_CONTENT_LEN]);
/* The same for a code. place: which code of the design it is. */
void draw_mark_qr(
	const uint8_t *modules, uint32_t side, uint32_t place, uint8_t out[PNG_CONTENT_LEN]);
/* For a zone that is opened; what patches put into it is the template's. */
void draw_mark_zone(uint32_t zone, uint8_t out[PNG_CONTENT_LEN]);

#endif
