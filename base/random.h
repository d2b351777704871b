// SPDX-License-Identifier: Apache-2.0
/* Randomness from the kernel. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills out by getrandom(2); cannot fail on a booted machine. */
void random_fill(uint8_t *out, size_t out_len);

#endif
