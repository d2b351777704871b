// SPDX-License-Identifier: Apache-2.0
/*
 * Room for a signature (ETSI EN 319 142-1, 5.3; ISO 32000-1, 12.8): a field that covers no place, and a
 * signature dictionary whose /ByteRange is right already. Who signs hashes the two ranges and puts a
 * CMS signature in hexadecimal over the zeros of /Contents; nothing else of the file changes.
 */
#ifndef RENDER_PDF_SIGN_H
#define RENDER_PDF_SIGN_H

#include "render/pdf_tags.h"

struct pdf_sign {
	uint32_t field; /* 0: no room was asked for */
	uint32_t value;
	size_t range_at; /* in the value's text */
	size_t contents_at;
	size_t contents_len;
};

/* room: bytes of the signature, in DER; 0: nothing is added. issued_s: the time the dictionary claims. */
struct pdf_sign pdf_sign_add(struct pdf_objects *f, struct pdf_tags *tags, struct arena *a,
	uint32_t room, int64_t issued_s);
/* The catalog's /AcroForm; empty without room. */
struct str pdf_sign_form(const struct pdf_sign *s, struct arena *a);
/* After pdf_object_save: the ranges, now that they are known. */
void pdf_sign_fill(
	const struct pdf_sign *s, const struct pdf_objects *f, struct draw_pieces *pieces);

#endif
