// SPDX-License-Identifier: Apache-2.0
/* doctor: confinement, fonts, keys, clock, store, ledger. Runs in: control. */
#include "base/clock.h"
#include "base/text.h"
#include "ipc/cgroup.h"
#include "jobs/fonts.h"
#include "ledger/ledger_batch.h"
#include "pipeline/control.h"

#include <stdarg.h>

struct doctor {
	struct client *client;
	uint8_t exit_code;
};

/* state: ok, warn, fail. */
static void say_check(struct doctor *d, const char *state, const char *name, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
static void say_check(struct doctor *d, const char *state, const char *name, const char *fmt, ...)
{
	char text[1024];
	va_list args;
	struct jsonw *w;

	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	w = client_say(d->client, "check");
	jsonw_key_str(w, "state", str_of(state));
	jsonw_key_str(w, "name", str_of(name));
	jsonw_key_str(w, "text", str_of(text));
	client_said(d->client);
	if (state[0] == 'f' && d->exit_code == EXIT_DONE)
		d->exit_code = EXIT_UNEXPECTED;
}

/* The kernel's own limits for each worker, besides those that it sets itself. */
static void check_groups(struct doctor *d)
{
	struct err err;

	if (cgroup_open(&err) == RC_OK)
		say_check(d, "ok", "sandbox", "cgroup limits of memory and processes in force");
	else
		say_check(d, "warn", "sandbox", "no cgroup limits, rlimits alone: %s", err.text);
}

static void check_confinement(struct doctor *d)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} layers[] = {{LAYER_NAMESPACES, "namespaces"}, {LAYER_LANDLOCK, "landlock"},
		{LAYER_SECCOMP, "seccomp"}, {LAYER_NO_NEW_PRIVS, "no-new-privs"},
		{LAYER_RLIMITS, "rlimits"}, {LAYER_CAPS, "no capabilities"},
		{LAYER_USER, "not root"}};
	struct peer *p = NULL;
	bool unconfined = false;
	struct err err;
	enum rc rc = peer_start(ROLE_NULL, -1, &p, &err);

	if (rc == RC_OK)
		rc = peer_lock(p, &unconfined, &err);
	if (rc != RC_OK) {
		say_check(d, "fail", "sandbox", "%s", err.text);
		d->exit_code = EXIT_SANDBOX;
		peer_free(&p);
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(layers); i++) {
		bool on = (peer_ready(p)->layers & layers[i].bit) != 0;

		say_check(d, on ? "ok" : "warn", "sandbox", "%s %s", layers[i].name,
			on ? "in force" : "not available here");
	}
	if (peer_ready(p)->note.n != 0)
		say_check(d, "warn", "sandbox", STR_FMT " (Landlock ABI %u)",
			STR_ARG(peer_ready(p)->note), peer_ready(p)->landlock_abi);
	peer_free(&p);
	check_groups(d);
}

static void check_fonts(struct doctor *d)
{
	struct fonts_report report;
	struct fonts_list list;
	struct err err;

	if (fonts_select(&(struct fonts_ask){0}, client_arena(d->client), &list, &err) != RC_OK) {
		say_check(d, "fail", "fonts", "%s", err.text);
		return;
	}
	say_check(d, "ok", "fonts", "%u pinned fonts", list.count);
	fonts_close(&list);
	fonts_check(client_arena(d->client), &report);
	for (uint32_t i = 0; i < report.scripts.count; i++)
		if (!report.scripts.items[i].covered)
			say_check(d, "warn", "fonts", "no font for %s; install %s",
				report.scripts.items[i].script, report.scripts.items[i].package);
}

static void check_clock(struct doctor *d)
{
	int64_t now = clock_wall_s();
	char iso[CLOCK_ISO_LEN];

	clock_iso(now, iso);
	/* 2025-01-01: earlier than any build of this program. */
	if (now < 1735689600)
		say_check(d, "fail", "clock", "the clock says %s; set it before issuing anything",
			iso);
	else
		say_check(d, "ok", "clock", "%s", iso);
}

/* What has to be done about the keys of a purpose, and by when. */
static void check_rotation(struct doctor *d, const struct tenant *t, uint8_t purpose)
{
	const struct keys_list *list = &t->listed;
	uint32_t active = keys_active(list, purpose);
	char iso[CLOCK_ISO_LEN];

	if (active < list->count) {
		clock_iso(list->lives[active].last_s, iso);
		say_check(d, "ok", "keys", "%s " STR_FMT " signs until %.10s",
			key_purpose_name(purpose), STR_ARG(list->keys[active].kid), iso);
	} else {
		say_check(d, "fail", "keys", "no %s key may sign now", key_purpose_name(purpose));
	}
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->lives[i].purpose != purpose || list->lives[i].state != KEY_ANNOUNCED)
			continue;
		clock_iso(list->lives[i].not_before_s, iso);
		say_check(d, "ok", "keys", "%s " STR_FMT " is announced and signs from %.10s",
			key_purpose_name(purpose), STR_ARG(list->keys[i].kid), iso);
		if (list->by_directory && list->keys[i].published_s == LEDGER_NEVER_S)
			say_check(d, "warn", "keys",
				"it is not published: certfill key publish --to DIR; it signs two "
				"days after that at the earliest");
	}
	if (keys_due(list, purpose, KEY_OVERLAP_S, clock_wall_s()))
		say_check(d, "warn", "keys", "the %s key is due for rotation: certfill key rotate",
			key_purpose_name(purpose));
}

static void check_keys(struct doctor *d, const struct tenant *t)
{
	static const uint8_t purposes[] = {KEY_ASSERT, KEY_JWT, KEY_RECORD, KEY_RECEIPT};
	char iso[CLOCK_ISO_LEN];

	if (!house_keys_sealed(t->house, t->actor.tenant))
		say_check(d, "warn", "keys",
			"the private keys lie in a plain file: certfill key seal puts them under a "
			"passphrase");
	for (size_t i = 0; i < ARRAY_COUNT(purposes); i++)
		for (uint32_t k = 0; k < t->listed.count; k++)
			if (t->listed.keys[k].purpose == purposes[i]) {
				check_rotation(d, t, purposes[i]);
				break;
			}
	for (uint32_t i = 0; i < t->keys.problems.count; i++)
		say_check(d, "fail", "pass", STR_FMT, STR_ARG(t->keys.problems.items[i]));
	for (uint32_t i = 0; i < t->keys.warnings.count; i++)
		say_check(d, "warn", "pass", STR_FMT, STR_ARG(t->keys.warnings.items[i]));
	if (t->keys.problems.count != 0)
		return;
	clock_iso(t->keys.pass_not_after_s, iso);
	say_check(d, t->keys.pass_throwaway ? "warn" : "ok", "pass",
		"%s certificate for " STR_FMT ", until %s",
		t->keys.pass_throwaway ? "throwaway (demonstration only)" : "Apple",
		STR_ARG(t->keys.pass_type_id), iso);
}

static void check_ledger(struct doctor *d, const struct tenant *t)
{
	struct ledger_names faults;
	struct err err;

	if (ledger_check(t->ledger, client_arena(d->client), &faults, &err) != RC_OK) {
		say_check(d, "fail", "ledger", "%s", err.text);
		return;
	}
	for (uint32_t i = 0; i < faults.count; i++)
		say_check(d, "fail", "ledger", STR_FMT, STR_ARG(faults.items[i]));
	if (faults.count == 0)
		say_check(d, "ok", "ledger",
			"SQLite, tenant \"" STR_FMT "\", append-only rules in place",
			STR_ARG(t->settings.name));
	if (t->settings.demo)
		say_check(d, "warn", "address", "no public base URL: certificates are marked DEMO");
	else
		say_check(d, "ok", "address", STR_FMT, STR_ARG(t->settings.base_url));
}

static void check_routes(struct doctor *d, const struct tenant *t)
{
	bool mend = client_has(d->client, "mend");
	uint64_t missing;
	struct err err;

	if (ledger_routes_check(t->ledger, mend, &missing, &err) != RC_OK)
		say_check(d, "fail", "routes", "%s", err.text);
	else if (missing == 0)
		say_check(d, "ok", "routes", "every token, credential and claim link is found");
	else if (mend)
		say_check(d, "ok", "routes", "%llu lost routes made again from the ledger",
			(unsigned long long)missing);
	else
		say_check(d, "fail", "routes",
			"%llu tokens, credentials or claim links are not found by those who check "
			"them, because routes.db was lost or replaced; certfill doctor --mend "
			"makes their routes again",
			(unsigned long long)missing);
}

/* The ledger knows how much there must be at least: an artifact for every credential. */
static void check_store(struct doctor *d, const struct tenant *t)
{
	struct arena *a = client_arena(d->client);
	struct str before = {NULL, 0};
	uint64_t issued = 0;
	struct batch_list page;
	struct err err;

	do {
		if (ledger_batch_list(t->ledger, a, before, 100, &page, &err) != RC_OK) {
			say_check(d, "fail", "ledger", "%s", err.text);
			return;
		}
		for (uint32_t i = 0; i < page.count; i++) {
			struct batch_counts counts;

			before = page.items[i].id;
			if (ledger_batch_count(t->ledger, before, &counts, &err) == RC_OK)
				issued += counts.issued;
		}
	} while (page.count == 100);
	if (t->stored.artifact_count < issued)
		say_check(d, "fail", "store",
			"%llu artifacts, but the ledger names at least %llu; restore a backup",
			(unsigned long long)t->stored.artifact_count, (unsigned long long)issued);
	else
		say_check(d, "ok", "store", "%u segments, %llu artifacts", t->stored.segment_count,
			(unsigned long long)t->stored.artifact_count);
}

static void check_tenant(struct doctor *d, struct control *control)
{
	struct tenant_ask ask = {.name = client_command(d->client)->tenant,
		.principal = client_command(d->client)->principal,
		.role = STR("certification:read"),
		.passphrase = control_passphrase(d->client),
		.workers = true};
	struct ledger_names names = {0};
	struct tenant t;
	uint8_t exit_code;
	struct err err;
	enum rc rc =
		ledger_list_tenants(control->house.data, client_arena(d->client), &names, &err);

	if (rc == RC_OK && names.count == 0) {
		say_check(
			d, "ok", "tenant", "none yet; certfill init or the first issue makes one");
		return;
	}
	if (rc == RC_OK && ask.name.n == 0)
		ask.name = names.items[0];
	if (rc == RC_OK)
		rc = tenant_open(&control->house, &ask, &t, &exit_code, &err);
	if (rc != RC_OK) {
		say_check(d, "fail", "tenant", "%s", err.text);
		return;
	}
	check_keys(d, &t);
	check_ledger(d, &t);
	check_routes(d, &t);
	check_store(d, &t);
	tenant_close(&t);
}

void command_doctor(struct control *control, struct client *client)
{
	struct doctor d = {client, EXIT_DONE};

	check_confinement(&d);
	check_fonts(&d);
	check_clock(&d);
	check_tenant(&d, control);
	client_end(client, d.exit_code, NULL);
}
