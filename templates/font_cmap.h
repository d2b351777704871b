// SPDX-License-Identifier: Apache-2.0
/* Which character is which glyph: the table's lists of ranges. For font_check.c. */
#ifndef TEMPLATES_FONT_CMAP_H
#define TEMPLATES_FONT_CMAP_H

#include "base/str.h"

/*
 * INPUT: parts of cmap lie outside it, or their ranges are not in order, lie over each other, or lead
 * to characters or glyphs that there are not. ISO/IEC 14496-22, 5.2.1: formats 4, 12 and 13 are read
 * whole, of others the length alone.
 */
enum rc font_cmap_check(struct bytes cmap, uint32_t glyphs, struct err *err) MUST_CHECK;

#endif
