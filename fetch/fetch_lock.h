// SPDX-License-Identifier: Apache-2.0
/*
 * What certfill-fetch may still do once its request is read: connect, ask name servers, read certificate
 * authorities and the resolver's files. It has no worker's channel and keeps its file system and its user, for name
 * services differ from machine to machine; Landlock and seccomp hold each alone. Runs in: fetch.
 */
#ifndef FETCH_LOCK_H
#define FETCH_LOCK_H

#include "base/err.h"

/* More than the machine's own: ca_file, NULL for none. SYSTEM when neither layer can be had, or seccomp cannot. */
enum rc fetch_lock(const char *ca_file, struct err *err) MUST_CHECK;

#endif
