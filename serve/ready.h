// SPDX-License-Identifier: Apache-2.0
/*
 * Answers of /verify/TOKEN as JSON that are asked for again and again, kept ready. One is used as long as the
 * tenant's ledger was not written and no date of the credential passed, so nothing is shown a moment longer
 * than it would be anyway. Bounded: a place for each hash, the newest stays.
 */
#ifndef SERVE_READY_H
#define SERVE_READY_H

#include "serve/look.h"

#define READY_PLACES 16384
/* Longer answers are made each time. With the places this bounds it to 48 MB. */
#define READY_LEN_MAX 3072

struct ready;

struct ready *ready_new(void);
void ready_free(struct ready **r);
/*
 * The text that was kept for token, up to the time of the check; lent until the next call. *tenant: whose
 * it is, as of now. False when there is none, or it is not to be shown on host any more.
 */
bool ready_find(struct ready *r, struct site *s, struct str host, struct str token,
	struct site_tenant **tenant, struct str *text);
/* Keeps text (copied) for what look_token found, unless it is one that changes by itself soon. */
void ready_keep(struct ready *r, const struct look *l, struct str token, struct str text);

#endif
