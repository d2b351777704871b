// SPDX-License-Identifier: Apache-2.0
/* Waiting for workers. Runs in: control, serve, the command line. */
#include "ipc/patience.h"

#include "base/clock.h"

#ifdef CONFINE_ABLATION
#define USUAL_MS 10000
#else
#define USUAL_MS 120000
#endif
/* A twentieth of the time is more than one that hangs uses; what works without an end has its CPU limit. */
#define MORE_TIMES 3u
#define WORKING_SHARE 20

int64_t patience_usual_ms(void)
{
	return USUAL_MS;
}

static void give_time(struct patience *p)
{
	p->cpu_us = clock_cpu_of_us(p->pid);
	p->until_ms = clock_mono_ms() + p->limit_ms;
}

void patience_start(struct patience *p, pid_t pid, int64_t limit_ms)
{
	*p = (struct patience){.pid = pid, .limit_ms = limit_ms};
	give_time(p);
}

static bool is_at_work(const struct patience *p)
{
	int64_t used = clock_cpu_of_us(p->pid) - p->cpu_us;

	return used > 0 && used >= p->limit_ms * 1000 / WORKING_SHARE;
}

bool patience_is_over(struct patience *p)
{
	if (clock_mono_ms() < p->until_ms)
		return false;
	if (p->more < MORE_TIMES && is_at_work(p)) {
		p->more++;
		give_time(p);
		return false;
	}
	return true;
}
