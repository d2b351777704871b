// SPDX-License-Identifier: Apache-2.0
/* Errors as values with a sentence. Runs in: make check. */
#include "base/err.h"
#include "tests/harness/harness.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void kind_and_sentence_are_kept(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_set(&err, RC_INPUT, "row %d, column \"%s\"", 214, "email"), RC_INPUT);
	assert_int_equal(err.kind, RC_INPUT);
	assert_string_equal(err.text, "row 214, column \"email\"");
}

static void errno_is_spelled_out(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_errno(&err, RC_SYSTEM, ENOENT, "cannot open %s", "x"), RC_SYSTEM);
	assert_string_equal(err.text, "cannot open x: No such file or directory");
}

static void a_full_disk_may_have_room_later(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_errno(&err, RC_SYSTEM, ENOSPC, "cannot write %s", "x"), RC_AGAIN);
	assert_string_equal(err.text,
		"cannot write x: No space left on device; free some and run the same command "
		"again");
	assert_int_equal(err_errno(&err, RC_INPUT, EDQUOT, "cannot write"), RC_INPUT);
}

static void context_goes_in_front(void **state)
{
	struct err err;

	(void)state;
	(void)err_set(&err, RC_LIMIT, "too long");
	assert_int_equal(err_wrap(&err, "template %s", "t1"), RC_LIMIT);
	assert_int_equal(err_wrap(&err, "job %d", 7), RC_LIMIT);
	assert_string_equal(err.text, "job 7: template t1: too long");
}

static void long_sentences_are_clipped_between_characters(void **state)
{
	char text[400];
	struct err err;

	(void)state;
	/* Two bytes each: 255 is odd, so the last character would be cut in half. */
	for (size_t i = 0; i + 1 < sizeof text; i += 2)
		memcpy(text + i, "\xC3\xA9", 2);
	text[sizeof text - 2] = '\0';
	(void)err_set(&err, RC_INPUT, "%s", text);
	assert_int_equal(strlen(err.text), 254);
	assert_true(str_is_utf8(str_of(err.text)));
	for (int i = 0; i < 40; i++)
		(void)err_wrap(&err, "context %d", i);
	assert_true(strlen(err.text) < ERR_TEXT_LEN);
	assert_true(str_is_utf8(str_of(err.text)));
	assert_int_equal(memcmp(err.text, "context 39: context 38: ", 24), 0);
}

static void nobody_has_to_listen(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, RC_AGAIN, "x"), RC_AGAIN);
	assert_int_equal(err_errno(NULL, RC_PEER, EIO, "x"), RC_PEER);
}

static void kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(rc_name(RC_OK), "ok");
	assert_string_equal(rc_name(RC_PEER), "peer");
	assert_string_equal(rc_name((enum rc)77), "unknown");
}

static void a_broken_invariant_ends_the_process(void **state)
{
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		(void)close(STDERR_FILENO);
		CHECK(1 + 1 == 3);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kind_and_sentence_are_kept),
		cmocka_unit_test(errno_is_spelled_out),
		cmocka_unit_test(a_full_disk_may_have_room_later),
		cmocka_unit_test(context_goes_in_front),
		cmocka_unit_test(long_sentences_are_clipped_between_characters),
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(a_broken_invariant_ends_the_process),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
