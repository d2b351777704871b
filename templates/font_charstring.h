// SPDX-License-Identifier: Apache-2.0
/* Programs of glyphs (Type 2 charstrings), followed without drawing: do they end, and how soon. */
#ifndef TEMPLATES_FONT_CHARSTRING_H
#define TEMPLATES_FONT_CHARSTRING_H

#include "base/str.h"

/* A CFF INDEX that was checked: count + 1 offsets, in order and inside content. */
struct font_index {
	const uint8_t *offsets;
	const uint8_t *content; /* the byte before the first object's: offsets begin with 1 */
	uint32_t count;
	uint32_t offset_len; /* 1..4 */
};

struct bytes font_index_item(const struct font_index *index, uint32_t i);

/*
 * Adobe Technical Note 5177. *steps: what is left of the font's, less those of this glyph afterwards.
 * INPUT: it calls a subroutine that there is not or that cannot be foreseen; LIMIT: calls too deep
 * (circles are), or too many steps.
 */
enum rc font_charstring_check(struct bytes program, const struct font_index *global,
	const struct font_index *local, uint32_t *steps, struct err *err) MUST_CHECK;

#endif
