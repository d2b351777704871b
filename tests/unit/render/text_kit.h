// SPDX-License-Identifier: Apache-2.0
/* What the tests of text and pictures share: fonts of the catalogue, and designs in a few lines. */
#ifndef TESTS_UNIT_RENDER_TEXT_KIT_H
#define TESTS_UNIT_RENDER_TEXT_KIT_H

#include "base/arena.h"
#include "base/mem.h"
#include "jobs/fonts_catalogue.h"
#include "render/text.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define KIT_FONTS 80
/* Equal up to slack. */
#define kit_near(a, b, slack) assert_true(fabs((a) - (b)) <= (slack))

struct kit {
	struct arena *a;
	struct text_engine *e;
	struct wire_font fonts[KIT_FONTS];
	struct bytes files[KIT_FONTS];
	size_t font_count;
	struct compiled c;
	struct design_style styles[8];
	struct compiled_style_font style_fonts[8];
	struct design_text t;
	struct design_part parts[8];
	struct wire_value items[8];
	struct text_values values;
	struct text_block block;
	struct text_problem problem;
	struct err err;
};

static inline struct bytes kit_map(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct bytes b = {NULL, 0};
	struct stat st;

	if (fd < 0)
		return b;
	if (fstat(fd, &st) == 0 && st.st_size > 0) {
		b.p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		b.n = (size_t)st.st_size;
		assert_ptr_not_equal(b.p, MAP_FAILED);
	}
	close(fd);
	return b;
}

static inline void kit_add_font(struct kit *k, const struct fonts_face *f)
{
	struct bytes file = kit_map(f->path);

	if (file.p == NULL || k->font_count == KIT_FONTS)
		return;
	k->files[k->font_count] = file;
	k->fonts[k->font_count++] = (struct wire_font){.key = str_of(f->key),
		.family = str_of(f->family),
		.weight = f->weight,
		.italic = f->italic,
		.face_index = f->face_index};
}

/* The fallback of the catalogue, first passes first, as control hands it over. */
static inline void kit_open(struct kit *k)
{
	memset(k, 0, sizeof *k);
	for (unsigned pass = 1; pass <= 5; pass++)
		for (size_t i = 0; i < fonts_catalogue_count; i++)
			if (fonts_catalogue[i].fallback == pass
				&& (pass > 2 || fonts_catalogue[i].flavour != FONTS_SANS || i < 8))
				kit_add_font(k, &fonts_catalogue[i]);
	k->a = arena_new((size_t)64 << 20);
	assert_int_equal(text_engine_new(k->fonts, k->files, k->font_count, &k->e, &k->err), RC_OK);
}

static inline void kit_close(struct kit *k)
{
	text_engine_free(&k->e);
	arena_free(&k->a);
	for (size_t i = 0; i < k->font_count; i++)
		munmap((void *)(uintptr_t)k->files[i].p, k->files[i].n);
}

/* A design of one text {{recipient.name}}, black, centred in a box of 400 at (500, 100), size 40. */
static inline void kit_reset(struct kit *k)
{
	arena_reset(k->a);
	memset(k->styles, 0, sizeof k->styles);
	k->styles[0] = (struct design_style){
		.families = STR("Noto Serif, serif"), .size = 40, .weight = 400, .fill = 0xFF};
	k->style_fonts[0].font = text_font_find(k->e, k->styles[0].families, 400, false);
	k->parts[0] = (struct design_part){.kind = PART_FIELD, .text = STR("recipient.name")};
	k->t = (struct design_text){.matrix = {1, 0, 0, 1, 0, 0},
		.line = 7,
		.x = 500,
		.y = 100,
		.box_w = 400,
		.anchor = ANCHOR_MIDDLE,
		.shrink = true,
		.min_scale = 0.5,
		.max_lines = 1,
		.line_height = 1.2};
	k->t.parts.items = k->parts;
	k->t.parts.count = 1;
	k->c = (struct compiled){.scale = 1};
	k->c.design.styles.items = k->styles;
	k->c.design.styles.count = 1;
	k->c.style_fonts.items = k->style_fonts;
	k->c.style_fonts.count = 1;
	k->values = (struct text_values){.items = k->items};
	k->problem = (struct text_problem){0};
}

static inline void kit_value(struct kit *k, const char *name, const char *text)
{
	k->items[k->values.count++] = (struct wire_value){str_of(name), str_of(text)};
}

static inline enum rc kit_lay_out(struct kit *k)
{
	return text_lay_out(k->e, &k->c, &k->t, &k->values, k->a, &k->block, &k->problem, &k->err);
}

/* Lays out a name in lang with the design of kit_reset. */
static inline enum rc kit_name(struct kit *k, const char *name, const char *lang)
{
	kit_reset(k);
	kit_value(k, "recipient.name", name);
	k->values.lang = str_of(lang);
	return kit_lay_out(k);
}

#endif
