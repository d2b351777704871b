// SPDX-License-Identifier: Apache-2.0
/* Records about the status of credentials. Runs in: control, sign. */
#include "ipc/wire_status.h"

static const struct wire_field status_event_fields[] = {
	WIRE_MAX(struct wire_status_event, ulid, WIRE_FIXED, 16),
	WIRE_M(struct wire_status_event, kind, WIRE_U8),
	WIRE_MAX(struct wire_status_event, reason, WIRE_STR, 64),
	WIRE_M(struct wire_status_event, at_s, WIRE_I64),
	WIRE_MAX(struct wire_status_event, note_sha256, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_status_event_type, struct wire_status_event, status_event_fields);

static const struct wire_field sign_status_fields[] = {
	WIRE_SUB(struct wire_sign_status, actor, WIRE_ONE, 0, &wire_actor_type),
	WIRE_SUB(struct wire_sign_status, events, WIRE_LIST, 200, &wire_status_event_type),
};
WIRE_TYPE(wire_sign_status_type, struct wire_sign_status, sign_status_fields);

static const struct wire_field signature_fields[] = {
	WIRE_MAX(struct wire_signature, b, WIRE_FIXED, 64),
};
WIRE_TYPE(wire_signature_type, struct wire_signature, signature_fields);

static const struct wire_field signed_status_fields[] = {
	WIRE_MAX(struct wire_signed_status, kid, WIRE_STR, 64),
	WIRE_SUB(struct wire_signed_status, signatures, WIRE_LIST, 200, &wire_signature_type),
};
WIRE_TYPE(wire_signed_status_type, struct wire_signed_status, signed_status_fields);

static const struct wire_field sign_list_fields[] = {
	WIRE_SUB(struct wire_sign_list, actor, WIRE_ONE, 0, &wire_actor_type),
	WIRE_SUB(struct wire_sign_list, issuer, WIRE_ONE, 0, &wire_issuer_type),
	WIRE_M(struct wire_sign_list, list, WIRE_U32),
	WIRE_MAX(struct wire_sign_list, status, WIRE_STR, 16),
	WIRE_MAX(struct wire_sign_list, bits, WIRE_BYTES, WIRE_STATUS_BITS),
	WIRE_M(struct wire_sign_list, valid_from_s, WIRE_I64),
	WIRE_M(struct wire_sign_list, valid_until_s, WIRE_I64),
	WIRE_M(struct wire_sign_list, ttl_s, WIRE_U32),
};
WIRE_TYPE(wire_sign_list_type, struct wire_sign_list, sign_list_fields);
