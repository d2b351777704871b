// SPDX-License-Identifier: Apache-2.0
/*
 * What a PDF says about itself: document information, the same as XMP with the PDF/A-3a and PDF/UA-1
 * claims, and the sRGB output intent (PDF/A-3, 6.2.3 and 6.6; PDF/UA-1, 5).
 */
#ifndef RENDER_PDF_META_H
#define RENDER_PDF_META_H

#include "base/arena.h"
#include "base/buf.h"

/* All texts clean (pdf_meta_clean). */
struct pdf_meta {
	struct str title;
	struct str lang;
	struct str producer;
	int64_t issued_s;
};

/* Control characters become spaces, what XML 1.0 cannot hold U+FFFD: so Info and XMP can agree. */
struct str pdf_meta_clean(struct arena *a, struct str s);
/* "(D:20260630120000Z)". */
void pdf_meta_put_date(struct buf *b, int64_t wall_s);
/* Entries of the Info dictionary. */
void pdf_meta_put_info(struct buf *b, const struct pdf_meta *m);
/* The XMP packet, read-only. */
void pdf_meta_put_xmp(struct buf *b, const struct pdf_meta *m);

#endif
