// SPDX-License-Identifier: Apache-2.0
/* Wallet passes (Apple's .pkpass, style "generic"): pass.json and manifest.json from typed fields. */
#ifndef FORMATS_PASS_H
#define FORMATS_PASS_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/ulid.h"

#define PASS_NO_TIME INT64_MIN
#define PASS_NAME_MAX 64

struct pass {
	struct str type_id; /* UID of the certificate */
	struct str team_id; /* OU of the certificate */
	struct str organization;
	struct str achievement;
	struct str recipient;
	struct str issuer_url; /* may be empty */
	uint8_t ulid[ULID_LEN]; /* of the credential: serial number */
	struct str qr_url; /* ASCII, for the barcode */
	struct str verify_url;
	struct str token; /* 78 characters */
	int64_t awarded_s; /* PASS_NO_TIME: not stated */
	int64_t valid_until_s; /* PASS_NO_TIME: no end */
	struct str background; /* "rgb(r, g, b)" or empty */
	struct str foreground;
	struct str label;
	bool voided; /* revoked or suspended: the phone crosses it out */
	bool demo; /* says so on the front, on the back and to screen readers */
};

/* INPUT unless colour is empty or "rgb(r, g, b)" with numbers up to 255. */
enum rc pass_check_colour(struct str colour, struct err *err) MUST_CHECK;
/* INPUT unless name is a file that a pass may hold: "icon@2x.png", "en.lproj/pass.strings". */
enum rc pass_check_name(struct str name, struct err *err) MUST_CHECK;
/* Appends pass.json; the colours passed pass_check_colour(). LIMIT when out is full. */
enum rc pass_put(struct buf *out, const struct pass *p, struct err *err) MUST_CHECK;

/* A file of the pass and its SHA-1, which is what Apple's format demands. */
struct pass_file {
	struct str name;
	uint8_t sha1[HASH_SHA1_LEN];
};

/*
 * Appends manifest.json over pass.json (its digest) and count other files, sorted by name, none of
 * them called pass.json.
 */
void pass_put_manifest(struct buf *out, const uint8_t pass_sha1[HASH_SHA1_LEN],
	const struct pass_file *files, size_t count);

#endif
