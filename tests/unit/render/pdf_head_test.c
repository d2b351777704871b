// SPDX-License-Identifier: Apache-2.0
/* The beginning that all PDFs of a template share. Runs in: make check. */
#include "render/pdf_head.h"
#include "tests/harness/harness.h"

#include <string.h>

struct fixture {
	struct arena *a;
	struct buf sections;
	struct compiled_object objects[2];
	struct compiled c;
	struct err err;
};

static int set_up(void **state)
{
	static const uint8_t dict[] = "/A \x01\x01\x00 /B [\x01\x00\x00\x01\x01\x00]";
	struct arena *a = arena_new((size_t)1 << 20);
	struct fixture *f = arena_zalloc(a, 1, sizeof(*f));

	f->a = a;
	f->sections = buf_new((size_t)1 << 20);
	f->objects[0].dict = compiled_put(&f->sections, (struct bytes){dict, sizeof(dict) - 1});
	f->objects[0].data = compiled_put(&f->sections, bytes_of(STR("q Q")));
	f->objects[0].stream = true;
	f->objects[1].dict = compiled_put(&f->sections, bytes_of(STR("/C 1")));
	f->c.objects.items = f->objects;
	f->c.objects.count = 2;
	assert_ok(pdf_head_make(&f->c, &f->sections, &f->err), f->err);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	struct arena *a = f->a;

	buf_free(&f->sections);
	arena_free(&a);
	return 0;
}

static void artwork_comes_first_with_its_references(void **state)
{
	static const char wanted[] =
		"1 0 obj\n<<\n/A 2 0 R /B [1 0 R2 0 R]\n/Length 3\n>>\nstream\nq "
		"Q\nendstream\nendobj\n2 0 obj\n<<\n/C 1>>\nendobj\n3 0 obj\n";
	struct fixture *f = *state;
	struct pdf_head head;

	assert_ok(pdf_head_open(&f->c, buf_bytes(&f->sections), f->a, &head, &f->err), f->err);
	assert_memory_equal(head.bytes.p, PDF_HEAD_VERSION, strlen(PDF_HEAD_VERSION));
	assert_memory_equal(head.bytes.p + strlen(PDF_HEAD_VERSION), wanted, sizeof(wanted) - 1);
	assert_int_equal(head.count, 4);
	assert_int_equal(head.output_intent, 4);
	for (uint32_t i = 0; i < head.count; i++) {
		struct str begin = str_fmt(f->a, "%u 0 obj\n<<", i + 1);

		assert_memory_equal(head.bytes.p + head.places[i], begin.p, begin.n);
	}
}

/* Render does not cite bytes that it would not have written. */
static void another_beginning_is_refused(void **state)
{
	struct fixture *f = *state;
	struct pdf_head head;
	uint8_t *last = f->sections.p + f->c.pdf_head.offset + f->c.pdf_head.len - 1;

	*last ^= 1;
	assert_int_equal(
		pdf_head_open(&f->c, buf_bytes(&f->sections), f->a, &head, &f->err), RC_INPUT);
	*last ^= 1;
	f->c.pdf_head.len--;
	assert_int_equal(
		pdf_head_open(&f->c, buf_bytes(&f->sections), f->a, &head, &f->err), RC_INPUT);
	f->c.pdf_head.len = 0;
	assert_int_equal(
		pdf_head_open(&f->c, buf_bytes(&f->sections), f->a, &head, &f->err), RC_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			artwork_comes_first_with_its_references, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_beginning_is_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
