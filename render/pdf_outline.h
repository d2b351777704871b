// SPDX-License-Identifier: Apache-2.0
/* Letters as paths: what lies under text and is no text to any reader (ISO 32000-1, 8.5.2). */
#ifndef RENDER_PDF_OUTLINE_H
#define RENDER_PDF_OUTLINE_H

#include "base/buf.h"
#include "render/text.h"

/*
 * The edges of a run's glyphs as one path, to be painted by the caller. Coordinates are whole units of the
 * font, y upwards, from (x, y) of the text's own. A glyph without outlines adds nothing.
 */
void pdf_outline_put(
	struct buf *out, struct text_engine *e, const struct text_run *run, double x, double y);
/* Units of the font's square in the text's own coordinates: what the path above is to be scaled by. */
double pdf_outline_unit(struct text_engine *e, const struct text_run *run);

#endif
