// SPDX-License-Identifier: Apache-2.0
/* Lifting the artwork's PDF page into a form. Runs in: compile. */
#include "base/mem.h"
#include "render/compile_lift_parts.h"

#include <string.h>

void compile_lift_fail(struct compile_lift *l, enum rc rc, const char *what)
{
	if (l->rc == RC_OK)
		l->rc = err_set(l->err, rc, "artwork: lifting it into the PDF: %s", what);
}

uint32_t compile_lift_add(struct compile_lift *l, enum compile_lift_source source, int number)
{
	if (l->first + l->count == COMPILE_LIFT_OBJECTS_MAX) {
		compile_lift_fail(l, RC_LIMIT, "it has more than 20000 objects; simplify it");
		return 0;
	}
	l->entries[l->count] = (struct compile_lift_entry){.source = source, .number = number};
	if (number != 0)
		l->entry_of[number] = (int)l->count + 1;
	return l->count++;
}

void compile_lift_store(struct compile_lift *l, uint32_t index, struct bytes dict, bool stream,
	struct bytes content)
{
	struct compiled_object *o = &l->entries[index].object;

	l->bytes += dict.n + content.n;
	if (l->bytes > COMPILE_LIFT_BYTES_MAX || dict.n > COMPILED_DICT_MAX) {
		compile_lift_fail(
			l, RC_LIMIT, "it would add more than 24 MB to every document; simplify it");
		return;
	}
	o->dict = compiled_put(l->sections, dict);
	o->data = compiled_put(l->sections, content);
	o->stream = stream;
	if (l->entries[index].source == LIFT_FROM_PDF)
		l->entries[index].source = LIFT_READY;
}

void compile_lift_put_reference(const struct compile_lift *l, struct buf *out, uint32_t index)
{
	uint32_t number = l->first + index;
	const uint8_t bytes[] = {1, (uint8_t)number, (uint8_t)(number >> 8)};

	buf_put(out, bytes, sizeof bytes);
}

/* The page itself: its content stream becomes a form with the page's resources and group. */
static void lift_page(struct compile_lift *l, qpdf_oh page)
{
	double scale = l->in->scale;
	qpdf_oh resources = qpdf_oh_get_key(l->q, page, "/Resources");
	qpdf_oh content = qpdf_oh_get_key(l->q, page, "/Contents");
	struct buf dict = buf_new(COMPILED_DICT_MAX + 1);
	struct buf data = buf_new(COMPILE_LIFT_BYTES_MAX * 2);

	if (!qpdf_oh_is_stream(l->q, content) || !qpdf_oh_is_dictionary(l->q, resources)) {
		compile_lift_fail(l, RC_INPUT, "its page is not of the kind that cairo writes");
		return;
	}
	compile_lift_text_count(l, resources);
	buf_fmt(&dict, "/Type /XObject\n/Subtype /Form\n/FormType 1\n/BBox [0 0 %.6g %.6g]\n",
		l->in->width * scale, l->in->height * scale);
	if (scale != 1)
		buf_fmt(&dict, "/Matrix [%.8f 0 0 %.8f 0 0]\n", 1 / scale, 1 / scale);
	if (qpdf_oh_has_key(l->q, page, "/Group")) {
		buf_put_cz(&dict, "/Group ");
		compile_lift_text_put(l, &dict, qpdf_oh_get_key(l->q, page, "/Group"));
		buf_put_char(&dict, '\n');
	}
	buf_put_cz(&dict, "/Resources <<");
	compile_lift_text_put_entries(l, &dict, resources, false);
	buf_put_cz(&dict, ">>\n");
	compile_lift_stream_put(l, content, &dict, &data);
	compile_lift_store(l, 0, buf_bytes(&dict), true, buf_bytes(&data));
	buf_free(&dict);
	buf_free(&data);
}

static void lift_object(struct compile_lift *l, uint32_t index)
{
	qpdf_oh o = qpdf_get_object_by_id(l->q, l->entries[index].number, 0);
	struct buf dict = buf_new(COMPILED_DICT_MAX + 1);
	struct buf data = buf_new(COMPILE_LIFT_BYTES_MAX * 2);

	if (!qpdf_oh_is_stream(l->q, o)) {
		compile_lift_text_put_entries(l, &dict, o, false);
		compile_lift_store(l, index, buf_bytes(&dict), false, (struct bytes){NULL, 0});
	} else if (!compile_lift_jpeg_put(l, index, o)) {
		qpdf_oh own = qpdf_oh_get_dict(l->q, o);

		compile_lift_text_put_entries(l, &dict, own, true);
		compile_lift_stream_put(l, o, &dict, &data);
		compile_lift_store(l, index, buf_bytes(&dict), true, buf_bytes(&data));
		qpdf_oh_release(l->q, own);
	}
	qpdf_oh_release(l->q, o);
	buf_free(&dict);
	buf_free(&data);
}

static void lift_all(struct compile_lift *l)
{
	qpdf_oh size = qpdf_oh_get_key(l->q, qpdf_get_trailer(l->q), "/Size");

	if (qpdf_get_num_pages(l->q) != 1) {
		compile_lift_fail(l, RC_INPUT, "it is not one page");
		return;
	}
	l->number_end = qpdf_oh_get_int_value_as_int(l->q, size);
	/* Ten bytes is less than any object takes. */
	if (l->number_end <= 0 || (size_t)l->number_end > l->in->pdf.n / 10) {
		compile_lift_fail(l, RC_INPUT, "its list of objects is broken");
		return;
	}
	l->entry_of = mem_zalloc((size_t)l->number_end, sizeof *l->entry_of);
	l->uses = mem_zalloc((size_t)l->number_end, sizeof *l->uses);
	compile_lift_jpeg_find(l);
	(void)compile_lift_add(l, LIFT_READY, 0);
	lift_page(l, qpdf_get_page_n(l->q, 0));
	/* Writing an object may add those that it refers to at the end of the list. */
	for (uint32_t i = 1; i < l->count && l->rc == RC_OK; i++) {
		if (l->entries[i].source == LIFT_FROM_PDF)
			lift_object(l, i);
	}
}

/* qpdf prints what nobody fetched when it is cleaned up. */
static void fetch_complaints(struct compile_lift *l)
{
	while (qpdf_more_warnings(l->q)) {
		const char *text = qpdf_get_error_message_detail(l->q, qpdf_next_warning(l->q));

		/* cairo 1.16 lists an image that is drawn twice twice; qpdf keeps one of the two. */
		if (strstr(text, "duplicated key") == NULL)
			compile_lift_fail(l, RC_INPUT, text);
	}
	if (qpdf_has_error(l->q))
		compile_lift_fail(
			l, RC_INPUT, qpdf_get_error_message_detail(l->q, qpdf_get_error(l->q)));
}

static void hand_over(const struct compile_lift *l, struct compiled *out)
{
	struct compiled_object *all =
		arena_zalloc(l->a, (size_t)l->first + l->count, sizeof *out->objects.items);

	for (uint32_t i = 0; i < l->first; i++)
		all[i] = out->objects.items[i];
	for (uint32_t i = 0; i < l->count; i++)
		all[l->first + i] = l->entries[i].object;
	out->objects.items = all;
	out->objects.count = l->first + l->count;
}

enum rc compile_lift_run(struct arena *a, const struct compile_lift_input *in, struct buf *sections,
	struct compiled *out, struct err *err)
{
	struct compile_lift l = {
		.in = in, .a = a, .tier = out->tier, .sections = sections, .err = err};

	l.first = out->objects.count;
	for (uint32_t i = 0; i < l.first; i++)
		l.bytes += out->objects.items[i].dict.len + out->objects.items[i].data.len;
	l.entries = mem_zalloc(COMPILE_LIFT_OBJECTS_MAX, sizeof *l.entries);
	l.q = qpdf_init();
	qpdf_set_suppress_warnings(l.q, QPDF_TRUE);
	qpdf_set_attempt_recovery(l.q, QPDF_FALSE);
	qpdf_silence_errors(l.q);
	if ((qpdf_read_memory(l.q, "artwork", (const char *)in->pdf.p, in->pdf.n, NULL)
		    & QPDF_ERRORS)
		== 0)
		lift_all(&l);
	else
		fetch_complaints(&l);
	fetch_complaints(&l);
	if (l.rc == RC_OK && sections->full)
		compile_lift_fail(&l, RC_LIMIT, "it does not fit the compiled template");
	if (l.rc == RC_OK)
		hand_over(&l, out);
	compile_lift_jpeg_free(&l);
	qpdf_cleanup(&l.q);
	MEM_FREE(l.entries);
	MEM_FREE(l.entry_of);
	MEM_FREE(l.uses);
	return l.rc;
}
