// SPDX-License-Identifier: Apache-2.0
/* PNG: structure, and writing anew. Used by image.c only. */
#ifndef TEMPLATES_IMAGE_PNG_H
#define TEMPLATES_IMAGE_PNG_H

#include "templates/image.h"

enum rc image_png_probe(struct bytes file, struct image_header *out, struct err *err) MUST_CHECK;
/* file passed image_png_probe. */
enum rc image_png_rewrite(
	struct bytes file, struct arena *a, struct bytes *out, struct err *err) MUST_CHECK;

#endif
