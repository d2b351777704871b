// SPDX-License-Identifier: Apache-2.0
/* Dates and status lists. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/standing.h"

#include "base/clock.h"
#include "formats/statuslist.h"

#include <string.h>

#define ENTRIES_MAX 4

/* ---- dates ---- */

struct dates {
	int64_t from_s; /* INT64_MIN: not said */
	int64_t until_s; /* INT64_MAX: not said */
};

/* A date that is missing changes nothing. */
static enum rc read_member(const struct jsonr_value *object, const char *name, int64_t *out,
	bool *said, struct err *err)
{
	const struct jsonr_value *v = jsonr_find(object, name);

	*said = v != NULL;
	if (v == NULL)
		return RC_OK;
	if (v->kind != JSONR_STRING)
		return err_set(err, RC_INPUT, "%s is no text", name);
	return clock_parse_iso(v->text, out, err);
}

static enum rc read_claim(const struct jsonr_value *claims, const char *name, int64_t *out,
	bool *said, struct err *err)
{
	const struct jsonr_value *v = jsonr_find(claims, name);

	*said = v != NULL;
	if (v != NULL && !proof_read_time(v, out))
		return err_set(err, RC_INPUT, "the claim \"%s\" is no time", name);
	return RC_OK;
}

/* VCDM 2.0 and 1.1 and JWT each have words of their own for the same; an issuer may use several. */
static enum rc read_dates(const struct proof_found *found, struct dates *out, struct err *err)
{
	static const struct {
		const char *name;
		bool is_end;
		bool is_claim;
	} sources[] = {{"validFrom", false, false}, {"issuanceDate", false, false},
		{"nbf", false, true}, {"validUntil", true, false}, {"expirationDate", true, false},
		{"exp", true, true}};

	*out = (struct dates){INT64_MIN, INT64_MAX};
	for (size_t i = 0; i < ARRAY_COUNT(sources); i++) {
		int64_t at_s = 0;
		bool said;
		enum rc rc = sources[i].is_claim
			? read_claim(found->claims, sources[i].name, &at_s, &said, err)
			: read_member(found->body, sources[i].name, &at_s, &said, err);

		if (rc != RC_OK)
			return rc;
		if (said && sources[i].is_end && at_s < out->until_s)
			out->until_s = at_s;
		if (said && !sources[i].is_end && at_s > out->from_s)
			out->from_s = at_s;
	}
	return RC_OK;
}

void standing_check_dates(struct context *c, const struct proof_found *found)
{
	int64_t now_s = c->options->now_s;
	char day[CLOCK_ISO_LEN] = "";
	struct dates d;
	struct err err;

	if (read_dates(found, &d, &err) != RC_OK) {
		report_add(
			c->report, "dates", REPORT_UNKNOWN, "a date cannot be read: %s", err.text);
		return;
	}
	if (d.from_s != INT64_MIN)
		report_fact_time(c->report, "valid_from", d.from_s);
	if (d.until_s != INT64_MAX) {
		report_fact_time(c->report, "valid_until", d.until_s);
		clock_iso(d.until_s, day);
	}
	if (d.until_s <= now_s) {
		report_worsen(c->report, REPORT_EXPIRED);
		report_add(c->report, "dates", REPORT_FAILED, "it ended on %s", day);
	} else if (d.from_s > now_s + CONTEXT_SLACK_S) {
		clock_iso(d.from_s, day);
		report_add(c->report, "dates", REPORT_FAILED, "it is valid only from %s on", day);
	} else {
		report_add(c->report, "dates", REPORT_OK, "%s%s",
			d.until_s != INT64_MAX ? "valid now, until " : "valid now, without an end",
			day);
	}
}

/* ---- status lists ---- */

static void list_failed(struct material_item *item, const char *why)
{
	item->list_state = MATERIAL_LIST_BAD;
	item->list_why = why;
}

/* The list's own signature, once for all credentials that name it, of whatever issuer. */
static void read_list(struct context *c, struct material_item *item)
{
	/* What is read of it lives as long as the material. */
	struct context kept = *c;
	struct proof_found found;
	struct err err;

	kept.a = c->material->a;
	switch (proof_check(&kept, item->text, &found, &err)) {
	case PROOF_GOOD:
		break;
	case PROOF_UNKNOWN:
		/* A key that is missing now may be there the next time. */
		item->list_why = str_fmt(kept.a, "its signature: %s", err.text).p;
		return;
	case PROOF_BAD:
	default:
		list_failed(item, "its own signature is bad");
		return;
	}
	item->list_issuer = found.issuer;
	if (found.revoked_s != INT64_MIN)
		list_failed(item, "the key that signed it was withdrawn");
	else if (statuslist_read(found.body, &item->list, &err) != RC_OK
		|| statuslist_read_bits(kept.a, item->list.encoded, &item->bits, &err) != RC_OK)
		list_failed(item, str_fmt(kept.a, "%s", err.text).p);
	else
		item->list_state = MATERIAL_LIST_GOOD;
}

/*
 * A list that is no good says nothing about the credential: that is "not checked", never "not revoked".
 * Whose it must be depends on who asks.
 */
static bool open_list(struct context *c, struct material_item *item, struct str issuer)
{
	if (item->list_state == MATERIAL_LIST_UNSEEN)
		read_list(c, item);
	return item->list_state == MATERIAL_LIST_GOOD && str_eq(item->list_issuer, issuer);
}

static const char *why_no_list(const struct material_item *item)
{
	return item->list_state == MATERIAL_LIST_GOOD ? "it is somebody else's" : item->list_why;
}

/* Of two lists made within one second nobody knows which is the newer: what either says is set counts. */
static void add_bits(struct certfill_material *m, struct material_item *to, struct bytes more)
{
	bool longer = more.n > to->bits.n;
	struct bytes all = longer ? more : to->bits;
	struct bytes rest = longer ? to->bits : more;
	uint8_t *bits;

	/* Most often it is the same list again. */
	if (!longer && memcmp(all.p, rest.p, rest.n) == 0)
		return;
	bits = arena_dup(m->a, all.p, all.n);
	for (size_t i = 0; i < rest.n; i++)
		bits[i] |= rest.p[i];
	to->bits = (struct bytes){bits, all.n};
}

/*
 * Several lists may be at hand with one address, of two bundles for one: the newest of the issuer's counts,
 * in whatever order they came. first: one of them.
 */
static struct material_item *newest_list(
	struct context *c, struct material_item *first, struct str issuer)
{
	struct certfill_material *m = c->material;
	struct material_item *best = first;
	bool good;

	if (first->newest_of == m->count && open_list(c, first->newest, issuer))
		return first->newest;
	good = open_list(c, best, issuer);
	for (size_t i = 0; i < m->count; i++) {
		struct material_item *item = m->items[i];

		if (item == best || item->kind != best->kind || !str_eq(item->name, best->name)
			|| !open_list(c, item, issuer)
			|| (good && item->list.valid_from_s < best->list.valid_from_s))
			continue;
		if (good && item->list.valid_from_s == best->list.valid_from_s) {
			add_bits(m, best, item->bits);
			continue;
		}
		best = item;
		good = true;
	}
	/* Kept for whoever asks next, when it is the list of the same issuer. */
	if (good) {
		first->newest = best;
		first->newest_of = m->count;
	}
	return best;
}

/* Until when the list may be believed. */
static int64_t good_until(const struct context *c, const struct statuslist_claims *list)
{
	int64_t age_s = c->options->status_age_max_s;

	if (list->valid_until_s != BADGE_NO_TIME)
		return list->valid_until_s;
	if (list->valid_from_s == BADGE_NO_TIME)
		return INT64_MIN;
	return list->valid_from_s + (age_s > 0 ? age_s : CONTEXT_STATUS_AGE_S);
}

static void check_bit(
	struct context *c, const struct statuslist_entry *entry, const struct material_item *item)
{
	const struct statuslist_claims *list = &item->list;
	const char *purpose = report_clean(c->a, str_slice(entry->purpose, 0, 60));
	char day[CLOCK_ISO_LEN] = "an unknown day";

	if (list->valid_from_s != BADGE_NO_TIME)
		clock_iso(list->valid_from_s, day);
	if (!statuslist_has_purpose(list, entry->purpose)) {
		report_add(c->report, "status", REPORT_UNKNOWN,
			"the list it names says nothing about %s", purpose);
	} else if (entry->index >= (uint64_t)item->bits.n * 8) {
		report_add(c->report, "status", REPORT_UNKNOWN,
			"its place lies beyond the end of the list");
	} else if (statuslist_bit(item->bits, entry->index)) {
		bool suspended = entry->status == BADGE_STATUS_SUSPENSION;

		/*
		 * A bit has no reason; a signed event that gives one, and no revocation or suspension,
		 * tells why it is set.
		 */
		if (c->report->standing == REPORT_SUPERSEDED) {
			report_add(c->report, "status", REPORT_FAILED,
				"taken back in the issuer's list of %s, as what is superseded is",
				day);
			return;
		}
		/* An unknown purpose that is set is no good sign either. */
		report_worsen(c->report, suspended ? REPORT_SUSPENDED : REPORT_REVOKED);
		report_add(c->report, "status", REPORT_FAILED, "%s by the issuer's list of %s",
			suspended ? "suspended" : "revoked", day);
	} else if (good_until(c, list) < c->options->now_s) {
		report_add(c->report, "status", REPORT_UNKNOWN,
			"the list at hand is of %s and too old to tell", day);
	} else {
		report_add(c->report, "status", REPORT_OK,
			"no %s in the issuer's list of %s, entry %llu", purpose, day,
			(unsigned long long)entry->index);
	}
}

/* 1EdTech's list is not signed: it is as good as where it came from. */
static void check_revocations(struct context *c, const struct statuslist_entry *entry,
	const struct jsonr_value *body, struct str issuer)
{
	struct material_item *item = context_get(c, MATERIAL_REVOCATIONS, entry->list_url);
	struct str reason;
	bool revoked;
	struct err err;

	if (item == NULL) {
		report_add(c->report, "status", REPORT_UNKNOWN,
			"the issuer's revocation list is not at hand");
	} else if (!str_eq(context_id(jsonr_find(item->json, "issuer")), issuer)) {
		report_add(c->report, "status", REPORT_UNKNOWN,
			"the revocation list is somebody else's");
	} else if (statuslist_read_revoked(
			   item->json, context_text(body, "id"), &revoked, &reason, &err)
		!= RC_OK) {
		report_add(c->report, "status", REPORT_UNKNOWN, "%s", err.text);
	} else if (revoked) {
		report_worsen(c->report, REPORT_REVOKED);
		report_add(c->report, "status", REPORT_FAILED,
			"revoked by the issuer's revocation list%s%s", reason.n != 0 ? ": " : "",
			report_clean(c->a, str_slice(reason, 0, 120)));
	} else {
		report_add(c->report, "status", REPORT_OK,
			"not in the issuer's revocation list (which is not signed)");
	}
}

static void check_entry(struct context *c, const struct jsonr_value *value,
	const struct jsonr_value *body, struct str issuer)
{
	struct statuslist_entry entry;
	struct material_item *item;
	struct err err;

	if (statuslist_read_entry(value, &entry, &err) != RC_OK) {
		report_add(c->report, "status", REPORT_UNKNOWN, "%s", err.text);
		return;
	}
	if (entry.status == BADGE_STATUS_1EDTECH) {
		check_revocations(c, &entry, body, issuer);
		return;
	}
	item = context_get(c, MATERIAL_CREDENTIAL, entry.list_url);
	if (item != NULL)
		item = newest_list(c, item, issuer);
	if (item == NULL)
		report_add(c->report, "status", REPORT_UNKNOWN,
			"the issuer's status list is not at hand");
	else if (!open_list(c, item, issuer))
		report_add(c->report, "status", REPORT_UNKNOWN,
			"the issuer's status list is no good: %s", why_no_list(item));
	else
		check_bit(c, &entry, item);
}

void standing_check_status(struct context *c, const struct jsonr_value *body, struct str issuer)
{
	const struct jsonr_value *status = jsonr_find(body, "credentialStatus");
	size_t count = 0;

	if (status == NULL || (status->kind == JSONR_ARRAY && status->first == NULL)) {
		report_add(c->report, "status", REPORT_SKIPPED,
			"it names no status list: its issuer has no way to revoke it");
		return;
	}
	if (status->kind != JSONR_ARRAY) {
		check_entry(c, status, body, issuer);
		return;
	}
	for (const struct jsonr_value *v = status->first; v != NULL; v = v->next) {
		if (++count > ENTRIES_MAX) {
			report_add(c->report, "status", REPORT_UNKNOWN,
				"it names more than %d status lists", ENTRIES_MAX);
			return;
		}
		check_entry(c, v, body, issuer);
	}
}
