// SPDX-License-Identifier: Apache-2.0
/*
 * What the verify process holds: the floor, the ledger read-only, tenants with their publish keys, answers
 * that are waited for. One of it (site), because a process has one loop.
 */
#ifndef SERVE_SITE_H
#define SERVE_SITE_H

#include "base/merkle.h"
#include "base/seal.h"
#include "ipc/worker.h"
#include "ledger/ledger_changes.h"
#include "serve/blob.h"
#include "serve/http.h"
#include "serve/known.h"
#include "serve/limit.h"
#include "serve/listen.h"
#include "serve/stats.h"
#include "serve/tls.h"

#define SITE_TENANTS_MAX 500
#define SITE_WAITS_MAX 1024
/*
 * Roots checked and kept, in sets of some; a signature check costs more than all else of an answer. With
 * the hundred leaves of a shard this is 105 MB when three million credentials were asked for.
 */
#define SITE_ROOTS_MAX 32768
#define SITE_TLS_MAX 7 /* listeners: as many as SERVE_TLS may have */
#define SITE_ROOTS_WAYS 8

/* A shard whose root's signature was checked. */
struct site_root {
	struct site_tenant *tenant; /* NULL: free */
	char batch[27];
	uint32_t shard;
	bool good;
	char kid[65];
	uint32_t count;
	struct merkle_hash *leaves;
};

/* What is published about a tenant's keys, made when first asked for. */
enum site_document_kind { SITE_KEY_SET, SITE_DID, SITE_DOCUMENT_COUNT };
struct site_document {
	struct blob *blob; /* NULL: not made yet */
	uint64_t settings_no; /* of the site when it was made; worth nothing after the next */
};

struct site_tenant {
	char name[LEDGER_TENANT_MAX + 1];
	uint8_t publish_key[SEAL_KEY_LEN];
	struct ledger *ledger; /* opened when first asked for */
	struct arena *arena; /* settings and keys; made anew when the ledger changed */
	struct ledger_tenant settings;
	struct ledger_keys keys;
	struct str host; /* of the base URL */
	uint32_t version; /* of the ledger that is open; another's may have the same */
	/* Of the settings, each time they are read another, as they are whenever it changed. */
	uint64_t read_no;
	/* Of settings and keys; zeros: known credentials were forgotten. */
	uint8_t settings_hash[32];
	/* Another whenever that hash is: a batch that is issued changes neither. */
	uint64_t alike_no;
	bool held; /* reads see one moment until site_drop */
	int64_t looked_ms; /* when the version was last asked for */
	struct ledger_mark mark; /* up to where known credentials were kept right */
	int64_t fill_before; /* awards below this one are yet to be known; 0: all are */
	struct site_document documents[SITE_DOCUMENT_COUNT];
};

/* An exchange that waits for certfill-serve; x NULL: the visitor has left. */
struct site_wait {
	bool taken;
	struct http_exchange *x;
	void (*answer)(struct http_exchange *x, const void *reply, int *fd);
};

struct site {
	struct worker *worker;
	struct listen_server *server;
	struct tls_server *tls[SITE_TLS_MAX];
	uint32_t tls_count;
	struct limit_table *limits;
	struct stats *stats;
	uint32_t slot; /* of the table of figures */
	struct stats_slot figures;
	uv_timer_t pace; /* figures are written at it */
	bool ops;
	struct ledger_reader *reader;
	bool held; /* the same of the routes */
	struct ready *ready;
	struct alike *alike;
	struct known *known;
	uv_timer_t filling;
	uv_prepare_t turn;
	struct seal *seal;
	char data[4096];
	struct site_tenant *tenants[SITE_TENANTS_MAX];
	uint32_t tenant_count;
	struct site_wait waits[SITE_WAITS_MAX];
	struct site_root *roots;
	uint32_t next_root;
	uint64_t settings_no; /* counts how often settings of any tenant were read */
	uv_poll_t channel;
	bool failed;
	struct err err;
};

/* The process's one. */
struct site *site_of(void);
/* Adds tenants, or gives known ones another key. */
void site_set_tenant(struct site *s, struct str name, const uint8_t key[SEAL_KEY_LEN]);
/* Its settings and known credentials are as of 100 ms ago or later; nothing was read if they were anyway. */
bool site_is_fresh(struct site *s, const struct site_tenant *t);
/* Its ledger open and its settings as of now; NULL when it is unknown or cannot be read just now. */
struct site_tenant *site_tenant(struct site *s, struct str name);
/*
 * Whether t may be asked for under host, as a request names it: its base URL has that host and port, or no
 * tenant's has. Several tenants may share one.
 */
bool site_answers_for(struct site *s, const struct site_tenant *t, struct str host);
/* The first that owns host, else the only tenant there is; NULL when neither. */
struct site_tenant *site_tenant_of_host(struct site *s, struct str host);
/* A tenant's ledger, name's or with an empty name anybody's, could not be read, or never was asked for. */
bool site_is_unread(const struct site *s, struct str name);
/*
 * The tenant that a key of the routes belongs to; *out NULL with OK: nobody's, or not to be asked for under
 * host. SYSTEM: nothing can be said just now.
 */
enum rc site_route(struct site *s, struct arena *a, struct str host, enum route_kind kind,
	struct bytes key, struct site_tenant **out, struct err *err) MUST_CHECK;

/* site_fill.c: from now on credentials get to be known a few at a time, those of tenants that were asked for. */
void site_start_filling(struct site *s);

/* At the end of a turn of the loop: what is read from now on is read anew. */
void site_drop(struct site *s);

/*
 * Asks certfill-serve; answer is called once with the record of the reply, unless the visitor leaves
 * before. fd: of the reply or -1; who takes it sets it to -1. False: answered 503 already.
 */
bool site_ask(struct site *s, struct http_exchange *x, enum message message, const void *record,
	void (*answer)(struct http_exchange *x, const void *reply, int *fd));
worker_handler site_take_answer;

/* Routes of every tenant and every verify process. */
extern const struct http_route site_routes[];
extern const uint32_t site_route_count;
/* Of the process behind --ops. */
extern const struct http_route site_ops_routes[];
extern const uint32_t site_ops_route_count;
void site_refuse(struct http_exchange *x, unsigned status, void *app);

#endif
