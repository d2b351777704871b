// SPDX-License-Identifier: Apache-2.0
/* Confinement of the render worker: memory, frames, and one result descriptor. Runs in: render. */
#include "render/draw_profile.h"

#include "render/draw.h"

#include <errno.h>
#include <sys/syscall.h>

static const struct confine_call calls[] = {
	{SYS_pwrite64, CONFINE_ALLOW, 0, "results go to their place in the result descriptor"},
	/* What the base set leaves open and drawing has no use for. */
	{SYS_lseek, CONFINE_REFUSE, EACCES, "results are written by place"},
	{SYS_fstat, CONFINE_REFUSE, EACCES, "all inputs are mapped"},
	{SYS_getrandom, CONFINE_REFUSE, EACCES, "nothing drawn may depend on chance"},
};

const struct confine_profile draw_profile = {
	.name = "render",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.memory_max = UINT64_C(1536) << 20,
	/* Also the cap of the result descriptor. */
	.file_max = DRAW_RESULT_MAX,
	.cpu_max_s = 120,
	.open_max = 8,
};
