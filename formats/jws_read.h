// SPDX-License-Identifier: Apache-2.0
/*
 * Reads a compact JWS (RFC 7515) that somebody else made, strictly: three segments of canonical
 * base64url without padding, a header without doubled members, an algorithm of public keys, no key and no
 * address of a key inside (RFC 8725). Nothing is verified here.
 */
#ifndef FORMATS_JWS_READ_H
#define FORMATS_JWS_READ_H

#include "base/str.h"

/* A credential with its images inside; larger ones are refused unread. */
#define JWS_TEXT_MAX ((size_t)2 << 20)

enum jws_alg {
	JWS_EDDSA, /* "EdDSA" (RFC 8037) and "Ed25519" (RFC 9864): the key must be Ed25519 */
	JWS_ES256,
	JWS_RS256,
	JWS_OTHER, /* a public key's, but none that is checked here */
};

/* input: what is signed, borrowed. kid: may be empty. typ: empty when the header has none. */
struct jws {
	enum jws_alg alg;
	struct str alg_name;
	struct str kid;
	struct str typ;
	struct str input;
	struct bytes payload;
	struct bytes signature;
};

/*
 * *out lives in a and borrows from text. INPUT says which rule of the format text breaks; LIMIT when it
 * is over JWS_TEXT_MAX.
 */
enum rc jws_read(struct arena *a, struct str text, struct jws *out, struct err *err) MUST_CHECK;

#endif
