// SPDX-License-Identifier: Apache-2.0
/*
 * Answers of /verify/TOKEN that are asked for again and again, kept ready. One is used as long as the tenant's
 * ledger was not written and no date that it depends on passed, so nothing is shown a moment longer than it
 * would be anyway. Bounded: a place for each hash, the newest stays.
 */
#ifndef SERVE_READY_H
#define SERVE_READY_H

#include "serve/look.h"

#define READY_PLACES 16384
/* Longer answers are made each time. */
#define READY_LEN_MAX ((size_t)32 << 10)
/* All texts together. */
#define READY_BYTES_MAX ((size_t)48 << 20)

/* What was asked for: JSON, or a page in a language (READY_PAGE + enum language). */
#define READY_JSON 0u
#define READY_PAGE 1u

struct ready;

struct ready_ask {
	struct str host;
	struct str token;
	uint32_t kind;
};

struct ready *ready_new(void);
void ready_free(struct ready **r);
/*
 * The text that was kept, up to the time of the check; lent until the next call. *tenant: whose
 * it is, as of now. False when there is none, or it is not to be shown on that host any more.
 */
bool ready_find(struct ready *r, struct site *s, const struct ready_ask *ask,
	struct site_tenant **tenant, struct str *text);
/* Keeps text (copied) for what look_token found. */
void ready_keep(
	struct ready *r, const struct look *l, struct str token, uint32_t kind, struct str text);

#endif
