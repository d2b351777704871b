// SPDX-License-Identifier: Apache-2.0
/* JPEG: structure, and writing anew. Used by image.c only. */
#ifndef TEMPLATES_IMAGE_JPEG_H
#define TEMPLATES_IMAGE_JPEG_H

#include "templates/image.h"

enum rc image_jpeg_probe(struct bytes file, struct image_header *out, struct err *err) MUST_CHECK;
/* file passed image_jpeg_probe. */
enum rc image_jpeg_rewrite(
	struct bytes file, struct arena *a, struct bytes *out, struct err *err) MUST_CHECK;

#endif
