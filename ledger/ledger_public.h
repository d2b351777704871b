// SPDX-License-Identifier: Apache-2.0
/*
 * What the public pages may say of a credential, beside its record: two boxes each, so that the serving
 * processes can read no more than they may show.
 *   published: what the institution chose to publish; sealed under the tenant's publish key.
 *   claimed: what the recipient's page says besides; sealed under a key of the award's claim secret,
 *            so that it opens only for somebody who holds the claim link.
 * Both are rows that can be deleted: that is erasure.
 */
#ifndef LEDGER_LEDGER_PUBLIC_H
#define LEDGER_LEDGER_PUBLIC_H

#include "base/seal.h"
#include "base/wire.h"
#include "ledger/ledger.h"

struct public_value {
	struct str name; /* <=128: "achievement.name", "recipient.name", "field.honors" */
	struct str text; /* <=8192 */
};
struct public_view {
	struct str lang; /* <=35: of the texts */
	LIST_OF(struct public_value) values; /* <=64 */
	bool picture; /* the certificate's picture may be shown */
	bool pass_throwaway; /* the pass was not made with Apple's certificate */
	uint32_t picture_width; /* pixels; 0: there is no picture, or nobody noted it */
	uint32_t picture_height;
};
/* A sealed box is at most this long; longer texts are cut by the writer. */
#define PUBLIC_BOX_MAX ((size_t)16 << 10)

/* HKDF of the tenant's data secret, label "publish"; of the claim secret (32 bytes), label "claim". */
void ledger_public_key(struct bytes data_secret, struct str tenant, uint8_t out[SEAL_KEY_LEN]);
void ledger_claim_key(struct bytes claim_secret, struct str tenant, uint8_t out[SEAL_KEY_LEN]);

enum public_box { PUBLIC_BOX_PUBLISHED, PUBLIC_BOX_CLAIMED };
struct public_place {
	struct str tenant;
	enum public_box box;
	const uint8_t *ulid; /* 16 bytes */
};
/* LIMIT when the box would be longer than PUBLIC_BOX_MAX. out: appended. */
enum rc ledger_public_seal(struct seal *s, const uint8_t key[SEAL_KEY_LEN],
	const struct public_place *place, const struct public_view *view, struct buf *out,
	struct err *err) MUST_CHECK;
/* INPUT when the box is another's, was changed, or is of a newer form. */
enum rc ledger_public_open(struct seal *s, const uint8_t key[SEAL_KEY_LEN],
	const struct public_place *place, struct bytes box, struct arena *a,
	struct public_view *out, struct err *err) MUST_CHECK;
/* The value of that name; empty when there is none. */
struct str ledger_public_value(const struct public_view *view, const char *name);

/* The boxes of a credential; both empty when it has none or its recipient was erased. */
enum rc ledger_public_find(struct ledger *l, struct arena *a, const uint8_t ulid[16],
	struct bytes *published, struct bytes *claimed, struct err *err) MUST_CHECK;

#endif
