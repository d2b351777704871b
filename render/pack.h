// SPDX-License-Identifier: Apache-2.0
/*
 * A wallet pass as a file: pass.json, manifest.json, signature and the template's images in a ZIP
 * (Apple, "Building a Pass"). The same input gives the same bytes: the template's files by name, then the
 * others, times from the plan. All are stored: images are compressed, and the rest is small.
 */
#ifndef RENDER_PACK_H
#define RENDER_PACK_H

#include "render/draw_piece.h"
#include "templates/compiled.h"

/* images come from c, whose sections lie in blob. */
struct pack_pass {
	const struct compiled *c;
	struct bytes blob;
	struct bytes json;
	struct bytes manifest;
	struct bytes signature;
	int64_t issued_s; /* time of every entry, in UTC, as ZIP has no zone */
};

/*
 * The archive as pieces: the template's files cite the compiled template; the rest is appended to result.
 * LIMIT when result is full or the archive too large, INPUT when two files have one name.
 */
enum rc pack_write(const struct pack_pass *p, struct buf *result, uint64_t result_offset,
	struct arena *a, struct wire_artifact *out, struct err *err) MUST_CHECK;

#endif
