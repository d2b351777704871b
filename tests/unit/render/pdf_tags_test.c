// SPDX-License-Identifier: Apache-2.0
/* The structure tree and its links. Runs in: make check. */
#include "render/pdf_tags.h"
#include "tests/harness/harness.h"

#include <string.h>

struct fixture {
	struct arena *a;
	struct pdf_objects *file;
	struct pdf_tags *tags;
	struct buf result;
	struct str annots;
	uint32_t root;
	struct err err;
};

/* Numbers: 1 page, 2 StructTreeRoot, 3 Document; what tests add begins at 4. */
static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.a = arena_new((size_t)8 << 20), .result = buf_new((size_t)1 << 20)};
	f.file = pdf_object_file_new(f.a);
	f.tags = pdf_tags_new(f.file, f.a, pdf_object_add(f.file, STR("/Type /Page\n")), 8);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	pdf_object_file_free(&f->file);
	buf_free(&f->result);
	arena_free(&f->a);
	return 0;
}

static const char *finish(struct fixture *f)
{
	struct draw_pieces pieces = draw_piece_start(f->a, &f->result, 0);

	pdf_tags_finish(f->tags, &f->root, &f->annots);
	assert_int_equal(f->root, 2);
	assert_ok(pdf_object_save(f->file, STR("/Root 1 0 R\n"), &pieces, &f->err), f->err);
	buf_put_zeros(&f->result, 1);
	return (const char *)f->result.p;
}

static void texts_are_leaves_in_order(void **state)
{
	struct fixture *f = *state;
	const char *out;

	pdf_tags_add_text(f->tags, "H1", STR("en"), (struct str){NULL, 0}, 0, NULL);
	pdf_tags_add_text(f->tags, "P", STR("ar"), STR("\xD8\xA8"), 1, NULL);
	out = finish(f);
	assert_non_null(strstr(out, "/S /Document\n/P 2 0 R\n/K [4 0 R 5 0 R]"));
	assert_non_null(strstr(out, "/S /H1\n/P 3 0 R\n/Pg 1 0 R\n/Lang (en)\n/K 0\n"));
	assert_non_null(strstr(
		out, "/S /P\n/P 3 0 R\n/Pg 1 0 R\n/Lang (ar)\n/ActualText <FEFF0628>\n/K 1\n"));
	assert_non_null(
		strstr(out, "/ParentTree <</Nums [0 [4 0 R 5 0 R]]>>\n/ParentTreeNextKey 1\n"));
	assert_int_equal(f->annots.n, 0);
}

static void links_know_their_annotation_and_back(void **state)
{
	struct fixture *f = *state;
	const struct pdf_tags_link link = {
		{1, 2, 30.5, 40.125}, STR("https://e.x/(\xC3\xA9 a)"), STR("Verify (online)")};
	const char *out;

	pdf_tags_add_text(f->tags, "P", STR("en"), (struct str){NULL, 0}, 0, &link);
	pdf_tags_add_figure(f->tags, link.rect, STR("The code"), 1, &link);
	out = finish(f);
	/* Text: 4 Link, 5 annotation, 6 P. Figure: 7 Link, 8 Figure, 9 annotation. */
	assert_non_null(strstr(out, "/S /P\n/P 3 0 R\n/Pg 1 0 R\n/Lang (en)\n/K [4 0 R]\n"));
	assert_non_null(
		strstr(out, "/S /Link\n/P 6 0 R\n/Pg 1 0 R\n/K [0 <</Type /OBJR /Obj 5 0 R>>]\n"));
	assert_non_null(strstr(out,
		"/S /Link\n/P 3 0 R\n/Pg 1 0 R\n/Lang (en)\n/K [8 0 R <</Type /OBJR /Obj 9 0 "
		"R>>]\n"));
	assert_non_null(strstr(out,
		"/S /Figure\n/P 7 0 R\n/Pg 1 0 R\n/A <</O /Layout /BBox [1 2 30.5 40.13 ]>>\n"
		"/Lang (en)\n/Alt (The code)\n/K 1\n"));
	assert_non_null(strstr(out, "/Nums [0 [4 0 R 8 0 R] 1 4 0 R 2 7 0 R]"));
	assert_non_null(strstr(out,
		"/Rect [1 2 30.5 40.13 ]\n/Border [0 0 0]\n/F 4\n/P 1 0 R\n/StructParent 1\n"
		"/Contents (Verify \\(online\\))\n/A <</S /URI /URI "
		"(https://e.x/%28%C3%A9%20a%29)>>\n"));
	assert_true(str_eq_cz(f->annots, "5 0 R 9 0 R"));
}

static void a_figure_without_a_link_stands_alone(void **state)
{
	struct fixture *f = *state;
	const double box[4] = {1, 2, 3, 4};
	const char *out;

	pdf_tags_add_figure(f->tags, box, STR("The code"), 0, NULL);
	out = finish(f);
	assert_non_null(strstr(out, "/S /Figure\n/P 3 0 R\n"));
	assert_null(strstr(out, "/Link"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(texts_are_leaves_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			links_know_their_annotation_and_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_figure_without_a_link_stands_alone, set_up, tear_down),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
