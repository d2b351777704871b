// SPDX-License-Identifier: Apache-2.0
/* Digests of what is drawn. Runs in: render. */
#include "render/draw_mark.h"

#include "base/hash.h"

#include <string.h>

/* Glyphs digested at once. */
#define BATCH 64

/* What raster_draw() takes from a glyph. */
struct seen {
	double x;
	double y;
	uint64_t glyph;
};

static void add_run(struct hash_stream *h, const struct text_run *run)
{
	struct seen seen[BATCH];
	struct seen head = {run->size, (double)run->fill, run->font};

	hash_add(h, (struct bytes){(const uint8_t *)&head, sizeof(head)});
	for (size_t i = 0; i < run->glyph_count;) {
		size_t n = 0;

		for (; n < BATCH && i < run->glyph_count; n++, i++)
			seen[n] = (struct seen){
				run->glyphs[i].x, run->glyphs[i].y, run->glyphs[i].glyph};
		hash_add(h, (struct bytes){(const uint8_t *)seen, n * sizeof(*seen)});
	}
}

static void finish(struct hash_stream *h, uint8_t out[PNG_CONTENT_LEN])
{
	uint8_t sha256[HASH_SHA256_LEN];

	hash_finish(h, sha256);
	memcpy(out, sha256, PNG_CONTENT_LEN);
}

void draw_mark_text(const struct text_block *block, uint32_t place, uint8_t out[PNG_CONTENT_LEN])
{
	struct hash_stream h;
	uint32_t head[2] = {0, place};

	hash_start(&h);
	hash_add(&h, (struct bytes){(const uint8_t *)head, sizeof(head)});
	for (size_t i = 0; i < block->run_count; i++)
		add_run(&h, &block->runs[i]);
	finish(&h, out);
}

void draw_mark_qr(
	const uint8_t *modules, uint32_t side, uint32_t place, uint8_t out[PNG_CONTENT_LEN])
{
	struct hash_stream h;
	uint32_t head[3] = {1, place, side};

	hash_start(&h);
	hash_add(&h, (struct bytes){(const uint8_t *)head, sizeof(head)});
	hash_add(&h, (struct bytes){modules, (size_t)side * side});
	finish(&h, out);
}

void draw_mark_zone(uint32_t zone, uint8_t out[PNG_CONTENT_LEN])
{
	uint32_t head[2] = {2, zone};

	memset(out, 0, PNG_CONTENT_LEN);
	memcpy(out, head, sizeof(head));
}
