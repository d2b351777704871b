// SPDX-License-Identifier: Apache-2.0
/* TOKENS: the verification tokens of credentials again, for their links. Runs in: sign. */
#include "formats/token.h"
#include "trust/sign.h"

enum rc sign_tokens(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_tokens_ask *ask = request;
	struct arena *a = worker_arena(w);
	struct wire_tokens answer = {0};
	/* The tenant's key alone makes them: links outlive the policy of their batch. */
	enum rc rc = sign_need_keys(s, err);

	(void)frame;
	if (rc != RC_OK)
		return rc;
	answer.tokens.items = arena_zalloc(a, ask->ulids.count, sizeof *answer.tokens.items);
	answer.tokens.count = ask->ulids.count;
	for (uint32_t i = 0; i < ask->ulids.count; i++) {
		uint8_t tag[TOKEN_TAG_LEN];
		char text[TOKEN_TEXT_LEN + 1];

		token_tag(secret_bytes(s->token_key), str_of(s->ring.tenant), ask->ulids.items[i].b,
			tag);
		token_text(ask->ulids.items[i].b, tag, text);
		answer.tokens.items[i] = str_dup(a, str_of(text));
	}
	return worker_reply(w, MESSAGE_TOKENS_ARE, &answer, err);
}
