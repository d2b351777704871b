// SPDX-License-Identifier: Apache-2.0
/* Binding documents of one page. Runs in: compile. */
#include "render/compile_bind.h"

#include "base/mem.h"

#include <qpdf/qpdf-c.h>

struct binding {
	const struct compile_bind_input *in;
	qpdf_data out;
	qpdf_data *parts; /* alive until the result is written: their streams are read then */
	struct err *err;
};

/* qpdf prints what nobody fetched when it is cleaned up. */
static bool went_well(qpdf_data q)
{
	bool good = true;

	while (qpdf_more_warnings(q)) {
		(void)qpdf_next_warning(q);
		good = false;
	}
	if (qpdf_has_error(q)) {
		(void)qpdf_get_error(q);
		good = false;
	}
	return good;
}

static qpdf_data quiet_new(void)
{
	qpdf_data q = qpdf_init();

	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	qpdf_set_attempt_recovery(q, QPDF_FALSE);
	qpdf_silence_errors(q);
	return q;
}

/* A preview has no address that could be followed, and tags without their tree mean nothing. */
static void strip_page(qpdf_data q, qpdf_oh page)
{
	static const char *const keys[] = {"/Annots", "/StructParents", "/Tabs", "/AF"};

	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		qpdf_oh_remove_key(q, page, keys[i]);
}

static enum rc add_page(struct binding *b, uint32_t i)
{
	const struct bytes *document = &b->in->documents[i];
	qpdf_data q = quiet_new();
	qpdf_oh page;

	b->parts[i] = q;
	if ((qpdf_read_memory(q, "document", (const char *)document->p, document->n, NULL)
		    & QPDF_ERRORS)
			!= 0
		|| !went_well(q) || qpdf_get_num_pages(q) != 1)
		return err_set(
			b->err, RC_INPUT, "document %u to bind is no PDF of one page", i + 1);
	page = qpdf_get_page_n(q, 0);
	strip_page(q, page);
	if ((qpdf_add_page(b->out, q, page, QPDF_FALSE) & QPDF_ERRORS) != 0 || !went_well(q))
		return err_set(b->err, RC_INPUT, "the page of document %u cannot be bound", i + 1);
	return RC_OK;
}

static qpdf_oh text(qpdf_data q, struct str s)
{
	return qpdf_oh_new_binary_unicode_string(q, s.p, s.n);
}

/* ISO 32000-1, 12.3.3: a chain of items, one for each page. */
static void add_bookmarks(struct binding *b)
{
	qpdf_data q = b->out;
	qpdf_oh root = qpdf_get_root(q);
	qpdf_oh outlines = qpdf_make_indirect_object(q, qpdf_oh_new_dictionary(q));
	qpdf_oh before = 0;

	for (uint32_t i = 0; i < b->in->count; i++) {
		qpdf_oh item = qpdf_make_indirect_object(q, qpdf_oh_new_dictionary(q));
		qpdf_oh place = qpdf_oh_new_array(q);

		qpdf_oh_append_item(q, place, qpdf_get_page_n(q, i));
		qpdf_oh_append_item(q, place, qpdf_oh_new_name(q, "/Fit"));
		qpdf_oh_replace_key(q, item, "/Title", text(q, b->in->labels[i]));
		qpdf_oh_replace_key(q, item, "/Parent", outlines);
		qpdf_oh_replace_key(q, item, "/Dest", place);
		if (i == 0) {
			qpdf_oh_replace_key(q, outlines, "/First", item);
		} else {
			qpdf_oh_replace_key(q, item, "/Prev", before);
			qpdf_oh_replace_key(q, before, "/Next", item);
		}
		before = item;
	}
	qpdf_oh_replace_key(q, outlines, "/Type", qpdf_oh_new_name(q, "/Outlines"));
	qpdf_oh_replace_key(q, outlines, "/Last", before);
	qpdf_oh_replace_key(q, outlines, "/Count", qpdf_oh_new_integer(q, b->in->count));
	qpdf_oh_replace_key(q, root, "/Outlines", outlines);
	qpdf_oh_replace_key(q, root, "/PageMode", qpdf_oh_new_name(q, "/UseOutlines"));
}

static void add_title(struct binding *b)
{
	qpdf_oh info = qpdf_oh_new_dictionary(b->out);

	qpdf_oh_replace_key(b->out, info, "/Title", text(b->out, b->in->title));
	qpdf_oh_replace_key(
		b->out, qpdf_get_trailer(b->out), "/Info", qpdf_make_indirect_object(b->out, info));
}

static enum rc write_all(struct binding *b, struct buf *out)
{
	if ((qpdf_init_write_memory(b->out) & QPDF_ERRORS) != 0)
		return err_set(b->err, RC_SYSTEM, "binding: qpdf cannot write");
	qpdf_set_stream_data_mode(b->out, qpdf_s_preserve);
	qpdf_set_minimum_pdf_version(b->out, "1.7");
	qpdf_set_deterministic_ID(b->out, QPDF_TRUE);
	if ((qpdf_write(b->out) & QPDF_ERRORS) != 0 || !went_well(b->out))
		return err_set(b->err, RC_INPUT, "the documents cannot be written as one");
	buf_put(out, qpdf_get_buffer(b->out), qpdf_get_buffer_length(b->out));
	return out->full ? err_set(b->err, RC_LIMIT, "the documents are too long together") : RC_OK;
}

enum rc compile_bind_run(const struct compile_bind_input *in, struct buf *out, struct err *err)
{
	struct binding b = {.in = in, .err = err};
	enum rc rc = RC_OK;

	b.out = quiet_new();
	b.parts = mem_zalloc(in->count, sizeof *b.parts);
	if ((qpdf_empty_pdf(b.out) & QPDF_ERRORS) != 0)
		rc = err_set(err, RC_SYSTEM, "binding: qpdf cannot begin");
	for (uint32_t i = 0; i < in->count && rc == RC_OK; i++)
		rc = add_page(&b, i);
	if (rc == RC_OK) {
		add_bookmarks(&b);
		add_title(&b);
		rc = write_all(&b, out);
	}
	(void)went_well(b.out);
	qpdf_cleanup(&b.out);
	for (uint32_t i = 0; i < in->count; i++)
		if (b.parts[i] != NULL) {
			(void)went_well(b.parts[i]);
			qpdf_cleanup(&b.parts[i]);
		}
	MEM_FREE(b.parts);
	return rc;
}
