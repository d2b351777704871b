// SPDX-License-Identifier: Apache-2.0
/*
 * The other side of an attempt: canaries that must stay untouched, workers that are asked to break out, and
 * what is expected of each. Failures inside these functions fail the running test.
 */
#ifndef TESTS_CONFINE_OUTSIDE_H
#define TESTS_CONFINE_OUTSIDE_H

#include "ipc/spawn.h"
#include "tests/confine/probe.h"

#include <limits.h>

/* What an attempt must not reach, outside. */
struct canary {
	char *dir;
	char file[PATH_MAX];
	int tcp;
	int udp;
	int unix_abstract;
	int unix_path; /* beside the file */
	uint16_t tcp_port;
	uint16_t udp_port;
};

/* A worker as the product starts it. */
struct outside_worker {
	const char *name;
	enum role role;
	const char *succeed; /* kinds of attempts that are its work; "": none */
	bool has_dir;
	bool read_only; /* store */
};

/* An attempt that succeeds in this worker because it cannot do without the call. */
struct outside_need {
	enum role role;
	uint32_t layer; /* when this one is left out; 0: always */
	const char *attempt;
	const char *why;
};

struct run {
	const struct canary *canary;
	const struct outside_worker *worker;
	const struct outside_need *needs;
	size_t need_count;
	pid_t outside;
	uint32_t layers_off;
	const char *kinds; /* letters of enum kind to make */
	const char *dir; /* of a worker that has one */
	bool must_breach; /* the control run */
	const char *rights; /* of the control run: letters of enum rights to make */
	bool only_list; /* writes the names of what succeeded to list_fd; nothing is wrong */
	int list_fd;
	struct spawn_child child; /* of the next attempt, when runs is set */
	bool runs;
	uint32_t made;
	uint32_t wrong;
	uint32_t unknown; /* to this kernel, in the control run */
};

void outside_open(struct canary *out);
void outside_close(struct canary *c);
/* The file as it was in the beginning. */
void outside_reset_file(const struct canary *c);
/* Connections, datagrams and changes since the last call. */
int outside_count_touches(const struct canary *c);
/* A directory for a worker, owned by owner, with what attempts look for in it. In static memory. */
const char *outside_make_dir(const struct canary *c, const char *name, uid_t owner);

/* Starts r's worker, without a job, and locks it. */
enum rc outside_start(
	const struct run *r, struct spawn_child *child, struct arena *a, struct err *err);
/* Its answer, or "" when it ended without one. */
struct str outside_ask(struct spawn_child *child, struct arena *a, struct str question);
/* A body for harness_as_nobody(): argument is a run. The value: how many went wrong; 100 when nothing was tried. */
int outside_make_all(void *run);

#endif
