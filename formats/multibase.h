// SPDX-License-Identifier: Apache-2.0
/*
 * Multibase base58btc ('z' and the Bitcoin alphabet) and Multikey (W3C Controlled Identifiers 1.0,
 * sections 2.4 and 2.2.2): how Data Integrity writes signatures and public keys.
 */
#ifndef FORMATS_MULTIBASE_H
#define FORMATS_MULTIBASE_H

#include "base/buf.h"

/* Longest value that is decoded; an Ed25519 signature has 64 bytes, its Multikey 34. */
#define MULTIBASE_LEN_MAX 128

/* Appends 'z' and base58btc of in, at most MULTIBASE_LEN_MAX bytes. */
void multibase_put(struct buf *out, struct bytes in);
/*
 * out: room bytes; *out_len: how many there are. INPUT when text does not begin with 'z', holds other
 * characters, or is longer than room allows.
 */
enum rc multibase_parse(
	struct str text, uint8_t *out, size_t room, size_t *out_len, struct err *err) MUST_CHECK;
/*
 * The Ed25519 key of a publicKeyMultibase: multicodec 0xED 0x01 and 32 bytes ("z6Mk..."). INPUT for
 * anything else, other kinds of keys named as such.
 */
enum rc multibase_parse_ed25519(struct str text, uint8_t key[32], struct err *err) MUST_CHECK;

#endif
