// SPDX-License-Identifier: Apache-2.0
/*
 * What tests share: cmocka with its demands, temporary directories, files, workers on a channel.
 * Failures inside these functions fail the running test.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "base/err.h"
#include "base/str.h"

/* cmocka 1.1 wants these before it, so their order stays. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
/* clang-format on */

/* Fails the test with the sentence of err when call did not succeed. */
#define assert_ok(call, err) \
	do { \
		if ((call) != RC_OK) \
			fail_msg("%s: %s", #call, (err).text); \
	} while (0)

/* A time limit for the whole program (30 s), SIGPIPE ignored. Call first in main(). */
void harness_start(void);

/* A new directory below TMPDIR, mode 0700; removed, with what is in it, by harness_remove(). */
char *harness_make_dir(void);
/* Removes the tree and frees the path; *path becomes NULL. */
void harness_remove(char **path);

/* The same before and after a test: *state is the path. */
int harness_set_up_dir(void **state);
int harness_tear_down_dir(void **state);

/* Writes a file dir/name. */
void harness_write(const char *dir, const char *name, struct bytes content);
/* The whole file, in a; fails the test when it cannot be read. */
struct bytes harness_read(struct arena *a, const char *path);

/* Open descriptors of this process. */
int harness_open_fds(void);
/* The named program beside this test's build: build/VARIANT/name. In static memory. */
const char *harness_program(const char *name);

/* Little-endian bytes of a hexadecimal literal; spaces are skipped. Returns the length. */
size_t harness_unhex(const char *hex, uint8_t *out, size_t out_len);

/*
 * Runs body in a child process that first becomes nobody (as root) and ends with body's value; returns
 * that value. So a test run by root also shows what an ordinary user gets.
 */
int harness_as_nobody(int (*body)(void *), void *argument);

#endif
