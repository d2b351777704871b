// SPDX-License-Identifier: Apache-2.0
/*
 * Signed links: the key for the serving processes, and links minted for an operator (cred link), who
 * needs no key for them. Runs in: sign.
 */
#include "base/seal.h"
#include "formats/link.h"
#include "ipc/wire_serve.h"
#include "trust/sign.h"

static enum rc derive_link_key(
	const struct sign_state *s, const struct key **secret, uint8_t out[32], struct err *err)
{
	*secret = keyring_find(&s->ring, KEY_LINK, STR(""));
	if (*secret == NULL)
		return err_set(err, RC_INPUT, "this tenant has no link secret");
	link_key(secret_bytes((*secret)->secret), str_of(s->ring.tenant), str_of((*secret)->kid),
		out);
	return RC_OK;
}

enum rc sign_link_key(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct sign_state *s = worker_state(w);
	const struct wire_link_key_ask *ask = request;
	struct wire_link_key answer = {0};
	const struct key *secret = NULL;
	enum rc rc = sign_need_keys(s, err);

	(void)frame;
	if (rc == RC_OK && !str_eq_cz(ask->tenant, s->ring.tenant))
		rc = err_set(err, RC_INPUT, "the loaded keys are another tenant's");
	if (rc == RC_OK)
		rc = derive_link_key(s, &secret, answer.key, err);
	if (rc != RC_OK)
		return rc;
	answer.kid = str_of(secret->kid);
	rc = worker_reply(w, MESSAGE_LINK_KEY_IS, &answer, err);
	seal_wipe(answer.key, sizeof answer.key);
	return rc;
}

enum rc sign_mint_link(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct sign_state *s = worker_state(w);
	const struct wire_link_mint *ask = request;
	struct wire_link_minted answer = {0};
	struct buf target = buf_new(LINK_TARGET_MAX);
	const struct key *secret = NULL;
	uint8_t key[32];
	enum rc rc = sign_need_keys(s, err);

	(void)frame;
	if (rc == RC_OK)
		rc = derive_link_key(s, &secret, key, err);
	if (rc == RC_OK) {
		struct link link = {.tenant = str_of(s->ring.tenant),
			.file = ask->file,
			.kid = str_of(secret->kid),
			.issued_s = ask->now_s,
			.expires_s = ask->now_s + LINK_LIFE_MAX_S,
			.attachment = ask->attachment};

		answer.expires_s = link.expires_s;
		rc = link_put(&target, (struct bytes){key, sizeof key}, &link, err);
		seal_wipe(key, sizeof key);
	}
	if (rc == RC_OK) {
		answer.target = buf_str(&target);
		rc = worker_reply(w, MESSAGE_LINK_MINTED, &answer, err);
	}
	buf_free(&target);
	return rc;
}
