// SPDX-License-Identifier: Apache-2.0
/*
 * Layers of artwork after the lowest: composed onto the base picture, and kept as patches where they
 * lie over a field, so that a recipient's field comes between the two.
 */
#ifndef RENDER_COMPILE_LAYER_H
#define RENDER_COMPILE_LAYER_H

#include "render/compile_art.h"
#include "render/compile_text.h"

/*
 * base: the lowest layer with its static text. arts[0..count): the layers after it. Draws them and their
 * static text onto base; fills out->zones and out->patches, which live in a. Errors as of
 * compile_text_bake and compile_art_draw.
 */
struct compile_layer_input {
	struct compile_text text;
	struct compile_art *const *arts;
	uint32_t count;
};
enum rc compile_layer_stack(struct arena *a, const struct compile_layer_input *in,
	struct raster *base, struct buf *sections, struct compiled *out,
	struct err *err) MUST_CHECK;

#endif
