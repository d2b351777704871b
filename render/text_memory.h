// SPDX-License-Identifier: Apache-2.0
/*
 * Texts that were laid out lately. Names differ from recipient to recipient; dates, titles and honours come
 * in few combinations, and the same glyphs would be shaped, chosen and placed again and again. What comes
 * out of here is what text_lay_out() gives for the same text object, values and language.
 */
#ifndef RENDER_TEXT_MEMORY_H
#define RENDER_TEXT_MEMORY_H

#include "render/text.h"

/* Texts kept. */
#define TEXT_MEMORY_SLOTS 64
/* A larger one is not kept. */
#define TEXT_MEMORY_LEN_MAX ((size_t)16 << 10)

struct text_memory;
struct text_memory *text_memory_new(void);
void text_memory_free(struct text_memory **m);

/* Another row begins: only from here on may what was found or kept be dropped. */
void text_memory_next_row(struct text_memory *m);
/*
 * Looks for t with these values; t stays where it is as long as the memory lives. True: *out is its block,
 * good until the next row. False: text_memory_keep() takes the block for what was looked for.
 */
bool text_memory_find(struct text_memory *m, const struct design_text *t,
	const struct text_values *values, struct text_block *out);
/* Copies a block that was not found and could be laid out, in place of the one used longest ago. */
void text_memory_keep(
	struct text_memory *m, const struct text_values *values, const struct text_block *block);

#endif
