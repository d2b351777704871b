// SPDX-License-Identifier: Apache-2.0
/* Log lines and randomness. Runs in: make check. */
#include "base/log.h"
#include "base/random.h"
#include "tests/harness/harness.h"

#include <string.h>
#include <unistd.h>

/* What body writes to stderr, at most len - 1 bytes. */
static void capture(void (*body)(void), char *out, size_t out_len)
{
	int old = dup(STDERR_FILENO);
	int ends[2];
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	(void)close(ends[1]);
	body();
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	(void)close(old);
	n = read(ends[0], out, out_len - 1);
	out[n > 0 ? n : 0] = '\0';
	(void)close(ends[0]);
}

static void say_two(void)
{
	log_open("null", LOG_WARN);
	log_line(LOG_WARN, "%d of %d", 1, 2);
	log_line(LOG_INFO, "not said");
}

/* Text from afar cannot begin a line of its own. */
static void say_lines(void)
{
	log_line(LOG_ERROR, "a\nerror sign: forged\r\x7F\x1B[2J");
}

static void say_json(void)
{
	log_use_json();
	log_line(LOG_ERROR, "a \"b\"");
}

static void lines_are_lines(void **state)
{
	char out[1024];

	(void)state;
	capture(say_two, out, sizeof out);
	assert_string_equal(out, "warn null: 1 of 2\n");
	capture(say_lines, out, sizeof out);
	assert_string_equal(out, "error null: a error sign: forged   [2J\n");
	capture(say_json, out, sizeof out);
	assert_int_equal(memcmp(out, "{\"time\":\"2", 10), 0);
	assert_non_null(strstr(
		out, "\"level\":\"error\",\"process\":\"null\",\"text\":\"a \\\"b\\\"\"}\n"));
}

static void randomness_differs(void **state)
{
	uint8_t a[32] = {0};
	uint8_t b[32] = {0};
	uint8_t large[4096] = {0};
	size_t zeros = 0;

	(void)state;
	random_fill(a, sizeof a);
	random_fill(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
	random_fill(large, sizeof large);
	for (size_t i = 0; i < sizeof large; i++)
		zeros += large[i] == 0;
	/* 16 are expected; more than 100 has a chance far below one in 10^40. */
	assert_true(zeros < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_lines),
		cmocka_unit_test(randomness_differs),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
