// SPDX-License-Identifier: Apache-2.0
/*
 * The page's content stream: artwork as an artifact, text and codes as marked content
 * (ISO 32000-1, 9.4, 14.6 and 14.8.2).
 */
#ifndef RENDER_PDF_CONTENT_H
#define RENDER_PDF_CONTENT_H

#include "render/pdf_font.h"

/* out: the stream so far. engine: of the texts' fonts. page: CSS pixels, y downwards, to points, y upwards. alphas: opacities in use. */
struct pdf_content {
	struct buf *out;
	struct text_engine *engine;
	struct design_matrix page;
	bool alphas[256];
	bool stroke_alphas[256];
	uint32_t fill; /* colour in force, 0xRRGGBBAA; changes nest nowhere, so one is enough */
	uint32_t next_mcid;
	bool whole; /* while a text is put: all of it stands in one ActualText */
};

struct pdf_content pdf_content_start(
	struct buf *out, struct text_engine *engine, double page_height);
/* Paints the artwork of a layer: XObject /Art0, /Art1 ... */
void pdf_content_put_art(struct pdf_content *c, uint32_t layer);
/*
 * A whole text object as one marked-content sequence; returns its MCID. role: "P", "H1", "Link".
 * subsets: by font number. Resource names are prefix and the font's number: "V12".
 */
uint32_t pdf_content_put_text(struct pdf_content *c, const struct text_block *block,
	const char *role, char prefix, const struct pdf_font_subset *const *subsets);
/* The code as vector squares on its light ground; returns its MCID. */
uint32_t pdf_content_put_qr(
	struct pdf_content *c, const struct design_qr *qr, const uint8_t *modules, uint32_t side);

/* A rectangle of an object's own coordinates as page points: x0 y0 x1 y1, y upwards. */
void pdf_content_rect(const struct pdf_content *c, const struct design_matrix *m,
	const double own[4], double out[4]);

/* The tag, or "und" when it is not one (RFC 5646's grammar as PDF/A-3, 6.7.4 tests it). */
struct str pdf_content_lang(struct str lang);

#endif
