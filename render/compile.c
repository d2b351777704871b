// SPDX-License-Identifier: Apache-2.0
/* The whole compile, step by step. Runs in: compile. */
#include "render/compile.h"

#include "base/mem.h"
#include "render/compile_layer.h"
#include "render/compile_lift.h"
#include "render/compile_look.h"
#include "render/compile_pass.h"
#include "render/compile_pass_strings.h"
#include "render/compile_sample.h"
#include "render/compile_text.h"
#include "render/pdf_head.h"
#include "render/png.h"
#include "render/png_chunk.h"

#include <math.h>
#include <string.h>

#define HEADER_ARENA_LEN ((size_t)512 << 20)
#define GLYPHS_MAX_LEN ((size_t)32 << 20)
#define PDF_MAX_LEN ((size_t)256 << 20)

/* What the steps share. */
struct compiling {
	const struct compile_input *in;
	struct compile_notes *notes;
	struct arena *a;
	struct compiled c;
	struct buf sections;
	struct raster base;
	uint8_t *fixed_rows;
	struct text_engine *engine;
	struct raster_cache *cache;
	struct bytes docs[DESIGN_LAYERS_MAX]; /* of the artwork, by layer */
	struct compile_art *arts[DESIGN_LAYERS_MAX];
	uint32_t layer_count;
	struct err *err;
};

/* The artwork cut into its documents. */
static enum rc cut_layers(struct compiling *w)
{
	const struct design *d = &w->c.design;
	struct bytes rest = w->in->art;

	w->layer_count = d->layers.count > 0 ? d->layers.count : 1;
	for (uint32_t i = 0; i < d->layers.count; i++) {
		if (d->layers.items[i].art_len > rest.n)
			return err_set(w->err, RC_INPUT,
				"the artwork is shorter than its layers together");
		w->docs[i] = (struct bytes){rest.p, (size_t)d->layers.items[i].art_len};
		rest.p += w->docs[i].n;
		rest.n -= w->docs[i].n;
	}
	if (d->layers.count == 0)
		w->docs[0] = rest;
	else if (rest.n != 0)
		return err_set(w->err, RC_INPUT, "the artwork is longer than its layers together");
	return RC_OK;
}

static enum rc open_art(struct compiling *w)
{
	enum rc rc = cut_layers(w);

	for (uint32_t i = 0; i < w->layer_count && rc == RC_OK; i++)
		rc = compile_art_open(w->docs[i], w->c.design.width, w->c.design.height, w->notes,
			&w->arts[i], w->err);
	return rc;
}

static enum rc take_options(struct compiling *w)
{
	const struct wire_compile_open *o = w->in->options;
	struct compiled *c = &w->c;
	enum rc rc;

	if ((o->dpi != 96 && o->dpi != 150 && o->dpi != 300) || o->tier > 1)
		return err_set(w->err, RC_INPUT,
			"%u dpi, tier %u: 96, 150 or 300 dpi and tier 0 or 1 are possible", o->dpi,
			o->tier);
	*c = (struct compiled){.engine_version = COMPILED_ENGINE_VERSION,
		.dpi = o->dpi,
		.tier = o->tier,
		.scale = o->dpi / 96.0};
	wire_copy(&design_type, w->in->design, w->a, &c->design);
	compile_text_apply_layout(&c->design, o, w->notes);
	rc = compiled_check_design(&c->design, w->err);
	if (rc != RC_OK)
		return rc;
	c->px_w = (uint32_t)lround(c->design.width * c->scale);
	c->px_h = (uint32_t)lround(c->design.height * c->scale);
	if (c->px_w > COMPILED_SIDE_MAX || c->px_h > COMPILED_SIDE_MAX
		|| (uint64_t)c->px_w * c->px_h > COMPILED_PIXELS_MAX)
		return err_set(w->err, RC_LIMIT,
			"the page has %u by %u pixels at %u dpi, at most 20 million fit; choose "
			"fewer dpi",
			c->px_w, c->px_h, c->dpi);
	return RC_OK;
}

static enum rc open_fonts(struct compiling *w)
{
	const struct wire_compile_open *o = w->in->options;
	enum rc rc;

	if (o->fonts.count == 0)
		return err_set(w->err, RC_INPUT, "no fonts were given");
	rc = text_engine_new(o->fonts.items, w->in->font_files, o->fonts.count, &w->engine, w->err);
	if (rc != RC_OK)
		return rc;
	w->cache = raster_cache_new(w->engine, GLYPHS_MAX_LEN);
	w->c.fonts.items = arena_zalloc(w->a, o->fonts.count, sizeof *w->c.fonts.items);
	w->c.fonts.count = o->fonts.count;
	for (uint32_t i = 0; i < o->fonts.count; i++) {
		w->c.fonts.items[i].key = o->fonts.items[i].key;
		memcpy(w->c.fonts.items[i].sha256, o->fonts.items[i].sha256,
			sizeof w->c.fonts.items[i].sha256);
	}
	compile_text_find_fonts(w->a, w->engine, &w->c);
	return RC_OK;
}

/* Rows are drawn four bytes at a time: some to spare after the last. */
static uint8_t *new_rows(const struct raster *r)
{
	return mem_zalloc(r->height + (size_t)1, r->stride + 64);
}

static struct compile_text text_of(struct compiling *w)
{
	return (struct compile_text){w->engine, w->cache, &w->c, w->notes};
}

/* The page as everybody has it: artwork and static text, layer upon layer. */
static enum rc draw_base(struct compiling *w)
{
	struct compile_text t = text_of(w);
	struct compile_layer_input above = {t, w->arts + 1, w->layer_count - 1};
	enum rc rc;

	w->base = (struct raster){.stride = 1 + 3 * (size_t)w->c.px_w,
		.width = w->c.px_w,
		.height = w->c.px_h,
		.scale = w->c.scale};
	w->base.rows = new_rows(&w->base);
	rc = compile_art_draw(w->arts[0], &w->base, w->err);
	if (rc == RC_OK)
		rc = compile_text_bake(&t, &w->c.design, 0, &w->base, w->err);
	if (rc == RC_OK)
		compile_look_at(&t, &w->base, 0, 1);
	if (rc == RC_OK)
		rc = compile_layer_stack(w->a, &above, &w->base, &w->sections, &w->c, w->err);
	if (rc != RC_OK)
		return rc;
	compile_look_at(&t, &w->base, 1, w->layer_count);
	w->c.base = compiled_put(
		&w->sections, (struct bytes){w->base.rows, w->base.stride * w->base.height});
	w->fixed_rows = arena_alloc(w->a, w->base.height);
	compile_text_mark_rows(&t, &w->base, w->fixed_rows);
	return png_pack_fixed(w->a, &w->base, w->fixed_rows, &w->sections, &w->c, w->err);
}

/* Only rows that training looks at; the others stay untouched memory. */
static void copy_changing(const struct compiling *w, struct raster *to)
{
	const struct raster *from = &w->base;

	for (uint32_t i = 0; i < w->c.spares.count; i++) {
		const struct compiled_band *group = &w->c.spares.items[i];

		memcpy(to->rows + group->row * to->stride, from->rows + group->row * from->stride,
			group->count * from->stride);
	}
}

static void train(struct compiling *w)
{
	struct compile_text t = text_of(w);
	struct raster samples[COMPILE_SAMPLE_COUNT];
	const struct raster *list[COMPILE_SAMPLE_COUNT];

	for (uint32_t i = 0; i < COMPILE_SAMPLE_COUNT; i++) {
		samples[i] = w->base;
		samples[i].rows = new_rows(&w->base);
		copy_changing(w, &samples[i]);
		compile_sample_draw(&t, i, &samples[i]);
		list[i] = &samples[i];
	}
	png_train(list, COMPILE_SAMPLE_COUNT, &w->sections, &w->c);
	for (uint32_t i = 0; i < COMPILE_SAMPLE_COUNT; i++)
		MEM_FREE(samples[i].rows);
}

static enum rc lift_layer(struct compiling *w, uint32_t layer)
{
	struct buf pdf = buf_new(PDF_MAX_LEN);
	struct compile_lift_input in = {.svg = w->docs[layer],
		.width = w->c.design.width * COMPILE_ART_PT_PER_PX,
		.height = w->c.design.height * COMPILE_ART_PT_PER_PX,
		.scale = compile_art_pdf_scale(w->arts[layer])};
	enum rc rc = compile_art_pdf(w->arts[layer], in.scale, &pdf, w->err);

	in.pdf = buf_bytes(&pdf);
	if (rc == RC_OK)
		rc = compile_lift_run(w->a, &in, &w->sections, &w->c, w->err);
	buf_free(&pdf);
	return rc;
}

static enum rc lift(struct compiling *w)
{
	struct compiled_form *forms = arena_zalloc(w->a, w->layer_count, sizeof *forms);
	enum rc rc = lift_layer(w, 0);

	for (uint32_t i = 1; i < w->layer_count && rc == RC_OK; i++) {
		forms[i - 1].object = (uint16_t)w->c.objects.count;
		rc = lift_layer(w, i);
	}
	w->c.forms.items = forms;
	w->c.forms.count = w->layer_count - 1;
	return rc == RC_OK ? pdf_head_make(&w->c, &w->sections, w->err) : rc;
}

/* What render will refuse is refused here, where there is still somebody to tell. */
static enum rc write_and_check(struct compiling *w, struct buf *out)
{
	size_t start = out->n;
	struct compiled back;
	enum rc rc;

	design_forget_lines(&w->c.design);
	rc = compiled_write(&w->c, &w->sections, out, w->err);
	if (rc != RC_OK)
		return rc;
	return compiled_read((struct bytes){out->p + start, out->n - start}, w->a, &back, w->err);
}

static enum rc run_steps(struct compiling *w, struct buf *out)
{
	enum rc rc = take_options(w);

	if (rc == RC_OK)
		rc = open_fonts(w);
	if (rc == RC_OK)
		rc = open_art(w);
	if (rc == RC_OK)
		rc = draw_base(w);
	if (rc == RC_OK) {
		train(w);
		rc = lift(w);
	}
	if (rc == RC_OK)
		rc = compile_pass_make(
			w->a, &w->base, &w->in->options->pass, w->notes, &w->sections, &w->c);
	if (rc == RC_OK)
		rc = compile_pass_strings_make(w->a, w->in->options, &w->sections, &w->c, w->err);
	if (rc == RC_OK)
		rc = write_and_check(w, out);
	return rc;
}

enum rc compile_run(const struct compile_input *in, struct buf *out, struct compile_notes *notes,
	struct err *err)
{
	struct compiling w = {.in = in, .notes = notes, .err = err};
	enum rc rc;

	w.a = arena_new(HEADER_ARENA_LEN);
	w.sections = buf_new(COMPILE_BLOB_MAX);
	rc = run_steps(&w, out);
	for (uint32_t i = 0; i < DESIGN_LAYERS_MAX; i++)
		compile_art_free(&w.arts[i]);
	raster_cache_free(&w.cache);
	text_engine_free(&w.engine);
	MEM_FREE(w.base.rows);
	buf_free(&w.sections);
	arena_free(&w.a);
	return rc;
}
