// SPDX-License-Identifier: Apache-2.0
/*
 * Answers for credentials that are alike: those of a batch have the same page but for a name, a mark, the
 * token and the id. It is made once for the first that is asked for, with holes there (serve/stencil.h), and
 * filled in for each: from what is in memory alone (serve/known.h). Used as long as the tenant's settings and
 * keys are the same and no date that it depends on passed: whatever else happens to a credential makes it
 * unknown (site.c). Bounded.
 */
#ifndef SERVE_ALIKE_H
#define SERVE_ALIKE_H

#include "serve/look.h"

#define ALIKE_SETS 2048u
#define ALIKE_WAYS 4u
/* All texts together. */
#define ALIKE_BYTES_MAX ((size_t)48 << 20)
/* Behind every answer, for the time of the check. */
#define ALIKE_ROOM_LEN ((size_t)256)

struct alike;

struct alike_ask {
	struct str host;
	struct str token; /* as it was asked for, only characters that a token may have */
	const struct look_key *key; /* of token */
	uint32_t kind; /* as of serve/ready.h */
};

struct alike_answer {
	struct site_tenant *tenant; /* whose it is, as of now */
	enum verdict verdict;
	/* In the arena; ends before the time of the check, which has room behind. */
	struct buf text;
};

/* Appends the answer for l with this token and id as texts. */
typedef void alike_writer(struct buf *out, struct arena *a, struct look *l, uint32_t kind,
	struct str token, struct str id);

struct alike *alike_new(alike_writer *write);
void alike_free(struct alike **k);
/*
 * The answer for a credential that is known, in a. False when it is not known, nothing can be said of it, or it
 * is not to be shown on that host.
 */
bool alike_find(struct alike *k, struct site *s, const struct alike_ask *ask, struct arena *a,
	struct alike_answer *out);

#endif
