// SPDX-License-Identifier: Apache-2.0
/*
 * From glyphs back to text: which characters each glyph of a font stands for (the ToUnicode map),
 * and where that map cannot say it and ActualText must (ISO 32000-1, 9.10.3 and 14.9.4).
 */
#ifndef RENDER_PDF_UNICODE_H
#define RENDER_PDF_UNICODE_H

#include "render/text.h"

/* A glyph that a document uses. unicode: what copying it gives, in visual order; p is NULL until assigned. */
struct pdf_glyph {
	uint32_t glyph; /* in the whole font */
	uint16_t code; /* in the document's font */
	double width; /* 1/1000 of the size */
	struct str unicode;
};

/* Glyphs [first, end) of a run that stand for text together. */
struct pdf_cluster {
	size_t first;
	size_t end;
	struct str text;
};

/* Steps through a run's clusters in visual order; *at starts at 0. False at the end. */
bool pdf_unicode_next(const struct text_run *run, size_t *at, struct pdf_cluster *out);

/* A cluster's characters beyond this many are not told apart: they go out as left-over text. */
#define PDF_UNICODE_CLUSTER_MAX 32
#define PDF_UNICODE_TURNED_LEN (PDF_UNICODE_CLUSTER_MAX * 4)

/* The characters of s last first, in out; s has PDF_UNICODE_TURNED_LEN bytes at most. */
struct str pdf_unicode_turn_over(struct str s, char out[PDF_UNICODE_TURNED_LEN]);

/*
 * The glyphs from first on, in visual order, that a reader of a line from right to left must take as
 * one: marks, then the letter that bears them. False for a letter without marks.
 */
bool pdf_unicode_bears_marks(const struct text_run *run, size_t first, struct pdf_cluster *out);

/* NULL when the glyph is not in the list, which is ordered by glyph. */
struct pdf_glyph *pdf_unicode_find(struct pdf_glyph *glyphs, size_t count, uint32_t glyph);

/*
 * Fills unicode for all glyphs of the runs: a character's own glyph stands for it; the first other
 * glyph of a cluster for what is left of its text; every further one for U+200B. Several characters of
 * one glyph stand in visual order: last first when the run goes from right to left.
 */
void pdf_unicode_assign(hb_font_t *font, const struct text_run *const *runs, size_t run_count,
	struct pdf_glyph *glyphs, size_t glyph_count, struct arena *a);

/*
 * True when reading the glyphs' unicode in logical order gives the cluster's text back; of a ligature
 * from right to left its letters, wherever its marks stand.
 */
bool pdf_unicode_is_exact(const struct text_run *run, const struct pdf_cluster *cluster,
	struct pdf_glyph *glyphs, size_t glyph_count);

/* The CMap stream's text (9.10.3). U+0000, U+FEFF, U+FFFE and private use become U+FFFD (PDF/A-3, 6.2.11.7). */
void pdf_unicode_put_cmap(struct buf *b, const struct pdf_glyph *glyphs, size_t count);

#endif
