// SPDX-License-Identifier: Apache-2.0
/* Outlines of TrueType fonts: glyphs that are put together from others. For font_check.c. */
#ifndef TEMPLATES_FONT_GLYF_H
#define TEMPLATES_FONT_GLYF_H

#include "base/arena.h"
#include "base/str.h"

/*
 * loca: glyphs + 1 offsets into glyf, wide or not, in order and inside it, as font_check.c saw. INPUT:
 * a glyph's contours or parts lie outside it, a part is no glyph, or leads back to itself; LIMIT: parts
 * too deep, too many, or too many points once all are put in place. Work is linear in glyf.
 * ISO/IEC 14496-22, 5.3.3.
 */
enum rc font_glyf_check(struct bytes glyf, struct bytes loca, bool wide, uint32_t glyphs,
	struct err *err) MUST_CHECK;
/* The offset of a glyph; that of number glyphs is the end. */
uint64_t font_glyf_offset(struct bytes loca, bool wide, uint32_t glyph);

#endif
