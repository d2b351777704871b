// SPDX-License-Identifier: Apache-2.0
/*
 * Looking at a template as a reader will: fields that stand out too little from what lies beneath them,
 * values that may shrink until nobody can read them, codes on artwork. Each is a note with its line.
 */
#ifndef RENDER_COMPILE_LOOK_H
#define RENDER_COMPILE_LOOK_H

#include "render/compile_text.h"

/*
 * Looks at the fields and codes of layers [from, to) on page, which shows what lies beneath them.
 * Contrast as WCAG 2.2, 1.4.3 has it: 4.5 to 1, and 3 to 1 for large text.
 */
void compile_look_at(
	const struct compile_text *t, const struct raster *page, uint32_t from, uint32_t to);

#endif
