// SPDX-License-Identifier: Apache-2.0
/* ULIDs: 48 bits of milliseconds and 80 random bits, 26 characters (github.com/ulid/spec). */
#ifndef BASE_ULID_H
#define BASE_ULID_H

#include "base/str.h"

#define ULID_LEN 16
#define ULID_TEXT_LEN 26

/* Upper case and a NUL. */
void ulid_text(const uint8_t ulid[ULID_LEN], char out[ULID_TEXT_LEN + 1]);
/* Either case, I and L for 1, O for 0, spaces and dashes anywhere. INPUT otherwise. */
enum rc ulid_parse(struct str raw, uint8_t out[ULID_LEN], struct err *err) MUST_CHECK;
/* The same where it must stand alone: 26 characters, nothing between, before or behind them. */
bool ulid_exact(struct str raw, uint8_t out[ULID_LEN]);
/* ms: since 1970, below 2^48. random: 10 bytes. */
void ulid_make(int64_t ms, const uint8_t random[10], uint8_t out[ULID_LEN]);
int64_t ulid_ms(const uint8_t ulid[ULID_LEN]);

/* The text of a UUID (RFC 9562, section 4), lower case, from its 16 bytes as they are; and a NUL. */
#define ULID_UUID_LEN 36
void ulid_uuid_text(const uint8_t b[ULID_LEN], char out[ULID_UUID_LEN + 1]);

#endif
