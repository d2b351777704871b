// SPDX-License-Identifier: Apache-2.0
/*
 * An artwork and its design for the tests of compile: what intake hands over, made by hand. A4
 * landscape, 1122.52 by 793.70 CSS pixels: guilloche, gradients with alpha, clip, PNG and JPEG, four
 * lines of text of which two are fields, a QR square at the lower right.
 */
#ifndef TESTS_HARNESS_ARTWORK_H
#define TESTS_HARNESS_ARTWORK_H

#include "templates/design.h"

#define ARTWORK_WIDTH 1122.52
#define ARTWORK_HEIGHT 793.70

enum artwork_with {
	ARTWORK_FILTER = 1, /* a blur and a mask: drawn as pixels */
	ARTWORK_PATH_TEXT = 2, /* text that extraction left in */
};

/* The SVG, in a. with: enum artwork_with bits. */
struct bytes artwork_svg(struct arena *a, unsigned with);
/* The JPEG that the artwork shows. */
struct bytes artwork_jpeg(struct arena *a);
/* The design; texts: title (static), name (field), line (static and field), foot (static). */
void artwork_design(struct arena *a, struct design *out);

enum artwork_text {
	ARTWORK_TITLE,
	ARTWORK_NAME,
	ARTWORK_LINE,
	ARTWORK_FOOT,
	ARTWORK_TEXTS,
};

#endif
