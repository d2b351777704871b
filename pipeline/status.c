// SPDX-License-Identifier: Apache-2.0
/* Events about issued credentials, and when their lists are made anew. Runs in: control. */
#include "pipeline/status.h"

#include "base/clock.h"
#include "base/hash.h"
#include "pipeline/issue.h"

#include <string.h>

/* Events that are signed and added together. */
#define PAGE 200
#define NOTE_MAX ((size_t)4096)

_Static_assert((int)STATUS_REVOKED == (int)WIRE_STATUS_REVOKED
		&& (int)STATUS_SUSPENDED == (int)WIRE_STATUS_SUSPENDED
		&& (int)STATUS_REINSTATED == (int)WIRE_STATUS_REINSTATED
		&& (int)STATUS_SUPERSEDED == (int)WIRE_STATUS_SUPERSEDED
		&& (int)STATUS_ANONYMISED == (int)WIRE_STATUS_ANONYMISED,
	"the ledger and the signer number events alike");

/* ---- reasons ---- */

/* phrase: what 1EdTech's list and the verify page may say to anybody. */
static const struct {
	uint32_t kinds; /* bits 1 << enum status_kind */
	const char *code;
	const char *phrase;
} reasons[] = {
	{1u << STATUS_REVOKED, "issued-in-error", "issued in error"},
	{1u << STATUS_REVOKED, "withdrawn", "withdrawn by the issuer"},
	{1u << STATUS_REVOKED, "requirements-not-met", "requirements not met"},
	{1u << STATUS_REVOKED, "misconduct", "revoked after a proceeding"},
	{1u << STATUS_REVOKED, "key-compromise", "a signing key was compromised"},
	{1u << STATUS_REVOKED, "recipient-request", "at the recipient's request"},
	{1u << STATUS_SUSPENDED, "under-review", "under review"},
	{1u << STATUS_SUSPENDED, "fees-unpaid", "an obligation is open"},
	{1u << STATUS_REINSTATED, "review-closed", "the review is closed"},
	{1u << STATUS_REVOKED | 1u << STATUS_SUSPENDED | 1u << STATUS_REINSTATED, "other", "other"},
	{1u << STATUS_SUPERSEDED, STATUS_CORRECTED, "replaced by a corrected credential"},
	{1u << STATUS_SUPERSEDED, STATUS_RENEWED, "replaced by a renewed credential"},
};

const char *status_reason_phrase(enum status_kind kind, struct str code)
{
	for (size_t i = 0; i < ARRAY_COUNT(reasons); i++)
		if ((reasons[i].kinds & 1u << kind) != 0 && str_eq_cz(code, reasons[i].code))
			return reasons[i].phrase;
	return NULL;
}

struct str status_reason_codes(enum status_kind kind, struct arena *a)
{
	struct buf b = buf_new(1024);
	struct str out;

	for (size_t i = 0; i < ARRAY_COUNT(reasons); i++)
		if ((reasons[i].kinds & 1u << kind) != 0)
			buf_fmt(&b, "%s%s", b.n != 0 ? ", " : "", reasons[i].code);
	out = str_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

/* ---- notes ---- */

static struct seal_place note_place(const struct tenant *t, const uint8_t ulid[16])
{
	return (struct seal_place){t->actor.tenant, STR("status_events"), STR("note"), {ulid, 16}};
}

/* Under the recipient's key, so that erasing the recipient erases what was written about them. */
static enum rc seal_note(struct tenant *t, const struct status_wish *w, struct arena *a,
	struct bytes *out, struct err *err)
{
	struct seal_place place = note_place(t, w->ulid);
	struct buf sealed = buf_new(NOTE_MAX);
	uint8_t key[SEAL_KEY_LEN];
	struct credential c;
	bool found;
	enum rc rc;

	*out = (struct bytes){NULL, 0};
	if (w->note.n == 0)
		return RC_OK;
	rc = ledger_credential_find(t->ledger, a, w->ulid, &c, &found, err);
	if (rc == RC_OK && !found)
		rc = err_set(err, RC_INPUT, "there is no such credential");
	if (rc == RC_OK)
		rc = issue_unwrap(t, c.wrapped_key, c.recipient_tag, key, err);
	if (rc != RC_OK)
		return err_wrap(err, "the note cannot be kept");
	seal_box(t->seal, key, &place, bytes_of(w->note), &sealed);
	*out = (struct bytes){arena_dup(a, sealed.p, sealed.n), sealed.n};
	seal_wipe(key, sizeof key);
	buf_free(&sealed);
	return RC_OK;
}

enum rc status_open_note(const struct tenant *t, const struct credential *c,
	const struct status_event *e, struct arena *a, struct str *out, struct err *err)
{
	struct seal_place place = note_place(t, c->ulid);
	uint8_t key[SEAL_KEY_LEN];
	struct bytes plain = {NULL, 0};
	enum rc rc = RC_OK;

	*out = STR("");
	if (e->sealed_note.n == 0 || c->wrapped_key.n == 0)
		return RC_OK;
	rc = issue_unwrap(t, c->wrapped_key, c->recipient_tag, key, err);
	if (rc == RC_OK)
		rc = seal_open_box(t->seal, key, &place, e->sealed_note, a, &plain, err);
	seal_wipe(key, sizeof key);
	if (rc == RC_OK)
		*out = bytes_text(plain);
	return rc;
}

/* ---- events ---- */

static enum rc sign_page(struct tenant *t, const struct status_wish *wishes, uint32_t count,
	struct arena *a, struct status_event *events, struct err *err)
{
	struct wire_sign_status ask = {.actor = tenant_actor(t)};
	struct wire_signed_status answer = {0};
	int64_t now_s = clock_wall_s();
	enum rc rc = RC_OK;

	ask.events.items = arena_zalloc(a, count, sizeof *ask.events.items);
	ask.events.count = count;
	for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
		struct wire_status_event *e = &ask.events.items[i];
		struct bytes note;

		rc = seal_note(t, &wishes[i], a, &note, err);
		*e = (struct wire_status_event){
			.kind = (uint8_t)wishes[i].kind, .reason = wishes[i].reason, .at_s = now_s};
		memcpy(e->ulid, wishes[i].ulid, sizeof e->ulid);
		if (note.n != 0)
			hash_sha256(note, e->note_sha256);
		events[i] = (struct status_event){
			.kind = e->kind, .reason = e->reason, .at_s = now_s, .sealed_note = note};
		memcpy(events[i].ulid, e->ulid, sizeof e->ulid);
	}
	if (rc == RC_OK)
		rc = peer_ask(t->sign, PEER_MESSAGE(MESSAGE_SIGN_STATUS, &ask), a, &answer, err);
	if (rc == RC_OK && answer.signatures.count != count)
		rc = err_set(err, RC_PEER, "the signer answered for %u of %u events",
			answer.signatures.count, count);
	for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
		events[i].kid = answer.kid;
		events[i].signature = (struct bytes){answer.signatures.items[i].b, 64};
	}
	return rc;
}

static enum rc add_page(
	struct tenant *t, const struct status_event *events, uint32_t count, struct err *err)
{
	enum rc rc = ledger_begin(t->ledger, err);

	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; rc == RC_OK && i < count; i++)
		rc = ledger_status_add(t->ledger, &t->actor, &events[i], err);
	if (rc != RC_OK) {
		ledger_rollback(t->ledger);
		return rc;
	}
	return ledger_commit(t->ledger, err);
}

enum rc status_add(struct tenant *t, const struct status_wish *wishes, uint32_t count,
	uint32_t *added, struct err *err)
{
	struct arena *a = arena_new((size_t)64 << 20);
	enum rc rc = RC_OK;

	*added = 0;
	while (rc == RC_OK && *added < count) {
		uint32_t n = count - *added < PAGE ? count - *added : PAGE;
		struct status_event *events;

		arena_reset(a);
		events = arena_zalloc(a, n, sizeof *events);
		rc = sign_page(t, wishes + *added, n, a, events, err);
		if (rc == RC_OK)
			rc = add_page(t, events, n, err);
		if (rc == RC_OK)
			*added += n;
	}
	arena_free(&a);
	return rc;
}

enum rc status_mark_superseded(
	struct tenant *t, struct str batch, const char *reason, struct err *err)
{
	struct arena *a = arena_new((size_t)4 << 20);
	struct status_marks page;
	enum rc rc;

	do {
		struct status_wish *wishes;
		uint32_t added;

		arena_reset(a);
		rc = ledger_status_unmarked(t->ledger, a, batch, PAGE, &page, err);
		if (rc != RC_OK || page.count == 0)
			break;
		wishes = arena_zalloc(a, page.count, sizeof *wishes);
		for (uint32_t i = 0; i < page.count; i++) {
			wishes[i].kind = STATUS_SUPERSEDED;
			wishes[i].reason = str_of(reason);
			memcpy(wishes[i].ulid, page.items[i].ulid, sizeof wishes[i].ulid);
		}
		rc = status_add(t, wishes, page.count, &added, err);
	} while (rc == RC_OK && page.count == PAGE);
	arena_free(&a);
	return rc;
}

/* ---- lists ---- */

/* When the newest of the keys that sign lists was compromised; before everything when none was. */
static int64_t compromised_s(const struct tenant *t)
{
	int64_t last_s = INT64_MIN;

	for (uint32_t i = 0; i < t->listed.count; i++) {
		const struct ledger_key *k = &t->listed.keys[i];

		if (k->purpose == KEY_ASSERT && k->compromised_s != LEDGER_NEVER_S
			&& k->compromised_s > last_s)
			last_s = k->compromised_s;
	}
	return last_s;
}

static bool is_behind(const struct status_list *l, int64_t unsafe_s, int64_t now_s)
{
	return !l->has_doc || l->doc_seq < l->newest_seq || l->doc_built_s <= unsafe_s
		|| (l->doc_valid_until_s != INT64_MAX
			&& l->doc_valid_until_s < now_s + STATUS_REFRESH_S);
}

enum rc status_publish(struct tenant *t, bool every, uint32_t *made, struct err *err)
{
	struct arena *a = arena_new((size_t)8 << 20);
	struct arena *one = arena_new(STATUS_DOC_MAX + ((size_t)16 << 20));
	int64_t now_s = clock_wall_s();
	int64_t unsafe_s = compromised_s(t);
	struct status_lists lists;
	enum rc rc = ledger_status_lists(t->ledger, a, &lists, err);

	*made = 0;
	for (uint32_t i = 0; rc == RC_OK && i < lists.count; i++) {
		struct status_doc doc;

		if (!every && !is_behind(&lists.items[i], unsafe_s, now_s))
			continue;
		arena_reset(one);
		rc = status_build_list(t, &lists.items[i], now_s, one, &doc, err);
		/* In the same second it still comes after. */
		if (rc == RC_OK && doc.built_s <= unsafe_s)
			doc.built_s = unsafe_s + 1;
		if (rc == RC_OK)
			rc = ledger_status_doc_put(t->ledger, &t->actor, &doc, err);
		if (rc != RC_OK)
			(void)err_wrap(err, "status list %u", lists.items[i].list);
		*made += rc == RC_OK;
	}
	arena_free(&one);
	arena_free(&a);
	return rc;
}
