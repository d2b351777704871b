// SPDX-License-Identifier: Apache-2.0
/* KEY_SET: the tenant's JWK Set or DID document, for whoever was handed a batch's files. Runs in: sign. */
#include "formats/keydoc.h"
#include "trust/sign.h"

/* Public halves of what signs; secrets and the pass key are not published. */
static size_t list_keys(const struct keyring *ring, struct keydoc_key *out)
{
	size_t count = 0;

	for (size_t i = 0; i < ring->key_count; i++) {
		const struct key *key = &ring->keys[i];

		if (key_alg(key) == JWK_NONE)
			continue;
		out[count++] = (struct keydoc_key){.kid = str_of(key->kid),
			.public_key = {key->public_half, key->public_len},
			.credentials = key->purpose == KEY_ASSERT || key->purpose == KEY_JWT,
			.compromised_s = key->compromised_s};
	}
	return count;
}

enum rc sign_key_set(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct sign_state *s = worker_state(w);
	const struct wire_key_set_ask *ask = request;
	struct keydoc_issuer issuer = {ask->issuer_id, ask->base_url};
	struct keydoc_key *keys = arena_zalloc(worker_arena(w), KEYRING_KEYS_MAX, sizeof *keys);
	struct buf text = buf_new(SIGN_KEY_SET_MAX);
	enum rc rc = sign_need_keys(s, err);

	(void)frame;
	if (rc == RC_OK && ask->did)
		keydoc_put_did(&text, &issuer, keys, list_keys(&s->ring, keys));
	else if (rc == RC_OK)
		keydoc_put_set(&text, &issuer, keys, list_keys(&s->ring, keys));
	if (rc == RC_OK && text.full)
		rc = err_set(err, RC_LIMIT,
			"the tenant has too many keys for one document: publish "
			"them with certfill key publish");
	if (rc == RC_OK) {
		struct wire_key_set answer = {buf_str(&text)};

		rc = worker_reply(w, MESSAGE_KEY_SET_IS, &answer, err);
	}
	buf_free(&text);
	return rc;
}
