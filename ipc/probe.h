// SPDX-License-Identifier: Apache-2.0
/*
 * Attempts to break out, made from inside a confined worker of any role. Only in VARIANT=confine: tests/confine
 * implements these functions, and no other build links them.
 */
#ifndef IPC_PROBE_H
#define IPC_PROBE_H

#include "base/str.h"
#include "ipc/confine.h"

/* A PING whose payload begins so asks for an attempt: "probe:NAME FILE PARENT TCP_PORT UDP_PORT". */
#define PROBE_PREFIX "probe:"
/* This name lists all: lines "name kind rights". */
#define PROBE_LIST "list"
#define PROBE_BREACH "BREACH"
/*
 * Beside HELLO's layers_off: the worker gets no job, only attempts. Its warm-up may then complain of what
 * is missing, and a loop of its own does not start.
 */
#define PROBE_WITHOUT_JOB (UINT32_C(1) << 31)

/*
 * Before lockdown: opens what later attempts abuse. A worker that shall not be confined at all first moves
 * to mounts and names of its own, so that what root may do harms nobody.
 */
void probe_prepare(uint32_t layers_off);
/* Makes the attempt. The answer begins with PROBE_BREACH when it succeeded. In a. */
struct bytes probe_run(struct arena *a, struct str request);

#endif
