// SPDX-License-Identifier: Apache-2.0
/* From a token, a claim secret or an id to what a page may show. */
#ifndef SERVE_LOOK_H
#define SERVE_LOOK_H

#include "ledger/ledger_public.h"
#include "serve/site.h"
#include "serve/view.h"

#define LOOK_CHECKS_MAX CHECK_KIND_COUNT

struct look {
	bool found;
	struct site_tenant *tenant;
	struct credential credential;
	struct public_view published;
	struct bytes claimed; /* the box; opens with a key of the claim secret */
	struct view_check checks[LOOK_CHECKS_MAX];
	struct verify_view view; /* borrows from all of the above and from the arena */
};

/*
 * What a token says. One that is garbled, or of a credential in memory that host does not show, gets a hash that
 * no token has: it is looked for like any other that is unknown, so that it takes as long.
 */
struct look_key {
	bool parsed;
	uint8_t ulid[16];
	uint8_t tag_hash[32];
};
void look_read_token(struct site *s, struct str host, struct str token, struct look_key *out);

/*
 * Everything lives in a. host: only tokens of the tenant that owns it, when one does. SYSTEM: nothing can be
 * said just now; out->found false with OK: unknown, garbled and foreign alike.
 */
enum rc look_token(struct site *s, struct arena *a, struct str host, const struct look_key *key,
	struct look *out, struct err *err) MUST_CHECK;
/* The same from memory alone; own: as of known_find. False: not there. Texts are lent as by known_find. */
bool look_known(struct site *s, struct arena *a, struct str host, const struct look_key *key,
	const struct str *own, struct look *out);
/* Until when what is said of it now stands if nothing happens: a date passes then. */
int64_t look_good_until(const struct look *l);
/* secret: 32 bytes. The newest credential of the award. */
enum rc look_claim(struct site *s, struct arena *a, struct str host, const uint8_t secret[32],
	struct look *out, struct err *err) MUST_CHECK;
/* For the page of an artifact's name and for public credentials. */
enum rc look_ulid(struct site *s, struct arena *a, struct str host, const uint8_t ulid[16],
	struct look *out, struct err *err) MUST_CHECK;

/* Gets face, which nothing changed since, to be known if it is genuine: s->known. a: for what is needed meanwhile. */
enum rc look_learn(struct site *s, struct arena *a, struct site_tenant *t,
	const struct credential_face *face, struct err *err) MUST_CHECK;

/* look_record.c: the record's leaf lies under a root that the tenant's record key signed. */
enum rc look_check_record(struct site *s, struct arena *a, const struct look *l, bool *good,
	struct str *kid, struct err *err) MUST_CHECK;

#endif
