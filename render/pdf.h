// SPDX-License-Identifier: Apache-2.0
/*
 * One page, PDF/A-3a and PDF/UA-1: lifted artwork as an artifact, text as tagged Type0 text, the QR
 * code as vectors, the credential attached. libharu's object layer behind pdf_object.h writes the
 * container; libharu never sees a customer's font or picture.
 */
#ifndef RENDER_PDF_H
#define RENDER_PDF_H

#include "render/text.h"

struct pdf_writer;

/* One per worker; borrows everything. */
enum rc pdf_writer_new(struct text_engine *e, const struct compiled *c, struct bytes blob,
	struct str producer, struct pdf_writer **out, struct err *err) MUST_CHECK;
void pdf_writer_free(struct pdf_writer **pointer);

/* What one document shows. blocks: all text objects, static ones too, in reading order. */
struct pdf_document {
	const struct text_block *blocks;
	size_t block_count;
	const uint8_t *qr_modules; /* side * side bytes, bit 0 set = dark; NULL: no code */
	uint32_t qr_side;
	struct str title;
	struct str lang;
	struct str verify_link; /* the link annotation's target */
	struct str credential_id; /* decides /ID */
	struct str qr_alt; /* text alternative of the code */
	struct bytes badge; /* attached as credential.json, AFRelationship Data; empty: none */
	int64_t issued_s;
	uint32_t signature_room; /* bytes kept free for a signature; 0: none is meant */
};

enum rc pdf_write(struct pdf_writer *w, const struct pdf_document *d, struct buf *result,
	uint64_t result_offset, struct arena *a, struct wire_artifact *out,
	struct err *err) MUST_CHECK;

#endif
