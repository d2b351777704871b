// SPDX-License-Identifier: Apache-2.0
/*
 * Binding one-page PDFs into one document with a bookmark for each page: previews. What belongs to a
 * certificate alone (its link, its tags, its attached credential) stays behind.
 */
#ifndef RENDER_COMPILE_BIND_H
#define RENDER_COMPILE_BIND_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Longest document that is bound: artwork may be 24 MB of it. */
#define COMPILE_BIND_DOCUMENT_MAX ((size_t)64 << 20)

/* All borrowed. */
struct compile_bind_input {
	const struct bytes *documents;
	const struct str *labels; /* of the bookmarks, UTF-8 */
	uint32_t count; /* of both */
	struct str title;
};

/*
 * Appends the document to out; the same bytes for the same input. INPUT when one of them is no PDF of one
 * page, naming which; LIMIT when they are too long together.
 */
enum rc compile_bind_run(
	const struct compile_bind_input *in, struct buf *out, struct err *err) MUST_CHECK;

#endif
