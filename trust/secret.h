// SPDX-License-Identifier: Apache-2.0
/*
 * Memory for secrets: locked against swapping, left out of core dumps, cleared when freed. There is
 * no function that prints one.
 */
#ifndef TRUST_SECRET_H
#define TRUST_SECRET_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"

struct secret;

/* len bytes, zero. Ends the process when the machine has no memory. */
struct secret *secret_new(size_t len);
/* A copy of in. */
struct secret *secret_dup(struct bytes in);
/* Clears, then gives the memory back. */
void secret_free(struct secret **s);
void secret_auto_free(struct secret **s);
#define AUTO_SECRET __attribute__((cleanup(secret_auto_free))) struct secret *

/* Lends the bytes for as long as the secret lives. */
struct bytes secret_bytes(const struct secret *s);
uint8_t *secret_room(struct secret *s);
/*
 * An empty buffer whose memory is the secret's: filling it never moves or copies what is inside.
 * Not to be given to buf_free().
 */
struct buf secret_buf(struct secret *s);
/* False when the machine did not let some secret's memory be locked (RLIMIT_MEMLOCK). */
bool secret_all_locked(void);

#endif
