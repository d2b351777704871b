// SPDX-License-Identifier: Apache-2.0
/*
 * Credentials that were checked, kept in memory: what their signed record and their published box say, so that
 * a page needs neither the database nor the check again. Only those that nothing happened to; whoever
 * learns that something did drops them (site.c). A hundred bytes each, all together bounded: what finds no
 * room is looked up as ever.
 */
#ifndef SERVE_KNOWN_H
#define SERVE_KNOWN_H

#include "ledger/ledger_public.h"

/* All together; a million credentials of large batches need about half. */
#define KNOWN_BYTES_MAX ((size_t)256 << 20)
/* Places of the table: three of four are used at most. */
#define KNOWN_PLACES ((size_t)1 << 22)

struct known;
struct site_tenant;

struct known_facts {
	struct site_tenant *tenant;
	int64_t valid_from_s;
	int64_t valid_until_s; /* WIRE_NO_DAY: no end */
	struct str kid; /* <=64: of the key that signed */
	struct public_view published;
};

struct known *known_new(void);
void known_free(struct known **k);
/* Whose it is, for a first look; NULL when it is not here. ulid: 16 bytes, tag_hash: 32. */
struct site_tenant *known_tenant(
	const struct known *k, const uint8_t *ulid, const uint8_t *tag_hash);
/*
 * What the answers for a credential depend on; lent until anything is added or dropped. Own are the values that
 * are shown as they are, such as a name or a mark; what stands on all certificates of a batch is none of them.
 */
#define KNOWN_OWN_MAX 64u
struct known_glance {
	struct site_tenant *tenant;
	/* The same for credentials of a tenant that differ in own values and dates alone. */
	const void *alike;
	int64_t valid_from_s;
	int64_t valid_until_s;
	uint32_t own_count;
	struct str own[KNOWN_OWN_MAX];
	bool named; /* the recipient's name is one of them, and not empty */
};
bool known_glance(const struct known *k, const uint8_t *ulid, const uint8_t *tag_hash,
	struct known_glance *out);
/*
 * The list of values lives in a, texts are lent until anything is added or dropped. own: texts in the place of
 * its own, as known_glance counts them, but for an empty name; NULL: its own.
 */
bool known_find(const struct known *k, const uint8_t *ulid, const uint8_t *tag_hash,
	const struct str *own, struct arena *a, struct known_facts *out);
/* Copies. Nothing happens when there is no room, or it is there. */
void known_add(
	struct known *k, const uint8_t *ulid, const uint8_t *tag_hash, const struct known_facts *f);
void known_drop(struct known *k, const uint8_t *ulid);
/* All of a tenant. */
void known_forget(struct known *k, const struct site_tenant *t);
/* Figures: how many, and bytes. */
size_t known_count(const struct known *k);
size_t known_bytes(const struct known *k);

#endif
