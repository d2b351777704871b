// SPDX-License-Identifier: Apache-2.0
/* Waiting for those who sleep and for those who work. Runs in: make check. */
#include "base/clock.h"
#include "ipc/patience.h"
#include "tests/harness/harness.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void who_sleeps_has_its_time_once(void **state)
{
	struct patience p;
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		/* A test that fails leaves nobody behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)raise(SIGSTOP);
		_exit(1);
	}
	/* Its start is work; once it is stopped it does none. */
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	patience_start(&p, pid, 3600000);
	assert_false(patience_is_over(&p));
	patience_start(&p, pid, 1);
	while (!patience_is_over(&p))
		continue;
	assert_int_equal(p.more, 0);
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	/* Nor does one that is gone hold anybody up. */
	patience_start(&p, pid, 1);
	while (!patience_is_over(&p))
		continue;
}

static void who_works_gets_it_three_times_more(void **state)
{
	struct patience p;

	(void)state;
	/* We are the worker: what we use while we ask is its work. */
	patience_start(&p, getpid(), 200);
	while (!patience_is_over(&p))
		continue;
	assert_int_equal(p.more, 3);
	assert_true(patience_usual_ms() == 120000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_sleeps_has_its_time_once),
		cmocka_unit_test(who_works_gets_it_three_times_more),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
