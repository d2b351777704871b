// SPDX-License-Identifier: Apache-2.0
/* Arenas: alignment, caps, reuse. Runs in: make check. */
#include "base/arena.h"
#include "base/mem.h"
#include "tests/harness/harness.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void pieces_are_aligned_and_do_not_overlap(void **state)
{
	struct arena *a = arena_new(1U << 20);
	uint8_t *pieces[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(pieces); i++) {
		pieces[i] = arena_alloc(a, i);
		assert_int_equal((uintptr_t)pieces[i] % 16, 0);
		memset(pieces[i], (int)i, i);
	}
	for (size_t i = 0; i < ARRAY_COUNT(pieces); i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(pieces[i][k], i);
	arena_free(&a);
	assert_null(a);
	arena_free(&a);
}

static void blocks_larger_than_usual_fit(void **state)
{
	struct arena *a = arena_new(8U << 20);
	uint8_t *small = arena_alloc(a, 10);
	uint8_t *large = arena_alloc(a, 3U << 20);
	uint8_t *after = arena_alloc(a, 10);

	(void)state;
	memset(small, 1, 10);
	memset(large, 2, 3U << 20);
	memset(after, 3, 10);
	assert_int_equal(small[9], 1);
	assert_int_equal(large[(3U << 20) - 1], 2);
	arena_free(&a);
}

static void reset_forgets_and_accounts(void **state)
{
	struct arena *a = arena_new(4096);

	(void)state;
	for (int round = 0; round < 1000; round++) {
		assert_int_equal(arena_used_len(a), 0);
		(void)arena_alloc(a, 4000);
		assert_int_equal(arena_used_len(a), 4000);
		assert_int_equal(arena_left_len(a), 96);
		arena_reset(a);
	}
	arena_free(&a);
}

static void zalloc_clears_what_was_used_before(void **state)
{
	struct arena *a = arena_new(4096);
	const uint8_t *p;

	(void)state;
	memset(arena_alloc(a, 512), 0xFF, 512);
	arena_reset(a);
	p = arena_zalloc(a, 16, 32);
	for (size_t i = 0; i < 512; i++)
		assert_int_equal(p[i], 0);
	arena_free(&a);
}

static void dup_copies(void **state)
{
	struct arena *a = arena_new(4096);
	char text[] = "abc";
	const char *copy = arena_dup(a, text, sizeof text);

	(void)state;
	text[0] = 'x';
	assert_string_equal(copy, "abc");
	assert_non_null(arena_dup(a, NULL, 0));
	arena_free(&a);
}

static int signal_of(void (*body)(struct arena *))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct arena *a = arena_new(4096);

		(void)close(STDERR_FILENO);
		body(a);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void over_cap(struct arena *a)
{
	(void)arena_alloc(a, 4096);
	(void)arena_alloc(a, 1);
}

static void wrapping(struct arena *a)
{
	(void)arena_zalloc(a, SIZE_MAX / 2, 3);
}

static void rounding_wraps(struct arena *a)
{
	(void)arena_alloc(a, SIZE_MAX - 3);
}

static void exactly_cap(struct arena *a)
{
	(void)arena_alloc(a, 4096);
}

static void over_the_cap_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(signal_of(exactly_cap), 0);
	assert_int_equal(signal_of(over_cap), SIGABRT);
	assert_int_equal(signal_of(wrapping), SIGABRT);
	assert_int_equal(signal_of(rounding_wraps), SIGABRT);
}

static void sizes_do_not_wrap(void **state)
{
	size_t out = 5;

	(void)state;
	assert_true(size_mul(3, 4, &out));
	assert_int_equal(out, 12);
	assert_false(size_mul(SIZE_MAX / 2, 3, &out));
	assert_false(size_add(SIZE_MAX, 1, &out));
	assert_int_equal(out, 12);
	assert_true(size_add(SIZE_MAX, 0, &out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_aligned_and_do_not_overlap),
		cmocka_unit_test(blocks_larger_than_usual_fit),
		cmocka_unit_test(reset_forgets_and_accounts),
		cmocka_unit_test(zalloc_clears_what_was_used_before),
		cmocka_unit_test(dup_copies),
		cmocka_unit_test(over_the_cap_ends_the_process),
		cmocka_unit_test(sizes_do_not_wrap),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
