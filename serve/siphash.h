// SPDX-License-Identifier: Apache-2.0
/* SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash against floods of collisions in tables. */
#ifndef SERVE_SIPHASH_H
#define SERVE_SIPHASH_H

#include "base/str.h"

#include <stdint.h>

#define SIPHASH_KEY_LEN 16

uint64_t siphash_24(const uint8_t key[SIPHASH_KEY_LEN], struct bytes in);

#endif
