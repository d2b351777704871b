// SPDX-License-Identifier: Apache-2.0
/* key list, new, rotate, compromise, published. Runs in: control. */
#include "base/clock.h"
#include "base/text.h"
#include "ledger/ledger_batch.h"
#include "pipeline/control.h"
#include "pipeline/keys.h"
#include "pipeline/status.h"

#define ROTATED_BY_DEFAULT (1U << KEY_ASSERT | 1U << KEY_RECORD | 1U << KEY_RECEIPT | 1U << KEY_JWT)
#define MANAGER "certification:keys"

/* Who asked is answered and the tenant closed. */
static void end(struct client *client, struct tenant *t, enum rc rc, uint8_t code, struct err *err)
{
	client_end_job(client, rc == RC_OK ? EXIT_DONE : code, rc, err);
	if (t != NULL)
		tenant_close(t);
}

/* ---- saying ---- */

static void put_time(struct jsonw *w, const char *name, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	if (wall_s == LEDGER_NEVER_S)
		return;
	clock_iso(wall_s, iso);
	jsonw_key_str(w, name, str_of(iso));
}

static void say_key(struct client *client, const struct keys_list *list, uint32_t i)
{
	const struct ledger_key *k = &list->keys[i];
	const struct key_life *life = &list->lives[i];
	struct buf text = buf_new(2048);
	struct jsonw *w = client_say(client, "key");

	text_put_base64url(&text, k->public_key);
	jsonw_key_str(w, "purpose", str_of(key_purpose_name(k->purpose)));
	jsonw_key_str(w, "kid", k->kid);
	jsonw_key_str(w, "state", str_of(key_life_name(life->state)));
	/* Its first day is there, but it was not published in time. */
	jsonw_key_bool(w, "held", life->held && life->not_before_s <= clock_wall_s());
	put_time(w, "announced", k->added_s);
	put_time(w, "published", k->published_s);
	put_time(w, "signs_from", k->not_before_s);
	put_time(w, "signs_until", life->last_s);
	put_time(w, "compromised_at", k->compromised_s);
	jsonw_key_str(w, "public_key", buf_str(&text));
	client_said(client);
	buf_free(&text);
}

static void say_issuer(struct client *client, const struct ledger_tenant *s)
{
	struct jsonw *w = client_say(client, "issuer");

	jsonw_key_str(w, "tenant", s->name);
	jsonw_key_str(w, "id", s->issuer_id);
	jsonw_key_str(w, "name", s->issuer_name);
	jsonw_key_str(w, "base_url", s->base_url);
	client_said(client);
}

/* Keys that others see; wanted: bits of purposes. */
static enum rc say_keys(struct client *client, struct tenant *t, uint32_t wanted, struct err *err)
{
	struct keys_list list;
	enum rc rc = keys_list(t->ledger, client_arena(client), clock_wall_s(), &list, err);

	if (rc != RC_OK)
		return rc;
	say_issuer(client, &t->settings);
	for (uint32_t i = 0; i < list.count; i++)
		if (keys_is_public(&list.keys[i]) && (wanted & 1U << list.keys[i].purpose) != 0)
			say_key(client, &list, i);
	return RC_OK;
}

/* ---- list, published ---- */

/* Public halves need neither the signer nor a passphrase. */
static bool open_ledger(struct control *control, struct client *client, struct tenant *out)
{
	return control_open_tenant_as(control, client,
		&(struct control_ask){.role = STR("certification:read"), .ledger_only = true}, out);
}

void command_key_list(struct control *control, struct client *client)
{
	struct tenant own;
	struct err err;
	enum rc rc;

	if (control->at_work != NULL) {
		rc = say_keys(client, control->at_work, ~0U, &err);
		end(client, NULL, rc, control_exit_of(rc), &err);
	} else if (open_ledger(control, client, &own)) {
		rc = say_keys(client, &own, ~0U, &err);
		end(client, &own, rc, control_exit_of(rc), &err);
	}
}

/* The command line has written the keys that it was told of; kids: separated by spaces. */
void command_key_published(struct control *control, struct client *client)
{
	struct str kids = client_option(client, "kids");
	struct tenant t;
	struct err err;
	enum rc rc;

	if (!control_open_tenant_as(control, client,
		    &(struct control_ask){.role = STR(MANAGER), .ledger_only = true}, &t))
		return;
	rc = ledger_begin(t.ledger, &err);
	for (size_t at = 0; rc == RC_OK && at < kids.n;) {
		size_t space = str_find(kids, ' ', at);

		rc = ledger_key_event(
			t.ledger, &t.actor, str_slice(kids, at, space), LEDGER_KEY_PUBLISHED, &err);
		at = space + 1;
	}
	if (rc == RC_OK)
		rc = ledger_commit(t.ledger, &err);
	end(client, &t, rc, control_exit_of(rc), &err);
}

/* ---- changes ---- */

static enum rc overlap_of(const struct client *client, int64_t *out, struct err *err)
{
	struct str text = client_option(client, "overlap-days");
	uint64_t days = KEY_OVERLAP_S / KEY_DAY_S;

	if (text.n != 0
		&& (!str_to_u64(text, KEY_OVERLAP_MAX_S / KEY_DAY_S, &days)
			|| days < KEY_OVERLAP_S / KEY_DAY_S))
		return err_set(err, RC_INPUT,
			"a key is published for 2 to 90 days before it signs: --overlap-days 2 to "
			"90");
	*out = (int64_t)days * KEY_DAY_S;
	return RC_OK;
}

static enum rc is_fresh(struct tenant *t, struct arena *a, bool *out, struct err *err)
{
	struct batch_list list;
	enum rc rc = ledger_batch_list(t->ledger, a, (struct str){NULL, 0}, 1, &list, err);

	*out = rc == RC_OK && list.count == 0;
	return rc;
}

static enum rc add_keys(
	struct tenant *t, const struct wire_keys_add *add, uint8_t *code, struct err *err)
{
	enum rc rc = tenant_change_keys(t, PEER_MESSAGE(MESSAGE_KEYS_ADD, add), err);

	*code = EXIT_KEY;
	return rc;
}

static bool open_manager(struct control *control, struct client *client, struct tenant *out)
{
	return control_open_tenant_as(control, client,
		&(struct control_ask){.role = STR(MANAGER), .ledger_only = true}, out);
}

static enum rc new_key(struct client *client, struct tenant *t, uint8_t *code, struct err *err)
{
	struct wire_keys_add add = {.actor = tenant_actor(t),
		.now_s = clock_wall_s(),
		.alg = client_option(client, "alg")};
	bool ed = str_eq_cz(add.alg, "EdDSA");
	enum rc rc = overlap_of(client, &add.overlap_s, err);

	*code = EXIT_USAGE;
	if (!ed && !str_eq_cz(add.alg, "RS256") && !str_eq_cz(add.alg, "ES256"))
		return err_set(err, RC_INPUT, "--alg is EdDSA, RS256 or ES256");
	add.purposes = ed ? 1U << KEY_ASSERT : 1U << KEY_JWT;
	if (rc == RC_OK)
		rc = is_fresh(t, client_arena(client), &add.fresh, err);
	if (rc == RC_OK)
		rc = add_keys(t, &add, code, err);
	return rc == RC_OK ? say_keys(client, t, add.purposes, err) : rc;
}

void command_key_new(struct control *control, struct client *client)
{
	struct tenant t;
	struct err err;
	uint8_t code;
	enum rc rc;

	if (!open_manager(control, client, &t))
		return;
	rc = new_key(client, &t, &code, &err);
	end(client, &t, rc, code, &err);
}

static enum rc wanted_of(const struct client *client, uint32_t *out, struct err *err)
{
	struct str name = client_option(client, "purpose");
	uint8_t purpose = key_purpose_of(name);

	*out = ROTATED_BY_DEFAULT;
	if (name.n == 0)
		return RC_OK;
	if (purpose == 0)
		return err_set(err, RC_INPUT,
			"--purpose is assert, jwt, record, receipt or log; without it all but the "
			"log's key are rotated");
	*out = 1U << purpose;
	return RC_OK;
}

/* The algorithm of the jwt key that is replaced. */
static struct str jwt_alg(const struct keys_list *list)
{
	struct str alg = STR("RS256");

	for (uint32_t i = 0; i < list->count; i++)
		if (list->keys[i].purpose == KEY_JWT)
			alg = list->keys[i].public_key.n == 65 ? STR("ES256") : STR("RS256");
	return alg;
}

static bool has_purpose(const struct keys_list *list, uint8_t purpose)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->keys[i].purpose == purpose)
			return true;
	return false;
}

static void say_waiting(struct client *client, const struct keys_list *list, uint32_t purposes)
{
	for (unsigned p = 1; p <= KEY_PURPOSE_LAST; p++)
		if ((purposes & 1U << p) != 0 && keys_announced(list, (uint8_t)p))
			client_note(client, "info", "the next %s key is announced already",
				key_purpose_name((uint8_t)p));
}

static enum rc rotate(struct client *client, struct tenant *t, uint8_t *code, struct err *err)
{
	struct wire_keys_add add = {.actor = tenant_actor(t), .now_s = clock_wall_s()};
	bool if_due = client_has(client, "if-due");
	struct keys_list list;
	uint32_t wanted = 0;
	enum rc rc = overlap_of(client, &add.overlap_s, err);

	*code = EXIT_USAGE;
	if (rc == RC_OK)
		rc = wanted_of(client, &wanted, err);
	if (rc != RC_OK)
		return rc;
	*code = EXIT_UNEXPECTED;
	rc = keys_list(t->ledger, client_arena(client), add.now_s, &list, err);
	for (uint8_t p = 1; rc == RC_OK && p <= KEY_PURPOSE_LAST; p++)
		if ((wanted & 1U << p) != 0 && has_purpose(&list, p)
			&& (if_due ? keys_due(&list, p, add.overlap_s, add.now_s)
				   : !keys_announced(&list, p)))
			add.purposes |= 1U << p;
	if (rc != RC_OK)
		return rc;
	add.alg = jwt_alg(&list);
	if (!if_due)
		say_waiting(client, &list, wanted);
	if (add.purposes == 0 && if_due)
		client_note(client, "info", "no rotation is due");
	if (add.purposes != 0)
		rc = add_keys(t, &add, code, err);
	return rc == RC_OK ? say_keys(client, t, wanted, err) : rc;
}

void command_key_rotate(struct control *control, struct client *client)
{
	struct tenant t;
	struct err err;
	uint8_t code;
	enum rc rc;

	if (!open_manager(control, client, &t))
		return;
	rc = rotate(client, &t, &code, &err);
	end(client, &t, rc, code, &err);
}

/* Lists that it signed tell nothing any more, also about credentials that other keys signed. */
static enum rc sign_lists_anew(
	struct client *client, struct tenant *t, uint8_t *code, struct err *err)
{
	uint32_t made = 0;
	enum rc rc = tenant_start_signer(t, code, err);

	t->actor.role = STR("certification:revoke");
	if (rc == RC_OK)
		/* Every one: seconds do not tell whether a list came before a second key's fall. */
		rc = status_publish(t, true, &made, err);
	if (rc != RC_OK)
		return err_wrap(err,
			"the key is compromised, but the status lists were not signed anew: run "
			"certfill status refresh");
	if (made != 0)
		client_note(client, "info",
			"%u status lists were signed anew; where a web server of yours answers "
			"them, bring them there: certfill status export --to DIR",
			made);
	return RC_OK;
}

static enum rc compromise(struct client *client, struct tenant *t, uint8_t *code, struct err *err)
{
	struct wire_keys_compromise m = {.actor = tenant_actor(t),
		.now_s = clock_wall_s(),
		.kid = client_option(client, "kid")};
	struct keys_list list;
	uint32_t i = 0;
	enum rc rc = overlap_of(client, &m.overlap_s, err);

	*code = EXIT_USAGE;
	if (rc != RC_OK)
		return rc;
	*code = EXIT_NOT_FOUND;
	rc = keys_list(t->ledger, client_arena(client), m.now_s, &list, err);
	if (rc == RC_OK)
		i = keys_find(&list, m.kid);
	if (rc == RC_OK && i == list.count)
		return err_set(err, RC_INPUT,
			"there is no signing key \"" STR_FMT "\"; certfill key list shows them",
			STR_ARG(m.kid));
	*code = EXIT_KEY;
	if (rc == RC_OK)
		rc = tenant_change_keys(t, PEER_MESSAGE(MESSAGE_KEYS_COMPROMISE, &m), err);
	if (rc == RC_OK)
		client_note(client, "warning",
			"what key " STR_FMT
			" signed verifies no more as soon as others read the keys again: publish "
			"them now (certfill key publish, when no server of yours answers them)",
			STR_ARG(m.kid));
	if (rc == RC_OK && list.keys[i].purpose == KEY_ASSERT)
		rc = sign_lists_anew(client, t, code, err);
	return rc == RC_OK ? say_keys(client, t, 1U << list.keys[i].purpose, err) : rc;
}

void command_key_compromise(struct control *control, struct client *client)
{
	struct tenant t;
	struct err err;
	uint8_t code;
	enum rc rc;

	if (!open_manager(control, client, &t))
		return;
	rc = compromise(client, &t, &code, &err);
	end(client, &t, rc, code, &err);
}

static enum rc seal(struct client *client, struct tenant *t, uint8_t *code, struct err *err)
{
	struct str ignored;
	int fd = client_file(client, "new-passphrase", &ignored);
	enum rc rc;

	*code = EXIT_USAGE;
	if (fd < 0)
		return err_set(err, RC_INPUT, "a new passphrase is needed");
	*code = EXIT_KEY;
	rc = tenant_seal_keys(t, fd, err);
	if (rc == RC_OK)
		client_note(client, "info",
			"The keys of tenant \"" STR_FMT
			"\" are sealed. Copies and backups made before are not.",
			STR_ARG(t->settings.name));
	return rc;
}

void command_key_seal(struct control *control, struct client *client)
{
	struct tenant t;
	struct err err;
	uint8_t code;
	enum rc rc;

	if (!open_manager(control, client, &t))
		return;
	rc = seal(client, &t, &code, &err);
	end(client, &t, rc, code, &err);
}
