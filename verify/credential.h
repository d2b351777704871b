// SPDX-License-Identifier: Apache-2.0
/* All checks of one credential, in their order. */
#ifndef VERIFY_CREDENTIAL_H
#define VERIFY_CREDENTIAL_H

#include "verify/context.h"

/*
 * Checks "signature", "issuer", "record", "file", "dates", "status". After a bad signature or somebody
 * else's key nothing more is looked at and nothing of the content is reported.
 */
void credential_check(struct context *c, struct str text);

#endif
