// SPDX-License-Identifier: Apache-2.0
/*
 * Store worker: seals artifacts, keeps them in files that are only appended to, hands them out again.
 *
 * Runs in:  certfill-store, one tenant, for the life of a control process.
 * Trusts:   control's frames as far as their tables allow; sources it reads into its own memory; its
 *           own files only as far as their checks and seals hold.
 * Holds:    the tenant's key for shared pieces; keys of recipients while a message is answered; the
 *           directory of segments. No signing keys, no network.
 * If taken: artifacts can be read as their keys pass by, and damaged; the ledger's hashes show it.
 */
#include "base/seal.h"
#include "store/store_worker.h"

/* PUT of 16 rows with 8 artifacts of 400 pieces is the largest frame once decoded. */
#define FRAME_ARENA_LEN ((size_t)8 << 20)

static struct store_worker state;
static struct worker_role role;

static enum rc store_warm_up(struct worker *w, struct err *err)
{
	const struct store_worker *x = worker_state(w);

	/* Everything lazy was done by opening: sealing, hashing, randomness. */
	if (x->store == NULL)
		return err_set(err, RC_PEER, "STORE_OPEN must come before LOCK");
	if (x->read_only)
		role.profile = &store_reading_profile;
	return RC_OK;
}

int main(int argc, char **argv)
{
	int status;

	role = (struct worker_role){
		.role = ROLE_STORE,
		.messages = store_worker_messages,
		.message_count = store_worker_message_count,
		.profile = &store_profile,
		.warm_up = store_warm_up,
		.frame_arena_len = FRAME_ARENA_LEN,
		.state = &state,
	};
	status = worker_run(&role, argc, argv);

	store_free(&state.store);
	store_sources_free(&state.sources);
	buf_free(&state.private);
	seal_wipe(&state, sizeof state);
	return status;
}
