// SPDX-License-Identifier: Apache-2.0
/*
 * Records between control and sign. The signer gets typed fields and builds what it signs; these
 * messages carry no descriptors. A limit in a comment is the most bytes or entries of a frame.
 */
#ifndef IPC_WIRE_SIGN_H
#define IPC_WIRE_SIGN_H

#include "base/wire.h"
#include "ipc/wire_intake.h"

/* ADR 0024: who wants it. */
struct wire_actor {
	struct str tenant; /* <=64 */
	struct str principal; /* <=255 */
	struct str role; /* <=64: certification:issue, ... */
	struct str reason; /* <=255 */
};

struct wire_keys_make {
	struct wire_actor actor;
	struct str organization; /* <=255 */
	int64_t now_s;
};

struct wire_keys_load {
	struct wire_actor actor;
	int64_t now_s;
};

enum key_purpose { /* ADR 0003 */
	KEY_ASSERT = 1,
	KEY_RECORD,
	KEY_LOG,
	KEY_RECEIPT,
	KEY_PASS,
	KEY_LINK,
	KEY_TOKEN,
	KEY_OFFLINE,
	KEY_DATA,
	KEY_JWT, /* RS256 or ES256, for JWTs in 1EdTech's profile; not every tenant has one */
};
#define KEY_PURPOSE_LAST KEY_JWT

/*
 * public_key: 32 bytes for Ed25519, 65 for P-256 (SEC 1, 2.3.3), 256 to 512 for an RSA modulus whose
 * exponent is 65537; SubjectPublicKeyInfo of the pass key; empty for secrets. kid: RFC 7638 thumbprint
 * or a version.
 */
struct wire_key {
	uint8_t purpose; /* enum key_purpose */
	struct str kid; /* <=64 */
	struct bytes public_key; /* <=600 */
	int64_t not_before_s;
	int64_t sign_until_s;
	int64_t compromised_s; /* INT64_MAX: it is not */
};

/* Further keys. A purpose whose next key is announced already is passed over. */
struct wire_keys_add {
	struct wire_actor actor;
	int64_t now_s;
	int64_t overlap_s; /* from announcement to first signature; two days at least */
	uint32_t purposes; /* 1 << enum key_purpose */
	struct str alg; /* <=8: of a jwt key: "RS256", "ES256" */
	bool fresh; /* nothing was issued yet: a first key of its purpose may sign at once */
};

/* That key is not ours alone any more: its private half is destroyed, a successor announced. */
struct wire_keys_compromise {
	struct wire_actor actor;
	int64_t now_s;
	int64_t overlap_s;
	struct str kid; /* <=64 */
};

struct wire_keys_are {
	LIST_OF(struct wire_key) keys; /* <=200 */
	/* <=32: the data secret, which control and store hold (ADR 0015). */
	struct bytes data_key;
	struct bytes pass_certificate; /* <=8192: DER */
	struct bytes pass_intermediate; /* <=8192: DER */
	struct bytes pass_root; /* <=8192: DER; only of a throwaway chain */
	bool pass_throwaway;
	struct str pass_type_id; /* <=255: UID of the certificate */
	struct str pass_team_id; /* <=64: OU of the certificate */
	int64_t pass_not_after_s;
	struct str pass_kid; /* <=64: what a plan pins; empty without a certificate */
	/* Over the three certificates' DER, one after the other; zeros when one is missing. */
	uint8_t pass_chain_sha256[32];
	LIST_OF(struct str)
	problems; /* <=20: what makes the pass certificate unusable, in sentences */
	LIST_OF(struct str) warnings; /* <=20: ends within 30 days, ... */
};

struct wire_issuer {
	struct str id; /* <=512: did:web:... */
	struct str name; /* <=255 */
	struct str url; /* <=512 */
	struct str base_url; /* <=512: https://host, no slash at the end */
	bool demo;
};

/* One of the manifest's credentials as the signer may use it. */
struct wire_policy_credential {
	struct wire_achievement achievement;
	LIST_OF(struct wire_node) badge; /* <=WIRE_NODES_MAX */
	bool names_recipient; /* the badge holds the recipient's name, readable */
	uint32_t outputs;
	struct str status; /* <=16 */
	struct wire_pass_style pass;
	struct str template_hash; /* <=64: hex */
};

struct wire_policy {
	struct wire_actor actor;
	struct str batch; /* <=64: ULID */
	uint8_t plan_hash[32];
	uint32_t row_count; /* no more rows than this are signed */
	struct str kid; /* <=64: pinned */
	int64_t issued_s; /* when this batch says it was issued */
	struct wire_issuer issuer;
	LIST_OF(struct wire_policy_credential) credentials; /* <=50 */
	/* Pinned like kid: as KEYS_ARE told them when the batch was planned. For batches with passes. */
	struct str pass_kid; /* <=64 */
	uint8_t pass_chain_sha256[32];
	struct str jwt_kid; /* <=64: pinned; empty: no JWTs in 1EdTech's profile */
};

struct wire_pass_image {
	struct str batch; /* <=64 */
	uint16_t credential; /* index in the policy */
	struct str name; /* <=64: icon.png, logo@2x.png, en.lproj/pass.strings, ... */
	struct bytes content; /* <=61440 */
};

struct wire_sign_row {
	uint32_t row;
	uint16_t credential; /* index in the policy */
	uint8_t ulid[16]; /* of the credential, fixed by the plan */
	uint8_t subject[16]; /* UUID of the recipient as a subject, fixed by the plan */
	struct str name; /* <=800 */
	struct str email; /* <=320: goes in as a salted hash only */
	uint8_t email_salt[16];
	struct str lang; /* <=35 */
	int64_t valid_from_s;
	int64_t valid_until_s; /* WIRE_NO_DAY: none */
	int64_t awarded_s;
	uint32_t status_list;
	uint32_t status_index;
	struct str evidence_url; /* <=2048 */
	struct str external_id; /* <=255 */
	LIST_OF(struct wire_value) results; /* <=50 */
	bool voided; /* the pass of a credential that was revoked or is suspended; all else as it was */
	LIST_OF(struct wire_value) badge; /* <=150: as in wire_row */
};

struct wire_sign_rows {
	struct str batch; /* <=64 */
	LIST_OF(struct wire_sign_row) rows; /* <=5 */
};

struct wire_signed_row {
	uint32_t row;
	bool ok;
	struct str message; /* <=255 */
	struct str token; /* <=96: ULID and tag, 78 characters of Crockford base 32 */
	uint8_t tag_hash[32]; /* SHA-256 of the 32-byte tag: what the ledger keeps */
	uint16_t token_version;
	struct bytes jwt; /* <=20480 */
	struct bytes badge; /* <=24576: credential.json */
	struct bytes pass_json; /* <=8192 */
	struct bytes pass_manifest; /* <=4096 */
	struct bytes pass_signature; /* <=12288 */
	struct bytes jwt_1edtech; /* <=24576 */
};

/* The first rows of those asked for, as many as fit, one at least. */
struct wire_signed_rows {
	LIST_OF(struct wire_signed_row) rows; /* <=5 */
};

struct wire_record_artifact {
	uint8_t kind; /* enum artifact_kind */
	uint64_t len;
	uint8_t sha256[32];
};

/* What becomes a verification record: no personal data (ADR 0025). */
struct wire_record {
	uint32_t row;
	uint16_t credential;
	uint8_t ulid[16];
	uint8_t commitment[32]; /* HMAC-SHA256(salt of the recipient, canonical row) */
	uint8_t tag_hash[32];
	int64_t valid_from_s;
	int64_t valid_until_s;
	uint32_t status_list;
	uint32_t status_index;
	LIST_OF(struct wire_record_artifact) artifacts; /* <=8 */
};

struct wire_sign_shard {
	struct str batch; /* <=64 */
	uint32_t shard;
	LIST_OF(struct wire_record) records; /* <=100 */
};

/* records: canonical JSON (RFC 8785), in the order asked for; leaf i is merkle_leaf(records[i]). */
struct wire_signed_shard {
	LIST_OF(struct str) records; /* <=100 */
	uint8_t root[32];
	struct str kid; /* <=64: of the record key */
	/* <=64: Ed25519 over "certfill-shard-v1\n" lp(batch) u32 shard u32 count root. */
	struct bytes signature;
};

enum receipt_outcome {
	RECEIPT_ISSUED = 1,
	RECEIPT_UNCHANGED, /* its credential was there already */
	RECEIPT_FAILED, /* planned, but could not be signed or drawn */
	RECEIPT_REFUSED, /* left out of the plan */
	RECEIPT_HELD, /* left out because its "hold" column says so */
};

/* What became of a record of the cohort; no personal data (ADR 0025). */
struct wire_receipt_row {
	uint32_t row; /* number of the record in the cohort, from 1 */
	uint8_t outcome; /* enum receipt_outcome */
	LIST_OF(struct str) codes; /* <=8, each <=64: why refused or failed */
	uint8_t ulid[16]; /* of the credential; zeros: none */
	LIST_OF(struct wire_record_artifact) artifacts; /* <=8 */
};

/* first: how many went before; 0 begins anew. One batch at a time. */
struct wire_receipt_rows {
	struct str batch; /* <=64 */
	uint32_t first;
	LIST_OF(struct wire_receipt_row) rows; /* <=40: an answer of 40 fits a frame */
};

/* Canonical JSON (RFC 8785), in the order asked for; leaf i is merkle_leaf(entries[i]). */
struct wire_receipt_entries {
	LIST_OF(struct str) entries; /* <=40 */
};

/* Counts and the rows' Merkle root are the signer's own, over what RECEIPT_ROWS gave it. */
struct wire_receipt {
	struct str batch; /* <=64 */
	uint8_t manifest_sha256[32];
	uint8_t cohort_sha256[32];
	uint8_t plan_hash[32];
	int64_t issued_s;
	uint8_t roots_sha256[32]; /* over all shard roots in order */
};

struct wire_signed_text {
	struct str text; /* <=60000: canonical JSON with its "signature" member */
};

/* Whose keys the JWK Set's kids are to name. */
struct wire_key_set_ask {
	struct str issuer_id; /* <=512 */
	struct str base_url; /* <=512 */
	bool did; /* the DID document instead */
};

/* The tenant's JWK Set, or its DID document, as it is published (formats/keydoc.h). */
struct wire_key_set {
	struct str text; /* <=65000 */
};

struct wire_ulid {
	uint8_t b[16];
};

struct wire_tokens_ask {
	struct str batch; /* <=64: who asks; any credential of the tenant may be named */
	LIST_OF(struct wire_ulid) ulids; /* <=500 */
};

struct wire_tokens {
	LIST_OF(struct str) tokens; /* <=500: 78 characters each */
};

extern const struct wire_type wire_ulid_type;
extern const struct wire_type wire_tokens_ask_type;
extern const struct wire_type wire_tokens_type;
extern const struct wire_type wire_actor_type;
extern const struct wire_type wire_keys_make_type;
extern const struct wire_type wire_keys_load_type;
extern const struct wire_type wire_keys_add_type;
extern const struct wire_type wire_keys_compromise_type;
extern const struct wire_type wire_key_type;
extern const struct wire_type wire_keys_are_type;
extern const struct wire_type wire_issuer_type;
extern const struct wire_type wire_policy_credential_type;
extern const struct wire_type wire_policy_type;
extern const struct wire_type wire_pass_image_type;
extern const struct wire_type wire_sign_row_type;
extern const struct wire_type wire_sign_rows_type;
extern const struct wire_type wire_signed_row_type;
extern const struct wire_type wire_signed_rows_type;
extern const struct wire_type wire_record_artifact_type;
extern const struct wire_type wire_record_type;
extern const struct wire_type wire_sign_shard_type;
extern const struct wire_type wire_signed_shard_type;
extern const struct wire_type wire_receipt_row_type;
extern const struct wire_type wire_receipt_rows_type;
extern const struct wire_type wire_receipt_entries_type;
extern const struct wire_type wire_receipt_type;
extern const struct wire_type wire_signed_text_type;
extern const struct wire_type wire_key_set_ask_type;
extern const struct wire_type wire_key_set_type;

#endif
