// SPDX-License-Identifier: Apache-2.0
/* A tenant at work: its ledger, its signer, its store, and the data keys that control holds. */
#ifndef PIPELINE_TENANT_H
#define PIPELINE_TENANT_H

#include "base/seal.h"
#include "ipc/wire_sign.h"
#include "ipc/wire_store.h"
#include "ledger/ledger.h"
#include "pipeline/house.h"
#include "pipeline/keys.h"
#include "pipeline/peer.h"

/* Keys that everything at rest is derived from the tenant's data secret with (ADR 0015). */
struct tenant_secrets {
	uint8_t wrap[SEAL_KEY_LEN]; /* wraps recipients' keys */
	uint8_t values[SEAL_KEY_LEN]; /* seals values that belong to no recipient */
	uint8_t pieces[SEAL_KEY_LEN]; /* the store's key for shared pieces */
	uint8_t tags[SEAL_KEY_LEN]; /* HMAC of recipient ids, awards and contents */
	uint8_t status[SEAL_KEY_LEN]; /* permutation of status lists */
	uint8_t publish[SEAL_KEY_LEN]; /* seals what the institution publishes */
};

/*
 * Where the passphrase of sealed keys comes from: a descriptor that control hands on and never reads.
 * must: the keys are sealed; otherwise *fd may come back as -1. The caller closes it.
 */
struct tenant_passphrase {
	enum rc (*open)(void *context, bool must, int *fd, struct err *err);
	void *context;
};

struct tenant {
	struct house *house;
	struct tenant_passphrase passphrase;
	struct arena *arena; /* as long as the tenant is open */
	struct ledger *ledger;
	struct ledger_tenant settings;
	struct actor actor;
	struct peer *sign;
	struct peer *store;
	struct wire_keys_are keys; /* as the signer told them */
	struct keys_list listed; /* as the ledger has them */
	struct wire_store_is stored; /* as found at open */
	struct tenant_secrets secrets;
	struct seal *seal;
	bool made; /* by this open */
};

struct tenant_ask {
	struct str name;
	struct str principal;
	struct str role;
	bool create; /* make it when there is no tenant at all */
	bool create_beside; /* also beside others: init */
	bool workers; /* start sign and store, too */
	struct tenant_passphrase passphrase;
	/* For a new one; empty: a demonstration issuer. */
	struct str issuer_name;
	struct str base_url;
};

/*
 * *exit_code is set with every error: 5 no such tenant, 7 keys, 11 confinement, ... The actor's
 * strings must live as long as the tenant.
 */
enum rc tenant_open(struct house *h, const struct tenant_ask *ask, struct tenant *out,
	uint8_t *exit_code, struct err *err) MUST_CHECK;
void tenant_close(struct tenant *t);

/* "https://host" of a base URL for people and machines: checked https (or http on loopback). */
enum rc tenant_check_base_url(struct str url, struct err *err) MUST_CHECK;
/*
 * A change of keys (KEYS_ADD, KEYS_COMPROMISE) by a signer of its own that ends before it could sign;
 * what comes of it is in the ledger. A tenant that is opened without workers will do.
 */
enum rc tenant_change_keys(
	struct tenant *t, const struct peer_message *change, struct err *err) MUST_CHECK;
/*
 * A signer at work in a tenant that was opened without workers: for a command that changed keys and then
 * has to sign. *exit_code as for tenant_open().
 */
enum rc tenant_start_signer(struct tenant *t, uint8_t *exit_code, struct err *err) MUST_CHECK;
/* Seals the keys under a new passphrase, which the signer reads from new_fd. */
enum rc tenant_seal_keys(struct tenant *t, int new_fd, struct err *err) MUST_CHECK;
/* The active key of a purpose; NULL when there is none. */
const struct wire_key *tenant_key(const struct tenant *t, enum key_purpose purpose);
/* The same as a record of ipc/. */
struct wire_actor tenant_actor(const struct tenant *t);
/* 32-byte HMAC under the tags key: label, 0x00, then each text with its length. */
void tenant_tag(const struct tenant *t, const char *label, const struct str *texts, size_t count,
	uint8_t out[32]);

#endif
