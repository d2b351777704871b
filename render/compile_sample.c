// SPDX-License-Identifier: Apache-2.0
/* Made-up recipients. Runs in: compile. */
#include "render/compile_sample.h"

#include <string.h>

#define SAMPLE_ARENA_LEN ((size_t)64 << 20)
#define VALUES_MAX 100
/* Modules of version 6, what a verification address needs (ISO/IEC 18004). */
#define QR_SIDE 41

/* Several scripts, because their strokes compress differently. */
static const char *const names[] = {
	"Maria-Louise Fern\xc3\xa1ndez O\xe2\x80\x99"
	"Brien",
	"\xd8\xb9\xd8\xa8\xd8\xaf \xd8\xa7\xd9\x84\xd8\xb1\xd8\xad\xd9\x85\xd9\x86 "
	"\xd8\xa7\xd9\x84\xd9\x87\xd8\xa7\xd8\xb4\xd9\x85\xd9\x8a",
	"\xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xb5\xe0\xa4\xbe\xe0\xa4\xa4\xe0\xa4\xbf "
	"\xe0\xa4\xb6\xe0\xa4\xb0\xe0\xa5\x8d\xe0\xa4\xae\xe0\xa4\xbe",
	"\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e",
	"\xce\x91\xce\xbb\xce\xad\xce\xbe\xce\xb1\xce\xbd\xce\xb4\xcf\x81\xce\xbf\xcf\x82 "
	"\xce\xa0\xce\xb1\xcf\x80\xce\xb1\xce\xb4\xcf\x8c\xcf\x80\xce\xbf\xcf\x85\xce\xbb\xce\xbf"
	"\xcf\x82",
	"\xd0\x95\xd0\xba\xd0\xb0\xd1\x82\xd0\xb5\xd1\x80\xd0\xb8\xd0\xbd\xd0\xb0 "
	"\xd0\xa1\xd0\xbe\xd0\xba\xd0\xbe\xd0\xbb\xd0\xbe\xd0\xb2\xd0\xb0",
	"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b Minh Khai",
	"Zo\xc3\xab \xc5\x81ukasiewicz-\xc5\xa0imek",
};

static bool mentions(struct str s, const char *what)
{
	return str_find_str(s, str_of(what)) != s.n;
}

/* A value of the kind that the field's name or filter asks for. */
static struct str value_for(const struct design_part *part, uint32_t index)
{
	static const char *const dates[] = {"2024-02-29", "2025-11-30", "2026-06-18", "2023-09-07"};
	static const char *const numbers[] = {"3", "87.5", "120", "9.25"};

	if (str_starts(part->filter, STR("date")) || mentions(part->text, "date")
		|| mentions(part->text, "_on"))
		return str_of(dates[index % ARRAY_COUNT(dates)]);
	if (part->filter.n != 0 || mentions(part->text, "score") || mentions(part->text, "hours"))
		return str_of(numbers[index % ARRAY_COUNT(numbers)]);
	return str_of(names[index % ARRAY_COUNT(names)]);
}

static bool lay_out(const struct compile_text *t, const struct design_text *text, uint32_t index,
	struct arena *a, struct text_block *out)
{
	struct wire_value items[VALUES_MAX];
	struct text_values values = {items, 0, {NULL, 0}};
	struct text_problem problem;
	struct err why;

	for (uint32_t i = 0; i < text->parts.count && values.count < VALUES_MAX; i++) {
		const struct design_part *p = &text->parts.items[i];

		if (p->kind == PART_FIELD)
			items[values.count++] = (struct wire_value){p->text, value_for(p, index)};
	}
	return text_lay_out(t->engine, t->c, text, &values, a, out, &problem, &why) == RC_OK;
}

bool compile_sample_lay_out(const struct compile_text *t, const struct design_text *text,
	struct arena *a, struct text_block *out)
{
	return lay_out(t, text, 0, a, out);
}

static void draw_text(const struct compile_text *t, const struct design_text *text, uint32_t index,
	struct arena *a, struct raster *r)
{
	struct raster_rect dirty = {0};
	struct text_block block;

	if (lay_out(t, text, index, a, &block))
		raster_draw(r, t->cache, &block, &dirty);
}

/* Looks like a code to a compressor: random modules, the three corners aside. */
static void draw_qr(const struct design_qr *qr, uint32_t seed, struct raster *r)
{
	uint8_t modules[QR_SIDE * QR_SIDE];
	struct raster_rect dirty = {0};

	for (size_t i = 0; i < sizeof modules; i++) {
		seed = seed * 1664525 + 1013904223;
		modules[i] = (uint8_t)(seed >> 31);
	}
	raster_qr(r, qr, modules, QR_SIDE, &dirty);
}

void compile_sample_draw(const struct compile_text *t, uint32_t index, struct raster *r)
{
	const struct design *d = &t->c->design;
	struct arena *a = arena_new(SAMPLE_ARENA_LEN);

	for (uint32_t i = 0; i < d->texts.count; i++) {
		if (design_text_is_static(&d->texts.items[i]))
			continue;
		arena_reset(a);
		/* Every text of a sample in another script. */
		draw_text(t, &d->texts.items[i], index + i * 3, a, r);
	}
	for (uint32_t i = 0; i < d->qrs.count; i++)
		draw_qr(&d->qrs.items[i], index * 7919 + i, r);
	arena_free(&a);
}
