// SPDX-License-Identifier: Apache-2.0
/* Made-up recipients, drawn to train the code of the picture's changing rows. */
#ifndef RENDER_COMPILE_SAMPLE_H
#define RENDER_COMPILE_SAMPLE_H

#include "render/compile_text.h"

#define COMPILE_SAMPLE_COUNT 4

/*
 * Draws made-up recipient number index onto r, which holds the base picture. Texts that a sample
 * does not suit (a glyph or a value is missing) are left out.
 */
void compile_sample_draw(const struct compile_text *t, uint32_t index, struct raster *r);
/* Lays a text out for the first of them, whose name is long; false when the sample does not suit it. *out lives in a. */
bool compile_sample_lay_out(const struct compile_text *t, const struct design_text *text,
	struct arena *a, struct text_block *out);

#endif
