// SPDX-License-Identifier: Apache-2.0
/* Artwork lifted out of cairo's PDF: what PDF/A forbids is gone, and it makes a sound PDF again. Runs in: tests. */
#include "base/mem.h"
#include "render/compile_art.h"
#include "render/compile_lift.h"
#include "tests/harness/artwork.h"
#include "tests/harness/harness.h"

#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <string.h>

#define ROOM ((size_t)128 << 20)

struct lifted {
	struct arena *a;
	struct compile_notes notes;
	struct compile_art *art;
	struct buf pdf;
	struct buf sections;
	struct compiled c;
	struct compile_lift_input in;
	struct err err;
};

static void open_lifted(struct lifted *l, struct bytes svg, uint8_t tier)
{
	*l = (struct lifted){.a = arena_new(ROOM), .pdf = buf_new(ROOM), .sections = buf_new(ROOM)};
	l->notes.a = l->a;
	l->c.tier = tier;
	assert_ok(compile_art_open(svg, ARTWORK_WIDTH, ARTWORK_HEIGHT, &l->notes, &l->art, &l->err),
		l->err);
	l->in = (struct compile_lift_input){.svg = svg,
		.width = ARTWORK_WIDTH * 0.75,
		.height = ARTWORK_HEIGHT * 0.75,
		.scale = compile_art_pdf_scale(l->art)};
	assert_ok(compile_art_pdf(l->art, l->in.scale, &l->pdf, &l->err), l->err);
	l->in.pdf = buf_bytes(&l->pdf);
}

static void close_lifted(struct lifted *l)
{
	compile_art_free(&l->art);
	buf_free(&l->pdf);
	buf_free(&l->sections);
	arena_free(&l->a);
}

static void lift(struct lifted *l, unsigned with, uint8_t tier)
{
	struct arena *a = arena_new(ROOM);
	struct bytes svg = artwork_svg(a, with);

	open_lifted(l, svg, tier);
	assert_ok(compile_lift_run(l->a, &l->in, &l->sections, &l->c, &l->err), l->err);
	l->in.svg = (struct bytes){NULL, 0};
	compile_art_free(&l->art);
	arena_free(&a);
}

static struct str dict_of(struct lifted *l, uint32_t i)
{
	return bytes_text(compiled_bytes(buf_bytes(&l->sections), &l->c.objects.items[i].dict));
}

static uint32_t count_in_dicts(struct lifted *l, const char *what)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->c.objects.count; i++) {
		struct str s = dict_of(l, i);

		for (size_t at = str_find_str(s, str_of(what)); at < s.n;
			at = str_find_str(s, str_of(what))) {
			n++;
			s = str_slice(s, at + 1, s.n);
		}
	}
	return n;
}

/* ---- a document of one page that shows the form ---- */

static void put_object(struct lifted *l, struct buf *out, uint32_t i)
{
	const struct compiled_object *o = &l->c.objects.items[i];
	struct str dict = dict_of(l, i);
	struct bytes data = compiled_bytes(buf_bytes(&l->sections), &o->data);

	buf_fmt(out, "%u 0 obj\n<<", i + 4);
	for (size_t k = 0; k < dict.n; k++) {
		if (dict.p[k] != 1) {
			buf_put_char(out, dict.p[k]);
			continue;
		}
		buf_fmt(out, "%d 0 R",
			((unsigned char)dict.p[k + 1] | (unsigned char)dict.p[k + 2] << 8) + 4);
		k += 2;
	}
	if (o->stream) {
		buf_fmt(out, "/Length %zu>>\nstream\n", data.n);
		buf_put_bytes(out, data);
		buf_put_cz(out, "\nendstream\nendobj\n");
	} else {
		buf_put_cz(out, ">>\nendobj\n");
	}
}

static void put_document(struct lifted *l, struct buf *out)
{
	uint32_t count = l->c.objects.count + 5;
	size_t *at = mem_zalloc(count, sizeof *at);
	size_t table;

	buf_put_cz(out, "%PDF-1.7\n");
	at[1] = out->n;
	buf_put_cz(out, "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
	at[2] = out->n;
	buf_put_cz(out, "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
	at[3] = out->n;
	buf_fmt(out,
		"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Contents %u 0 "
		"R/Resources<</XObject<</A 4 0 "
		"R>>>>>>\nendobj\n",
		l->in.width, l->in.height, count - 1);
	for (uint32_t i = 0; i < l->c.objects.count; i++) {
		at[i + 4] = out->n;
		put_object(l, out, i);
	}
	at[count - 1] = out->n;
	buf_fmt(out, "%u 0 obj\n<</Length 5>>\nstream\n/A Do\nendstream\nendobj\n", count - 1);
	table = out->n;
	buf_fmt(out, "xref\n0 %u\n0000000000 65535 f \n", count);
	for (uint32_t i = 1; i < count; i++)
		buf_fmt(out, "%010zu 00000 n \n", at[i]);
	buf_fmt(out, "trailer\n<</Size %u/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", count, table);
	MEM_FREE(at);
}

static void qpdf_finds_nothing(struct lifted *l)
{
	struct buf doc = buf_new(ROOM);
	qpdf_data q = qpdf_init();

	put_document(l, &doc);
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	assert_int_equal(
		qpdf_read_memory(q, "lifted", (const char *)doc.p, doc.n, NULL), QPDF_SUCCESS);
	assert_int_equal(qpdf_check_pdf(q), QPDF_SUCCESS);
	assert_false(qpdf_more_warnings(q));
	qpdf_cleanup(&q);
	buf_free(&doc);
}

/* ---- tests ---- */

static void form_comes_first(void **state)
{
	struct lifted l;
	struct str form;

	(void)state;
	lift(&l, 0, 0);
	form = dict_of(&l, 0);
	assert_true(l.c.objects.items[0].stream);
	assert_true(str_starts(form, STR("/Type /XObject\n/Subtype /Form\n")));
	assert_true(str_find_str(form, STR("/BBox [0 0 841.89 595.275]")) < form.n);
	assert_true(str_find_str(form, STR("/Group")) < form.n);
	assert_true(str_find_str(form, STR("/Matrix")) == form.n);
	assert_true(str_find_str(form, STR("/Resources")) < form.n);
	qpdf_finds_nothing(&l);
	close_lifted(&l);
}

static void pixels_get_twice_the_resolution(void **state)
{
	struct lifted l;
	struct str form;

	(void)state;
	lift(&l, ARTWORK_FILTER, 1);
	form = dict_of(&l, 0);
	assert_true(str_find_str(form, STR("/BBox [0 0 1683.78 1190.55]")) < form.n);
	assert_true(str_find_str(form, STR("/Matrix [0.50000000 0 0 0.50000000 0 0]")) < form.n);
	assert_true(count_in_dicts(&l, "/Predictor 15") != 0);
	qpdf_finds_nothing(&l);
	close_lifted(&l);
}

static void what_pdfa_forbids_is_gone(void **state)
{
	struct lifted l;

	(void)state;
	lift(&l, ARTWORK_FILTER | ARTWORK_PATH_TEXT, 0);
	assert_int_equal(count_in_dicts(&l, "/Interpolate"), 0);
	assert_int_equal(count_in_dicts(&l, "/Font"), 0);
	assert_int_equal(count_in_dicts(&l, "/DeviceCMYK"), 0);
	assert_int_equal(count_in_dicts(&l, "/Length"), 0);
	assert_int_equal(count_in_dicts(&l, "/Parent"), 0);
	assert_true(count_in_dicts(&l, "/Transparency") != 0);
	close_lifted(&l);
}

/* Forty strokes with a gradient of one alpha: cairo makes forty masks of them. */
static void constant_masks_become_alpha(void **state)
{
	struct lifted l;
	struct str raw;

	(void)state;
	lift(&l, 0, 0);
	raw = buf_str(&l.pdf);
	assert_true(str_find_str(raw, STR("/Luminosity")) < raw.n);
	assert_true(count_in_dicts(&l, "/SMask /None /ca 0.5") == 40);
	assert_int_equal(count_in_dicts(&l, "/Luminosity"), 0);
	close_lifted(&l);
}

static void real_masks_stay(void **state)
{
	static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1122.52\" "
				  "height=\"793.7\"><linearGradient "
				  "id=\"a\"><stop offset=\"0\" stop-color=\"red\" "
				  "stop-opacity=\".1\"/><stop offset=\"1\" "
				  "stop-color=\"red\" stop-opacity=\".9\"/></linearGradient><rect "
				  "width=\"400\" height=\"300\" "
				  "fill=\"url(#a)\"/></svg>";
	struct lifted l;

	(void)state;
	open_lifted(&l, bytes_of(str_of(svg)), 0);
	assert_ok(compile_lift_run(l.a, &l.in, &l.sections, &l.c, &l.err), l.err);
	assert_true(count_in_dicts(&l, "/Luminosity") == 1);
	assert_int_equal(count_in_dicts(&l, "/SMask /None"), 0);
	qpdf_finds_nothing(&l);
	close_lifted(&l);
}

static void jpeg_keeps_its_bytes(void **state)
{
	struct lifted l;
	struct bytes jpeg;
	uint32_t hits = 0;

	(void)state;
	lift(&l, 0, 0);
	jpeg = artwork_jpeg(l.a);
	for (uint32_t i = 0; i < l.c.objects.count; i++) {
		struct bytes data =
			compiled_bytes(buf_bytes(&l.sections), &l.c.objects.items[i].data);

		if (data.n != jpeg.n || memcmp(data.p, jpeg.p, jpeg.n) != 0)
			continue;
		hits++;
		assert_true(
			str_find_str(dict_of(&l, i), STR("/Filter /DCTDecode")) < dict_of(&l, i).n);
		assert_true(str_find_str(dict_of(&l, i), STR("/Width 40\n/Height 30"))
			< dict_of(&l, i).n);
	}
	assert_int_equal(hits, 1);
	close_lifted(&l);
}

static void equal_functions_are_shared(void **state)
{
	struct lifted l;

	(void)state;
	lift(&l, 0, 0);
	/* Forty gradients alike, with one list of colours between them. */
	assert_true(count_in_dicts(&l, "/FunctionType") < 20);
	close_lifted(&l);
}

static void hard_tier_is_smaller(void **state)
{
	struct lifted l[2];
	size_t len[2];

	(void)state;
	for (uint8_t tier = 0; tier < 2; tier++) {
		lift(&l[tier], 0, tier);
		len[tier] = l[tier].sections.n;
		close_lifted(&l[tier]);
	}
	assert_true(len[1] < len[0]);
}

static void broken_pdf_is_refused(void **state)
{
	struct lifted l;
	struct arena *a = arena_new(ROOM);
	struct bytes whole;

	(void)state;
	open_lifted(&l, artwork_svg(a, 0), 0);
	whole = l.in.pdf;
	for (size_t n = 0; n < whole.n; n += 1 + whole.n / 23) {
		l.in.pdf.n = n;
		assert_int_equal(compile_lift_run(l.a, &l.in, &l.sections, &l.c, &l.err), RC_INPUT);
		assert_true(
			str_starts(str_of(l.err.text), STR("artwork: lifting it into the PDF: ")));
	}
	/* A stream that does not inflate. */
	l.in.pdf.n = whole.n;
	for (size_t i = 200; i < 400; i++)
		l.pdf.p[i] = 0x55;
	assert_int_not_equal(compile_lift_run(l.a, &l.in, &l.sections, &l.c, &l.err), RC_OK);
	close_lifted(&l);
	arena_free(&a);
}

static void no_room_is_a_limit(void **state)
{
	struct lifted l;
	struct arena *a = arena_new(ROOM);

	(void)state;
	open_lifted(&l, artwork_svg(a, 0), 0);
	buf_free(&l.sections);
	l.sections = buf_new(5000);
	assert_int_equal(compile_lift_run(l.a, &l.in, &l.sections, &l.c, &l.err), RC_LIMIT);
	close_lifted(&l);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form_comes_first),
		cmocka_unit_test(pixels_get_twice_the_resolution),
		cmocka_unit_test(what_pdfa_forbids_is_gone),
		cmocka_unit_test(constant_masks_become_alpha),
		cmocka_unit_test(real_masks_stay),
		cmocka_unit_test(jpeg_keeps_its_bytes),
		cmocka_unit_test(equal_functions_are_shared),
		cmocka_unit_test(hard_tier_is_smaller),
		cmocka_unit_test(broken_pdf_is_refused),
		cmocka_unit_test(no_room_is_a_limit),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
