// SPDX-License-Identifier: Apache-2.0
/*
 * Subsets that were made lately. Names differ from recipient to recipient, but dates, titles and honours
 * are set in a few combinations of glyphs, often in a font of their own, for which the same subset would
 * be made again and again. Only what is the same byte for byte comes out of here.
 */
#ifndef RENDER_PDF_FONT_MEMORY_H
#define RENDER_PDF_FONT_MEMORY_H

#include "render/pdf_font.h"

/* Subsets kept; more than a document can have fonts, so that none of a document's own is dropped. */
#define PDF_FONT_MEMORY_SLOTS 96
/* A larger one is not kept. */
#define PDF_FONT_MEMORY_LEN_MAX ((size_t)128 << 10)

struct pdf_font_memory;
struct pdf_font_memory *pdf_font_memory_new(void);
void pdf_font_memory_free(struct pdf_font_memory **m);

/*
 * Looks for a subset of this font with these glyphs standing for these texts (s->font, s->glyphs). True:
 * it is complete, and borrows its bytes until PDF_FONT_MEMORY_SLOTS others were kept.
 */
bool pdf_font_memory_find(struct pdf_font_memory *m, struct pdf_font_subset *s);
/* Copies a complete subset that was not found, in place of the one used longest ago. */
void pdf_font_memory_keep(struct pdf_font_memory *m, const struct pdf_font_subset *s);

#endif
