// SPDX-License-Identifier: Apache-2.0
/*
 * Ids of our credentials: BASE/credentials/ULID; in a demo, which has no address, urn:uuid: of the same
 * 16 bytes. Control draws them, the signer signs them, verify reads them: all three must agree.
 */
#ifndef BASE_CREDENTIAL_ID_H
#define BASE_CREDENTIAL_ID_H

#include "base/arena.h"
#include "base/ulid.h"

/* base_url: https://HOST, not read for a demo. The text lives in a. */
struct str credential_id_text(
	struct arena *a, struct str base_url, bool demo, const uint8_t ulid[ULID_LEN]);
/* The ULID in such an id, whatever its host; false when it is none. */
bool credential_id_ulid(struct str id, uint8_t ulid[ULID_LEN]);
/* The same for what a person names a credential by: the id, or its ULID alone. */
bool credential_id_named(struct str text, uint8_t ulid[ULID_LEN]);

#endif
