// SPDX-License-Identifier: Apache-2.0
/* How long a worker may take for an answer. */
#ifndef IPC_PATIENCE_H
#define IPC_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * One wait for the process pid (as this process sees it). One that neither answers nor works has limit_ms; one that
 * is at work gets it three times more, because it may be slow only because the machine is.
 */
struct patience {
	pid_t pid;
	int64_t limit_ms;
	int64_t until_ms;
	int64_t cpu_us; /* that it had used when this time began */
	uint32_t more; /* how often it was given again */
};

/* What a worker gets for each answer: 120 s; less in VARIANT=confine, where tests wait for the end of one that hangs. */
int64_t patience_usual_ms(void);
/* The wait begins now. */
void patience_start(struct patience *p, pid_t pid, int64_t limit_ms);
/* True when it has waited long enough; to be asked now and then. */
bool patience_is_over(struct patience *p);

#endif
