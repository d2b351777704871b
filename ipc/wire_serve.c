// SPDX-License-Identifier: Apache-2.0
/* Tables of the serving processes' records. Runs in: certfill-serve, verify, sign. */
#include "ipc/wire_serve.h"

static const struct wire_field tenant_fields[] = {
	WIRE_MAX(struct wire_serve_tenant, name, WIRE_STR, 64),
	WIRE_MAX(struct wire_serve_tenant, publish_key, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_serve_tenant_type, struct wire_serve_tenant, tenant_fields);

static const struct wire_field tenants_fields[] = {
	WIRE_SUB(struct wire_serve_tenants, tenants, WIRE_LIST, 500, &wire_serve_tenant_type),
};
WIRE_TYPE(wire_serve_tenants_type, struct wire_serve_tenants, tenants_fields);

static const struct wire_field clients_fields[] = {
	WIRE_MAX(struct wire_serve_clients, roots, WIRE_BYTES, 8192),
	WIRE_M(struct wire_serve_clients, required, WIRE_BOOL),
};
WIRE_TYPE(wire_serve_clients_type, struct wire_serve_clients, clients_fields);

static const struct wire_field tls_fields[] = {
	WIRE_MAX(struct wire_serve_tls, chain, WIRE_BYTES, 32768),
	WIRE_MAX(struct wire_serve_tls, key, WIRE_BYTES, 16384),
	WIRE_SUB(struct wire_serve_tls, clients, WIRE_LIST, 7, &wire_serve_clients_type),
};
WIRE_TYPE(wire_serve_tls_type, struct wire_serve_tls, tls_fields);

static const struct wire_field open_fields[] = {
	WIRE_MAX(struct wire_serve_open, data, WIRE_STR, 4096),
	WIRE_M(struct wire_serve_open, listeners, WIRE_U8),
	WIRE_M(struct wire_serve_open, access_log, WIRE_BOOL),
	WIRE_M(struct wire_serve_open, ops, WIRE_BOOL),
	WIRE_M(struct wire_serve_open, slot, WIRE_U8),
	WIRE_M(struct wire_serve_open, loops, WIRE_U8),
	WIRE_M(struct wire_serve_open, conn_max, WIRE_U32),
	WIRE_M(struct wire_serve_open, source, WIRE_U8),
	WIRE_SUB(struct wire_serve_open, proxies, WIRE_LIST, 32, &wire_str_type),
	WIRE_SUB(struct wire_serve_open, tls, WIRE_ONE, 0, &wire_serve_tls_type),
};
WIRE_TYPE(wire_serve_open_type, struct wire_serve_open, open_fields);

static const struct wire_field tls_make_fields[] = {
	WIRE_M(struct wire_tls_make, now_s, WIRE_I64),
};
WIRE_TYPE(wire_tls_make_type, struct wire_tls_make, tls_make_fields);

static const struct wire_field artifact_ask_fields[] = {
	WIRE_MAX(struct wire_artifact_ask, target, WIRE_STR, 1024),
	WIRE_MAX(struct wire_artifact_ask, token, WIRE_STR, 100),
	WIRE_MAX(struct wire_artifact_ask, ulid, WIRE_FIXED, 16),
	WIRE_M(struct wire_artifact_ask, kind, WIRE_U8),
	WIRE_M(struct wire_artifact_ask, thumbnail, WIRE_BOOL),
};
WIRE_TYPE(wire_artifact_ask_type, struct wire_artifact_ask, artifact_ask_fields);

static const struct wire_field artifact_is_fields[] = {
	WIRE_M(struct wire_artifact_is, found, WIRE_BOOL),
	WIRE_M(struct wire_artifact_is, failed, WIRE_BOOL),
	WIRE_MAX(struct wire_artifact_is, tenant, WIRE_STR, 64),
	WIRE_MAX(struct wire_artifact_is, ulid, WIRE_FIXED, 16),
	WIRE_M(struct wire_artifact_is, kind, WIRE_U8),
	WIRE_M(struct wire_artifact_is, thumbnail, WIRE_BOOL),
	WIRE_M(struct wire_artifact_is, attachment, WIRE_BOOL),
	WIRE_M(struct wire_artifact_is, len, WIRE_U64),
	WIRE_MAX(struct wire_artifact_is, sha256, WIRE_FIXED, 32),
	WIRE_M(struct wire_artifact_is, expires_s, WIRE_I64),
};
WIRE_TYPE(wire_artifact_is_type, struct wire_artifact_is, artifact_is_fields);

static const struct wire_field thumbnail_is_fields[] = {
	WIRE_M(struct wire_thumbnail_is, len, WIRE_U32),
};
WIRE_TYPE(wire_thumbnail_is_type, struct wire_thumbnail_is, thumbnail_is_fields);

static const struct wire_field claim_ask_fields[] = {
	WIRE_MAX(struct wire_claim_ask, secret, WIRE_FIXED, 32),
	WIRE_M(struct wire_claim_ask, kind, WIRE_U8),
	WIRE_M(struct wire_claim_ask, thumbnail, WIRE_BOOL),
	WIRE_M(struct wire_claim_ask, attachment, WIRE_BOOL),
};
WIRE_TYPE(wire_claim_ask_type, struct wire_claim_ask, claim_ask_fields);

static const struct wire_field claim_is_fields[] = {
	WIRE_M(struct wire_claim_is, found, WIRE_BOOL),
	WIRE_MAX(struct wire_claim_is, target, WIRE_STR, 1024),
};
WIRE_TYPE(wire_claim_is_type, struct wire_claim_is, claim_is_fields);

static const struct wire_field link_key_ask_fields[] = {
	WIRE_MAX(struct wire_link_key_ask, tenant, WIRE_STR, 64),
};
WIRE_TYPE(wire_link_key_ask_type, struct wire_link_key_ask, link_key_ask_fields);

static const struct wire_field link_key_fields[] = {
	WIRE_MAX(struct wire_link_key, kid, WIRE_STR, 64),
	WIRE_MAX(struct wire_link_key, key, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_link_key_type, struct wire_link_key, link_key_fields);

static const struct wire_field link_mint_fields[] = {
	WIRE_MAX(struct wire_link_mint, file, WIRE_STR, 80),
	WIRE_M(struct wire_link_mint, attachment, WIRE_BOOL),
	WIRE_M(struct wire_link_mint, now_s, WIRE_I64),
};
WIRE_TYPE(wire_link_mint_type, struct wire_link_mint, link_mint_fields);

static const struct wire_field link_minted_fields[] = {
	WIRE_MAX(struct wire_link_minted, target, WIRE_STR, 1024),
	WIRE_M(struct wire_link_minted, expires_s, WIRE_I64),
};
WIRE_TYPE(wire_link_minted_type, struct wire_link_minted, link_minted_fields);
