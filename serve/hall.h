// SPDX-License-Identifier: Apache-2.0
/*
 * What certfill-serve holds: the verify processes and their listeners, and for each tenant the keys with which
 * links are checked and artifacts opened, its ledger, and a read-only store process when one is needed.
 */
#ifndef SERVE_HALL_H
#define SERVE_HALL_H

#include "base/seal.h"
#include "ipc/spawn.h"
#include "ipc/wire_serve.h"
#include "ledger/ledger_reader.h"
#include "serve/listen.h"
#include "serve/stats.h"

#define HALL_PLACES_MAX 7
#define HALL_VERIFIERS_MAX 64
#define HALL_TENANTS_MAX 500

/* A tenant's read-only store process. */
enum hall_store_state {
	HALL_STORE_NONE,
	HALL_STORE_OPENING, /* STORE_OPEN was sent; by its answer LOCKING */
	HALL_STORE_LOCKING, /* LOCK was sent; by READY it is that */
	HALL_STORE_READY,
	HALL_STORE_ENDING, /* killed; NONE once it has ended, which a stuck disk can delay */
};
struct hall_store {
	enum hall_store_state state;
	struct spawn_child child;
	/* Counts processes: what one of them said is not taken for the next one's word. */
	uint32_t life;
	int64_t started_ms;
	int64_t used_ms;
	uint32_t failures; /* starts that came to nothing, one after the other */
	uint32_t under_way; /* requests it has not answered yet */
};

struct hall_tenant {
	char name[LEDGER_TENANT_MAX + 1];
	char link_kid[65];
	uint8_t link[32];
	uint8_t publish[SEAL_KEY_LEN];
	uint8_t wrap[SEAL_KEY_LEN];
	uint8_t pieces[SEAL_KEY_LEN];
	struct ledger *ledger; /* NULL: it cannot be read just now */
	struct hall_store store;
};

struct hall_place {
	struct listen_place place;
	bool tls;
	const char *client_roots; /* NULL: client certificates are not asked for */
	bool clients_optional;
	uint16_t port; /* as bound */
};

struct hall_verifier {
	bool runs;
	uint32_t life; /* counts its processes */
	struct spawn_child child;
	bool ops; /* has the one listener of --ops */
	/* Kept, so that no connection is lost while it is started again. */
	int listeners[HALL_PLACES_MAX];
	int64_t started_ms;
	uint32_t failures; /* starts that did not last a second, one after the other */
};

struct hall {
	const char *data;
	struct hall_place places[HALL_PLACES_MAX];
	uint32_t place_count;
	uint32_t verifier_count;
	struct hall_verifier verifiers[HALL_VERIFIERS_MAX];
	struct hall_tenant *tenants[HALL_TENANTS_MAX];
	uint32_t tenant_count;
	struct ledger_reader *routes; /* NULL: they cannot be read just now */
	struct seal *seal;
	const char *cert;
	const char *key;
	struct buf made_chain; /* a development certificate, PEM; empty: cert and key are files */
	struct buf made_key;
	const char *access_log;
	struct str proxies[PEER_NETS_MAX];
	uint32_t proxy_count;
	enum peer_source source;
	int passphrase_fd; /* of sealed keys; -1: none was given */
	int keys_fd;
	int store_fd;
	int ledger_fd;
	int limits_fd;
	int census_fd;
	struct census *census;
	uint32_t conn_max; /* of all verify processes; 0: the default of serve/listen.h */
	bool has_ops;
	struct hall_place ops;
	int stats_fd;
	struct stats *stats;
	struct stats_hall figures;
	int access_fd;
	bool draining;
	bool of_terminal; /* ends with the terminal it was started in */
};

/* hall_tenant.c: tenants that are not known yet get their keys by a signer that is stopped again. */
enum rc hall_find_tenants(struct hall *h, bool *found_new, struct err *err) MUST_CHECK;
struct hall_tenant *hall_tenant(struct hall *h, struct str name);

/* hall_artifact.c: what verify asks; the answer goes to v, perhaps later. PEER when its frame is none. */
enum rc hall_answer(
	struct hall *h, struct hall_verifier *v, struct frame *f, struct err *err) MUST_CHECK;

/* hall_tls.c: PEM in a, or of h when it was made here. Left empty when there is no place for TLS. */
enum rc hall_read_tls(
	struct hall *h, struct arena *a, struct wire_serve_tls *out, struct err *err) MUST_CHECK;
/*
 * HTTPS on loopback without a certificate gets a self-signed one (*made), so that it can be tried out; INPUT
 * on any other address.
 */
enum rc hall_need_certificate(struct hall *h, bool *made, struct err *err) MUST_CHECK;
enum rc hall_reload_tls(struct hall *h, struct err *err) MUST_CHECK;

/* hall_verifier.c */
enum rc hall_start_verifier(struct hall *h, uint32_t i, struct err *err) MUST_CHECK;
enum rc hall_send_tenants(struct hall *h, uint32_t i, struct err *err) MUST_CHECK;

#endif
