// SPDX-License-Identifier: Apache-2.0
/*
 * What the signer lets itself be asked for (ADR 0003). Before a batch is signed its policy is
 * registered: tenant, issuer, kid, pass certificate, time of issue, achievements, how many rows. From then on nothing
 * outside it is signed, whoever asks.
 */
#ifndef TRUST_SIGN_POLICY_H
#define TRUST_SIGN_POLICY_H

#include "formats/badge.h"
#include "formats/pass.h"
#include "trust/keyring.h"
#include "trust/pass_sign.h"
#include "trust/secure.h"

/* Policies held at once; the one longest unused makes room. */
#define SIGN_POLICIES_MAX 16
#define SIGN_POLICY_ROWS_MAX 1000000U
#define SIGN_POLICY_IMAGES_MAX 40
/* Of one credential's JSON, so that its JWSs (4/3 and a little) fit wire_signed_row. */
#define SIGN_POLICY_BADGE_MAX ((size_t)15000)
/* What a row may add to an achievement: names, results, evidence. */
#define SIGN_POLICY_ROW_ROOM ((size_t)2500)

struct sign_images {
	struct pass_file files[SIGN_POLICY_IMAGES_MAX]; /* sorted by name */
	size_t count;
};

/* What the manifest adds to achievement and credential; NULL: nothing. */
struct sign_parts {
	const struct jsonr_value *achievement;
	const struct jsonr_value *credential;
};

/* The keys that a policy names. */
struct sign_keys {
	const struct key *assert;
	const struct key *jwt; /* NULL: no JWTs in 1EdTech's profile */
};

struct sign_policy {
	struct arena *arena; /* holds wire and everything below it */
	struct wire_policy wire;
	uint8_t digest[HASH_SHA256_LEN]; /* of the policy as it was registered */
	struct sign_keys keys;
	struct str kid_url; /* of the assert key */
	struct str jwt_kid_url;
	struct secure secure; /* the same key, for embedded proofs of this time of issue */
	struct badge_issuer issuer;
	enum badge_status *statuses; /* one per credential */
	struct sign_images *images; /* one per credential */
	struct sign_parts *parts; /* one per credential */
	struct pass_signer *pass; /* NULL until the first pass is signed */
	uint8_t (*seen)[16]; /* per row: what was signed, shortened; zero: nothing yet */
	uint32_t signed_count; /* distinct rows */
	uint64_t used; /* order of use */
};

struct sign_policies {
	struct sign_policy *held[SIGN_POLICIES_MAX];
	uint64_t uses;
};

/*
 * Registers a policy. The same again is fine; another one for the same batch is INPUT, as is
 * whatever the signer must not or could not sign. now_s: from KEYS_LOAD; the signer has no clock.
 */
enum rc sign_policy_set(struct sign_policies *all, const struct keyring *ring, int64_t now_s,
	const struct wire_policy *wire, struct err *err) MUST_CHECK;
/* INPUT when no such batch is registered. */
enum rc sign_policy_find(struct sign_policies *all, struct str batch, struct sign_policy **out,
	struct err *err) MUST_CHECK;
/*
 * Makes p->pass, unless it is there. INPUT with the certificate's first problem: that concerns the
 * row whose pass is asked for, not the batch. id outlives p.
 */
enum rc sign_policy_open_pass(
	struct sign_policy *p, const struct pass_identity *id, struct err *err) MUST_CHECK;
/*
 * An image of the passes of one credential: name and digest are kept. The same again is fine; other
 * bytes under a known name are INPUT, and so is a LANG.lproj/pass.strings that is not exactly what
 * the policy's names and wordings give.
 */
enum rc sign_policy_add_image(
	struct sign_policy *p, const struct wire_pass_image *image, struct err *err) MUST_CHECK;
/*
 * May that row be signed? INPUT when its number or credential lies outside the policy, or when the
 * same row was signed with other content before. content: what sign_policy_mark_row() keeps of it.
 */
enum rc sign_policy_check_row(const struct sign_policy *p, const struct wire_sign_row *row,
	uint8_t content[16], struct err *err) MUST_CHECK;
/* The row was signed. Doing it again with the same content counts once. */
void sign_policy_mark_row(struct sign_policy *p, uint32_t row, const uint8_t content[16]);

/* The text in lang, or in its primary language, or the first. Empty when there is none. */
struct str sign_policy_text(
	const struct wire_text *texts, uint32_t count, struct str lang, struct str *chosen_lang);
/* The achievement of a credential as it is said in one language. tags live as long as p. */
struct badge_achievement sign_policy_achievement(
	const struct sign_policy *p, uint16_t credential, struct str lang);

void sign_policies_clear(struct sign_policies *all);

#endif
