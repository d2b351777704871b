// SPDX-License-Identifier: Apache-2.0
/*
 * A wallet pass as a file: pass.json, manifest.json, signature and the template's images in a ZIP
 * (Apple, "Building a Pass"). The same input gives the same bytes: entries by name, times from the plan.
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
 * The archive as pieces: images are stored, so they cite the compiled template; the rest is appended
 * to result. LIMIT when result is full, SYSTEM when libzip fails.
 */
enum rc pack_write(const struct pack_pass *p, struct buf *result, uint64_t result_offset,
	struct arena *a, struct wire_artifact *out, struct err *err) MUST_CHECK;

#endif
