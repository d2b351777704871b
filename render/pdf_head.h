// SPDX-License-Identifier: Apache-2.0
/*
 * The beginning of every PDF of a template: header, the artwork's objects, the output intent. Compile
 * writes it into the compiled template, so that a recipient's file cites it as one shared piece; render
 * writes it once more and compares, since it trusts nothing it is given.
 */
#ifndef RENDER_PDF_HEAD_H
#define RENDER_PDF_HEAD_H

#include "base/arena.h"
#include "base/buf.h"
#include "templates/compiled.h"

/* Four bytes over 127 tell file transfer programs that this is binary (PDF/A-3, 6.1.2). */
#define PDF_HEAD_VERSION "%PDF-1.7\n%\xB5\xED\xAE\xFB\n"

struct pdf_head {
	struct bytes bytes;
	uint64_t blob_offset; /* of the bytes in the compiled template */
	/* Of objects 1 to count, from the file's start; the artwork's come first, in order. */
	const uint32_t *places;
	uint32_t count;
	uint32_t output_intent; /* its object */
};

/* Puts the head into sections, where those of c's objects lie already, and its place into c. LIMIT: over 128 MiB. */
enum rc pdf_head_make(struct compiled *c, struct buf *sections, struct err *err) MUST_CHECK;
/* *out borrows from blob and a. INPUT when blob has another head than its objects make. */
enum rc pdf_head_open(const struct compiled *c, struct bytes blob, struct arena *a,
	struct pdf_head *out, struct err *err) MUST_CHECK;

#endif
