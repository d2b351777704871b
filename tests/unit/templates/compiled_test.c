// SPDX-License-Identifier: Apache-2.0
/* The compiled template is written and read back, and every lie in its header is refused. Runs in: tests. */
#include "templates/compiled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PX_W 40
#define PX_H 24
#define STRIDE (1 + 3 * PX_W)

/* A small good template: what each test then spoils. */
struct fixture {
	struct arena *a;
	struct buf sections;
	struct buf blob;
	struct compiled c;
	struct design_style styles[2];
	struct design_part parts[2];
	struct design_text texts[1];
	struct compiled_font fonts[2];
	struct compiled_style_font style_fonts[2];
	struct compiled_band bands[2];
	struct compiled_band spares[2];
	struct compiled_object objects[3];
	struct compiled_image images[2];
	struct design_layer layers[2];
	struct compiled_form forms[1];
	struct compiled_zone zones[2];
	struct compiled_patch patches[2];
	struct err err;
};

static struct bytes idat(struct arena *a, uint32_t data_len)
{
	uint8_t *p = arena_zalloc(a, 1, data_len + 12);

	p[3] = (uint8_t)data_len;
	memcpy(p + 4, "IDAT", 4);
	return (struct bytes){p, data_len + 12};
}

static void fill_design(struct fixture *f)
{
	struct design *d = &f->c.design;

	f->styles[0] = (struct design_style){.families = STR("serif"), .size = 12, .weight = 400};
	f->styles[1] = (struct design_style){.families = STR("sans"), .size = 20, .weight = 700};
	f->parts[0] = (struct design_part){.kind = PART_LITERAL, .text = STR("For "), .style = 0};
	f->parts[1] =
		(struct design_part){.kind = PART_FIELD, .text = STR("recipient.name"), .style = 1};
	f->texts[0] = (struct design_text){.id = STR("t1"),
		.matrix = {1, 0, 0, 1, 0, 0},
		.x = 5,
		.y = 20,
		.box_w = 30,
		.min_scale = 0.5,
		.max_lines = 1,
		.line_height = 1.2};
	f->texts[0].parts.items = f->parts;
	f->texts[0].parts.count = 2;
	d->width = PX_W;
	d->height = PX_H;
	d->title = STR("Small");
	d->styles.items = f->styles;
	d->styles.count = 2;
	d->texts.items = f->texts;
	d->texts.count = 1;
}

static void fill_sections(struct fixture *f)
{
	static uint8_t rows[PX_H * STRIDE];
	static const uint8_t refs[] = "/A \x01\x01\x00 /B \x01\x02\x00";
	struct compiled *c = &f->c;

	for (size_t y = 0; y < PX_H; y++)
		memset(rows + y * STRIDE + 1, (int)y + 7, STRIDE - 1);
	c->base = compiled_put(&f->sections, (struct bytes){rows, sizeof rows});
	f->bands[0] = (struct compiled_band){0, 8, compiled_put(&f->sections, idat(f->a, 9)), 11};
	f->bands[1] = (struct compiled_band){16, 8, compiled_put(&f->sections, idat(f->a, 33)), 12};
	c->bands.items = f->bands;
	c->bands.count = 2;
	/* Two chunks that adjoin: the second is not at a section's boundary. */
	f->spares[0] = (struct compiled_band){8, 4, compiled_put(&f->sections, idat(f->a, 5)), 13};
	f->spares[1] = (struct compiled_band){12, 4, {f->spares[0].chunk.offset + 17, 19}, 14};
	buf_put_bytes(&f->sections, idat(f->a, 7));
	c->spares.items = f->spares;
	c->spares.count = 2;
	f->objects[0].dict = compiled_put(&f->sections, (struct bytes){refs, sizeof refs - 1});
	f->objects[0].data = compiled_put(&f->sections, bytes_of(STR("q Q")));
	f->objects[0].stream = true;
	f->objects[1].dict = compiled_put(&f->sections, bytes_of(STR("/C 1")));
	f->objects[2].stream = true;
	c->objects.items = f->objects;
	c->objects.count = 3;
	c->pdf_head = compiled_put(&f->sections, bytes_of(STR("%PDF-1.7")));
	f->images[0] = (struct compiled_image){STR("icon.png"),
		compiled_put(&f->sections, bytes_of(STR("\x89PNG\r\n\x1a\nrest")))};
	f->images[1] = (struct compiled_image){STR("icon@2x.png"), f->images[0].file};
	c->images.items = f->images;
	c->images.count = 2;
}

/* A second layer that lies over the text in two places. */
static void add_layer(struct fixture *f)
{
	static const uint8_t under[3 * 4 * 2] = {9, 8, 7};
	static const uint8_t over[4 * 4 * 2] = {5, 6, 7, 7, 0, 0, 0, 255};
	struct compiled *c = &f->c;
	struct compiled_section ground = compiled_put(&f->sections, (struct bytes){under, 24});
	struct compiled_section pixels = compiled_put(&f->sections, (struct bytes){over, 32});

	f->layers[0].art_len = f->layers[1].art_len = 10;
	c->design.layers.items = f->layers;
	c->design.layers.count = 2;
	f->forms[0].object = 2;
	c->forms.items = f->forms;
	c->forms.count = 1;
	f->zones[0] = (struct compiled_zone){0, 0, 4, 2, ground};
	f->zones[1] = (struct compiled_zone){PX_W - 4, PX_H - 2, 4, 2, ground};
	c->zones.items = f->zones;
	c->zones.count = 2;
	f->patches[0] = (struct compiled_patch){1, 0, pixels};
	f->patches[1] = (struct compiled_patch){1, 1, pixels};
	c->patches.items = f->patches;
	c->patches.count = 2;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	f->a = arena_new((size_t)8 << 20);
	f->sections = buf_new((size_t)1 << 20);
	f->blob = buf_new((size_t)2 << 20);
	f->c = (struct compiled){.engine_version = COMPILED_ENGINE_VERSION,
		.dpi = 96,
		.px_w = PX_W,
		.px_h = PX_H,
		.scale = 1};
	fill_design(f);
	f->fonts[0] = (struct compiled_font){.key = STR("noto-serif")};
	f->fonts[1] = (struct compiled_font){.key = STR("noto-sans"), .sha256 = {1, 2, 3}};
	f->style_fonts[1].font = 1;
	f->c.fonts.items = f->fonts;
	f->c.fonts.count = 2;
	f->c.style_fonts.items = f->style_fonts;
	f->c.style_fonts.count = 2;
	fill_sections(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	buf_free(&f->sections);
	buf_free(&f->blob);
	arena_free(&f->a);
	free(f);
	return 0;
}

static enum rc write_and_read(struct fixture *f, struct compiled *out)
{
	assert_int_equal(compiled_write(&f->c, &f->sections, &f->blob, &f->err), RC_OK);
	return compiled_read(buf_bytes(&f->blob), f->a, out, &f->err);
}

static void refused(struct fixture *f, const char *why)
{
	struct compiled out;

	assert_int_equal(write_and_read(f, &out), RC_INPUT);
	if (strstr(f->err.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", f->err.text, why);
	assert_non_null(strstr(f->err.text, "compiled template: "));
}

static void comes_back_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct compiled out;
	struct bytes b;

	assert_int_equal(write_and_read(f, &out), RC_OK);
	assert_int_equal(out.px_w, PX_W);
	assert_true(str_eq_cz(out.design.texts.items[0].parts.items[1].text, "recipient.name"));
	assert_true(str_eq_cz(out.fonts.items[1].key, "noto-sans"));
	assert_int_equal(out.fonts.items[1].sha256[2], 3);
	assert_int_equal(out.style_fonts.items[1].font, 1);
	b = compiled_bytes(buf_bytes(&f->blob), &out.base);
	assert_int_equal(b.n, PX_H * STRIDE);
	assert_int_equal(b.p[5 * STRIDE + 1], 12);
	b = compiled_bytes(buf_bytes(&f->blob), &out.bands.items[1].chunk);
	assert_int_equal(b.n, 45);
	assert_memory_equal(b.p + 4, "IDAT", 4);
	assert_int_equal(out.bands.items[1].adler, 12);
	b = compiled_bytes(buf_bytes(&f->blob), &out.spares.items[1].chunk);
	assert_int_equal(b.n, 19);
	assert_memory_equal(b.p + 4, "IDAT", 4);
	b = compiled_bytes(buf_bytes(&f->blob), &out.objects.items[0].data);
	assert_true(str_eq_cz(bytes_text(b), "q Q"));
	b = compiled_bytes(buf_bytes(&f->blob), &out.objects.items[2].data);
	assert_int_equal(b.n, 0);
	assert_int_equal(out.objects.items[0].data.offset % 64, 0);
	b = compiled_bytes(buf_bytes(&f->blob), &out.pdf_head);
	assert_true(str_eq_cz(bytes_text(b), "%PDF-1.7"));
	assert_true(str_eq_cz(out.images.items[1].name, "icon@2x.png"));
}

static void layers_come_back(void **state)
{
	struct fixture *f = *state;
	struct compiled out;

	add_layer(f);
	f->texts[0].layer = 1;
	assert_int_equal(write_and_read(f, &out), RC_OK);
	assert_int_equal(out.design.texts.items[0].layer, 1);
	assert_int_equal(out.forms.items[0].object, 2);
	assert_int_equal(compiled_bytes(buf_bytes(&f->blob), &out.zones.items[1].under).p[1], 8);
	assert_int_equal(
		compiled_bytes(buf_bytes(&f->blob), &out.patches.items[1].pixels).p[7], 255);
}

/* One lie each, every time about a fresh template of two layers. */
static void spoil_layers(struct fixture *f, unsigned which)
{
	switch (which) {
	case 0:
		f->texts[0].layer = 2;
		break;
	case 1:
		f->c.design.layers.count = 0;
		break;
	case 2:
		f->c.forms.count = 0;
		break;
	case 3:
		f->forms[0].object = 1;
		break;
	case 4:
		f->forms[0].object = 0;
		break;
	case 5:
		f->forms[0].object = 3;
		break;
	case 6:
		f->zones[1].x++;
		break;
	case 7:
		f->zones[1].x = UINT32_MAX;
		break;
	case 8:
		f->zones[1].height = UINT32_MAX;
		break;
	case 9:
		f->zones[1].width = 0;
		break;
	case 10:
		f->zones[1].x = 3;
		f->zones[1].y = 1;
		break;
	case 11:
		f->zones[1].under.len++;
		break;
	case 12:
		f->patches[0].layer = 2;
		break;
	case 13:
		f->patches[0].layer = 0;
		break;
	case 14:
		f->patches[0].zone = 1;
		break;
	case 15:
		f->patches[1].zone = 2;
		break;
	case 16:
		f->patches[1].pixels.len -= 4;
		break;
	case 17:
		f->sections.p[f->patches[1].pixels.offset] = 8;
		break;
	default:
		fail();
	}
}

static void lies_about_layers(void **state)
{
	static const char *const why[] = {
		"a layer that does not exist",
		"2 forms for 1 layers",
		"1 forms for 2 layers",
		"layer 1 has no form",
		"layer 1 has no form",
		"layer 1 has no form",
		"zone 1 is not inside",
		"zone 1 is not inside",
		"zone 1 is not inside",
		"zone 1 is not inside",
		"two zones overlap",
		"zone 1 has a wrong ground",
		"patch 0 has no layer",
		"patch 0 has no layer",
		"patch 1 has no layer",
		"patch 1 has no layer",
		"patch 1 has not its zone's size",
		"beyond their opacity",
	};

	(void)state;
	for (unsigned i = 0; i < sizeof why / sizeof why[0]; i++) {
		void *fresh = NULL;

		set_up(&fresh);
		add_layer(fresh);
		spoil_layers(fresh, i);
		refused(fresh, why[i]);
		tear_down(&fresh);
	}
}

static void same_input_same_bytes(void **state)
{
	struct fixture *f = *state;
	struct buf again = buf_new((size_t)2 << 20);
	struct compiled out;

	assert_int_equal(write_and_read(f, &out), RC_OK);
	buf_reset(&f->sections);
	fill_sections(f);
	assert_int_equal(compiled_write(&f->c, &f->sections, &again, &f->err), RC_OK);
	assert_int_equal(again.n, f->blob.n);
	assert_memory_equal(again.p, f->blob.p, again.n);
	buf_free(&again);
}

static void full_buffers_are_a_limit(void **state)
{
	struct fixture *f = *state;
	struct buf small = buf_new(1000);

	assert_int_equal(compiled_write(&f->c, &f->sections, &small, &f->err), RC_LIMIT);
	buf_free(&small);
	f->sections.full = true;
	assert_int_equal(compiled_write(&f->c, &f->sections, &f->blob, &f->err), RC_LIMIT);
}

static void static_text_is_all_literal(void **state)
{
	struct fixture *f = *state;

	assert_false(design_text_is_static(&f->texts[0]));
	f->texts[0].parts.count = 1;
	assert_true(design_text_is_static(&f->texts[0]));
}

/* ---- lies ---- */

static void lie_about_version(void **state)
{
	struct fixture *f = *state;

	f->c.engine_version++;
	refused(f, "engine version");
}

static void lie_about_picture(void **state)
{
	struct fixture *f = *state;

	f->c.dpi = 97;
	refused(f, "97 dpi");
}

static void lie_about_size(void **state)
{
	struct fixture *f = *state;

	f->c.px_w = COMPILED_SIDE_MAX;
	f->c.px_h = COMPILED_SIDE_MAX;
	refused(f, "out of range");
}

static void lie_about_rows(void **state)
{
	struct fixture *f = *state;

	f->c.px_h--;
	f->c.bands.count = 1;
	refused(f, "not where it should be");
}

static void lie_about_filter(void **state)
{
	struct fixture *f = *state;

	f->sections.p[f->c.base.offset + 3 * STRIDE] = 1;
	refused(f, "row 3");
}

static void lie_about_bands(void **state)
{
	struct fixture *f = *state;

	f->bands[1].row = 7;
	refused(f, "once each");
}

static void band_past_the_end(void **state)
{
	struct fixture *f = *state;

	f->bands[1].count = 9;
	refused(f, "once each");
}

static void band_of_wrong_length(void **state)
{
	struct fixture *f = *state;

	f->bands[0].chunk.len--;
	refused(f, "not an IDAT");
}

static void spare_that_is_no_chunk(void **state)
{
	struct fixture *f = *state;

	f->spares[1].chunk.offset++;
	refused(f, "spare 1 is not");
}

static void spare_out_of_order(void **state)
{
	struct fixture *f = *state;

	f->spares[1].row = 11;
	refused(f, "spares do not cover");
}

static void reference_to_nothing(void **state)
{
	struct fixture *f = *state;

	f->c.objects.count = 2;
	refused(f, "refers to an object");
}

static void reference_cut_short(void **state)
{
	struct fixture *f = *state;

	f->objects[0].dict.len--;
	refused(f, "refers to an object");
}

static void form_that_is_none(void **state)
{
	struct fixture *f = *state;

	f->objects[0].stream = false;
	f->objects[0].data = (struct compiled_section){0, 0};
	refused(f, "begin with a form");
}

static void pdf_head_outside(void **state)
{
	struct fixture *f = *state;

	f->c.pdf_head.len = (uint64_t)1 << 40;
	refused(f, "the PDFs' beginning");
}

static void section_outside(void **state)
{
	struct fixture *f = *state;

	f->objects[1].dict.len = UINT64_MAX - 63;
	refused(f, "object 1");
}

static void section_out_of_line(void **state)
{
	struct fixture *f = *state;

	f->objects[1].dict.offset++;
	refused(f, "object 1");
}

static void style_without_font(void **state)
{
	struct fixture *f = *state;

	f->style_fonts[0].font = 2;
	refused(f, "style 0");
}

static void part_without_style(void **state)
{
	struct fixture *f = *state;

	f->parts[1].style = 2;
	refused(f, "text 0");
}

static void flat_matrix(void **state)
{
	struct fixture *f = *state;

	f->texts[0].matrix.d = 0;
	refused(f, "matrix");
}

static void image_with_a_path(void **state)
{
	struct fixture *f = *state;

	f->images[1].name = STR("../icon.png");
	refused(f, "image 1");
}

static void image_in_a_folder(void **state)
{
	struct fixture *f = *state;

	f->images[1].name = STR("art/icon.png");
	refused(f, "image 1");
}

static void image_in_two_folders(void **state)
{
	struct fixture *f = *state;

	f->images[1].name = STR("en.lproj/de.lproj/icon.png");
	refused(f, "image 1");
}

static void image_above(void **state)
{
	struct fixture *f = *state;

	f->images[1].name = STR("../de.lproj/icon.png");
	refused(f, "image 1");
}

static void image_in_a_hidden_folder(void **state)
{
	struct fixture *f = *state;

	f->images[1].name = STR(".lproj/icon.png");
	refused(f, "image 1");
}

static void image_that_is_a_folder(void **state)
{
	struct fixture *f = *state;

	f->images[1].name = STR("de.lproj/");
	refused(f, "image 1");
}

/* The fixture's file is a PNG, so no text. */
static void texts_that_are_a_picture(void **state)
{
	struct fixture *f = *state;

	f->images[1].name = STR("de.lproj/pass.strings");
	refused(f, "neither a PNG nor texts");
}

static void images_of_one_name(void **state)
{
	struct fixture *f = *state;

	f->images[1].name = STR("icon.png");
	refused(f, "same name");
}

static void codes_of_wrong_length(void **state)
{
	struct fixture *f = *state;

	f->c.codes = compiled_put(&f->sections, bytes_of(STR("short")));
	refused(f, "Huffman codes");
}

static void every_cut_is_refused(void **state)
{
	struct fixture *f = *state;
	struct compiled out;
	size_t last = 0;

	assert_int_equal(write_and_read(f, &out), RC_OK);
	/* The last section ends here; what follows may not be missing either. */
	for (size_t n = 0; n < f->blob.n; n += 1 + n / 97) {
		/* A copy of exactly n bytes, so that a sanitizer sees a read beyond it. */
		uint8_t *copy = malloc(n != 0 ? n : 1);

		assert_non_null(copy);
		memcpy(copy, f->blob.p, n);
		arena_reset(f->a);
		assert_int_equal(
			compiled_read((struct bytes){copy, n}, f->a, &out, &f->err), RC_INPUT);
		free(copy);
		last = n;
	}
	assert_true(last > 3000);
}

#define SPOILED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPOILED(comes_back_as_it_was),
		SPOILED(layers_come_back),
		cmocka_unit_test(lies_about_layers),
		SPOILED(same_input_same_bytes),
		SPOILED(full_buffers_are_a_limit),
		SPOILED(static_text_is_all_literal),
		SPOILED(lie_about_version),
		SPOILED(lie_about_picture),
		SPOILED(lie_about_size),
		SPOILED(lie_about_rows),
		SPOILED(lie_about_filter),
		SPOILED(lie_about_bands),
		SPOILED(band_past_the_end),
		SPOILED(band_of_wrong_length),
		SPOILED(spare_that_is_no_chunk),
		SPOILED(spare_out_of_order),
		SPOILED(reference_to_nothing),
		SPOILED(reference_cut_short),
		SPOILED(form_that_is_none),
		SPOILED(pdf_head_outside),
		SPOILED(section_outside),
		SPOILED(section_out_of_line),
		SPOILED(style_without_font),
		SPOILED(part_without_style),
		SPOILED(flat_matrix),
		SPOILED(image_with_a_path),
		SPOILED(texts_that_are_a_picture),
		SPOILED(image_in_a_folder),
		SPOILED(image_in_two_folders),
		SPOILED(image_above),
		SPOILED(image_in_a_hidden_folder),
		SPOILED(image_that_is_a_folder),
		SPOILED(images_of_one_name),
		SPOILED(codes_of_wrong_length),
		SPOILED(every_cut_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
