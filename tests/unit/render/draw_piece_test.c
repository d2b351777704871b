// SPDX-License-Identifier: Apache-2.0
/* Lists of pieces: what is shared, what is copied, what is joined. Runs in: make check. */
#include "render/draw_piece.h"
#include "tests/harness/harness.h"

static uint8_t blob[300000];

static void pieces_that_follow_are_one(void **state)
{
	struct arena *a = arena_new((size_t)1 << 20);
	struct buf result = buf_new((size_t)1 << 20);
	struct draw_pieces p;
	struct wire_artifact out;
	struct err err;

	(void)state;
	buf_put_cz(&result, "before");
	p = draw_piece_start(a, &result, 1000);
	draw_piece_put(&p, bytes_of(STR("one")));
	draw_piece_put(&p, bytes_of(STR("")));
	draw_piece_put(&p, bytes_of(STR("two")));
	draw_piece_share(&p, (struct bytes){blob + 10, 600}, 10);
	draw_piece_share(&p, (struct bytes){blob + 610, 700}, 610);
	draw_piece_share(&p, (struct bytes){blob + 2000, DRAW_PIECE_SHARED_MIN - 1}, 2000);
	draw_piece_put(&p, bytes_of(STR("end")));
	assert_ok(draw_piece_finish(&p, ARTIFACT_PNG, &out, &err), err);
	assert_int_equal(out.kind, ARTIFACT_PNG);
	assert_int_equal(out.pieces.count, 3);
	assert_int_equal(out.pieces.items[0].source, PIECE_RESULT);
	assert_int_equal(out.pieces.items[0].offset, 1006);
	assert_int_equal(out.pieces.items[0].len, 6);
	assert_int_equal(out.pieces.items[1].source, PIECE_COMPILED);
	assert_int_equal(out.pieces.items[1].offset, 10);
	assert_int_equal(out.pieces.items[1].len, 1300);
	/* Too short to be worth a piece: copied. */
	assert_int_equal(out.pieces.items[2].source, PIECE_RESULT);
	assert_int_equal(out.pieces.items[2].len, DRAW_PIECE_SHARED_MIN - 1 + 3);
	assert_int_equal(p.total_len, 6 + 1300 + DRAW_PIECE_SHARED_MIN + 2);
	buf_free(&result);
	arena_free(&a);
}

/* A frame carries 400 pieces of an artifact: artwork of many streams is copied from some point on. */
static void pieces_stay_few(void **state)
{
	struct arena *a = arena_new((size_t)1 << 20);
	struct buf result = buf_new((size_t)1 << 20);
	struct draw_pieces p = draw_piece_start(a, &result, 0);
	struct wire_artifact out;
	uint64_t sum = 0;
	struct err err;

	(void)state;
	for (size_t i = 0; i < 400; i++) {
		draw_piece_put(&p, bytes_of(STR("x")));
		draw_piece_share(&p, (struct bytes){blob + i * 700, 600}, i * 700);
	}
	assert_ok(draw_piece_finish(&p, ARTIFACT_PDF, &out, &err), err);
	assert_true(out.pieces.count <= 2 * DRAW_PIECE_SHARED_MAX + 1);
	for (uint32_t i = 0; i < out.pieces.count; i++)
		sum += out.pieces.items[i].len;
	assert_int_equal(sum, 400 * 601);
	buf_free(&result);
	arena_free(&a);
}

static void a_patch_finds_its_place_behind_shared_bytes(void **state)
{
	static uint8_t shared[DRAW_PIECE_SHARED_MIN];
	struct arena *a = arena_new(1 << 20);
	struct buf result = buf_new(4096);
	struct draw_pieces p;

	(void)state;
	buf_put_cz(&result, "another artifact");
	p = draw_piece_start(a, &result, 1000);
	draw_piece_put(&p, bytes_of(STR("head")));
	draw_piece_share(&p, (struct bytes){shared, sizeof shared}, 7);
	draw_piece_put(&p, bytes_of(STR("tail of it")));
	draw_piece_patch(&p, 4 + sizeof shared + 5, bytes_of(STR("OF")));
	draw_piece_patch(&p, 0, bytes_of(STR("H")));
	assert_true(str_eq_cz(buf_str(&result), "another artifactHeadtail OF it"));
	buf_free(&result);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_patch_finds_its_place_behind_shared_bytes),
		cmocka_unit_test(pieces_that_follow_are_one),
		cmocka_unit_test(pieces_stay_few),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
