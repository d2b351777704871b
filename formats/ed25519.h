// SPDX-License-Identifier: Apache-2.0
/* Checks Ed25519 signatures (RFC 8032, PureEdDSA). Only programs that may verify link this. */
#ifndef FORMATS_ED25519_H
#define FORMATS_ED25519_H

#include "base/str.h"

#define ED25519_KEY_LEN 32
#define ED25519_SIGNATURE_LEN 64

/*
 * False for a key that signs anything: a point of small order (such keys make one signature fit many
 * messages), or an encoding that is not canonical.
 */
bool ed25519_is_sound_key(const uint8_t key[ED25519_KEY_LEN]);
/*
 * Strict: also false for unsound keys, S not below the group's order (RFC 8032, section 5.1.7), and
 * signatures whose R is of small order.
 */
bool ed25519_verify(const uint8_t key[ED25519_KEY_LEN], struct bytes message,
	const uint8_t signature[ED25519_SIGNATURE_LEN]);

#endif
