// SPDX-License-Identifier: Apache-2.0
/* cred link: a fresh link to an artifact, or the recipient's own page, for an operator. Runs in: control. */
#include "base/clock.h"
#include "base/credential_id.h"
#include "ipc/wire_render.h"
#include "ipc/wire_serve.h"
#include "pipeline/issue.h"
#include "pipeline/out_lists.h"
#include "pipeline/targets.h"

#include <string.h>

static const struct {
	const char *name;
	uint8_t kind;
	const char *ending;
	bool attachment;
} artifacts[] = {
	{"pdf", ARTIFACT_PDF, ".pdf", true},
	{"png", ARTIFACT_PNG, ".png", true},
	/* Phones open a pass; they do not open a download. */
	{"pass", ARTIFACT_PASS, ".pkpass", false},
	{"credential", ARTIFACT_BADGE, ".json", true},
	{"jwt", ARTIFACT_JWT, ".jwt", true},
};

static enum rc find(struct client *client, struct tenant *t, struct credential *c,
	uint8_t *exit_code, struct err *err)
{
	struct str text = client_option(client, "id");
	uint8_t ulid[16];
	bool found = false;
	enum rc rc = RC_OK;

	if (credential_id_named(text, ulid))
		rc = ledger_credential_find(t->ledger, client_arena(client), ulid, c, &found, err);
	if (rc != RC_OK)
		return rc;
	*exit_code = EXIT_NOT_FOUND;
	if (!found)
		return err_set(err, RC_INPUT,
			"there is no credential \"" STR_FMT
			"\"; certfill cred find looks by recipient id",
			STR_ARG(str_slice(text, 0, 100)));
	if (c->wrapped_key.n == 0)
		return err_set(err, RC_INPUT,
			"the recipient's data was erased, so there is nothing to link to");
	*exit_code = 0;
	return RC_OK;
}

/* Where the server is reached: the base URL unless --origin names another place. */
static enum rc origin_of(
	struct client *client, const struct tenant *t, struct str *out, struct err *err)
{
	struct str origin = client_option(client, "origin");
	size_t scheme = str_starts(origin, STR("https://")) ? 8 : 7;

	*out = t->settings.base_url;
	if (origin.n == 0)
		return RC_OK;
	if ((scheme == 7 && !str_starts(origin, STR("http://"))) || origin.n == scheme
		|| origin.n > 200 || str_find(origin, '/', scheme) != origin.n)
		return err_set(err, RC_INPUT,
			"--origin is scheme, host and port without a path, such as "
			"http://127.0.0.1:8080");
	*out = origin;
	return RC_OK;
}

static enum rc mint(struct client *client, struct tenant *t, const struct credential *c,
	size_t which, struct wire_link_minted *out, struct err *err)
{
	struct arena *a = client_arena(client);
	struct wire_link_mint ask = {
		.attachment = artifacts[which].attachment, .now_s = clock_wall_s()};
	char id[ULID_TEXT_LEN + 1];

	ulid_text(c->ulid, id);
	ask.file = str_fmt(a, "%s%s", id, artifacts[which].ending);
	return peer_ask(t->sign, PEER_MESSAGE(MESSAGE_LINK_MINT, &ask), a, out, err);
}

static bool has_artifact(const struct credential *c, uint8_t kind)
{
	for (uint32_t i = 0; i < c->artifact_count; i++)
		if (c->artifacts[i].kind == kind)
			return true;
	return false;
}

static enum rc link_artifact(struct client *client, struct tenant *t, const struct credential *c,
	struct wire_link_minted *out, uint8_t *exit_code, struct err *err)
{
	struct str name = client_option(client, "artifact");
	size_t i = 0;

	while (i < ARRAY_COUNT(artifacts) && !str_eq_cz(name, artifacts[i].name))
		i++;
	*exit_code = EXIT_USAGE;
	if (i == ARRAY_COUNT(artifacts))
		return err_set(err, RC_INPUT,
			"say --artifact pdf, png, pass, credential or jwt, or --claim");
	*exit_code = EXIT_NOT_FOUND;
	if (!has_artifact(c, artifacts[i].kind))
		return err_set(err, RC_INPUT, "this credential was issued without a %s",
			artifacts[i].name);
	*exit_code = 0;
	if (ledger_credential_note_link(t->ledger, &t->actor, c->ulid, artifacts[i].name, err)
		!= RC_OK)
		return err->kind;
	return mint(client, t, c, i, out, err);
}

static enum rc say_link(
	struct client *client, struct tenant *t, uint8_t *exit_code, struct err *err)
{
	bool claim = client_has(client, "claim");
	struct credential c;
	struct str origin;
	struct wire_link_minted link = {0};
	struct jsonw *w;
	char id[ULID_TEXT_LEN + 1];
	char until[CLOCK_ISO_LEN];
	enum rc rc = find(client, t, &c, exit_code, err);

	if (rc == RC_OK)
		rc = origin_of(client, t, &origin, err);
	/* Whoever has a link has what it leads to: that it was given is written down first. */
	if (rc == RC_OK && claim)
		rc = ledger_credential_note_link(t->ledger, &t->actor, c.ulid, "claim", err);
	if (rc == RC_OK && claim)
		rc = out_claim_path(t, client_arena(client), c.award_no, &link.target, err);
	else if (rc == RC_OK)
		rc = link_artifact(client, t, &c, &link, exit_code, err);
	if (rc != RC_OK)
		return rc;
	if (t->settings.demo && client_option(client, "origin").n == 0)
		client_note(client, "warning",
			"this is a demonstration without a public address: --origin "
			"http://127.0.0.1:8080 names the place where certfill serve listens");
	w = client_say(client, "link");
	ulid_text(c.ulid, id);
	jsonw_key_str(w, "credential", str_of(id));
	jsonw_key_str(w, "artifact", claim ? STR("claim") : client_option(client, "artifact"));
	jsonw_key_str(w, "url",
		str_fmt(client_arena(client), STR_FMT STR_FMT, STR_ARG(origin),
			STR_ARG(link.target)));
	if (!claim) {
		clock_iso(link.expires_s, until);
		jsonw_key_str(w, "expires", str_of(until));
	}
	client_said(client);
	return RC_OK;
}

void command_cred_link(struct control *control, struct client *client)
{
	struct tenant t;
	uint8_t exit_code = 0;
	struct err err = {0};
	enum rc rc;

	if (!control_open_tenant(control, client, (struct str){NULL, 0}, false, &t))
		return;
	t.actor.role = STR("certification:read");
	rc = say_link(client, &t, &exit_code, &err);
	if (rc != RC_OK && exit_code == 0)
		exit_code = control_exit_of(rc);
	client_end_job(client, rc == RC_OK ? EXIT_DONE : exit_code, rc, &err);
	control->at_work = NULL;
	tenant_close(&t);
}
