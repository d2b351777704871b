// SPDX-License-Identifier: Apache-2.0
/*
 * Images of the wallet pass, made from the template: icon and logo are a seal in the pass's
 * colours, the thumbnail is the certificate itself. Sizes: Apple's pass design guide.
 */
#ifndef RENDER_COMPILE_PASS_H
#define RENDER_COMPILE_PASS_H

#include "render/compile_note.h"
#include "render/raster.h"

/* Most bytes of one image: what a PASS_IMAGE frame carries. */
#define COMPILE_PASS_IMAGE_MAX 60000

/*
 * base: the page with its static text. Fills out->images, which live in a. A thumbnail that cannot be
 * made small enough is left out, with a note.
 */
enum rc compile_pass_make(struct arena *a, const struct raster *base,
	const struct wire_pass_style *style, struct compile_notes *notes, struct buf *sections,
	struct compiled *out) MUST_CHECK;

#endif
