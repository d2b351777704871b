// SPDX-License-Identifier: Apache-2.0
/* Whose key is it? A signature counts only when its key is one that the issuer publishes. */
#ifndef VERIFY_ISSUER_H
#define VERIFY_ISSUER_H

#include "formats/jwk_read.h"

#include "verify/context.h"

enum issuer_answer {
	ISSUER_FOUND,
	ISSUER_REFUSED, /* the issuer's documents are here and do not list that key */
	ISSUER_MISSING, /* the issuer's documents are not here */
};

enum issuer_use {
	ISSUER_CREDENTIALS, /* listed under assertionMethod */
	ISSUER_RECORDS, /* any key that the issuer publishes */
};

#define ISSUER_NO_TIME INT64_MIN

/* where: a phrase for people. revoked_s: the issuer withdrew the key then; ISSUER_NO_TIME: no. */
struct issuer_key {
	struct jwk_key key;
	const char *where;
	int64_t revoked_s;
};

/*
 * The key that kid names, out of what issuer (a DID or an https address) publishes. kid may be empty
 * where the issuer has one key only. err: why not.
 */
enum issuer_answer issuer_find_key(struct context *c, struct str issuer, struct str kid,
	enum issuer_use use, struct issuer_key *out, struct err *err);

#endif
