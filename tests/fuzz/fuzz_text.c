// SPDX-License-Identifier: Apache-2.0
/*
 * Values and literals into text_lay_out, and the result onto a picture. First bytes: rules of the
 * object; then parts, each ended by 0xFF: kind, style, text. Fonts of the packages when installed.
 */
#include "base/mem.h"
#include "render/raster.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARTS_MAX 6
#define HEAD_LEN 10

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct text_engine *engine;
static struct raster_cache *cache;
static struct arena *arena;

static const char *const paths[] = {"/usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf",
	"/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf",
	"/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf",
	"/usr/share/fonts/truetype/noto/NotoSerifDevanagari-Regular.ttf",
	"/usr/share/fonts/truetype/noto/NotoSerifThai-Regular.ttf",
	"/usr/share/fonts/truetype/noto/NotoSerifKhmer-Regular.ttf",
	"/usr/share/fonts/truetype/noto/NotoSansHebrew-Regular.ttf",
	"/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"};

static void open_engine(void)
{
	struct wire_font fonts[ARRAY_COUNT(paths)];
	struct bytes files[ARRAY_COUNT(paths)];
	size_t count = 0;
	struct err err;

	memset(fonts, 0, sizeof fonts);
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		struct stat st;

		if (fd < 0)
			continue;
		if (fstat(fd, &st) == 0) {
			files[count].n = (size_t)st.st_size;
			files[count].p = mmap(NULL, files[count].n, PROT_READ, MAP_PRIVATE, fd, 0);
			fonts[count].key = fonts[count].family = str_of(paths[i]);
			fonts[count++].weight = 400;
		}
		close(fd);
	}
	if (count == 0 || text_engine_new(fonts, files, count, &engine, &err) != RC_OK)
		exit(77);
	cache = raster_cache_new(engine, (size_t)4 << 20);
	arena = arena_new((size_t)64 << 20);
}

/* The fuzzer's bytes, made UTF-8 as intake would have. */
static struct str as_text(const uint8_t *p, size_t n)
{
	struct str raw = {(const char *)p, n};
	char *out = arena_alloc(arena, n * 3 + 1);
	size_t len = 0;

	for (size_t at = 0; at < n;)
		len += str_put_char(str_next_char(raw, &at), out + len);
	return (struct str){out, len};
}

static size_t cut_parts(
	const uint8_t *p, size_t n, struct design_part *parts, struct wire_value *values)
{
	static const char *const filters[] = {
		"", "date:long", "date:short", "number", "percent", "no such"};
	static const char *const names[] = {"recipient.name", "a", "b", "c", "d", "e"};
	size_t count = 0;

	while (n > 2 && count < PARTS_MAX) {
		const uint8_t *end = memchr(p + 2, 0xFF, n - 2);
		size_t len = end != NULL ? (size_t)(end - p) : n;
		struct str text = as_text(p + 2, len - 2);

		parts[count].kind = p[0] & 1;
		parts[count].style = p[1] % 3;
		parts[count].text = p[0] & 1 ? str_of(names[count]) : text;
		parts[count].filter = str_of(filters[(p[0] >> 1) % ARRAY_COUNT(filters)]);
		values[count] = (struct wire_value){str_of(names[count]), text};
		count++;
		len += end != NULL;
		p += len;
		n -= len;
	}
	return count;
}

static void draw(const struct text_block *block)
{
	static uint8_t rows[(1 + 3 * 300) * 200];
	struct raster r = {rows, 1 + 3 * 300, 300, 200, 0.75};
	struct raster_rect dirty = {0, 0, 0, 0};

	for (size_t i = 0; i < block->run_count; i++)
		for (size_t g = 0; g < block->runs[i].glyph_count; g++)
			if (block->runs[i].glyphs[g].cluster >= block->runs[i].text.n)
				abort();
	raster_draw(&r, cache, block, &dirty);
	if (dirty.x1 > 300 || dirty.y1 > 200)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const langs[] = {
		"", "en", "ar", "ja", "zh-Hant", "th", "hi", "x-nonsense"};
	struct design_style styles[3];
	struct compiled_style_font style_fonts[3];
	struct design_part parts[PARTS_MAX];
	struct wire_value items[PARTS_MAX];
	struct text_values values = {.items = items};
	struct text_block block;
	struct text_problem problem;
	struct design_text t;
	struct compiled c;
	struct err err;

	if (n < HEAD_LEN)
		return 0;
	if (engine == NULL)
		open_engine();
	arena_reset(arena);
	memset(&c, 0, sizeof c);
	memset(&t, 0, sizeof t);
	memset(styles, 0, sizeof styles);
	memset(parts, 0, sizeof parts);
	for (size_t i = 0; i < 3; i++) {
		styles[i].size = 1 + p[0];
		styles[i].weight = 400;
		styles[i].fill = 0x10203000u | p[1];
		styles[i].letter_spacing = i == 1 ? (int8_t)p[2] : 0;
		styles[i].small_caps = i == 2;
		style_fonts[i].font = (uint16_t)((p[3] + i) % text_font_count(engine));
	}
	styles[2].lang = str_of(langs[p[4] >> 3 & 7]);
	c.design.styles.items = styles;
	c.style_fonts.items = style_fonts;
	c.design.styles.count = c.style_fonts.count = 3;
	t.matrix = (struct design_matrix){1, p[9] & 8 ? 0.5 : 0, p[9] & 16 ? -0.5 : 0, 1, 0, 0};
	t.x = 150;
	t.y = (int8_t)p[5];
	t.box_w = 1 + 4 * p[6];
	t.box_h = p[7] & 128 ? p[5] : 0;
	t.anchor = p[7] % 3;
	t.direction = (p[7] >> 2) % 3;
	t.shrink = p[7] & 16;
	t.min_scale = 0.2 + (p[8] % 9) * 0.1;
	t.max_lines = 1 + p[8] / 16;
	t.line_height = 1.2;
	t.parts.items = parts;
	t.parts.count = (uint32_t)cut_parts(p + HEAD_LEN, n - HEAD_LEN, parts, items);
	values.count = p[9] & 1 ? t.parts.count : t.parts.count / 2;
	values.lang = str_of(langs[p[4] & 7]);
	if (text_lay_out(engine, &c, &t, &values, arena, &block, &problem, &err) == RC_OK)
		draw(&block);
	return 0;
}
