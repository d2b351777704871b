// SPDX-License-Identifier: Apache-2.0
/* Opening tenants. Runs in: control. */
#include "pipeline/tenant.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/cursor.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "ipc/worker.h"
#include "ledger/ledger_public.h"

#include <string.h>

#define DEMO_NAME "Demonstration University"
#define DEMO_HOST "certfill-demo.invalid"

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

/* Nobody should print ten thousand certificates that point at their own desk. */
static bool is_public_host(struct str host)
{
	static const char *const local[] = {".localhost", ".local", ".internal", ".invalid",
		".test", ".example", ".localdomain"};
	size_t dot = host.n;

	if (host.n == 0 || host.p[0] == '.' || str_find_str(host, STR("..")) != host.n)
		return false;
	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] == '.')
			dot = i;
	/* A last label that begins with a digit is an IP address. */
	if (dot + 1 >= host.n || (host.p[dot + 1] >= '0' && host.p[dot + 1] <= '9'))
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(local); i++)
		if (str_ends(host, str_of(local[i])))
			return false;
	return true;
}

enum rc tenant_check_base_url(struct str url, struct err *err)
{
	struct str rest;

	if (!str_starts(url, STR("https://")))
		return err_set(err, RC_INPUT,
			"the base URL must begin with https://, such as https://certs.example.edu");
	rest = str_slice(url, 8, url.n);
	if (rest.n > 200)
		return err_set(err, RC_INPUT, "the base URL is too long");
	for (size_t i = 0; i < rest.n; i++)
		if (!is_host_char(rest.p[i]))
			return err_set(err, RC_INPUT,
				"the base URL may hold a host in lower case and a port, nothing "
				"behind it: no "
				"path, no slash");
	if (!is_public_host(str_slice(rest, 0, str_find(rest, ':', 0))))
		return err_set(err, RC_INPUT,
			"the base URL must name a public host: certificates keep pointing there "
			"for years");
	return RC_OK;
}

/* did:web of the host (W3C did:web, 3.1: a port's colon becomes %3A). */
static struct str did_of(struct arena *a, struct str base_url)
{
	struct str host = str_slice(base_url, 8, base_url.n);
	size_t colon = str_find(host, ':', 0);

	if (colon == host.n)
		return str_fmt(a, "did:web:" STR_FMT, STR_ARG(host));
	return str_fmt(a, "did:web:" STR_FMT "%%3A" STR_FMT, STR_ARG(str_slice(host, 0, colon)),
		STR_ARG(str_slice(host, colon + 1, host.n)));
}

const struct wire_key *tenant_key(const struct tenant *t, enum key_purpose purpose)
{
	uint32_t active = keys_active(&t->listed, (uint8_t)purpose);

	for (uint32_t i = 0; active < t->listed.count && i < t->keys.keys.count; i++)
		if (t->keys.keys.items[i].purpose == purpose
			&& str_eq(t->keys.keys.items[i].kid, t->listed.keys[active].kid))
			return &t->keys.keys.items[i];
	return NULL;
}

struct wire_actor tenant_actor(const struct tenant *t)
{
	return (struct wire_actor){
		t->actor.tenant, t->actor.principal, t->actor.role, t->actor.reason};
}

void tenant_tag(const struct tenant *t, const char *label, const struct str *texts, size_t count,
	uint8_t out[32])
{
	struct buf b = buf_new((size_t)1 << 20);

	buf_put_cz(&b, label);
	buf_put_char(&b, '\0');
	for (size_t i = 0; i < count; i++)
		cursor_put_bytes(&b, bytes_of(texts[i]));
	CHECK(!b.full);
	hash_hmac_sha256(
		(struct bytes){t->secrets.tags, sizeof t->secrets.tags}, buf_bytes(&b), out);
	seal_wipe(b.p, b.n);
	buf_free(&b);
}

static void derive_secrets(struct tenant *t)
{
	struct bytes secret = t->keys.data_key;
	struct bytes name = bytes_of(t->actor.tenant);

	seal_derive_key(secret, STR("wrap"), name, t->secrets.wrap);
	seal_derive_key(secret, STR("values"), name, t->secrets.values);
	seal_derive_key(secret, STR("pieces"), name, t->secrets.pieces);
	seal_derive_key(secret, STR("tags"), name, t->secrets.tags);
	seal_derive_key(secret, STR("status"), name, t->secrets.status);
	ledger_public_key(secret, t->actor.tenant, t->secrets.publish);
	seal_wipe((void *)(uintptr_t)secret.p, secret.n);
}

/* The signer's file comes first, the ledger follows: what a crash left out is added here. */
static enum rc record_key(struct tenant *t, const struct wire_key *k, struct err *err)
{
	struct ledger_key key = {.purpose = k->purpose,
		.kid = k->kid,
		.public_key = k->public_key,
		.not_before_s = k->not_before_s,
		.sign_until_s = k->sign_until_s};
	enum rc rc = ledger_key_add(t->ledger, &t->actor, &key, err);

	if (rc == RC_OK && k->compromised_s != KEY_NEVER_S)
		rc = ledger_key_event(t->ledger, &t->actor, k->kid, LEDGER_KEY_COMPROMISED, err);
	return rc;
}

/* All or none: a key is not marked without its successor being known. */
static enum rc record_keys(struct tenant *t, struct err *err)
{
	enum rc rc = ledger_begin(t->ledger, err);

	for (uint32_t i = 0; rc == RC_OK && i < t->keys.keys.count; i++)
		rc = record_key(t, &t->keys.keys.items[i], err);
	if (rc == RC_OK)
		rc = ledger_commit(t->ledger, err);
	else
		ledger_rollback(t->ledger);
	if (rc == RC_OK)
		rc = keys_list(t->ledger, t->arena, clock_wall_s(), &t->listed, err);
	return rc;
}

/* A signer that can open the tenant's keys. making: they are about to be made, sealed if asked for. */
static enum rc start_signer(
	struct tenant *t, bool making, int new_fd, struct peer **out, struct err *err)
{
	int secrets[WORKER_SECRETS] = {-1, new_fd};
	struct spawn_options o = {
		.role = ROLE_SIGN, .dir_fd = t->house->keys_fd, .secret_fds = secrets};
	bool sealed = house_keys_sealed(t->house, t->actor.tenant);
	AUTO_FD own = -1;
	enum rc rc = RC_OK;

	if (sealed || making)
		rc = t->passphrase.open(t->passphrase.context, sealed, &own, err);
	secrets[0] = own;
	return rc == RC_OK ? peer_start_with(&o, out, err) : rc;
}

/* A signer that makes keys and is stopped before it could sign. */
static enum rc make_keys(struct tenant *t, struct str organization, struct err *err)
{
	struct wire_keys_make make = {tenant_actor(t), organization, clock_wall_s()};
	struct peer *p;
	enum rc rc = start_signer(t, true, -1, &p, err);

	if (rc != RC_OK)
		return rc;
	rc = peer_open_ask(p, PEER_MESSAGE(MESSAGE_KEYS_MAKE, &make), MESSAGE_KEYS_ARE, t->arena,
		&t->keys, err);
	peer_free(&p);
	return rc;
}

enum rc tenant_change_keys(struct tenant *t, const struct peer_message *change, struct err *err)
{
	struct peer *p;
	enum rc rc = start_signer(t, false, -1, &p, err);

	if (rc != RC_OK)
		return rc;
	rc = peer_open_ask(p, change, MESSAGE_KEYS_ARE, t->arena, &t->keys, err);
	peer_free(&p);
	if (rc == RC_OK)
		seal_wipe((void *)(uintptr_t)t->keys.data_key.p, t->keys.data_key.n);
	return rc == RC_OK ? record_keys(t, err) : rc;
}

enum rc tenant_seal_keys(struct tenant *t, int new_fd, struct err *err)
{
	struct wire_keys_load m = {tenant_actor(t), clock_wall_s()};
	struct peer *p;
	enum rc rc = start_signer(t, false, new_fd, &p, err);

	if (rc != RC_OK)
		return rc;
	rc = peer_open_ask(
		p, PEER_MESSAGE(MESSAGE_KEYS_SEAL, &m), MESSAGE_DONE, t->arena, NULL, err);
	peer_free(&p);
	return rc;
}

static enum rc open_signer(struct tenant *t, uint8_t *exit_code, struct err *err)
{
	struct wire_keys_load load = {tenant_actor(t), clock_wall_s()};
	bool unconfined = false;
	enum rc rc = start_signer(t, false, -1, &t->sign, err);

	*exit_code = EXIT_KEY;
	if (rc == RC_OK)
		rc = peer_open_ask(t->sign, PEER_MESSAGE(MESSAGE_KEYS_LOAD, &load),
			MESSAGE_KEYS_ARE, t->arena, &t->keys, err);
	if (rc == RC_OK)
		rc = peer_lock(t->sign, &unconfined, err);
	if (unconfined)
		*exit_code = EXIT_SANDBOX;
	if (rc == RC_OK && t->keys.data_key.n != SEAL_KEY_LEN)
		rc = err_set(err, RC_PEER, "the signer has no data key for this tenant");
	if (rc == RC_OK)
		derive_secrets(t);
	return rc;
}

enum rc tenant_start_signer(struct tenant *t, uint8_t *exit_code, struct err *err)
{
	enum rc rc = open_signer(t, exit_code, err);

	return rc == RC_OK ? record_keys(t, err) : rc;
}

static enum rc open_store(struct tenant *t, uint8_t *exit_code, struct err *err)
{
	struct wire_store_open open = {.tenant = t->actor.tenant, .create = true};
	bool unconfined = false;
	enum rc rc = peer_start(ROLE_STORE, t->house->store_fd, &t->store, err);

	*exit_code = EXIT_UNEXPECTED;
	memcpy(open.tenant_key, t->secrets.pieces, sizeof open.tenant_key);
	if (rc == RC_OK)
		rc = peer_open_ask(t->store, PEER_MESSAGE(MESSAGE_STORE_OPEN, &open),
			MESSAGE_STORE_IS, t->arena, &t->stored, err);
	seal_wipe(open.tenant_key, sizeof open.tenant_key);
	if (rc == RC_OK)
		rc = peer_lock(t->store, &unconfined, err);
	if (unconfined)
		*exit_code = EXIT_SANDBOX;
	if (rc == RC_OK && t->stored.cut_kept)
		log_line(LOG_ERROR,
			"the store is damaged at its end: %llu bytes with stored certificates are "
			"in a .cut file beside it now; restore a backup",
			(unsigned long long)t->stored.cut_len);
	else if (rc == RC_OK && t->stored.cut_len != 0)
		log_line(LOG_WARN, "the store dropped %llu bytes that no commit covers",
			(unsigned long long)t->stored.cut_len);
	return rc;
}

/* Keys first: a ledger without keys could not be used, keys without a ledger are found again. */
static enum rc make_tenant(
	struct tenant *t, const struct tenant_ask *ask, uint8_t *exit_code, struct err *err)
{
	struct ledger_tenant s = {.name = t->actor.tenant,
		.issuer_name = ask->issuer_name.n != 0 ? ask->issuer_name : STR(DEMO_NAME),
		.base_url = ask->base_url.n != 0 ? ask->base_url : STR("https://" DEMO_HOST),
		.demo = ask->base_url.n == 0,
		.created_s = clock_wall_s()};
	struct err made;
	enum rc rc = make_keys(t, s.issuer_name, &made);

	*exit_code = EXIT_KEY;
	/* INPUT: there are keys already, of a run that was killed here. Loading judges them. */
	if (rc != RC_OK && rc != RC_INPUT) {
		*err = made;
		return rc;
	}
	*exit_code = EXIT_UNEXPECTED;
	s.issuer_id = did_of(t->arena, s.base_url);
	s.issuer_url = s.base_url;
	t->made = true;
	return ledger_create(t->house->data, &t->actor, &s, &t->ledger, err);
}

static enum rc find_or_make(
	struct tenant *t, const struct tenant_ask *ask, uint8_t *exit_code, struct err *err)
{
	struct ledger_names names;
	enum rc rc;

	*exit_code = EXIT_INPUT;
	if (!ledger_tenant_name_ok(t->actor.tenant))
		return err_set(err, RC_INPUT,
			"\"" STR_FMT
			"\" is no tenant name: lower-case letters, digits and dashes, at most 64",
			STR_ARG(t->actor.tenant));
	*exit_code = EXIT_UNEXPECTED;
	rc = ledger_list_tenants(t->house->data, t->arena, &names, err);
	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; i < names.count; i++)
		if (str_eq(names.items[i], t->actor.tenant))
			return ledger_open(t->house->data, t->actor.tenant, 0, &t->ledger, err);
	/* A new tenant beside others is made by init, never by a slip of the pen. */
	if (ask->create && (names.count == 0 || ask->create_beside))
		return make_tenant(t, ask, exit_code, err);
	*exit_code = EXIT_NOT_FOUND;
	return err_set(err, RC_INPUT, "there is no tenant \"" STR_FMT "\" in %s",
		STR_ARG(t->actor.tenant), t->house->data);
}

enum rc tenant_open(struct house *h, const struct tenant_ask *ask, struct tenant *out,
	uint8_t *exit_code, struct err *err)
{
	enum rc rc;

	*out = (struct tenant){.house = h,
		.arena = arena_new((size_t)8 << 20),
		.seal = seal_new(),
		.passphrase = ask->passphrase,
		.actor = {.tenant = ask->name, .principal = ask->principal, .role = ask->role}};
	rc = find_or_make(out, ask, exit_code, err);
	if (rc == RC_OK)
		rc = ledger_tenant_find(out->ledger, out->arena, &out->settings, err);
	if (rc == RC_OK && ask->workers)
		rc = tenant_start_signer(out, exit_code, err);
	if (rc == RC_OK && ask->workers)
		rc = open_store(out, exit_code, err);
	if (rc != RC_OK)
		tenant_close(out);
	return rc;
}

void tenant_close(struct tenant *t)
{
	peer_free(&t->store);
	peer_free(&t->sign);
	ledger_free(&t->ledger);
	seal_wipe(&t->secrets, sizeof t->secrets);
	seal_free(&t->seal);
	arena_free(&t->arena);
}
