// SPDX-License-Identifier: Apache-2.0
/* What the public process may do: serve what was bound before, read the ledger, and nothing else. */
#ifndef SERVE_VERIFY_PROFILE_H
#define SERVE_VERIFY_PROFILE_H

#include "ipc/confine.h"

/* Where the ledger's directory hangs in the empty root. */
#define VERIFY_LEDGER_PLACE "/ledger"

extern const struct confine_profile verify_profile;

#endif
