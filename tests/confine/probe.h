// SPDX-License-Identifier: Apache-2.0
/*
 * How an attempt is written: one ATTEMPT line registers it. The body returns what the call returned;
 * a negative value with errno is a refusal, anything else a breach, death by a signal is best.
 */
#ifndef TESTS_CONFINE_PROBE_H
#define TESTS_CONFINE_PROBE_H

#include <stdint.h>
#include <sys/types.h>

#define ALL_LAYERS 0x7FU

/* What the test knows and the attempt is after. */
struct target {
	char file[512]; /* the canary file, world-readable */
	pid_t parent; /* outside */
	uint16_t tcp_port; /* the canary listener on 127.0.0.1 */
	uint16_t udp_port;
};

enum kind {
	KIND_FILE = 'f',
	KIND_NET = 'n',
	KIND_EXEC = 'x',
	KIND_PROCESS = 'p',
	KIND_KERNEL = 'k',
	KIND_MEMORY = 'm',
	KIND_BOMB = 'b', /* stopped by a limit */
	KIND_LONG_BOMB =
		'B', /* the same, but no limit is small enough to be waited for, except certfill-null's */
	KIND_ALONE = 'h', /* made by the one test that names it */
	/* Below the directory that a worker was given: */
	KIND_OWN_READ = 'r',
	KIND_OWN_WRITE = 'w',
	KIND_OWN_NEEDLESS = 'o', /* nobody's work; only seccomp knows */
	KIND_BEYOND = 'u', /* out of it */
};

/* Who succeeds without confinement, so that being stopped means something. The control run shows it. */
enum rights {
	FREE = 'u', /* an ordinary user */
	ROOT = 'r', /* root; an ordinary user lacks the right, whatever confines him */
	/*
	 * Nobody where the kernel was built without it, and then the control run must see ENOSYS or
	 * EAFNOSUPPORT. A worker must not even see that.
	 */
	KERNEL = 'k',
};

struct attempt {
	const char *name;
	enum kind kind;
	enum rights rights;
	long (*make)(const struct target *t);
};

/* The linker gathers the pointers; probe.c walks them. */
#define ATTEMPT(word, kind_letter, who, ...) \
	static long try_##word(const struct target *t) \
	{ \
		(void)t; \
		__VA_ARGS__ \
	} \
	static const struct attempt attempt_##word = {#word, kind_letter, who, try_##word}; \
	static const struct attempt *const listed_##word \
		__attribute__((section("attempts"), used)) = &attempt_##word;

/* Opened before lockdown: a memory descriptor, /bin/true, the root directory, ourselves, the name of the machine, a pipe. */
extern int probe_memory_fd;
extern int probe_program_fd;
extern int probe_root_fd;
extern int probe_self_fd;
extern int probe_names_fd;
extern int probe_pipe_fds[2];
/* Of the root directory, for open_by_handle_at(2). */
extern struct file_handle *probe_handle;

#endif
