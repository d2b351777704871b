// SPDX-License-Identifier: Apache-2.0
/*
 * Signer: builds credentials, passes, records and receipts from typed fields and signs them, within
 * the policy that was registered for the batch.
 *
 * Runs in:  certfill-sign, one tenant's keys in locked memory.
 * Trusts:   nothing it receives; it never signs bytes or a hash that another process composed.
 * Holds:    one tenant's private keys and secrets. No paths after lockdown, no network, no clock.
 * If taken: that tenant's keys. So it is the smallest of all, and parses no text.
 */
#include "trust/sign.h"

static struct sign_state state;

static struct worker_role role = {
	.role = ROLE_SIGN,
	.profile = &sign_profile,
	.warm_up = sign_warm_up,
	.frame_arena_len = SIGN_ARENA_LEN,
	.state = &state,
};

int main(int argc, char **argv)
{
	sign_open(&state);
	role.messages = sign_messages;
	role.message_count = sign_message_count;
	return worker_run(&role, argc, argv);
}
