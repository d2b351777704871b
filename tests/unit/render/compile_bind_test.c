// SPDX-License-Identifier: Apache-2.0
/* Pages bound into one document: all of them, with their bookmarks, without what belongs to a certificate. Runs in: tests. */
#include "render/compile_bind.h"
#include "tests/harness/harness.h"

#include <qpdf/qpdf-c.h>
#include <stdio.h>
#include <string.h>

#define ROOM ((size_t)4 << 20)

/* A page with a link on it; width tells it from others. kids: how often the page stands in the tree. */
static struct bytes make_document(struct buf *b, int width, const char *kids, int count)
{
	long at[6];

	buf_put_cz(b, "%PDF-1.7\n");
	at[1] = (long)b->n;
	buf_put_cz(b, "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
	at[2] = (long)b->n;
	buf_fmt(b, "2 0 obj\n<</Type/Pages/Kids[%s]/Count %d>>\nendobj\n", kids, count);
	at[3] = (long)b->n;
	buf_fmt(b,
		"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d "
		"10]/Contents 5 0 R/StructParents "
		"0/Tabs/S/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 "
		"5 5]/A<</S/URI/URI(https://x.invalid/)>>>>]>>\nendobj\n",
		width);
	at[4] = (long)b->n;
	buf_put_cz(b, "4 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 1 1]>>\nendobj\n");
	at[5] = (long)b->n;
	buf_put_cz(b, "5 0 obj\n<</Length 10>>\nstream\n0 0 1 1 re\nendstream\nendobj\n");
	at[0] = (long)b->n;
	buf_put_cz(b, "xref\n0 6\n0000000000 65535 f \n");
	for (int i = 1; i < 6; i++)
		buf_fmt(b, "%010ld 00000 n \n", at[i]);
	buf_fmt(b, "trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%ld\n%%%%EOF\n", at[0]);
	return buf_bytes(b);
}

static double width_of(qpdf_data q, qpdf_oh page)
{
	qpdf_oh box = qpdf_oh_get_key(q, page, "/MediaBox");

	return qpdf_oh_get_numeric_value(q, qpdf_oh_get_array_item(q, box, 2));
}

static void pages_and_bookmarks_are_in_order(void **state)
{
	struct buf parts[3] = {buf_new(ROOM), buf_new(ROOM), buf_new(ROOM)};
	struct bytes documents[3];
	struct str labels[3] = {STR("sample"), STR("longest \xd9\x85"), STR("last (2)")};
	struct compile_bind_input in = {documents, labels, 3, STR("Preview")};
	struct buf out = buf_new(ROOM);
	struct buf again = buf_new(ROOM);
	struct err err = {0};
	qpdf_data q = qpdf_init();
	qpdf_oh item;

	(void)state;
	for (int i = 0; i < 3; i++)
		documents[i] = make_document(&parts[i], 10 + i, "3 0 R", 1);
	assert_ok(compile_bind_run(&in, &out, &err), err);
	assert_ok(compile_bind_run(&in, &again, &err), err);
	assert_int_equal(out.n, again.n);
	assert_memory_equal(out.p, again.p, out.n);
	assert_int_equal(qpdf_read_memory(q, "bound", (const char *)out.p, out.n, NULL), 0);
	assert_int_equal(qpdf_get_num_pages(q), 3);
	item = qpdf_oh_get_key(q, qpdf_oh_get_key(q, qpdf_get_root(q), "/Outlines"), "/First");
	for (size_t i = 0; i < 3; i++) {
		qpdf_oh page = qpdf_get_page_n(q, i);
		qpdf_oh place = qpdf_oh_get_array_item(q, qpdf_oh_get_key(q, item, "/Dest"), 0);

		assert_true(width_of(q, page) == 10.0 + (double)i);
		assert_false(qpdf_oh_has_key(q, page, "/Annots"));
		assert_false(qpdf_oh_has_key(q, page, "/StructParents"));
		assert_int_equal(qpdf_oh_get_object_id(q, place), qpdf_oh_get_object_id(q, page));
		assert_string_equal(
			qpdf_oh_get_utf8_value(q, qpdf_oh_get_key(q, item, "/Title")), labels[i].p);
		item = qpdf_oh_get_key(q, item, "/Next");
	}
	assert_true(qpdf_oh_is_null(q, item));
	qpdf_cleanup(&q);
	for (int i = 0; i < 3; i++)
		buf_free(&parts[i]);
	buf_free(&out);
	buf_free(&again);
}

/* What a worker that was taken over might hand on in the place of a page. */
static void what_is_no_page_is_refused(void **state)
{
	static const uint8_t none[1] = {0};
	struct buf good = buf_new(ROOM);
	struct buf two = buf_new(ROOM);
	struct buf out = buf_new(ROOM);
	struct str labels[2] = {STR("a"), STR("b")};
	struct bytes documents[2];
	struct bytes bad[6];
	struct compile_bind_input in = {documents, labels, 2, STR("Preview")};

	(void)state;
	documents[0] = make_document(&good, 10, "3 0 R", 1);
	bad[0] = make_document(&two, 10, "3 0 R 4 0 R", 2);
	bad[1] = (struct bytes){none, 0};
	bad[2] = bytes_of(STR("%PDF-1.7\n"));
	bad[3] = (struct bytes){documents[0].p, documents[0].n / 2};
	bad[4] = bytes_of(STR("\x89PNG\r\n\x1a\n"));
	bad[5] = (struct bytes){documents[0].p + 20, documents[0].n - 20};
	for (size_t i = 0; i < 6; i++) {
		struct err err = {0};

		documents[1] = bad[i];
		assert_int_equal(compile_bind_run(&in, &out, &err), RC_INPUT);
		assert_non_null(strstr(err.text, "document 2"));
	}
	buf_free(&good);
	buf_free(&two);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_and_bookmarks_are_in_order),
		cmocka_unit_test(what_is_no_page_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
