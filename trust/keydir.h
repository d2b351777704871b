// SPDX-License-Identifier: Apache-2.0
/* A tenant's directory of keys: opening, locking, reading and replacing the key file. */
#ifndef TRUST_KEYDIR_H
#define TRUST_KEYDIR_H

#include "trust/keystore.h"

/* make: make it when it is missing. INPUT when others of this machine can look into it. */
enum rc keydir_open(
	const struct keystore_place *place, bool make, int *out, struct err *err) MUST_CHECK;
/* Waits for whoever changes the keys right now; the lock goes with the descriptor. */
enum rc keydir_lock(int tenant_fd, struct err *err) MUST_CHECK;
/* INPUT when there is a key file already. */
enum rc keydir_need_empty(int tenant_fd, struct err *err) MUST_CHECK;
/* The key file's bytes. INPUT when it is missing, damaged, or readable by others. */
enum rc keydir_read(const struct keystore_place *place, int tenant_fd, struct secret **out,
	struct err *err) MUST_CHECK;
/*
 * Replaces the key file in one step: after a crash it is the old one or the new one. Under the lock;
 * what a crash of an earlier attempt left behind is removed.
 */
enum rc keydir_write(const struct keystore_place *place, int tenant_fd, struct bytes text,
	struct err *err) MUST_CHECK;

#endif
