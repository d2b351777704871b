// SPDX-License-Identifier: Apache-2.0
/*
 * Signed links to artifacts: /a/TENANT/FILE?k=KID&i=ISSUED&e=EXPIRES&d=inline|attachment&s=MAC.
 * MAC = base64url(HMAC-SHA256(key, "certfill-url-v1\n" || lp(method) || lp(path) || lp(i) || lp(e) ||
 * lp(k) || lp(d))), each as it stands in the link, lp = u32 big-endian length before the bytes.
 * A link lives ten minutes at most. It is minted when asked for and never stored.
 */
#ifndef FORMATS_LINK_H
#define FORMATS_LINK_H

#include "base/buf.h"
#include "base/hash.h"

#define LINK_LIFE_MAX_S 600
/* How far ahead of ours the minting machine's clock may be. */
#define LINK_SKEW_S 60
#define LINK_TARGET_MAX 1024

struct link {
	struct str tenant;
	struct str file;
	struct str kid;
	int64_t issued_s;
	int64_t expires_s;
	bool attachment;
	uint8_t mac[HASH_SHA256_LEN];
};

/* HKDF-SHA256(salt "certfill-url-v1", ikm the tenant's link secret, info lp(tenant) || lp(kid)). */
void link_key(struct bytes secret, struct str tenant, struct str kid, uint8_t out[32]);
/*
 * Appends the link for GET (HEAD is allowed with it); link->mac is not used. INPUT when a part has
 * characters that a link may not hold, or the link would live too long.
 */
enum rc link_put(
	struct buf *out, struct bytes key, const struct link *link, struct err *err) MUST_CHECK;
/*
 * Takes a request's target apart, as received, undecoded; out borrows from it. INPUT for whatever is
 * not exactly of the form above: other, doubled or missing parameters, paths that are not canonical.
 */
enum rc link_parse(struct str raw_target, struct link *out, struct err *err) MUST_CHECK;
/*
 * INPUT, always with the same sentence, unless link is genuine, alive at now_s and method is GET or
 * HEAD. Compares in constant time. Which key belongs to link->tenant and link->kid the caller knows.
 */
enum rc link_check(const struct link *link, struct str method, struct bytes key, int64_t now_s,
	struct err *err) MUST_CHECK;

#endif
