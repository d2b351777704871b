// SPDX-License-Identifier: Apache-2.0
/*
 * Records between certfill-serve (which plays control's part) and certfill-verify, and the ones by which it
 * gets the link key from sign. Verify holds no key but the publish keys; links are minted and artifacts
 * opened for it, and only for what a visitor has shown.
 */
#ifndef IPC_WIRE_SERVE_H
#define IPC_WIRE_SERVE_H

#include "base/wire.h"

struct wire_serve_tenant {
	struct str name; /* <=64 */
	uint8_t publish_key[32];
};
struct wire_serve_tenants {
	LIST_OF(struct wire_serve_tenant) tenants; /* <=500 */
};

/* Whose certificates the clients of one listener need. */
struct wire_serve_clients {
	struct bytes roots; /* <=8192: PEM; empty: client certificates are not asked for */
	bool required;
};
struct wire_serve_tls {
	struct bytes chain; /* <=32768: PEM */
	struct bytes key; /* <=16384 */
	LIST_OF(struct wire_serve_clients) clients; /* <=7: one for each TLS listener, in order */
};

/* Descriptors: the listeners in order, then the tables of limits, of figures and of connections, then the
 * access log when there is one. */
struct wire_serve_open {
	struct str data; /* <=4096: the data directory, for machines without mount namespaces */
	uint8_t listeners; /* plain ones first, at the end those of tls */
	bool access_log;
	bool ops; /* serves /healthz, /readyz and /metrics, and nothing else */
	uint8_t slot; /* its own in the tables of figures and of connections */
	uint8_t loops; /* verify processes that share connections with it */
	uint32_t conn_max; /* of all of them; 0: as of serve/listen.h */
	uint8_t source; /* enum peer_source of serve/peer.h */
	LIST_OF(struct str) proxies; /* <=32: peers whose word about their clients is believed */
	struct wire_serve_tls tls;
};

struct wire_tls_make {
	int64_t now_s;
};

/*
 * A signed link: the request's target as it came; the method tells nothing, since HEAD goes wherever GET goes.
 * Or a token: the picture of its credential, where the institution shows it.
 * Or, with both empty, an id: the signed credential itself, which is public (badge or JWT, no other kind).
 */
struct wire_artifact_ask {
	struct str target; /* <=1024 */
	struct str token; /* <=100 */
	uint8_t ulid[16];
	uint8_t kind; /* enum artifact_kind, for an id */
	bool thumbnail; /* of the token's picture */
};
/*
 * With one descriptor when found. Not found says nothing about why: one answer for every fault. failed: it is
 * there and asked for rightly, but cannot be fetched just now.
 */
struct wire_artifact_is {
	bool found;
	bool failed;
	struct str tenant; /* <=64 */
	uint8_t ulid[16];
	uint8_t kind; /* enum artifact_kind of ipc/wire_render.h */
	bool thumbnail; /* a JPEG instead of the PNG that kind says; len and sha256 are its own */
	bool attachment;
	uint64_t len;
	uint8_t sha256[32];
	int64_t expires_s;
};

/* The thumbnail is the result descriptor's first len bytes: a JPEG. */
struct wire_thumbnail_is {
	uint32_t len;
};

/* A fresh link to an artifact of the award's newest credential, for whoever has its claim secret. */
struct wire_claim_ask {
	uint8_t secret[32];
	uint8_t kind; /* enum artifact_kind */
	bool thumbnail; /* of the picture */
	bool attachment;
};
struct wire_claim_is {
	bool found;
	struct str target; /* <=1024 */
};

struct wire_link_key_ask {
	struct str tenant; /* <=64 */
};
struct wire_link_key {
	struct str kid; /* <=64 */
	uint8_t key[32];
};

/* LINK_MINT: a link for an operator; file: "ULID.pdf". */
struct wire_link_mint {
	struct str file; /* <=80 */
	bool attachment;
	int64_t now_s;
};
struct wire_link_minted {
	struct str target; /* <=1024 */
	int64_t expires_s;
};

extern const struct wire_type wire_serve_tenant_type;
extern const struct wire_type wire_serve_tenants_type;
extern const struct wire_type wire_serve_open_type;
extern const struct wire_type wire_serve_tls_type;
extern const struct wire_type wire_tls_make_type;
extern const struct wire_type wire_artifact_ask_type;
extern const struct wire_type wire_artifact_is_type;
extern const struct wire_type wire_thumbnail_is_type;
extern const struct wire_type wire_claim_ask_type;
extern const struct wire_type wire_claim_is_type;
extern const struct wire_type wire_link_key_ask_type;
extern const struct wire_type wire_link_key_type;
extern const struct wire_type wire_link_mint_type;
extern const struct wire_type wire_link_minted_type;

#endif
