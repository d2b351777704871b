// SPDX-License-Identifier: Apache-2.0
/* Signed events about credentials of certfill's. Runs in: check, and programs that use libcertfill-verify. */
#include "base/clock.h"
#include "base/credential_id.h"
#include "base/text.h"
#include "formats/ed25519.h"
#include "formats/record.h"

#include "verify/issuer.h"
#include "verify/record.h"
#include "verify/standing.h"

#define LINE_MAX ((size_t)8192)

/* As certfill's ledger numbers them (ADR 0029). */
enum event_kind {
	EVENT_REVOKED = 1,
	EVENT_SUSPENDED,
	EVENT_REINSTATED,
	EVENT_SUPERSEDED,
	EVENT_ANONYMISED,
};

struct event {
	struct record_status said;
	struct str kid;
	uint8_t note[HASH_SHA256_LEN];
	uint8_t signature[ED25519_SIGNATURE_LEN];
};

static bool number(const struct jsonr_value *json, const char *name, uint64_t max, uint64_t *out)
{
	const struct jsonr_value *v = jsonr_find(json, name);

	return v != NULL && v->kind == JSONR_NUMBER && str_to_u64(v->text, max, out);
}

static bool read_event(struct arena *a, struct str line, struct event *out)
{
	static const struct jsonr_limits limits = {LINE_MAX, 64};
	const struct jsonr_value *json;
	struct err ignored;
	uint64_t kind;
	uint64_t at_s;

	if (jsonr_parse(a, line, &limits, &json, &ignored) != RC_OK
		|| ulid_parse(context_text(json, "event"), out->said.ulid, &ignored) != RC_OK
		|| !number(json, "kind", UINT8_MAX, &kind)
		|| !number(json, "at", INT64_MAX / 2, &at_s))
		return false;
	out->said.tenant = context_text(json, "tenant");
	out->said.reason = context_text(json, "reason");
	out->said.kind = (uint8_t)kind;
	out->said.at_s = (int64_t)at_s;
	out->said.note_sha256 = out->note;
	out->kid = context_text(json, "kid");
	return text_from_hex(context_text(json, "note"), out->note, sizeof out->note)
		&& text_from_hex(
			context_text(json, "signature"), out->signature, sizeof out->signature);
}

static bool is_signed(struct context *c, const struct event *event, struct str issuer)
{
	struct buf text = buf_new(8192);
	struct issuer_key key;
	struct err ignored;
	bool good;

	record_put_status_text(&text, &event->said);
	good = issuer_find_key(c, issuer, event->kid, ISSUER_RECORDS, &key, &ignored)
			== ISSUER_FOUND
		&& key.key.kind == JWK_ED25519 && key.revoked_s == ISSUER_NO_TIME && !text.full
		&& ed25519_verify(key.key.point.p, buf_bytes(&text), event->signature);
	buf_free(&text);
	return good;
}

static void report_event(struct context *c, const struct event *event)
{
	static const struct {
		enum report_standing standing;
		const char *text;
	} kinds[] = {
		[EVENT_REVOKED] = {REPORT_REVOKED, "revoked"},
		[EVENT_SUSPENDED] = {REPORT_SUSPENDED, "suspended"},
		[EVENT_SUPERSEDED] = {REPORT_SUPERSEDED, "superseded by a newer one"},
	};
	char day[CLOCK_ISO_LEN];

	clock_iso(event->said.at_s, day);
	report_worsen(c->report, kinds[event->said.kind].standing);
	report_add(c->report, "events", REPORT_FAILED, "%s on %s%s%s", kinds[event->said.kind].text,
		day, event->said.reason.n != 0 ? ", reason: " : "",
		report_clean(c->a, str_slice(event->said.reason, 0, 64)));
}

/*
 * The suspension that stands, NULL when there is none: the latest event counts, in whatever order
 * documents came. The issuer suspends only what stands and restores only what is suspended, so both
 * within one second leave it as it was before.
 */
static const struct event *find_suspension(const struct event *all, size_t count)
{
	const struct event *tied = NULL;
	int64_t before_s = INT64_MAX;

	for (;;) {
		const struct event *suspended = NULL;
		const struct event *restored = NULL;

		for (size_t i = 0; i < count; i++) {
			const struct event **last =
				all[i].said.kind == EVENT_SUSPENDED ? &suspended : &restored;

			if (all[i].said.at_s < before_s
				&& (*last == NULL || all[i].said.at_s > (*last)->said.at_s))
				*last = &all[i];
		}
		if (suspended == NULL
			|| (restored != NULL && restored->said.at_s > suspended->said.at_s))
			return NULL;
		if (tied == NULL)
			tied = suspended;
		if (restored == NULL || restored->said.at_s < suspended->said.at_s)
			return tied;
		before_s = suspended->said.at_s;
	}
}

/* Revoked and superseded stay. */
void standing_check_events(struct context *c, struct str id, struct str issuer)
{
	struct event revoked = {0};
	struct event superseded = {0};
	const struct event *suspension;
	const struct material_line *lines;
	struct event *turns; /* suspensions and their lifting */
	uint8_t ulid[ULID_LEN];
	size_t turn_count = 0;
	size_t count = 0;

	if (!credential_id_ulid(id, ulid))
		return;
	lines = material_find_lines(&c->material->events, ulid, &count);
	turns = arena_alloc(c->a, count * sizeof *turns);
	for (size_t i = 0; i < count; i++) {
		struct event event = {0};

		if (!read_event(c->a, lines[i].line, &event) || !is_signed(c, &event, issuer)
			|| event.said.kind < EVENT_REVOKED || event.said.kind > EVENT_ANONYMISED) {
			report_add(c->report, "events", REPORT_UNKNOWN,
				"an event about it is not signed by the issuer");
			return;
		}
		/* A verdict for an earlier moment knows nothing of what came later. */
		if (event.said.at_s > c->options->now_s)
			continue;
		if (event.said.kind == EVENT_REVOKED)
			revoked = event;
		else if (event.said.kind == EVENT_SUPERSEDED)
			superseded = event;
		else if (event.said.kind != EVENT_ANONYMISED)
			turns[turn_count++] = event;
	}
	suspension = find_suspension(turns, turn_count);
	if (revoked.said.kind != 0)
		report_event(c, &revoked);
	if (suspension != NULL)
		report_event(c, suspension);
	if (superseded.said.kind != 0)
		report_event(c, &superseded);
}
