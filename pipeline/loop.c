// SPDX-License-Identifier: Apache-2.0
/* The loop. Runs in: control. */
#include "pipeline/loop.h"

#include "base/err.h"

static uv_loop_t loop;
static bool turning;

uv_loop_t *loop_of(void)
{
	return &loop;
}

void loop_open(void)
{
	CHECK(uv_loop_init(&loop) == 0);
}

static void turn(uv_run_mode mode)
{
	CHECK(!turning);
	turning = true;
	(void)uv_run(&loop, mode);
	turning = false;
}

void loop_turn(void)
{
	turn(UV_RUN_ONCE);
}

void loop_poll(void)
{
	turn(UV_RUN_NOWAIT);
}
