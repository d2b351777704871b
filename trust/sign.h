// SPDX-License-Identifier: Apache-2.0
/* The signer's state and its handlers, one per message of ipc/wire_sign.h. */
#ifndef TRUST_SIGN_H
#define TRUST_SIGN_H

#include "base/merkle.h"
#include "formats/receipt.h"
#include "ipc/worker.h"
#include "trust/sign_policy.h"

/* Room of a frame's arena: five rows with everything they may hold, twice. */
#define SIGN_ARENA_LEN ((size_t)4 * 1024 * 1024)

/* Of wire_key_set.text. */
#define SIGN_KEY_SET_MAX ((size_t)65000)

/* The rows of one batch's receipt, as far as they came. */
struct sign_receipt_rows {
	bool begun;
	char batch[65];
	struct merkle_stream tree;
	struct receipt_counts counts;
};

struct sign_state {
	struct keyring ring;
	bool loaded;
	bool locked; /* ossl_open() could lock its memory */
	int64_t now_s; /* what KEYS_MAKE or KEYS_LOAD said */
	struct sign_policies policies;
	struct sign_receipt_rows receipt;
	struct secret *token_key; /* derived from the newest token secret */
	uint16_t token_version;
	struct arena *work; /* one credential's canonicalisation; empty in between */
	/* Inherited: the keys' own, a new one; NULL: none. */
	struct secret *passphrases[WORKER_SECRETS];
};

/* Opens OpenSSL; call once, before anything else of it. */
void sign_open(struct sign_state *s);

enum rc sign_keys_make(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_keys_load(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_keys_add(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_keys_compromise(
	struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_keys_seal(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_set_policy(
	struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_take_image(
	struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_rows(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_shard(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_tokens(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_link_key(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_mint_link(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_make_tls(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_take_receipt_rows(
	struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_status(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_list(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_key_set(struct worker *w, struct frame *frame, const void *request, struct err *err);
enum rc sign_receipt(struct worker *w, struct frame *frame, const void *request, struct err *err);

/* At LOCK: every kind of signature once, and the directory of keys closed. */
enum rc sign_warm_up(struct worker *w, struct err *err);

/* INPUT when no keys are loaded. */
enum rc sign_need_keys(const struct sign_state *s, struct err *err) MUST_CHECK;

/* Builds and signs one row; what it points to lives in a. Used by sign_rows() and the bench. */
enum rc sign_one_row(const struct sign_state *s, struct sign_policy *p,
	const struct wire_sign_row *row, struct arena *a, struct wire_signed_row *out,
	struct err *err) MUST_CHECK;

extern const struct worker_message sign_messages[];
extern const size_t sign_message_count;
extern const struct confine_profile sign_profile;

#endif
