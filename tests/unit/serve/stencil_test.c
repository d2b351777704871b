// SPDX-License-Identifier: Apache-2.0
/* Texts with holes, against the same text written whole. Runs in: make check. */
#include "base/mem.h"
#include "serve/stencil.h"
#include "tests/harness/harness.h"

#include <string.h>

static uint32_t seed = 11;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 12) % below;
}

static void fills_in_what_would_have_been_written(void **state)
{
	static const char *const parts[] = {"", "<td>", "\0", "A", "ABCDEFGHIJKLMNOPQRSTUV"};
	struct str values[STENCIL_HOLES_MAX];

	(void)state;
	for (uint32_t i = 0; i < STENCIL_HOLES_MAX; i++)
		values[i] = str_slice(STR("Zoë & Bob's \"mark\", AAAAAAAA"), draw(8), draw(30));
	for (uint32_t round = 0; round < 2000; round++) {
		struct buf marked = buf_new(1 << 16);
		struct buf want = buf_new(1 << 16);
		struct buf is = buf_new(1 << 16);
		struct stencil *s;

		for (uint32_t i = draw(40); i-- > 0;) {
			const char *part = parts[draw(ARRAY_COUNT(parts))];
			uint32_t hole = draw(STENCIL_HOLES_MAX);
			/* What looks like the beginning of a mark is none. */
			struct str cut = str_slice(stencil_mark(0), 0, draw(19));

			buf_put_cz(&marked, part);
			buf_put_cz(&want, part);
			buf_put_str(&marked, cut);
			buf_put_str(&want, cut);
			buf_put_char(&marked, ' ');
			buf_put_char(&want, ' ');
			buf_put_str(&marked, stencil_mark(hole));
			buf_put_str(&want, values[hole]);
		}
		s = stencil_new(buf_str(&marked));
		stencil_put(s, values, &is);
		assert_true(str_eq(buf_str(&is), buf_str(&want)));
		assert_int_equal(stencil_len(s, values), want.n);
		assert_true(stencil_size(s) > is.n - want.n);
		stencil_free(&s);
		assert_null(s);
		buf_free(&marked);
		buf_free(&want);
		buf_free(&is);
	}
}

static void marks_differ_and_need_no_escape(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < STENCIL_HOLES_MAX; i++) {
		struct str mark = stencil_mark(i);

		for (size_t at = 0; at < mark.n; at++)
			assert_true((mark.p[at] >= 'A' && mark.p[at] <= 'Z')
				|| (mark.p[at] >= '2' && mark.p[at] <= '7'));
		for (uint32_t k = 0; k < i; k++)
			assert_false(str_eq(mark, stencil_mark(k)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_in_what_would_have_been_written),
		cmocka_unit_test(marks_differ_and_need_no_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
