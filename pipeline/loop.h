// SPDX-License-Identifier: Apache-2.0
/*
 * Control's loop. One job at a time runs at the top level and waits by turning the loop; quick
 * commands of other clients, frames of workers and their deaths are handled inside the turns. So a
 * job reads from top to bottom, and nothing that runs inside a turn may wait.
 */
#ifndef PIPELINE_LOOP_H
#define PIPELINE_LOOP_H

#include "base/compiler.h"

#include <stdbool.h>
#include <uv.h>

uv_loop_t *loop_of(void);
void loop_open(void);
/* Waits for at least one event and handles what has come. CHECK: not from inside a turn. */
void loop_turn(void);
/* Handles what has come without waiting. */
void loop_poll(void);

#endif
