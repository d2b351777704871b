// SPDX-License-Identifier: Apache-2.0
/* What a verification may rely on: documents by name, records by credential, certificates for passes. */
#ifndef VERIFY_MATERIAL_H
#define VERIFY_MATERIAL_H

#include "base/ulid.h"
#include "formats/statuslist.h"

#include "verify/certfill-verify.h"
#include "verify/memo.h"

/* One document; a bundle of many may be larger. */
#define MATERIAL_TEXT_MAX ((size_t)32 << 20)
#define MATERIAL_ITEMS_MAX 65536

enum material_kind {
	MATERIAL_NONE, /* understood, but of no use here: a receipt */
	MATERIAL_DID, /* DID document or controller document */
	MATERIAL_KEYS, /* JWK Set */
	MATERIAL_KEY, /* single JWK */
	MATERIAL_CREDENTIAL, /* among them status lists */
	MATERIAL_REVOCATIONS, /* 1EdTechRevocationList */
	MATERIAL_PROOFS, /* records and their paths, one JSON object a line */
	MATERIAL_EVENTS, /* what happened to credentials later, signed, one JSON object a line */
	MATERIAL_ANCHORS, /* PEM certificates */
	MATERIAL_BUNDLE,
};

/* What became of a status list; it is checked once for all credentials that name it. */
enum material_list_state {
	MATERIAL_LIST_UNSEEN,
	MATERIAL_LIST_GOOD,
	MATERIAL_LIST_BAD,
};

/*
 * name: address or DID; may be empty. is_fetched: that address answered so, which says nothing about
 * others. json: NULL of text that is no JSON, such as a JWT. list_issuer, list, bits, list_why: of a
 * status list that was looked at. newest: of the lists with its address among the first newest_of items; standing.c.
 */
struct material_item {
	enum material_kind kind;
	struct str name;
	bool is_fetched;
	struct str text;
	const struct jsonr_value *json;
	enum material_list_state list_state;
	struct str list_issuer;
	struct bytes bits;
	struct statuslist_claims list;
	const char *list_why;
	struct material_item *newest;
	size_t newest_of;
};

/* A credential's text, its record, or an event about it; parsed when it is asked for. */
struct material_line {
	uint8_t ulid[ULID_LEN];
	struct str line;
};

/* By ULID once sorted; lines of one ULID stay in their order. */
struct material_lines {
	struct material_line *items;
	size_t count;
	size_t room;
	bool sorted;
};

/* Roots and chains of passes: passchain.c. */
struct material_passes;
void material_free_passes(struct material_passes **passes);
/* Certificates of passes, read: passcms.c. */
struct material_certificates;
void material_free_certificates(struct material_certificates **certificates);

struct certfill_material {
	struct arena *a;
	struct material_item **items;
	size_t count;
	size_t room;
	struct material_lines proofs;
	struct material_lines events;
	/* Whole texts of ours; the items have those of others too. */
	struct material_lines credentials;
	int64_t made_s; /* of the bundle; 0: none */
	struct memo roots; /* signatures of shards */
	struct material_passes *passes; /* NULL: no pass was seen yet */
	struct material_certificates *certificates; /* likewise */
};

/*
 * INPUT or LIMIT with a sentence. name: the address or DID that gave the text, which is then a key, a DID
 * document or a status list of its own; empty: whoever gave the text vouches for all of it. Copies both.
 */
enum rc material_add(
	struct certfill_material *m, struct str name, struct str text, struct err *err) MUST_CHECK;
/* The address that a credential as JSON or JWT has by its own word; empty when it has none. */
struct str material_credential_name(struct arena *a, struct str text);
/* The item of that kind and name; NULL when there is none. */
struct material_item *material_find(
	struct certfill_material *m, enum material_kind kind, struct str name);
/* The line of a credential's record, or its whole text; false when there is none. */
bool material_find_line(
	struct material_lines *lines, const uint8_t ulid[ULID_LEN], struct str *line);
/* The first line about the credential in lines; *count: how many there are. */
const struct material_line *material_find_lines(
	struct material_lines *lines, const uint8_t ulid[ULID_LEN], size_t *count);

#endif
