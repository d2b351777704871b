// SPDX-License-Identifier: Apache-2.0
/*
 * The memory that OpenSSL works in: one region, locked against swapping, left out of core dumps,
 * cleared when given back. OpenSSL keeps copies of private numbers outside its secure heap (RSA's
 * Montgomery contexts hold p and q), so all that it allocates lies here.
 *
 * One thread only. Runs out like any memory: the process ends (ADR 0006).
 */
#ifndef TRUST_LOCKHEAP_H
#define TRUST_LOCKHEAP_H

#include <stdbool.h>
#include <stddef.h>

/* A signer with a new tenant's keys uses 0.6 MiB; 200 keys would add 0.3. */
#define LOCKHEAP_LEN ((size_t)2 << 20)

/*
 * Once, before the first allocation. False when the machine does not let the region be locked
 * (RLIMIT_MEMLOCK); it works all the same.
 */
bool lockheap_open(void);
/* 16-byte aligned, not cleared. NULL for 0 bytes. */
void *lockheap_alloc(size_t len);
/* Moves what p holds; the old place is cleared. p may be NULL; len 0 gives p back. */
void *lockheap_resize(void *p, size_t len);
/* Clears. p may be NULL. */
void lockheap_release(void *p);
/* How much of the region was ever handed out, for tests. */
size_t lockheap_used_len(void);

#endif
