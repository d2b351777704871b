// SPDX-License-Identifier: Apache-2.0
/*
 * A PDF file as numbered objects with ready text. libharu's dictionaries, cross-reference table and
 * stream writer make the container (pinned to Debian 12's libhpdf-2.3.0, whose soname carries the
 * version); its document, font, image and PDF/A helpers are never called. Another back end would fit
 * behind these functions. ISO 32000-1, 7.3 and 7.5.
 *
 * Texts and bytes handed in are borrowed until the file is freed. Faults inside libharu are kept and
 * reported once, by pdf_object_save().
 */
#ifndef RENDER_PDF_OBJECT_H
#define RENDER_PDF_OBJECT_H

#include "render/draw_piece.h"
#include "render/pdf_head.h"

struct pdf_objects;

/* An empty file; numbers start at 1. Lives in a, but must be freed. */
struct pdf_objects *pdf_object_file_new(struct arena *a);
void pdf_object_file_free(struct pdf_objects **f);

/* Its objects, as they lie in the compiled template, come first: called before any other is added. Borrows head. */
void pdf_object_add_head(struct pdf_objects *f, const struct pdf_head *head);
/* Adds an object whose text comes later, by pdf_object_fill(). Returns its number. */
uint32_t pdf_object_reserve(struct pdf_objects *f);
/* dict: what stands between << and >>. Once per number. */
void pdf_object_fill(struct pdf_objects *f, uint32_t number, struct str dict);
uint32_t pdf_object_add(struct pdf_objects *f, struct str dict);
/* dict must hold /Length, and /Filter when data is filtered already: data goes out as it is. */
uint32_t pdf_object_add_stream(struct pdf_objects *f, struct str dict, struct bytes data);
/* The same; data lies at blob_offset of the compiled template and becomes a shared piece. */
uint32_t pdf_object_add_shared(
	struct pdf_objects *f, struct str dict, struct bytes data, uint64_t blob_offset);
/* After pdf_object_save: where the object's text begins in the file. */
uint64_t pdf_object_place(const struct pdf_objects *f, uint32_t number);
/* Objects so far: the next one gets this number plus one. */
uint32_t pdf_object_count(const struct pdf_objects *f);

/*
 * Writes header (PDF 1.7) or head, objects, table and trailer to out. trailer: /Root, /Info and /ID as text.
 * SYSTEM when libharu failed anywhere since the file was made.
 */
enum rc pdf_object_save(struct pdf_objects *f, struct str trailer, struct draw_pieces *out,
	struct err *err) MUST_CHECK;

/* ---- text of objects ---- */
/* Rounded to decimals (at most 6) places, trailing zeros cut; kept within 10^9; 0 for NaN. Locale plays no part. */
void pdf_object_put_number(struct buf *b, double v, unsigned decimals);
/* Text string (7.9.2.2): a literal when printable ASCII, else UTF-16BE in hexadecimal. */
void pdf_object_put_text(struct buf *b, struct str s);
/* UTF-16BE digits only, without brackets or byte order mark. */
void pdf_object_put_utf16(struct buf *b, struct str s);

#endif
