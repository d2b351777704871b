// SPDX-License-Identifier: Apache-2.0
/* A template compiled by hand. Runs in: tests. */
#include "tests/harness/page.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "render/pdf_head.h"
#include "render/png.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FONTS "/usr/share/fonts/"
#define PAGE_W 1123
#define PAGE_H 794
#define FIELD_TOP 150.0
#define FIELD_STEP 34.0
#define TEXT_COUNT (PAGE_SCRIPTS + 3)

const struct page_script page_scripts[PAGE_SCRIPTS] = {
	{"en", "Zoë Łukasiewicz-O’Neill", FONTS "truetype/noto/NotoSans-Regular.ttf", 0, false},
	{"vi", "Nguyễn Văn Ấn", FONTS "truetype/noto/NotoSerif-Regular.ttf", 0, false},
	{"ar", "شهادة صلاح الإسلام", FONTS "truetype/noto/NotoSansArabic-Regular.ttf", 0, true},
	{"he", "תעודת סיום", FONTS "truetype/noto/NotoSansHebrew-Regular.ttf", 0, true},
	{"hi", "क्षत्रिय किर्ती", FONTS "truetype/noto/NotoSansDevanagari-Regular.ttf", 0, false},
	{"bn", "কৃষ্ণেন্দু", FONTS "truetype/noto/NotoSansBengali-Regular.ttf", 0, false},
	{"th", "น้ำทิพย์ อยู่เย็น", FONTS "truetype/noto/NotoSansThai-Regular.ttf", 0, false},
	{"ka", "გიორგი", FONTS "truetype/noto/NotoSansGeorgian-Regular.ttf", 0, false},
	{"el", "Ευάγγελος", FONTS "truetype/noto/NotoSans-Regular.ttf", 0, false},
	{"ru", "Ёлкин Андрей", FONTS "truetype/noto/NotoSerif-Regular.ttf", 0, false},
	{"zh-Hans", "王小明骨", FONTS "opentype/noto/NotoSansCJK-Regular.ttc", 2, false},
	{"ja", "山田太郎カタ", FONTS "opentype/noto/NotoSansCJK-Regular.ttc", 0, false},
	{"ko", "김민수", FONTS "opentype/noto/NotoSansCJK-Regular.ttc", 1, false},
	{"hy", "Արամ", FONTS "truetype/noto/NotoSansArmenian-Regular.ttf", 0, false},
};

/* Without cmocka, as programs that are no tests use this, too. */
static void must(enum rc rc, const struct err *err)
{
	if (rc == RC_OK)
		return;
	(void)fprintf(stderr, "tests/harness/page: %s\n", err->text);
	abort();
}

/* ---- fonts: one entry per script, so that a script's number is its font's ---- */

static void load_fonts(struct page *p)
{
	static const char *families[PAGE_SCRIPTS] = {"Noto Sans", "Noto Serif", "Noto Sans Arabic",
		"Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Thai",
		"Noto Sans Georgian", "Noto Sans", "Noto Serif", "Noto Sans CJK SC",
		"Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans Armenian"};

	p->font_count = PAGE_SCRIPTS;
	p->fonts = arena_zalloc(p->a, PAGE_SCRIPTS, sizeof(*p->fonts));
	p->files = arena_zalloc(p->a, PAGE_SCRIPTS, sizeof(*p->files));
	for (uint32_t i = 0; i < PAGE_SCRIPTS; i++) {
		struct wire_font *f = &p->fonts[i];
		struct err err = {0};

		f->key = str_fmt(p->a, "font-%s", page_scripts[i].lang);
		f->family = str_of(families[i]);
		f->weight = 400;
		f->face_index = page_scripts[i].face;
		if (i > 0 && strcmp(page_scripts[i].path, page_scripts[i - 1].path) == 0) {
			p->files[i] = p->files[i - 1];
			memcpy(f->sha256, f[-1].sha256, sizeof(f->sha256));
			continue;
		}
		AUTO_FD fd = open(page_scripts[i].path, O_RDONLY | O_CLOEXEC);
		must(file_map(fd, page_scripts[i].path, (size_t)64 << 20, &p->files[i], &err),
			&err);
		hash_sha256(p->files[i], f->sha256);
	}
}

/* ---- design ---- */

static struct design_text text_at(struct arena *a, double x, double y, enum design_part_kind kind,
	struct str text, uint16_t style)
{
	struct design_text t = {.matrix = {1, 0, 0, 1, 0, 0},
		.x = x,
		.y = y,
		.box_w = 700,
		.shrink = true,
		.min_scale = 0.5,
		.max_lines = 1,
		.line_height = 1.2};

	t.parts.items = arena_zalloc(a, 1, sizeof(*t.parts.items));
	t.parts.items[0] =
		(struct design_part){.kind = (uint8_t)kind, .text = text, .style = style};
	t.parts.count = 1;
	return t;
}

static void make_design(struct page *p, struct compiled *c)
{
	struct design *d = &c->design;

	d->width = PAGE_W;
	d->height = PAGE_H;
	d->title = STR("Sample page");
	d->lang = STR("en");
	d->styles.count = PAGE_SCRIPTS;
	d->styles.items = arena_zalloc(p->a, PAGE_SCRIPTS, sizeof(*d->styles.items));
	c->style_fonts.count = PAGE_SCRIPTS;
	c->style_fonts.items = arena_zalloc(p->a, PAGE_SCRIPTS, sizeof(*c->style_fonts.items));
	d->texts.count = TEXT_COUNT;
	d->texts.items = arena_zalloc(p->a, TEXT_COUNT, sizeof(*d->texts.items));
	d->texts.items[0] =
		text_at(p->a, 80, 110, PART_LITERAL, STR("Certificate of Affluent Office"), 0);
	d->texts.items[0].tag = TAG_H1;
	d->texts.items[1] = text_at(p->a, 561, 130, PART_FIELD, STR("recipient.name"), 1);
	d->texts.items[1].anchor = ANCHOR_MIDDLE;
	d->texts.items[1].matrix = (struct design_matrix){0.998, 0.0349, -0.0349, 0.998, 220, -60};
	d->texts.items[2] = text_at(p->a, 80, 772, PART_FIELD, STR("verify.url"), 0);
	for (uint16_t i = 0; i < PAGE_SCRIPTS; i++) {
		struct design_text *t = &d->texts.items[3 + i];

		d->styles.items[i] = (struct design_style){.families = p->fonts[i].family,
			.size = 22,
			.weight = 400,
			.fill = i % 4 == 3 ? 0x8A1C3CB0 : 0x1B2A4EFF,
			.lang = str_of(page_scripts[i].lang)};
		c->style_fonts.items[i].font = i;
		*t = text_at(p->a, 80, FIELD_TOP + 30 + FIELD_STEP * i, PART_FIELD,
			str_fmt(p->a, "field.%s", page_scripts[i].lang), i);
	}
	d->qrs.count = 1;
	d->qrs.items = arena_zalloc(p->a, 1, sizeof(*d->qrs.items));
	d->qrs.items[0] = (struct design_qr){.matrix = {1, 0, 0, 1, 0, 0},
		.x = 860,
		.y = 530,
		.size = 200,
		.dark = 0x102A54FF,
		.light = 0xFFFFFFFF};
}

static void make_values(struct page *p)
{
	p->value_count = PAGE_SCRIPTS + 2;
	p->values = arena_zalloc(p->a, p->value_count, sizeof(*p->values));
	p->values[0] = (struct wire_value){STR("recipient.name"), STR("María José Álvarez")};
	p->values[1] =
		(struct wire_value){STR("verify.url"), STR("https://v.example.edu/verify/01H")};
	for (uint32_t i = 0; i < PAGE_SCRIPTS; i++)
		p->values[2 + i] =
			(struct wire_value){str_fmt(p->a, "field.%s", page_scripts[i].lang),
				str_of(page_scripts[i].text)};
}

/* ---- artwork: a frame and a bar, in the picture and as two PDF objects ---- */

static void fill_rect(struct raster *r, const double box[4], const uint8_t colour[3])
{
	for (uint32_t y = (uint32_t)lround(box[1] * r->scale);
		y < (uint32_t)lround(box[3] * r->scale) && y < r->height; y++) {
		for (uint32_t x = (uint32_t)lround(box[0] * r->scale);
			x < (uint32_t)lround(box[2] * r->scale) && x < r->width; x++)
			memcpy(r->rows + y * r->stride + 1 + 3 * (size_t)x, colour, 3);
	}
}

static void draw_base(struct page *p, struct compiled *c, struct raster *r)
{
	static const struct {
		double box[4];
		uint8_t colour[3];
	} rects[] = {{{0, 0, PAGE_W, PAGE_H}, {255, 250, 240}}, {{24, 24, 1099, 40}, {140, 90, 30}},
		{{24, 740, 700, 744}, {140, 90, 30}}};

	c->px_w = (uint32_t)ceil(PAGE_W * c->scale);
	c->px_h = (uint32_t)ceil(PAGE_H * c->scale);
	*r = (struct raster){.stride = 1 + 3 * (size_t)c->px_w,
		.width = c->px_w,
		.height = c->px_h,
		.scale = c->scale};
	r->rows = arena_zalloc(p->a, c->px_h, r->stride);
	for (size_t i = 0; i < ARRAY_COUNT(rects); i++)
		fill_rect(r, rects[i].box, rects[i].colour);
}

static void put_art(struct page *p, struct compiled *c, struct buf *sections)
{
	static const char dict[] =
		"/Type /XObject\n/Subtype /Form\n/FormType 1\n/BBox [0 0 842.25 595.5]\n"
		"/Resources <</ExtGState <</G0 \x01\x01\x00>>>>\n";
	struct buf content = buf_new(1 << 20);
	struct compiled_object *o = arena_zalloc(p->a, 2, sizeof(*o));

	buf_put_cz(&content,
		"/G0 gs\n1 0.9804 0.9412 rg 0 0 842.25 595.5 re f\n0.549 0.3529 0.1176 rg "
		"18 565.5 806.25 12 re f 18 37.5 507 3 re f\n");
	/* Long enough to be shared rather than copied. */
	for (int i = 0; i < 200; i++)
		buf_fmt(&content, "%% line %d of a comment that gives the artwork some weight\n",
			i);
	o[0].dict = compiled_put(sections, (struct bytes){(const uint8_t *)dict, sizeof(dict) - 1});
	o[0].data = compiled_put(sections, buf_bytes(&content));
	o[0].stream = true;
	o[1].dict = compiled_put(sections, bytes_of(STR("/Type /ExtGState /ca 1")));
	c->objects.items = o;
	c->objects.count = 2;
	buf_free(&content);
}

static void put_image(struct page *p, struct compiled *c, struct buf *sections)
{
	struct buf png = buf_new(1 << 20);
	uint8_t *pixels = arena_zalloc(p->a, 58 * 58, 3);
	struct err err = {0};

	for (size_t i = 0; i < 58 * 58 * 3; i++)
		pixels[i] = (uint8_t)(i * 2654435761U >> 24);
	must(png_write_plain(pixels, 58, 58, 3, 72, &png, &err), &err);
	c->images.items = arena_zalloc(p->a, 2, sizeof(*c->images.items));
	c->images.items[0] = (struct compiled_image){
		STR("icon@2x.png"), compiled_put(sections, buf_bytes(&png))};
	c->images.items[1] =
		(struct compiled_image){STR("icon.png"), compiled_put(sections, buf_bytes(&png))};
	c->images.count = 2;
	buf_free(&png);
}

/* Rows above the first field never change; the static title there is drawn into the base. */
static void put_picture(struct page *p, struct compiled *c, struct buf *sections)
{
	struct raster base;
	struct raster_rect dirty = {0};
	struct text_engine *engine;
	struct raster_cache *cache;
	struct text_block block;
	struct text_values none = {.lang = c->design.lang};
	struct text_problem problem = {0};
	struct err err = {0};
	uint8_t *fixed;

	draw_base(p, c, &base);
	must(text_engine_new(p->fonts, p->files, p->font_count, &engine, &err), &err);
	cache = raster_cache_new(engine, (size_t)1 << 20);
	must(text_lay_out(
		     engine, c, &c->design.texts.items[0], &none, p->a, &block, &problem, &err),
		&err);
	raster_draw(&base, cache, &block, &dirty);
	raster_cache_free(&cache);
	text_engine_free(&engine);
	fixed = arena_zalloc(p->a, c->px_h, 1);
	memset(fixed, 1, (size_t)(60 * c->scale));
	must(png_pack_fixed(p->a, &base, fixed, sections, c, &err), &err);
	c->base = compiled_put(sections, (struct bytes){base.rows, base.stride * base.height});
}

struct page page_new(uint16_t dpi)
{
	struct page p = {.a = arena_new((size_t)256 << 20)};
	struct compiled c = {
		.engine_version = COMPILED_ENGINE_VERSION, .dpi = dpi, .scale = dpi / 96.0};
	struct buf sections = buf_new((size_t)64 << 20);
	struct buf blob = buf_new((size_t)64 << 20);
	struct err err = {0};

	load_fonts(&p);
	make_design(&p, &c);
	make_values(&p);
	c.fonts.count = p.font_count;
	c.fonts.items = arena_zalloc(p.a, p.font_count, sizeof(*c.fonts.items));
	for (uint32_t i = 0; i < p.font_count; i++) {
		c.fonts.items[i].key = p.fonts[i].key;
		memcpy(c.fonts.items[i].sha256, p.fonts[i].sha256, sizeof(p.fonts[i].sha256));
	}
	put_picture(&p, &c, &sections);
	put_art(&p, &c, &sections);
	must(pdf_head_make(&c, &sections, &err), &err);
	put_image(&p, &c, &sections);
	must(compiled_write(&c, &sections, &blob, &err), &err);
	p.blob = (struct bytes){arena_dup(p.a, blob.p, blob.n), blob.n};
	buf_free(&sections);
	buf_free(&blob);
	return p;
}

void page_free(struct page *p)
{
	for (uint32_t i = 0; i < p->font_count; i++) {
		if (i + 1 == p->font_count || p->files[i].p != p->files[i + 1].p)
			file_unmap(&p->files[i]);
	}
	arena_free(&p->a);
}

struct bytes page_join(const struct page *p, const struct wire_artifact *artifact,
	struct bytes result, uint64_t result_offset, struct arena *a)
{
	struct buf b = buf_new((size_t)64 << 20);
	struct bytes out;

	for (uint32_t i = 0; i < artifact->pieces.count; i++) {
		const struct wire_piece *piece = &artifact->pieces.items[i];
		struct bytes from = piece->source == PIECE_COMPILED ? p->blob : result;
		uint64_t at = piece->offset - (piece->source == PIECE_COMPILED ? 0 : result_offset);

		CHECK(at <= from.n && piece->len <= from.n - at);
		buf_put(&b, from.p + at, piece->len);
	}
	out = (struct bytes){arena_dup(a, b.p, b.n), b.n};
	buf_free(&b);
	return out;
}
