// SPDX-License-Identifier: Apache-2.0
/*
 * The forms of a proof's verificationMethod (W3C DID Core 1.0, did:key, did:web): whose key it names
 * and where it would be found. Finds nothing by itself.
 */
#ifndef FORMATS_DIDURL_H
#define FORMATS_DIDURL_H

#include "base/buf.h"

enum didurl_kind {
	DIDURL_KEY, /* did:key: the key is in the name itself */
	DIDURL_WEB, /* did:web: in the DID document, under its id */
	DIDURL_HTTPS, /* an address that answers a Multikey or a controller document */
	DIDURL_OTHER, /* some other method or scheme */
};

/*
 * controller: before "#". fragment: after it, may be empty. has_key, key: the Ed25519 key when the
 * name itself holds one: did:key, or a fragment "z6Mk..." behind any controller. A key out of a
 * fragment proves nothing about who controls it; only the controller's document does.
 */
struct didurl {
	enum didurl_kind kind;
	struct str controller;
	struct str fragment;
	bool has_key;
	uint8_t key[32];
};

/* INPUT when text is no absolute URI, or a did:key that is not an Ed25519 Multikey. */
enum rc didurl_parse(struct str text, struct didurl *out, struct err *err) MUST_CHECK;
/*
 * Where a did:web's document lies: https://HOST/.well-known/did.json, or https://HOST/PATH/did.json;
 * "%3A" before a port. INPUT when did is no did:web, or holds what could leave host or path.
 */
enum rc didurl_put_web_address(struct buf *out, struct str did, struct err *err) MUST_CHECK;

#endif
