// SPDX-License-Identifier: Apache-2.0
/*
 * Crockford's base 32 (digits and letters without I, L, O, U) for fixed-length binary values, read
 * as one big-endian number: n bytes take ceil(8n / 5) characters, padded with zero bits in front.
 */
#ifndef BASE_CROCKFORD_H
#define BASE_CROCKFORD_H

#include "base/str.h"

/* Characters that n bytes take. */
#define CROCKFORD_LEN(n) (((n)*8 + 4) / 5)

/* Upper case. out holds CROCKFORD_LEN(in.n) characters and a NUL. */
void crockford_encode(struct bytes in, char *out);
/*
 * The value of one character as a person may have typed it: either case, I and L for 1, O for 0.
 * 32 for a space or a dash, which count for nothing; -1 for anything else.
 */
int crockford_value(char c);
/*
 * values: CROCKFORD_LEN(out_len) numbers below 32. False when they do not fit out_len bytes; out is then what the
 * lower bits say, and no time is saved.
 */
bool crockford_decode(const uint8_t *values, uint8_t *out, size_t out_len);

#endif
