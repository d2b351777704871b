// SPDX-License-Identifier: Apache-2.0
/*
 * How an attempt is written: one ATTEMPT line registers it. The body returns what the call returned;
 * a negative value with errno is a refusal, anything else a breach, death by a signal is best.
 */
#ifndef TESTS_CONFINE_PROBE_H
#define TESTS_CONFINE_PROBE_H

#include <stdint.h>
#include <sys/types.h>

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
	/* Only with a directory of its own: */
	KIND_DIRECTORY = 'd', /* must succeed */
	KIND_BEYOND = 'u', /* out of it: must not */
};

/* free: an ordinary user without confinement succeeds, so being stopped means something. */
struct attempt {
	const char *name;
	enum kind kind;
	int free;
	long (*make)(const struct target *t);
};

#define FREE 1
#define RARE 0 /* needs rights that an ordinary user lacks, or an old kernel */

/* The linker gathers the pointers; probe.c walks them. */
#define ATTEMPT(word, kind_letter, is_free, ...) \
	static long try_##word(const struct target *t) \
	{ \
		(void)t; \
		__VA_ARGS__ \
	} \
	static const struct attempt attempt_##word = {#word, kind_letter, is_free, try_##word}; \
	static const struct attempt *const listed_##word \
		__attribute__((section("attempts"), used)) = &attempt_##word;

/* A memory descriptor opened before lockdown, and one of /bin/true. */
extern int probe_memory_fd;
extern int probe_program_fd;

#endif
