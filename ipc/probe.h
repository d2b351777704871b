// SPDX-License-Identifier: Apache-2.0
/*
 * Attempts to break out, made from inside a confined certfill-null. Only in VARIANT=confine: tests/confine
 * implements these functions, and no other build links them.
 */
#ifndef IPC_PROBE_H
#define IPC_PROBE_H

#include "base/str.h"
#include "ipc/confine.h"

/* A PING whose payload begins so asks for an attempt: "probe:NAME FILE PARENT TCP_PORT UDP_PORT". */
#define PROBE_PREFIX "probe:"
/* This name lists all: lines "name kind free". */
#define PROBE_LIST "list"
#define PROBE_BREACH "BREACH"

/* Before lockdown: opens what later attempts abuse. */
void probe_prepare(void);
/* usual; or, when the worker was given a directory, a profile that writes there as store's does. */
const struct confine_profile *probe_profile(const struct confine_profile *usual);
/* Makes the attempt. The answer begins with PROBE_BREACH when it succeeded. In a. */
struct bytes probe_run(struct arena *a, struct str request);

#endif
