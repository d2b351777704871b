// SPDX-License-Identifier: Apache-2.0
/*
 * The structure tree: Document over P, H1, Figure and Link elements, the parent tree, and the link
 * annotations (ISO 32000-1, 14.7 and 14.8; PDF/UA-1, 7).
 */
#ifndef RENDER_PDF_TAGS_H
#define RENDER_PDF_TAGS_H

#include "render/pdf_object.h"

struct pdf_tags;

/* A link annotation. rect: page points x0 y0 x1 y1. contents: what a screen reader says. */
struct pdf_tags_link {
	double rect[4];
	struct str uri;
	struct str contents;
};

/* Lives in a. page: the page's object number. item_max: most calls of the functions below. */
struct pdf_tags *pdf_tags_new(
	struct pdf_objects *f, struct arena *a, uint32_t page, size_t item_max);
/*
 * Marked content mcid as an element. role: "P" or "H1". actual: logical text, when the order of the
 * content is another; empty otherwise. link: NULL, or what the text leads to.
 */
void pdf_tags_add_text(struct pdf_tags *t, const char *role, struct str lang, struct str actual,
	uint32_t mcid, const struct pdf_tags_link *link);
/*
 * A Figure with its place on the page, x0 y0 x1 y1 in points (14.8.5.4.3), and its text alternative, which is in
 * English, inside a Link (or alone, when link is NULL).
 */
void pdf_tags_add_figure(struct pdf_tags *t, const double box[4], struct str alt, uint32_t mcid,
	const struct pdf_tags_link *link);

/*
 * A signature's field that covers no place, in a Form element (12.8; UA 7.18). value: number of the
 * signature dictionary. Returns the field's number.
 */
uint32_t pdf_tags_add_signature(struct pdf_tags *t, uint32_t value);

/* Completes the tree. *root: number of the StructTreeRoot. *annots: references for the page's /Annots. */
void pdf_tags_finish(struct pdf_tags *t, uint32_t *root, struct str *annots);

#endif
