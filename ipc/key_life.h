// SPDX-License-Identifier: Apache-2.0
/*
 * The life of a signing key: announced, active, retired, or compromised. The state is no stored flag:
 * it follows from dates that are fixed when the key is made and from facts that are only added, so no
 * crash can leave two active keys of a purpose, or none (docs/adr/0033). Whoever asks (the signer for
 * its ring, control and the servers for the ledger's list) computes it here.
 */
#ifndef IPC_KEY_LIFE_H
#define IPC_KEY_LIFE_H

#include "base/str.h"
#include "ipc/wire_sign.h"

#define KEY_DAY_S ((int64_t)86400)
/* Published so long before its first signature: caches of the old key set have run out by then. */
#define KEY_OVERLAP_S (2 * KEY_DAY_S)
#define KEY_OVERLAP_MAX_S (90 * KEY_DAY_S)
/* Annual rotation: the successor takes over within a year ... */
#define KEY_YEAR_S (365 * KEY_DAY_S)
/* ... and is due so much earlier that a weekly schedule meets it. */
#define KEY_DUE_S (7 * KEY_DAY_S)
/* Batches that were planned before the successor began may be finished for so long. */
#define KEY_GRACE_S (7 * KEY_DAY_S)
/* No key signs longer than this after its first day, also when nobody rotates. */
#define KEY_SIGN_S (KEY_YEAR_S + KEY_DUE_S)
#define KEY_NEVER_S INT64_MAX

enum key_state {
	KEY_ANNOUNCED = 1, /* published, does not sign yet */
	KEY_ACTIVE, /* signs what is planned now; one of each purpose at most */
	KEY_RETIRED, /* begins nothing new; stays published for ever */
	KEY_COMPROMISED, /* others may have it: signs nothing, verifies nothing */
};

struct key_life {
	uint8_t purpose; /* enum key_purpose */
	struct str kid; /* decides between two of the same first second */
	int64_t not_before_s; /* first second of signing */
	int64_t sign_until_s;
	int64_t compromised_s; /* KEY_NEVER_S: it is not */
	bool held; /* not published for long enough, whatever not_before_s says */
	/* Answers: */
	enum key_state state;
	int64_t last_s; /* last second in which a plan that names the key may be finished */
};

/* Fills state and last_s of every key as of now_s. */
void key_life_judge(struct key_life *keys, size_t count, int64_t now_s);
/* True for purposes whose keys sign and are rotated; secrets have no end. */
bool key_life_ends(uint8_t purpose);
/* "announced", "active", "retired", "compromised". */
const char *key_life_name(enum key_state state);

/* "assert", "record", "log", "receipt", "pass", "link", "token", "offline", "data", "jwt". */
const char *key_purpose_name(uint8_t purpose);
/* 0 when there is no such purpose. */
uint8_t key_purpose_of(struct str name);

#endif
