// SPDX-License-Identifier: Apache-2.0
/*
 * What a PDF needs to know about a bare CFF font program (Adobe Technical Note 5176): which code
 * selects which glyph. Reads only as much as that.
 */
#ifndef RENDER_PDF_CFF_H
#define RENDER_PDF_CFF_H

#include "base/arena.h"
#include "base/str.h"

/*
 * codes[glyph] for glyph_count glyphs: the CID of the charset when the program is CID-keyed, the
 * glyph's own number otherwise (ISO 32000-1, 9.7.4.2). INPUT when the program is cut short or not CFF.
 */
enum rc pdf_cff_codes(struct bytes cff, uint32_t glyph_count, struct arena *a, uint16_t **codes,
	struct err *err) MUST_CHECK;

#endif
