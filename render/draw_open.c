// SPDX-License-Identifier: Apache-2.0
/* Taking a job in: inputs checked, engines made, first-time work done. Runs in: render, before lockdown. */
#include "base/file.h"
#include "base/mem.h"
#include "render/draw.h"
#include "render/draw_demo.h"

#include <string.h>
#include <unistd.h>

#define JOB_ARENA_MAX ((size_t)384 << 20)
/* Coverage of glyphs that is kept between recipients. */
#define GLYPH_CACHE_MAX ((size_t)48 << 20)

/*
 * Fonts decide the bytes, so they must be the very files that the template was compiled with. Their hashes are
 * control's, of the descriptors it sent.
 */
static enum rc check_fonts(const struct draw *d, size_t count, struct err *err)
{
	const struct compiled *c = &d->compiled;

	if (count != d->open.fonts.count || count != c->fonts.count || count > DRAW_FONTS_MAX
		|| count == 0)
		return err_set(err, RC_INPUT, "the template was compiled with %u fonts, %zu came",
			c->fonts.count, count);
	for (size_t i = 0; i < count; i++) {
		const struct wire_font *f = &d->open.fonts.items[i];
		const struct compiled_font *wanted = &c->fonts.items[i];

		if (!str_eq(f->key, wanted->key)
			|| memcmp(f->sha256, wanted->sha256, sizeof f->sha256) != 0)
			return err_set(err, RC_INPUT,
				"font %zu is \"" STR_FMT
				"\", the template was compiled with another",
				i, STR_ARG(f->key));
	}
	return RC_OK;
}

/* Static texts are in the picture's base already; the PDF shows them as text. */
static void lay_out_static(struct draw *d)
{
	const struct design *design = &d->compiled.design;
	struct text_values none = {.lang = design->lang};

	d->static_blocks = arena_zalloc(d->job, design->texts.count, sizeof(*d->static_blocks));
	for (uint32_t i = 0; i < design->texts.count; i++) {
		struct text_problem problem = {0};
		struct err err = {0};

		if (!design_text_is_static(&design->texts.items[i]))
			continue;
		if (text_lay_out(d->engine, &d->compiled, &design->texts.items[i], &none, d->job,
			    &d->static_blocks[i], &problem, &err)
			== RC_OK)
			continue;
		d->static_blocks[i].source = NULL;
		if (problem.message.n == 0)
			problem = (struct text_problem){STR("row"), STR("template-text"),
				str_dup(d->job, str_of(err.text))};
		d->static_problem = problem;
	}
}

static enum rc lay_out_demo(struct draw *d, struct err *err)
{
	struct text_values none = {0};
	struct text_problem problem = {0};

	if (!d->open.demo)
		return RC_OK;
	d->demo_text = draw_demo_text(&d->compiled, d->engine, draw_page_raster(d->page), d->job);
	if (text_lay_out(d->engine, &d->compiled, &d->demo_text, &none, d->job, &d->demo_block,
		    &problem, err)
		== RC_OK)
		return RC_OK;
	/* The font was wider than reckoned: small words are better than none. */
	d->demo_text.min_scale = 0.2;
	if (text_lay_out(d->engine, &d->compiled, &d->demo_text, &none, d->job, &d->demo_block,
		    &problem, err)
		!= RC_OK)
		return err_set(err, RC_LIMIT,
			"a font of the template cannot show the words that mark its certificates "
			"as DEMO; "
			"leave it out of the bundle, or mend its rules for letters");
	return RC_OK;
}

static enum rc make_engines(struct draw *d, struct err *err)
{
	enum rc rc = text_engine_new(
		d->open.fonts.items, d->font_files, d->open.fonts.count, &d->engine, err);

	if (rc != RC_OK)
		return rc;
	draw_demo_add_style(&d->compiled, d->engine, d->job);
	d->texts = text_memory_new();
	d->cache = raster_cache_new(d->engine, GLYPH_CACHE_MAX);
	rc = png_writer_new(&d->compiled, d->blob, &d->png, err);
	if (rc == RC_OK)
		rc = pdf_writer_new(
			d->engine, &d->compiled, d->blob, d->open.producer, &d->pdf, err);
	return rc;
}

enum rc draw_open(struct draw *d, const struct draw_input *in, struct err *err)
{
	enum rc rc;

	CHECK(d->job == NULL);
	d->result_fd = in->own_result_fd;
	d->blob = in->blob;
	d->job = arena_new(JOB_ARENA_MAX);
	wire_copy(&wire_render_open_type, in->open, d->job, &d->open);
	rc = compiled_read(in->blob, d->job, &d->compiled, err);
	if (rc == RC_OK)
		rc = check_fonts(d, in->file_count, err);
	if (rc != RC_OK)
		return rc;
	memcpy(d->font_files, in->files, in->file_count * sizeof(*in->files));
	d->page = draw_page_new(&d->compiled, d->blob);
	rc = make_engines(d, err);
	if (rc != RC_OK)
		return rc;
	lay_out_static(d);
	return lay_out_demo(d, err);
}

void draw_close(struct draw *d)
{
	pdf_writer_free(&d->pdf);
	png_writer_free(&d->png);
	raster_cache_free(&d->cache);
	text_memory_free(&d->texts);
	text_engine_free(&d->engine);
	draw_page_free(&d->page);
	buf_free(&d->results);
	arena_free(&d->job);
	if (d->result_fd > 0)
		(void)close(d->result_fd);
	*d = (struct draw){.result_fd = -1};
}

/* ---- warming up ---- */

/* Latin with marks, Greek, Cyrillic, Arabic, Hebrew, Devanagari, Thai, Georgian, Han, Kana, Hangul. */
#define WARM_NAME STR("Zöë Ελ Ёл محمّد של क्षि กำ გი 王あ김")

/* A value for every name the template knows; a date reads as a name, too. */
static void fill_values(
	const struct design *design, struct str text, struct arena *a, struct wire_draw_row *row)
{
	size_t parts = 0;

	for (uint32_t i = 0; i < design->texts.count; i++)
		parts += design->texts.items[i].parts.count;
	row->values.items = arena_zalloc(a, parts, sizeof(*row->values.items));
	row->values.count = 0;
	for (uint32_t i = 0; i < design->texts.count; i++) {
		for (uint32_t k = 0; k < design->texts.items[i].parts.count; k++) {
			const struct design_part *p = &design->texts.items[i].parts.items[k];

			if (p->kind == PART_FIELD)
				row->values.items[row->values.count++] = (struct wire_value){
					p->text, p->filter.n > 0 ? STR("2026-06-30") : text};
		}
	}
}

enum rc draw_warm_up(struct draw *d, struct arena *a, struct err *err)
{
	static const uint8_t filler[64] = "{}";
	struct wire_draw_row row = {.outputs = OUTPUT_PDF | OUTPUT_PNG | OUTPUT_PASS,
		.lang = STR("ar"),
		.title = WARM_NAME,
		.credential_id = STR("urn:uuid:00000000-0000-4000-8000-000000000000"),
		.verify_url = STR("HTTPS://WARM-UP.INVALID/VERIFY/0"),
		.verify_link = STR("https://warm-up.invalid/"),
		.badge = {filler, 2},
		.pass_json = {filler, 2},
		.pass_manifest = {filler, 2},
		.pass_signature = {filler, 64}};
	struct wire_draw request = {.rewind = true};
	struct wire_drawn drawn;
	enum rc rc = RC_OK;
	int result_fd = d->result_fd;

	d->result_fd = -1; /* nothing of it is wanted */
	request.rows.items = &row;
	request.rows.count = 1;
	/* A short name that surely fits, then one of many scripts that need not fit to be laid out. */
	for (unsigned i = 0; i < 2 && rc == RC_OK; i++) {
		fill_values(&d->compiled.design, i == 0 ? STR("A") : WARM_NAME, a, &row);
		rc = draw_rows(d, &request, a, &drawn, err);
	}
	d->result_fd = result_fd;
	png_forget(d->png);
	return rc;
}
