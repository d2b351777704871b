// SPDX-License-Identifier: Apache-2.0
/* Outlines of PostScript fonts: where their parts lie. For font_check.c. */
#ifndef TEMPLATES_FONT_CFF_H
#define TEMPLATES_FONT_CFF_H

#include "base/str.h"

/*
 * Adobe Technical Note 5176. INPUT: an INDEX, DICT or FDSelect lies outside the table or makes no sense,
 * or the glyphs are not those of maxp; also what font_charstring.h says of each glyph, as LIMIT or INPUT.
 */
enum rc font_cff_check(struct bytes cff, uint32_t glyphs, struct err *err) MUST_CHECK;

#endif
