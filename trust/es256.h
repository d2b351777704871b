// SPDX-License-Identifier: Apache-2.0
/*
 * ECDSA over P-256 with SHA-256, the same signature each time (RFC 6979): a batch that is taken up
 * again after a crash gives the bytes it gave before.
 */
#ifndef TRUST_ES256_H
#define TRUST_ES256_H

#include "base/buf.h"
#include "trust/ossl.h"

/*
 * Appends r and s, 32 bytes each (RFC 7518, section 3.4). SYSTEM when OpenSSL refuses, or key is no
 * private key of P-256; LIMIT when out is full.
 */
enum rc es256_sign(EVP_PKEY *key, struct bytes in, struct buf *out, struct err *err) MUST_CHECK;

#endif
