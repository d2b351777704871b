// SPDX-License-Identifier: Apache-2.0
/* Bytes as a font: opened, searched, laid out with, drawn with. */
#include "base/mem.h"
#include "render/raster.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void draw_with(struct text_engine *e, struct arena *a)
{
	static uint8_t rows[(1 + 3 * 200) * 100];
	struct raster r = {rows, 1 + 3 * 200, 200, 100, 1};
	struct design_style style = {.size = 30, .weight = 400, .fill = 0xFF};
	struct compiled_style_font style_font = {0};
	struct design_part part = {.kind = PART_FIELD, .text = STR("recipient.name")};
	static const char *const texts[] = {
		"Ada fi\xCC\x81", "محمد", "क्षि", "王", "\xF0\x9F\x98\x80"};
	struct wire_value item = {.name = STR("recipient.name")};
	struct text_values values = {.items = &item, .count = 1};
	struct raster_cache *cache = raster_cache_new(e, (size_t)1 << 20);
	struct design_text t = {.matrix = {1, 0, 0, 1, 0, 0},
		.x = 20,
		.y = 50,
		.box_w = 150,
		.shrink = true,
		.min_scale = 0.3,
		.max_lines = 2,
		.line_height = 1.2};
	struct compiled c;

	memset(&c, 0, sizeof c);
	c.design.styles.items = &style;
	c.style_fonts.items = &style_font;
	c.design.styles.count = c.style_fonts.count = 1;
	t.parts.items = &part;
	t.parts.count = 1;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct text_block block;
		struct text_problem problem;
		struct raster_rect dirty = {0, 0, 0, 0};
		struct err err;
		double x0, y0, x1, y1;

		item.text = str_of(texts[i]);
		arena_reset(a);
		text_bounds(e, &c, &t, &x0, &y0, &x1, &y1);
		if (!(x0 <= x1) || !(y0 <= y1))
			abort();
		if (text_lay_out(e, &c, &t, &values, a, &block, &problem, &err) == RC_OK)
			raster_draw(&r, cache, &block, &dirty);
	}
	raster_cache_free(&cache);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wire_font font = {
		.key = STR("fuzzed"), .family = STR("Fuzzed Serif"), .weight = 400};
	struct bytes file = {p, n};
	struct text_engine *e = NULL;
	struct arena *a;
	struct err err;

	if (text_engine_new(&font, &file, 1, &e, &err) != RC_OK)
		return 0;
	a = arena_new((size_t)8 << 20);
	draw_with(e, a);
	arena_free(&a);
	text_engine_free(&e);
	return 0;
}
