// SPDX-License-Identifier: Apache-2.0
/* What all PDFs of a template begin with. Runs in: compile, render. */
#include "render/pdf_head.h"

#include "render/pdf_icc.h"
#include "render/squeeze.h"

#include <string.h>

#define HEAD_MAX ((size_t)128 << 20)
#define ICC_MAX ((size_t)64 << 10)

/* area: what the sections of c are relative to. */
struct head_writer {
	const struct compiled *c;
	struct bytes area;
	struct buf *out;
	uint32_t *places;
	uint32_t count;
};

static uint32_t begin_object(struct head_writer *w)
{
	w->places[w->count++] = (uint32_t)w->out->n;
	buf_fmt(w->out, "%u 0 obj\n<<\n", w->count);
	return w->count;
}

static void end_object(struct head_writer *w, const struct bytes *data)
{
	buf_put_cz(w->out, ">>");
	if (data != NULL) {
		buf_put_cz(w->out, "\nstream\n");
		buf_put_bytes(w->out, *data);
		buf_put_cz(w->out, "\nendstream");
	}
	buf_put_cz(w->out, "\nendobj\n");
}

/* Object i of the artwork is number i + 1: it comes first. */
static void put_artwork(struct head_writer *w, const struct compiled_object *o)
{
	struct bytes dict = compiled_bytes(w->area, &o->dict);
	struct bytes data = compiled_bytes(w->area, &o->data);
	size_t from = 0;

	begin_object(w);
	for (size_t i = 0; i + 2 < dict.n; i++) {
		if (dict.p[i] != 1)
			continue;
		buf_put(w->out, dict.p + from, i - from);
		buf_fmt(w->out, "%u 0 R", (uint32_t)(dict.p[i + 1] | dict.p[i + 2] << 8) + 1);
		i += 2;
		from = i + 1;
	}
	buf_put(w->out, dict.p + from, dict.n - from);
	if (o->stream)
		buf_fmt(w->out, "\n/Length %zu\n", data.n);
	end_object(w, o->stream ? &data : NULL);
}

static enum rc put_output_intent(struct head_writer *w, uint32_t *number, struct err *err)
{
	struct buf icc = buf_new(ICC_MAX);
	struct buf squeezed = buf_new(ICC_MAX);
	struct bytes data;
	enum rc rc;

	pdf_icc_put(&icc);
	rc = squeeze_zlib(buf_bytes(&icc), SQUEEZE_LEVEL_HARD, &squeezed, err);
	if (rc == RC_OK) {
		data = buf_bytes(&squeezed);
		*number = begin_object(w);
		buf_fmt(w->out, "/N 3\n/Length %zu\n/Filter /FlateDecode\n", data.n);
		end_object(w, &data);
		*number = begin_object(w);
		buf_fmt(w->out,
			"/Type /OutputIntent\n/S /GTS_PDFA1\n/OutputConditionIdentifier (sRGB "
			"IEC61966-2.1)\n/Info (sRGB IEC61966-2.1)\n/DestOutputProfile %u 0 R\n",
			*number - 1);
		end_object(w, NULL);
	}
	buf_free(&icc);
	buf_free(&squeezed);
	return rc;
}

static enum rc write_head(struct head_writer *w, uint32_t *output_intent, struct err *err)
{
	enum rc rc;

	buf_put_cz(w->out, PDF_HEAD_VERSION);
	for (uint32_t i = 0; i < w->c->objects.count; i++)
		put_artwork(w, &w->c->objects.items[i]);
	rc = put_output_intent(w, output_intent, err);
	if (rc == RC_OK && w->out->full)
		rc = err_set(err, RC_LIMIT, "the artwork takes more than %zu MiB as a PDF",
			HEAD_MAX >> 20);
	return rc;
}

enum rc pdf_head_make(struct compiled *c, struct buf *sections, struct err *err)
{
	struct buf head = buf_new(HEAD_MAX);
	struct arena *a = arena_new((size_t)1 << 20);
	struct head_writer w = {.c = c,
		.area = buf_bytes(sections),
		.out = &head,
		.places = arena_zalloc(a, c->objects.count + 2, sizeof(uint32_t))};
	uint32_t output_intent;
	enum rc rc = write_head(&w, &output_intent, err);

	if (rc == RC_OK)
		c->pdf_head = compiled_put(sections, buf_bytes(&head));
	arena_free(&a);
	buf_free(&head);
	return rc;
}

enum rc pdf_head_open(const struct compiled *c, struct bytes blob, struct arena *a,
	struct pdf_head *out, struct err *err)
{
	struct buf head = buf_new(HEAD_MAX);
	struct head_writer w = {.c = c,
		.area = blob,
		.out = &head,
		.places = arena_zalloc(a, c->objects.count + 2, sizeof(uint32_t))};
	enum rc rc = write_head(&w, &out->output_intent, err);

	out->bytes = compiled_bytes(blob, &c->pdf_head);
	out->blob_offset = c->pdf_head.offset;
	out->places = w.places;
	out->count = w.count;
	if (rc == RC_OK && (out->bytes.n != head.n || memcmp(out->bytes.p, head.p, head.n) != 0))
		rc = err_set(err, RC_INPUT,
			"the compiled template's beginning of a PDF is not what its artwork makes");
	buf_free(&head);
	return rc;
}
