// SPDX-License-Identifier: Apache-2.0
/* One recipient's PDF, put together. Runs in: render. */
#include "render/pdf.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "render/pdf_content.h"
#include "render/pdf_meta.h"
#include "render/pdf_sign.h"
#include "render/pdf_tags.h"

#include <string.h>

#define CONTENT_MAX ((size_t)8 << 20)
#define FIXED_ARENA_MAX ((size_t)256 << 20)
#define POINTS_PER_PX 0.75
#define NOT_SHOWN UINT32_MAX

struct pdf_writer {
	struct text_engine *engine;
	const struct compiled *c;
	struct str producer;
	struct pdf_font_kit *kit;
	struct arena *fixed; /* what all documents share */
	struct pdf_head head;
	const struct pdf_font_subset *
		*static_subsets; /* by font number; NULL: no static text in it */
	struct buf content;
};

/* A document on its way. font_objects: Type0 numbers by font, [0] static, [1] variable. */
struct document {
	struct pdf_writer *w;
	const struct pdf_document *d;
	struct pdf_objects *f;
	struct arena *a;
	struct pdf_meta meta;
	struct pdf_content content;
	bool *block_static;
	uint32_t *block_mcids; /* NOT_SHOWN: nothing to see of it */
	uint32_t *qr_mcids;
	const struct pdf_font_subset **variable_subsets;
	uint32_t *font_objects[2];
	uint32_t page;
	uint32_t filespec;
	struct pdf_sign sign;
};

/* ---- what is made once ---- */

/* Blocks whose fonts are wanted; skip: NULL, or one flag for each. */
struct block_list {
	const struct text_block *items;
	size_t count;
	const bool *skip;
};

/* One list of runs per font number. */
static struct pdf_font_runs *sort_runs(
	struct pdf_writer *w, const struct block_list *blocks, struct arena *a)
{
	size_t font_count = text_font_count(w->engine);
	struct pdf_font_runs *lists = arena_zalloc(a, font_count, sizeof(*lists));
	size_t total = 0;

	for (size_t i = 0; i < blocks->count; i++)
		total += blocks->items[i].run_count;
	for (size_t i = 0; i < blocks->count; i++) {
		const struct text_block *block = &blocks->items[i];

		for (size_t k = 0;
			k < block->run_count && !(blocks->skip != NULL && blocks->skip[i]); k++) {
			const struct text_run *run = &block->runs[k];
			struct pdf_font_runs *list = &lists[run->font];

			CHECK(run->font < font_count);
			if (run->glyph_count == 0)
				continue;
			if (list->items == NULL)
				list->items = arena_zalloc(a, total, sizeof(*list->items));
			list->items[list->count++] = run;
		}
	}
	return lists;
}

static enum rc make_subsets(struct pdf_writer *w, const struct block_list *blocks, struct arena *a,
	const struct pdf_font_subset ***out, struct err *err)
{
	size_t font_count = text_font_count(w->engine);
	struct pdf_font_runs *lists = sort_runs(w, blocks, a);

	*out = arena_zalloc(a, font_count, sizeof(**out));
	for (size_t i = 0; i < font_count; i++) {
		struct pdf_font_subset *s;

		if (lists[i].count == 0)
			continue;
		s = arena_zalloc(a, 1, sizeof(*s));
		if (pdf_font_make(w->kit, (uint16_t)i, &lists[i], a, s, err) != RC_OK)
			return err->kind;
		(*out)[i] = s;
	}
	return RC_OK;
}

/* Text that never changes shares one subset per font; made by the template alone, not by the first row. */
static enum rc make_static_subsets(struct pdf_writer *w, struct err *err)
{
	const struct design *design = &w->c->design;
	struct text_block *blocks = arena_zalloc(w->fixed, design->texts.count, sizeof(*blocks));
	struct text_values none = {.lang = design->lang};
	size_t count = 0;

	for (uint32_t i = 0; i < design->texts.count; i++) {
		struct text_problem problem = {0};
		struct err ignored = {0};

		/* One that cannot be laid out is reported for every row, by name, when rows are measured. */
		if (design_text_is_static(&design->texts.items[i])
			&& text_lay_out(w->engine, w->c, &design->texts.items[i], &none, w->fixed,
				   &blocks[count], &problem, &ignored)
				== RC_OK)
			count++;
	}
	return make_subsets(
		w, &(struct block_list){blocks, count, NULL}, w->fixed, &w->static_subsets, err);
}

enum rc pdf_writer_new(struct text_engine *e, const struct compiled *c, struct bytes blob,
	struct str producer, struct pdf_writer **out, struct err *err)
{
	struct pdf_writer *w = mem_zalloc(1, sizeof(*w));
	enum rc rc;

	w->engine = e;
	w->c = c;
	w->kit = pdf_font_kit_new(e);
	w->fixed = arena_new(FIXED_ARENA_MAX);
	w->producer = pdf_meta_clean(w->fixed, producer);
	w->content = buf_new(CONTENT_MAX);
	rc = pdf_head_open(c, blob, w->fixed, &w->head, err);
	if (rc == RC_OK)
		rc = make_static_subsets(w, err);
	pdf_font_kit_remember(w->kit);
	if (rc != RC_OK)
		pdf_writer_free(&w);
	*out = w;
	return rc;
}

void pdf_writer_free(struct pdf_writer **pointer)
{
	struct pdf_writer *w = *pointer;

	if (w == NULL)
		return;
	pdf_font_kit_free(&w->kit);
	arena_free(&w->fixed);
	buf_free(&w->content);
	MEM_FREE(*pointer);
}

/* ---- one document ---- */

static struct str taken(struct document *doc, struct buf *b)
{
	struct str s = str_dup(doc->a, buf_str(b));

	CHECK(!b->full);
	buf_free(b);
	return s;
}

/* True when the static subsets hold every glyph: always, unless the row's language chose other forms. */
static bool uses_static(const struct document *doc, const struct text_block *block)
{
	if (!design_text_is_static(block->source))
		return false;
	for (size_t i = 0; i < block->run_count; i++) {
		const struct text_run *run = &block->runs[i];
		const struct pdf_font_subset *s = doc->w->static_subsets[run->font];

		for (size_t k = 0; k < run->glyph_count; k++) {
			if (s == NULL
				|| pdf_unicode_find(s->glyphs, s->glyph_count, run->glyphs[k].glyph)
					== NULL)
				return false;
		}
	}
	return true;
}

static enum rc add_fonts(struct document *doc, struct err *err)
{
	const struct pdf_document *d = doc->d;
	struct pdf_writer *w = doc->w;
	size_t font_count = text_font_count(w->engine);

	doc->block_static = arena_zalloc(doc->a, d->block_count, sizeof(*doc->block_static));
	for (size_t i = 0; i < d->block_count; i++)
		doc->block_static[i] = uses_static(doc, &d->blocks[i]);
	if (make_subsets(w, &(struct block_list){d->blocks, d->block_count, doc->block_static},
		    doc->a, &doc->variable_subsets, err)
		!= RC_OK)
		return err->kind;
	for (size_t kind = 0; kind < 2; kind++) {
		const struct pdf_font_subset **subsets =
			kind == 0 ? w->static_subsets : doc->variable_subsets;

		doc->font_objects[kind] = arena_zalloc(doc->a, font_count, sizeof(uint32_t));
		for (size_t i = 0; i < font_count; i++) {
			if (subsets[i] != NULL)
				doc->font_objects[kind][i] =
					pdf_font_add(w->kit, subsets[i], doc->f, doc->a);
		}
	}
	return RC_OK;
}

/* A text that shows the verification address leads there. */
static bool shows_address(const struct design_text *t)
{
	for (uint32_t i = 0; i < t->parts.count; i++) {
		if (t->parts.items[i].kind == PART_FIELD
			&& str_starts(t->parts.items[i].text, STR("verify.")))
			return true;
	}
	return false;
}

static bool is_empty(const struct text_block *block)
{
	for (size_t i = 0; i < block->run_count; i++) {
		if (block->runs[i].glyph_count > 0)
			return false;
	}
	return true;
}

/* Visual order is not reading order when a line mixes directions. */
static struct str actual_text(const struct text_block *block)
{
	for (size_t i = 0; i < block->run_count && block->run_count > 1; i++) {
		if (block->runs[i].rtl)
			return block->text;
	}
	return (struct str){NULL, 0};
}

static const char *role_of(const struct text_block *block)
{
	return block->source->tag == TAG_H1 ? "H1" : "P";
}

static bool is_linked(const struct document *doc, const struct text_block *block)
{
	return doc->d->verify_link.n > 0 && shows_address(block->source);
}

static void put_block(struct document *doc, size_t i)
{
	const struct text_block *block = &doc->d->blocks[i];
	bool fixed = doc->block_static[i];

	if (!is_empty(block))
		doc->block_mcids[i] = pdf_content_put_text(&doc->content, block,
			is_linked(doc, block) ? "Link" : role_of(block), fixed ? 'S' : 'V',
			fixed ? doc->w->static_subsets : doc->variable_subsets);
}

static void tag_block(struct document *doc, struct pdf_tags *tags, size_t i)
{
	const struct text_block *block = &doc->d->blocks[i];
	double height = doc->w->c->design.height;
	struct pdf_tags_link link = {.uri = doc->d->verify_link, .contents = doc->d->qr_alt};

	if (doc->block_mcids[i] == NOT_SHOWN)
		return;
	link.rect[0] = block->x0 * POINTS_PER_PX;
	link.rect[1] = (height - block->y1) * POINTS_PER_PX;
	link.rect[2] = block->x1 * POINTS_PER_PX;
	link.rect[3] = (height - block->y0) * POINTS_PER_PX;
	pdf_tags_add_text(tags, role_of(block), pdf_content_lang(block->lang), actual_text(block),
		doc->block_mcids[i], is_linked(doc, block) ? &link : NULL);
}

static void tag_qr(struct document *doc, struct pdf_tags *tags, uint32_t i)
{
	const struct design_qr *qr = &doc->w->c->design.qrs.items[i];
	double own[4] = {qr->x, qr->y, qr->x + qr->size, qr->y + qr->size};
	struct pdf_tags_link link = {.uri = doc->d->verify_link, .contents = doc->d->qr_alt};

	pdf_content_rect(&doc->content, &qr->matrix, own, link.rect);
	pdf_tags_add_figure(tags, link.rect, doc->d->qr_alt, doc->qr_mcids[i],
		doc->d->verify_link.n > 0 ? &link : NULL);
}

/* A layer's artwork, then what lies on it. The marking as DEMO has a layer of its own, after the last. */
static void put_layer(struct document *doc, uint32_t layer)
{
	const struct compiled *c = doc->w->c;

	if (layer == 0 ? c->objects.count > 0 : layer <= c->forms.count)
		pdf_content_put_art(&doc->content, layer);
	for (size_t i = 0; i < doc->d->block_count; i++) {
		if (doc->d->blocks[i].source->layer == layer)
			put_block(doc, i);
	}
	for (uint32_t i = 0; i < c->design.qrs.count && doc->d->qr_modules != NULL; i++) {
		const struct design_qr *qr = &c->design.qrs.items[i];

		if (qr->layer == layer)
			doc->qr_mcids[i] = pdf_content_put_qr(
				&doc->content, qr, doc->d->qr_modules, doc->d->qr_side);
	}
}

/* Drawn layer by layer, tagged in reading order. */
static enum rc put_content(struct document *doc, struct pdf_tags *tags, struct err *err)
{
	const struct design *design = &doc->w->c->design;

	buf_reset(&doc->w->content);
	doc->content = pdf_content_start(&doc->w->content, doc->w->engine, design->height);
	doc->block_mcids = arena_alloc(doc->a, (doc->d->block_count + 1) * sizeof(uint32_t));
	memset(doc->block_mcids, 0xFF, doc->d->block_count * sizeof(uint32_t));
	doc->qr_mcids = arena_zalloc(doc->a, design->qrs.count, sizeof(uint32_t));
	for (uint32_t layer = 0; layer <= design->layers.count; layer++)
		put_layer(doc, layer);
	for (size_t i = 0; i < doc->d->block_count; i++)
		tag_block(doc, tags, i);
	for (uint32_t i = 0; i < design->qrs.count && doc->d->qr_modules != NULL; i++)
		tag_qr(doc, tags, i);
	if (doc->w->content.full)
		return err_set(err, RC_LIMIT, "the page's text takes more than %zu MiB",
			CONTENT_MAX >> 20);
	return RC_OK;
}

static void put_resources(struct document *doc, struct buf *b)
{
	size_t font_count = text_font_count(doc->w->engine);

	buf_put_cz(b, "/Resources <<");
	if (doc->w->c->objects.count > 0) {
		buf_put_cz(b, "/XObject <</Art0 1 0 R");
		for (uint32_t i = 0; i < doc->w->c->forms.count; i++)
			buf_fmt(b, " /Art%u %u 0 R", i + 1, doc->w->c->forms.items[i].object + 1u);
		buf_put_cz(b, ">> ");
	}
	buf_put_cz(b, "/Font <<");
	for (size_t kind = 0; kind < 2; kind++) {
		for (size_t i = 0; i < font_count; i++) {
			if (doc->font_objects[kind][i] != 0)
				buf_fmt(b, "/%c%zu %u 0 R ", kind == 0 ? 'S' : 'V', i,
					doc->font_objects[kind][i]);
		}
	}
	buf_put_cz(b, ">> /ExtGState <<");
	for (unsigned i = 0; i < 256; i++) {
		if (doc->content.alphas[i]) {
			buf_fmt(b, "/A%u <</ca ", i);
			pdf_object_put_number(b, i / 255.0, 4);
			buf_put_cz(b, ">> ");
		}
	}
	for (unsigned i = 0; i < 256; i++) {
		if (doc->content.stroke_alphas[i]) {
			buf_fmt(b, "/O%u <</CA ", i);
			pdf_object_put_number(b, i / 255.0, 4);
			buf_put_cz(b, ">> ");
		}
	}
	buf_put_cz(b, ">>>>\n");
}

/* Page, page tree and content; returns the number of the page tree. */
static uint32_t add_page(struct document *doc, struct str annots)
{
	const struct design *design = &doc->w->c->design;
	struct pdf_packed content = pdf_font_pack(doc->w->kit, buf_bytes(&doc->w->content), doc->a);
	uint32_t stream = pdf_object_add_stream(
		doc->f, pdf_font_packed_entries(&content, doc->a), content.bytes);
	uint32_t pages = pdf_object_add(
		doc->f, str_fmt(doc->a, "/Type /Pages\n/Kids [%u 0 R]\n/Count 1\n", doc->page));
	struct buf b = buf_new(1 << 20);

	buf_fmt(&b, "/Type /Page\n/Parent %u 0 R\n/MediaBox [0 0 ", pages);
	pdf_object_put_number(&b, design->width * POINTS_PER_PX, 4);
	buf_put_char(&b, ' ');
	pdf_object_put_number(&b, design->height * POINTS_PER_PX, 4);
	buf_fmt(&b, "]\n/Contents %u 0 R\n/StructParents 0\n/Tabs /S\n", stream);
	if (annots.n > 0)
		buf_fmt(&b, "/Annots [%.*s]\n", (int)annots.n, annots.p);
	put_resources(doc, &b);
	pdf_object_fill(doc->f, doc->page, taken(doc, &b));
	return pages;
}

static void add_attachment(struct document *doc)
{
	const struct pdf_document *d = doc->d;
	struct pdf_packed badge = pdf_font_pack(doc->w->kit, d->badge, doc->a);
	struct str entries = pdf_font_packed_entries(&badge, doc->a);
	struct buf b = buf_new(4096);
	uint8_t md5[HASH_MD5_LEN];
	char hex[2 * HASH_MD5_LEN + 1];
	uint32_t file;

	hash_md5(d->badge, md5);
	text_hex((struct bytes){md5, sizeof(md5)}, hex);
	buf_fmt(&b,
		"/Type /EmbeddedFile\n/Subtype /application#2Fld+json\n" STR_FMT
		"/Params <</Size %zu /CheckSum <%s> /ModDate ",
		STR_ARG(entries), d->badge.n, hex);
	pdf_meta_put_date(&b, d->issued_s);
	buf_put_cz(&b, ">>\n");
	file = pdf_object_add_stream(doc->f, taken(doc, &b), badge.bytes);
	doc->filespec = pdf_object_add(doc->f,
		str_fmt(doc->a,
			"/Type /Filespec\n/F (credential.json)\n/UF (credential.json)\n/Desc (Open "
			"Badges 3.0 credential)\n"
			"/AFRelationship /Data\n/EF <</F %u 0 R /UF %u 0 R>>\n",
			file, file));
}

static uint32_t add_catalog(struct document *doc, uint32_t pages, uint32_t tree)
{
	struct buf b = buf_new(1 << 16);
	struct str packet;
	uint32_t xmp;

	pdf_meta_put_xmp(&b, &doc->meta);
	packet = taken(doc, &b);
	xmp = pdf_object_add_stream(doc->f,
		str_fmt(doc->a, "/Type /Metadata\n/Subtype /XML\n/Length %zu\n", packet.n),
		bytes_of(packet));
	b = buf_new(4096);
	buf_fmt(&b,
		"/Type /Catalog\n/Pages %u 0 R\n/Metadata %u 0 R\n/OutputIntents [%u 0 R]\n/Lang "
		"(" STR_FMT ")\n"
		"/MarkInfo <</Marked true>>\n/ViewerPreferences <</DisplayDocTitle "
		"true>>\n/StructTreeRoot %u 0 R\n",
		pages, xmp, doc->w->head.output_intent, STR_ARG(doc->meta.lang), tree);
	if (doc->filespec != 0)
		buf_fmt(&b,
			"/AF [%u 0 R]\n/Names <</EmbeddedFiles <</Names [(credential.json) %u 0 "
			"R]>>>>\n",
			doc->filespec, doc->filespec);
	buf_put_str(&b, pdf_sign_form(&doc->sign, doc->a));
	return pdf_object_add(doc->f, taken(doc, &b));
}

static enum rc save(
	struct document *doc, uint32_t catalog, struct draw_pieces *pieces, struct err *err)
{
	struct buf b = buf_new(1 << 16);
	uint8_t id[HASH_SHA256_LEN];
	char hex[2 * HASH_SHA256_LEN + 1];
	uint32_t info;

	pdf_meta_put_info(&b, &doc->meta);
	info = pdf_object_add(doc->f, taken(doc, &b));
	hash_sha256(bytes_of(doc->d->credential_id), id);
	text_hex((struct bytes){id, sizeof(id)}, hex);
	return pdf_object_save(doc->f,
		str_fmt(doc->a, "/Root %u 0 R\n/Info %u 0 R\n/ID [<%.32s> <%.32s>]\n", catalog,
			info, hex, hex),
		pieces, err);
}

static enum rc write_document(struct document *doc, struct draw_pieces *pieces, struct err *err)
{
	const struct pdf_document *d = doc->d;
	struct pdf_tags *tags;
	struct str annots;
	uint32_t tree, catalog;
	enum rc rc;

	pdf_object_add_head(doc->f, &doc->w->head);
	rc = add_fonts(doc, err);
	if (rc != RC_OK)
		return rc;
	doc->page = pdf_object_reserve(doc->f);
	tags = pdf_tags_new(
		doc->f, doc->a, doc->page, d->block_count + doc->w->c->design.qrs.count + 2);
	rc = put_content(doc, tags, err);
	if (rc != RC_OK)
		return rc;
	doc->sign = pdf_sign_add(doc->f, tags, doc->a, d->signature_room, d->issued_s);
	pdf_tags_finish(tags, &tree, &annots);
	if (d->badge.n > 0)
		add_attachment(doc);
	catalog = add_catalog(doc, add_page(doc, annots), tree);
	rc = save(doc, catalog, pieces, err);
	if (rc == RC_OK)
		pdf_sign_fill(&doc->sign, doc->f, pieces);
	return rc;
}

enum rc pdf_write(struct pdf_writer *w, const struct pdf_document *d, struct buf *result,
	uint64_t result_offset, struct arena *a, struct wire_artifact *out, struct err *err)
{
	struct document doc = {.w = w, .d = d, .a = a, .f = pdf_object_file_new(a)};
	struct draw_pieces pieces = draw_piece_start(a, result, result_offset);
	enum rc rc;

	doc.meta = (struct pdf_meta){.title = pdf_meta_clean(a, d->title),
		.lang = pdf_content_lang(d->lang.n > 0 ? d->lang : w->c->design.lang),
		.producer = w->producer,
		.issued_s = d->issued_s};
	rc = write_document(&doc, &pieces, err);
	pdf_object_file_free(&doc.f);
	return rc == RC_OK ? draw_piece_finish(&pieces, ARTIFACT_PDF, out, err) : rc;
}
