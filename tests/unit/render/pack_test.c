// SPDX-License-Identifier: Apache-2.0
/* Wallet passes: what is in the archive, what is shared, what never changes. Runs in: make check. */
#include "render/pack.h"
#include "tests/harness/harness.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zip.h>

#define IMAGE_LEN 3000

struct fixture {
	struct arena *a;
	struct compiled c;
	struct compiled_image images[2];
	uint8_t blob[2 * IMAGE_LEN + 64];
	struct pack_pass pass;
	struct buf result;
	struct err err;
};

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.a = arena_new((size_t)16 << 20), .result = buf_new((size_t)1 << 20)};
	for (size_t i = 0; i < sizeof(f.blob); i++)
		f.blob[i] = (uint8_t)(i * 2654435761U >> 24);
	f.images[0] = (struct compiled_image){STR("logo.png"), {64, IMAGE_LEN}};
	f.images[1] = (struct compiled_image){STR("icon.png"), {64 + IMAGE_LEN, 100}};
	f.c.images.items = f.images;
	f.c.images.count = 2;
	f.pass = (struct pack_pass){&f.c, {f.blob, sizeof(f.blob)},
		bytes_of(STR("{\"formatVersion\":1,\"formatVersion\":1}")), bytes_of(STR("{}")),
		bytes_of(STR("signature bytes")), 1782821106};
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	buf_free(&f->result);
	arena_free(&f->a);
	return 0;
}

static struct bytes pack(struct fixture *f, struct wire_artifact *out)
{
	struct buf whole = buf_new((size_t)1 << 20);
	struct bytes copy;

	assert_ok(pack_write(&f->pass, &f->result, 500, f->a, out, &f->err), f->err);
	for (uint32_t i = 0; i < out->pieces.count; i++) {
		const struct wire_piece *p = &out->pieces.items[i];

		buf_put(&whole,
			p->source == PIECE_COMPILED ? f->blob + p->offset
						    : f->result.p + (p->offset - 500),
			p->len);
	}
	copy = (struct bytes){arena_dup(f->a, whole.p, whole.n), whole.n};
	buf_free(&whole);
	return copy;
}

static void the_archive_holds_every_file_by_name(void **state)
{
	static const char *const names[] = {
		"icon.png", "logo.png", "manifest.json", "pass.json", "signature"};
	struct fixture *f = *state;
	const struct bytes contents[] = {{f->blob + 64 + IMAGE_LEN, 100}, {f->blob + 64, IMAGE_LEN},
		f->pass.manifest, f->pass.json, f->pass.signature};
	struct wire_artifact out;
	struct bytes whole = pack(f, &out);
	zip_error_t why;
	zip_t *zip = zip_open_from_source(zip_source_buffer_create(whole.p, whole.n, 0, &why),
		ZIP_RDONLY | ZIP_CHECKCONS, &why);

	assert_non_null(zip);
	assert_int_equal(zip_get_num_entries(zip, 0), 5);
	for (zip_uint64_t i = 0; i < 5; i++) {
		uint8_t content[IMAGE_LEN];
		zip_file_t *file = zip_fopen_index(zip, i, 0);
		zip_uint8_t opsys;
		zip_uint32_t attributes;
		zip_stat_t st;

		assert_string_equal(zip_get_name(zip, i, 0), names[i]);
		assert_int_equal(zip_fread(file, content, sizeof(content)), contents[i].n);
		assert_memory_equal(content, contents[i].p, contents[i].n);
		assert_int_equal(zip_fclose(file), 0);
		assert_int_equal(zip_stat_index(zip, i, 0, &st), 0);
		assert_int_equal(st.comp_method, ZIP_CM_STORE);
		assert_int_equal(
			zip_file_get_external_attributes(zip, i, 0, &opsys, &attributes), 0);
		assert_int_equal(opsys, ZIP_OPSYS_UNIX);
		assert_int_equal(attributes, 0100644U << 16);
	}
	zip_discard(zip);
}

/* 2026-06-30 12:05:06 UTC, wherever the machine stands. */
static void times_are_utc_and_bytes_the_same(void **state)
{
	struct fixture *f = *state;
	struct wire_artifact out;
	struct bytes first = pack(f, &out);
	struct bytes second;

	assert_int_equal(setenv("TZ", "Pacific/Auckland", 1), 0);
	tzset();
	second = pack(f, &out);
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.p, second.p, first.n);
	assert_int_equal(first.p[10] | first.p[11] << 8, 12 << 11 | 5 << 5 | 3);
	assert_int_equal(first.p[12] | first.p[13] << 8, (2026 - 1980) << 9 | 6 << 5 | 30);
}

static void large_images_are_shared_small_ones_copied(void **state)
{
	struct fixture *f = *state;
	struct wire_artifact out;

	pack(f, &out);
	assert_int_equal(out.kind, ARTIFACT_PASS);
	assert_int_equal(out.pieces.count, 3);
	assert_int_equal(out.pieces.items[1].source, PIECE_COMPILED);
	assert_int_equal(out.pieces.items[1].offset, 64);
	assert_int_equal(out.pieces.items[1].len, IMAGE_LEN);
	assert_int_equal(out.pieces.items[0].offset, 500);
	assert_true(f->result.n < 1500);
}

static void the_order_of_images_plays_no_part(void **state)
{
	struct fixture *f = *state;
	struct compiled_image swap = f->images[0];
	struct wire_artifact out;
	struct bytes first = pack(f, &out);
	struct bytes second;

	f->images[0] = f->images[1];
	f->images[1] = swap;
	second = pack(f, &out);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.p, second.p, first.n);
}

static void faults_are_sentences(void **state)
{
	struct fixture *f = *state;
	struct wire_artifact out;

	f->images[0].name = f->images[1].name; /* twice the same */
	assert_int_equal(pack_write(&f->pass, &f->result, 0, f->a, &out, &f->err), RC_INPUT);
	assert_non_null(strstr(f->err.text, "wallet pass"));
	f->images[0].name = STR("logo.png");
	buf_free(&f->result);
	f->result = buf_new(100);
	assert_int_equal(pack_write(&f->pass, &f->result, 0, f->a, &out, &f->err), RC_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_archive_holds_every_file_by_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			times_are_utc_and_bytes_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			large_images_are_shared_small_ones_copied, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_order_of_images_plays_no_part, set_up, tear_down),
		cmocka_unit_test_setup_teardown(faults_are_sentences, set_up, tear_down),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
