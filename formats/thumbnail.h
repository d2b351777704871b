// SPDX-License-Identifier: Apache-2.0
/* The size of the small pictures on the public pages. */
#ifndef FORMATS_THUMBNAIL_H
#define FORMATS_THUMBNAIL_H

#include <stddef.h>
#include <stdint.h>

/* What the pages' style sheet leaves room for: 44 by 34 rem, at 16 pixels each. */
#define THUMBNAIL_WIDTH_MAX 704u
#define THUMBNAIL_HEIGHT_MAX 544u
/* Of the file. */
#define THUMBNAIL_LEN_MAX ((size_t)2 << 20)

struct thumbnail_size {
	uint32_t width;
	uint32_t height;
};

/*
 * A picture of that size (neither side zero), made smaller until it fits, sides in proportion, each at least one
 * pixel. Never larger than it is.
 */
struct thumbnail_size thumbnail_fit(uint32_t width, uint32_t height);

#endif
