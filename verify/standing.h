// SPDX-License-Identifier: Apache-2.0
/* How a genuine credential stands: its dates and its status lists. */
#ifndef VERIFY_STANDING_H
#define VERIFY_STANDING_H

#include "verify/proof.h"

/* Check "dates": of the credential, and of the JWT around it; the narrowest of them counts. */
void standing_check_dates(struct context *c, const struct proof_found *found);
/* Check "events": what the issuer signed about the credential later, of certfill's. Nothing without any. */
void standing_check_events(struct context *c, struct str credential_id, struct str issuer);
/* Check "status", one for each entry that the credential names. */
void standing_check_status(struct context *c, const struct jsonr_value *body, struct str issuer);

#endif
