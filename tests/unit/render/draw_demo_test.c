// SPDX-License-Identifier: Apache-2.0
/* The DEMO marking on light, dark and busy ground: always to be read. Runs in: make check. */
#include "render/draw_demo.h"
#include "tests/unit/render/text_kit.h"

#define SIDE 400

struct fixture {
	struct kit kit;
	struct raster base;
	uint8_t rows[SIDE * (1 + 3 * SIDE)];
	struct design_text words;
};

static int set_up(void **state)
{
	static struct fixture f;

	kit_open(&f.kit);
	*state = &f;
	return 0;
}

/* Squares of two colours; one of SIDE pixels: plain. */
static const struct design_style *mark(struct fixture *f, uint32_t square, const uint32_t rgb[2])
{
	struct compiled *c = &f->kit.c;

	f->base = (struct raster){
		.rows = f->rows, .stride = 1 + 3 * SIDE, .width = SIDE, .height = SIDE, .scale = 1};
	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t i = 0; i < 3 * SIDE; i++)
			f->rows[y * f->base.stride + 1 + i] =
				(uint8_t)(rgb[(i / 3 / square + y / square) % 2]
					>> (16 - 8 * (i % 3)));
	*c = (struct compiled){.px_w = SIDE, .px_h = SIDE, .scale = 1};
	c->design.width = c->design.height = SIDE;
	draw_demo_add_style(c, f->kit.e, f->kit.a);
	f->words = draw_demo_text(c, f->kit.e, &f->base, f->kit.a);
	return &c->design.styles.items[f->words.parts.items[0].style];
}

static double luminance(uint32_t rgba)
{
	double sum = 0;

	for (unsigned i = 0; i < 3; i++)
		sum += (const double[]){0.2126, 0.7152, 0.0722}[i]
			* pow((rgba >> (24 - 8 * i) & 255) / 255.0, 2.2);
	return sum;
}

/* WCAG 2.1, 1.4.3. */
static double contrast(uint32_t a, uint32_t b)
{
	double la = luminance(a) + 0.05;
	double lb = luminance(b) + 0.05;

	return la > lb ? la / lb : lb / la;
}

static void plain_ground_of_any_colour_leaves_it_readable(void **state)
{
	static const uint32_t grounds[] = {0xFFFFFF, 0xFFF9EA, 0x000000, 0x12343B, 0x7A1F2B,
		0x2C46BD, 0xE1B382, 0xFF0000, 0x00FF00};

	for (size_t i = 0; i < ARRAY_COUNT(grounds); i++) {
		const struct design_style *s =
			mark(*state, SIDE, (const uint32_t[]){grounds[i], grounds[i]});

		assert_true(contrast(s->fill, grounds[i] << 8) >= 3);
		assert_true((s->fill & 0xFF) == 0xFF);
		assert_true(s->outline.width == 0);
	}
}

static void busy_ground_gives_it_a_rim_of_the_opposite(void **state)
{
	static const uint32_t grounds[][2] = {{0x000000, 0xFFFFFF}, {0x102040, 0x3050A0},
		{0xFFFFFF, 0xFFC145}, {0x808080, 0x404040}, {0xA0A0A0, 0x606060}};

	for (size_t i = 0; i < ARRAY_COUNT(grounds); i++) {
		const struct design_style *s = mark(*state, 7, grounds[i]);

		assert_true(s->outline.width > s->size / 5 && s->outline.under);
		assert_true(contrast(s->fill, s->outline.colour) >= 4.5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_ground_of_any_colour_leaves_it_readable),
		cmocka_unit_test(busy_ground_gives_it_a_rim_of_the_opposite),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
