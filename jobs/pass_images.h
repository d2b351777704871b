// SPDX-License-Identifier: Apache-2.0
/* The wallet pass's images out of a compiled template: the signer digests them. Runs in: control. */
#ifndef JOBS_PASS_IMAGES_H
#define JOBS_PASS_IMAGES_H

#include "base/arena.h"
#include "base/str.h"

struct pass_image {
	struct str name; /* "icon@2x.png" */
	struct bytes content; /* borrows from the blob */
};

struct pass_images {
	struct pass_image *items;
	uint32_t count;
};

/* The blob is checked whole (templates/compiled.h). The list lives in a. */
enum rc pass_images_of(
	struct bytes blob, struct arena *a, struct pass_images *out, struct err *err) MUST_CHECK;

#endif
