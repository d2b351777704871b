// SPDX-License-Identifier: Apache-2.0
/*
 * Groups of rows as earlier recipients had them. What lies on a group is known by the marks of what was
 * drawn there, so that nothing is compared pixel by pixel.
 */
#ifndef RENDER_PNG_MEMORY_H
#define RENDER_PNG_MEMORY_H

#include "render/png.h"

/* Things drawn on one picture that are told apart; with more, every row is looked at. */
#define PNG_MARKS_MAX 600
/* Things drawn on one group, for the group to be remembered. */
#define PNG_CONTENTS_MAX 4

/* All the groups' memory, and the marks of the picture that comes next. Starts as zeros. */
struct png_memory {
	struct png_memory_mark {
		uint32_t y0, y1;
		uint8_t content[PNG_CONTENT_LEN];
	} marks[PNG_MARKS_MAX];
	size_t mark_count;
	bool marks_lost; /* more came than there is room for */
	size_t len; /* of what is kept */
};

/* What was drawn on a group. known false: nobody told. count may be over PNG_CONTENTS_MAX. */
struct png_memory_key {
	uint8_t contents[PNG_CONTENTS_MAX][PNG_CONTENT_LEN];
	uint32_t count;
	bool known;
};

/* What the group was compressed to, and the checksum of its rows. */
struct png_memory_item {
	struct bytes deflated;
	uint32_t adler;
};

/* One group's. Starts as zeros. */
struct png_memory_group {
	struct png_memory_kept *kept; /* NULL until the first */
	uint32_t next;
};

/* Something covers rows [y0, y1) of the next picture. */
void png_memory_mark(
	struct png_memory *m, uint32_t y0, uint32_t y1, const uint8_t content[PNG_CONTENT_LEN]);
/* The picture is done: its marks go. */
void png_memory_next(struct png_memory *m);

struct png_memory_key png_memory_key_of(const struct png_memory *m, uint32_t row, uint32_t count);
/* NULL: not seen, or too long ago. Lends, until the group's next png_memory_keep(). */
const struct png_memory_item *png_memory_find(
	const struct png_memory_group *g, const struct png_memory_key *key);
/* Copies item, unless nobody could find it again or memory is full. */
void png_memory_keep(struct png_memory *m, struct png_memory_group *g,
	const struct png_memory_key *key, const struct png_memory_item *item);
void png_memory_forget(struct png_memory_group *g);

#endif
