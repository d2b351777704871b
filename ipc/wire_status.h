// SPDX-License-Identifier: Apache-2.0
/*
 * Records between control and sign about the status of credentials: events, one signature each, and
 * status lists. A limit in a comment is the most bytes or entries of a frame.
 */
#ifndef IPC_WIRE_STATUS_H
#define IPC_WIRE_STATUS_H

#include "ipc/wire_sign.h"

/* Bytes of a list of 131,072 entries. */
#define WIRE_STATUS_BITS 16384

/* As the ledger numbers them, for ever. */
enum wire_status_kind {
	WIRE_STATUS_REVOKED = 1,
	WIRE_STATUS_SUSPENDED,
	WIRE_STATUS_REINSTATED,
	WIRE_STATUS_SUPERSEDED,
	WIRE_STATUS_ANONYMISED,
};

/* What happened to a credential; at most a code of it is no personal data. */
struct wire_status_event {
	uint8_t ulid[16];
	uint8_t kind; /* enum wire_status_kind */
	struct str reason; /* <=64: a code, lower-case letters and dashes */
	int64_t at_s;
	uint8_t note_sha256[32]; /* of the sealed note; zeros: none */
};

struct wire_sign_status {
	struct wire_actor actor; /* role certification:revoke; certification:issue for SUPERSEDED */
	LIST_OF(struct wire_status_event) events; /* <=200 */
};

struct wire_signature {
	uint8_t b[64];
};

struct wire_signed_status {
	struct str kid; /* <=64: of the record key */
	LIST_OF(struct wire_signature) signatures; /* <=200: in the order asked for */
};

/* A BitstringStatusListCredential to build and sign; answered by SIGNED_LIST with its text. */
struct wire_sign_list {
	struct wire_actor actor;
	struct wire_issuer issuer;
	uint32_t list;
	struct str status; /* <=16: revocation or suspension */
	struct bytes bits; /* <=16384: exactly so many; entry 0 is the first byte's highest bit */
	int64_t valid_from_s;
	int64_t valid_until_s;
	uint32_t ttl_s;
};

extern const struct wire_type wire_status_event_type;
extern const struct wire_type wire_sign_status_type;
extern const struct wire_type wire_signature_type;
extern const struct wire_type wire_signed_status_type;
extern const struct wire_type wire_sign_list_type;

#endif
