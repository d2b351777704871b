// SPDX-License-Identifier: Apache-2.0
/*
 * certfill's verification records: canonical JSON that lies in a signed tree and holds the digests of
 * every file that was issued with a credential. Only they can tell whether a picture was changed.
 */
#ifndef VERIFY_RECORD_H
#define VERIFY_RECORD_H

#include "verify/context.h"

/* Checks "record" and "file" for a credential that was proven to be issuer's. kind: "pdf", "png", "pass", ... */
void record_check(struct context *c, struct str credential_id, struct str issuer, const char *kind);
/*
 * For what could not be proven: true, with a forged check "file", when the material holds the record of
 * the credential that the file says to be and the file is not the one that was issued.
 */
bool record_contradicts(struct context *c, const uint8_t ulid[ULID_LEN], const char *kind);

#endif
