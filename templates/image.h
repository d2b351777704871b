// SPDX-License-Identifier: Apache-2.0
/*
 * Embedded images: judged by their header before any decoder sees them, then written anew, so that
 * no byte of what arrived goes on. PNG is decoded and encoded again without its ancillary chunks.
 * JPEG has its coefficients decoded and coded again without loss (as jpegtran does) and without
 * its markers: the picture stays as it was, and doing it twice gives the same bytes.
 */
#ifndef TEMPLATES_IMAGE_H
#define TEMPLATES_IMAGE_H

#include "base/arena.h"
#include "base/str.h"

enum image_kind {
	IMAGE_PNG = 1,
	IMAGE_JPEG,
};

struct image_header {
	enum image_kind kind;
	uint32_t width;
	uint32_t height;
};

/*
 * Reads the header and the file's structure, decoding nothing. INPUT: not a PNG or JPEG, broken;
 * LIMIT: over a limit of limits.h.
 */
enum rc image_probe(struct bytes file, struct image_header *out, struct err *err) MUST_CHECK;
/* Probes, decodes and encodes again; *out lives in a. */
enum rc image_rewrite(struct bytes file, struct arena *a, struct image_header *header,
	struct bytes *out, struct err *err) MUST_CHECK;
/*
 * The same for the value of an href, "data:image/png;base64,...": *out is what to write instead.
 * INPUT when it is another kind of address.
 */
enum rc image_rewrite_uri(struct str uri, struct arena *a, struct image_header *header,
	struct str *out, struct err *err) MUST_CHECK;

#endif
