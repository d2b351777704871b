// SPDX-License-Identifier: Apache-2.0
/*
 * Fonts in a PDF: a subset of the used glyphs by HarfBuzz, embedded as Type0 over CIDFontType2 (glyf)
 * or CIDFontType0 (CFF), Identity-H, with widths and ToUnicode (ISO 32000-1, 9.7; PDF/A-3, 6.2.11).
 */
#ifndef RENDER_PDF_FONT_H
#define RENDER_PDF_FONT_H

#include "render/pdf_object.h"
#include "render/pdf_unicode.h"

/* What subsets of an engine's fonts are made with; one per worker. */
struct pdf_font_kit;
struct pdf_font_kit *pdf_font_kit_new(struct text_engine *e);
void pdf_font_kit_free(struct pdf_font_kit **pointer);
/*
 * From here on subsets may be taken from those made lately (render/pdf_font_memory.h): what pdf_font_make() gives
 * is good for one document.
 */
void pdf_font_kit_remember(struct pdf_font_kit *kit);
/* What a stream holds, and whether it is deflated. */
struct pdf_packed {
	struct bytes bytes;
	bool deflated;
};
/*
 * A stream's content as it goes into a file: in a: deflated with a zlib header, or as it is where it is short and
 * deflating takes longer than all that is done with the bytes it would save. Same bytes for the same input, always.
 */
struct pdf_packed pdf_font_pack(struct pdf_font_kit *kit, struct bytes in, struct arena *a);
/* The entries of its dictionary that say so. */
struct str pdf_font_packed_entries(const struct pdf_packed *p, struct arena *a);

/* A finished font object, ready to be put into any number of files. */
struct pdf_font_subset {
	uint16_t font;
	struct pdf_glyph *glyphs; /* by glyph */
	size_t glyph_count;
	/* A glyph without ink, where runs need one (pdf_font_needs_anchor); 0: none. */
	uint32_t anchor;
	bool cff;
	size_t file_len; /* before it was packed */
	struct pdf_packed file;
	struct pdf_packed cmap; /* ToUnicode */
	struct str widths; /* of /W, without its brackets */
	char tag[7];
};

/*
 * True when letters of a run from right to left leave the line, as in Nastaliq: readers keep them together when each
 * begins with a glyph that stands on it.
 */
bool pdf_font_needs_anchor(const struct text_run *run);

/* Runs of one font. */
struct pdf_font_runs {
	const struct text_run **items;
	size_t count;
};

/*
 * A subset for these runs, which are all of one font. *out lives in a and borrows the runs' text.
 * INPUT when a glyph is missing (number 0) or the font's outlines cannot go into a PDF.
 */
enum rc pdf_font_make(struct pdf_font_kit *kit, uint16_t font, const struct pdf_font_runs *runs,
	struct arena *a, struct pdf_font_subset *out, struct err *err) MUST_CHECK;

/* Adds the font's five objects; returns the number of the Type0 dictionary. */
uint32_t pdf_font_add(struct pdf_font_kit *kit, const struct pdf_font_subset *s,
	struct pdf_objects *f, struct arena *a);

#endif
