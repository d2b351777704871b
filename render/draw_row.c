// SPDX-License-Identifier: Apache-2.0
/* One row: measured, or drawn to all its files. Runs in: render, under lockdown. */
#ifdef CONFINE_ABLATION
#include "ipc/probe.h"
#endif
#include "base/file.h"
#include "render/draw.h"
#include "render/pack.h"
#include "render/qr.h"

#include <string.h>

#define ARTIFACTS_MAX 3

/* A row on its way. */
struct job {
	struct draw *d;
	const struct wire_draw_row *row;
	struct arena *a;
	struct text_block *blocks; /* in the design's order, the marking last */
	bool *fixed; /* the block is in the base picture already */
	size_t block_count;
	double min_scale;
	const uint8_t *modules;
	uint32_t side;
};

/* ---- laying out ---- */

static enum rc lay_out_text(struct job *j, uint32_t i, const struct text_values *values,
	struct text_problem *problem, struct err *err)
{
	struct draw *d = j->d;
	const struct design_text *t = &d->compiled.design.texts.items[i];
	struct text_block *block = &j->blocks[j->block_count];
	enum rc rc = RC_OK;

	if (d->static_blocks[i].source != NULL) {
		*block = d->static_blocks[i];
		j->fixed[j->block_count] = true;
	} else if (!text_memory_find(d->texts, t, values, block)) {
		rc = text_lay_out(d->engine, &d->compiled, t, values, j->a, block, problem, err);
		if (rc == RC_OK)
			text_memory_keep(d->texts, values, block);
	}
	if (rc == RC_OK) {
		if (block->scale < j->min_scale)
			j->min_scale = block->scale;
		j->block_count++;
	}
	return rc;
}

/* The first text that cannot be drawn ends it, with *problem filled. */
static enum rc lay_out(struct job *j, const struct text_values *values,
	struct text_problem *problem, struct err *err)
{
	struct draw *d = j->d;
	uint32_t count = d->compiled.design.texts.count;

	text_memory_next_row(d->texts);
	j->min_scale = 1;
	j->blocks = arena_zalloc(j->a, (size_t)count + 1, sizeof(*j->blocks));
	j->fixed = arena_zalloc(j->a, (size_t)count + 1, sizeof(*j->fixed));
	if (d->static_problem.message.n > 0) {
		*problem = d->static_problem;
		return err_set(err, RC_INPUT, STR_FMT, STR_ARG(problem->message));
	}
	for (uint32_t i = 0; i < count; i++) {
		enum rc rc = lay_out_text(j, i, values, problem, err);

		if (rc == RC_OK)
			continue;
		if (problem->message.n == 0)
			problem->message = str_dup(j->a, str_of(err->text));
		return rc;
	}
	if (d->demo_block.source != NULL)
		j->blocks[j->block_count++] = d->demo_block;
	return RC_OK;
}

static struct str clipped(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xC0) == 0x80)
		max--;
	return str_slice(s, 0, max);
}

void draw_measure(struct draw *d, const struct wire_measure_row *row, struct arena *a,
	struct wire_measured_row *out)
{
	struct job j = {.d = d, .a = a};
	struct text_values values = {row->values.items, row->values.count, row->lang};
	struct text_problem problem = {0};
	struct err err = {0};

	*out = (struct wire_measured_row){.row = row->row};
	out->ok = lay_out(&j, &values, &problem, &err) == RC_OK;
	out->min_scale = j.min_scale;
	if (out->ok)
		return;
	out->column = clipped(problem.column.n > 0 ? problem.column : STR("row"), 128);
	out->code = clipped(problem.code.n > 0 ? problem.code : STR("text-layout"), 64);
	out->message = clipped(problem.message, 512);
}

/* ---- the picture ---- */

static void add_layer(struct job *j, uint32_t layer)
{
	const struct compiled *c = &j->d->compiled;
	struct draw_page *page = j->d->page;

	for (uint32_t i = 0; i < c->patches.count; i++)
		if (c->patches.items[i].layer == layer)
			draw_page_add_patch(page, &c->patches.items[i]);
	for (size_t i = 0; i < j->block_count; i++)
		if (!j->fixed[i] && j->blocks[i].source->layer == layer)
			draw_page_add_text(page, &j->blocks[i], (uint32_t)i);
	for (uint32_t i = 0; i < c->design.qrs.count && j->modules != NULL; i++)
		if (c->design.qrs.items[i].layer == layer)
			draw_page_add_qr(page, &c->design.qrs.items[i], j->modules, j->side);
}

/* The marking as DEMO has a layer of its own, after the last. */
static void draw_picture(struct job *j)
{
	const struct compiled *c = &j->d->compiled;

	/* Where artwork lies over fields, the page goes back to what is below both. */
	for (uint32_t i = 0; i < c->zones.count; i++)
		draw_page_add_zone(j->d->page, &c->zones.items[i]);
	for (uint32_t layer = 0; layer <= c->design.layers.count; layer++)
		add_layer(j, layer);
	draw_page_paint(j->d->page, j->d->cache, j->d->png);
}

static enum rc write_png(struct job *j, struct wire_artifact *out, struct err *err)
{
	draw_picture(j);
	return png_write(j->d->png, draw_page_raster(j->d->page), j->row->badge, &j->d->results,
		j->d->result_at, j->a, out, err);
}

/* ---- the other files ---- */

static enum rc write_pdf(struct job *j, struct wire_artifact *out, struct err *err)
{
	const struct wire_draw_row *row = j->row;
	struct str alt = str_fmt(j->a, "Verify this credential%s%.*s: %.*s",
		j->d->open.issuer_name.n > 0 ? " issued by " : "", (int)j->d->open.issuer_name.n,
		j->d->open.issuer_name.p, (int)row->verify_link.n, row->verify_link.p);
	struct pdf_document document = {.blocks = j->blocks,
		.block_count = j->block_count,
		.qr_modules = j->modules,
		.qr_side = j->side,
		.title = row->title,
		.lang = row->lang,
		.verify_link = row->verify_link,
		.credential_id = row->credential_id,
		.qr_alt = alt,
		.badge = row->badge,
		.issued_s = row->issued_s,
		.signature_room = j->d->open.signature_room};

	return pdf_write(j->d->pdf, &document, &j->d->results, j->d->result_at, j->a, out, err);
}

static enum rc write_pass(struct job *j, struct wire_artifact *out, struct err *err)
{
	const struct wire_draw_row *row = j->row;
	struct pack_pass pass = {&j->d->compiled, j->d->blob, row->pass_json, row->pass_manifest,
		row->pass_signature, row->issued_s};

	return pack_write(&pass, &j->d->results, j->d->result_at, j->a, out, err);
}

static enum rc draw_files(struct job *j, struct wire_drawn_row *out, struct err *err)
{
	static const struct {
		uint32_t output;
		enum rc (*write)(struct job *j, struct wire_artifact *out, struct err *err);
	} files[ARTIFACTS_MAX] = {
		{OUTPUT_PDF, write_pdf}, {OUTPUT_PNG, write_png}, {OUTPUT_PASS, write_pass}};

	out->artifacts.items = arena_zalloc(j->a, ARTIFACTS_MAX, sizeof(*out->artifacts.items));
	for (size_t i = 0; i < ARTIFACTS_MAX; i++) {
		enum rc rc;

		if ((j->row->outputs & files[i].output) == 0)
			continue;
		rc = files[i].write(j, &out->artifacts.items[out->artifacts.count++], err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

#ifdef CONFINE_ABLATION
/* A row whose name asks for an attempt to break out or to use up a limit. */
static void make_attempts(const struct text_values *values, struct arena *a)
{
	for (size_t i = 0; i < values->count; i++)
		if (str_starts(values->items[i].text, STR(PROBE_PREFIX)))
			(void)probe_run(a, values->items[i].text);
}
#endif

static enum rc draw_row(struct draw *d, const struct wire_draw_row *row, struct arena *a,
	struct wire_drawn_row *out, struct err *err)
{
	struct job j = {.d = d, .row = row, .a = a};
	struct text_values values = {row->values.items, row->values.count, row->lang};
	struct text_problem problem = {0};
	const uint8_t *modules = NULL;
	enum rc rc = lay_out(&j, &values, &problem, err);

#ifdef CONFINE_ABLATION
	make_attempts(&values, a);
#endif
	if (rc == RC_OK && d->compiled.design.qrs.count > 0) {
		rc = qr_encode(row->verify_url, a, &modules, &j.side, err);
		j.modules = modules;
	}
	return rc == RC_OK ? draw_files(&j, out, err) : rc;
}

/* ---- messages ---- */

static enum rc write_results(struct draw *d, struct err *err)
{
	enum rc rc;

	if (d->result_fd < 0) /* warming up */
		return RC_OK;
	rc = file_pwrite(d->result_fd, "the results", d->result_at, buf_bytes(&d->results), err);
	d->result_at += d->results.n;
	return rc;
}

static enum rc results_are_full(
	const struct draw *d, const struct wire_draw *request, struct err *err)
{
	if (request->rows.count == 1 && d->result_at == 0)
		return err_set(err, RC_LIMIT,
			"the files of one certificate are over %zu MiB: choose fewer dpi, "
			"a smaller page, or artwork that is less like noise",
			DRAW_RESULT_MAX >> 20);
	return err_set(err, RC_LIMIT,
		"results need more than the %zu bytes that are free: take them and rewind",
		d->results.cap);
}

enum rc draw_rows(struct draw *d, const struct wire_draw *request, struct arena *a,
	struct wire_drawn *out, struct err *err)
{
	if (request->rewind)
		d->result_at = 0;
	if (d->results.room == 0)
		d->results = buf_new(DRAW_RESULT_MAX);
	buf_reset(&d->results);
	d->results.cap = DRAW_RESULT_MAX - d->result_at;
	*out = (struct wire_drawn){0};
	out->rows.items = arena_zalloc(a, request->rows.count, sizeof(*out->rows.items));
	out->rows.count = request->rows.count;
	for (uint32_t i = 0; i < request->rows.count; i++) {
		struct wire_drawn_row *row = &out->rows.items[i];
		struct err why = {0};
		size_t before = d->results.n;

		row->row = request->rows.items[i].row;
		row->ok = draw_row(d, &request->rows.items[i], a, row, &why) == RC_OK;
		if (row->ok)
			continue;
		if (d->results.full)
			return results_are_full(d, request, err);
		d->results.n = before;
		row->artifacts.count = 0;
		row->message = str_dup(a, str_of(why.text));
	}
	return write_results(d, err);
}
