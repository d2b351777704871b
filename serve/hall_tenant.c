// SPDX-License-Identifier: Apache-2.0
/* Tenants of the serving tree and their keys. Runs in: serve. */
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/wire_sign.h"
#include "ipc/worker.h"
#include "ledger/ledger_public.h"
#include "serve/hall.h"

#include <string.h>
#include <unistd.h>

#define ARENA_LEN ((size_t)4 << 20)

struct hall_tenant *hall_tenant(struct hall *h, struct str name)
{
	for (uint32_t i = 0; i < h->tenant_count; i++)
		if (str_eq_cz(name, h->tenants[i]->name))
			return h->tenants[i];
	return NULL;
}

static void derive(struct hall_tenant *t, struct bytes secret, const struct wire_link_key *link)
{
	struct str name = str_of(t->name);

	/* The labels of pipeline/tenant.c, which seals with them. */
	seal_derive_key(secret, STR("wrap"), bytes_of(name), t->wrap);
	seal_derive_key(secret, STR("pieces"), bytes_of(name), t->pieces);
	ledger_public_key(secret, name, t->publish);
	memcpy(t->link, link->key, sizeof t->link);
	(void)text_fmt(t->link_kid, sizeof t->link_kid, STR_FMT, STR_ARG(link->kid));
}

/* A signer that only loads: it is stopped before it could sign. */
static enum rc fetch_keys(struct hall *h, struct hall_tenant *t, struct err *err)
{
	int secrets[WORKER_SECRETS] = {h->passphrase_fd, -1};
	struct spawn_options o = {.role = ROLE_SIGN, .dir_fd = h->keys_fd, .secret_fds = secrets};
	struct str name = str_of(t->name);
	struct wire_keys_load load = {
		{name, STR("local:serve"), STR("certification:read"), STR("")}, clock_wall_s()};
	struct wire_link_key_ask ask = {name};
	struct arena *a = arena_new(ARENA_LEN);
	struct wire_keys_are keys = {0};
	struct wire_link_key link = {0};
	struct spawn_child sign;
	enum rc rc;

	/* Every signer reads it from its start. */
	if (h->passphrase_fd >= 0)
		(void)lseek(h->passphrase_fd, 0, SEEK_SET);
	rc = spawn_start(&o, &sign, err);
	if (rc == RC_OK) {
		rc = channel_ask(sign.channel, MESSAGE_KEYS_LOAD, &load, NULL, 0, MESSAGE_KEYS_ARE,
			a, &keys, err);
		if (rc == RC_OK)
			rc = channel_ask(sign.channel, MESSAGE_LINK_KEY, &ask, NULL, 0,
				MESSAGE_LINK_KEY_IS, a, &link, err);
		spawn_kill(&sign);
	}
	if (rc == RC_OK && keys.data_key.n != SEAL_KEY_LEN)
		rc = err_set(err, RC_PEER, "the signer has no data key for this tenant");
	if (rc == RC_OK)
		derive(t, keys.data_key, &link);
	seal_wipe(link.key, sizeof link.key);
	if (keys.data_key.n != 0)
		seal_wipe((void *)(uintptr_t)keys.data_key.p, keys.data_key.n);
	arena_free(&a);
	return rc;
}

static enum rc add_tenant(struct hall *h, struct str name, struct err *err)
{
	struct hall_tenant *t = mem_zalloc(1, sizeof *t);
	enum rc rc;

	(void)text_fmt(t->name, sizeof t->name, STR_FMT, STR_ARG(name));
	rc = fetch_keys(h, t, err);
	if (rc == RC_OK)
		rc = ledger_open(h->data, name, 0, &t->ledger, err);
	if (rc != RC_OK) {
		seal_wipe(t, sizeof *t);
		MEM_FREE(t);
		return err_wrap(err, "tenant " STR_FMT, STR_ARG(name));
	}
	h->tenants[h->tenant_count++] = t;
	return RC_OK;
}

enum rc hall_find_tenants(struct hall *h, bool *found_new, struct err *err)
{
	struct arena *a = arena_new(ARENA_LEN);
	struct ledger_names names = {NULL, 0};
	enum rc rc = ledger_list_tenants(h->data, a, &names, err);

	*found_new = false;
	/* All of them, whichever fails: the first failure is the answer. */
	for (uint32_t i = 0; i < names.count; i++) {
		struct err failure;
		enum rc one;

		if (hall_tenant(h, names.items[i]) != NULL || h->tenant_count == HALL_TENANTS_MAX)
			continue;
		one = add_tenant(h, names.items[i], &failure);
		*found_new = *found_new || one == RC_OK;
		if (one != RC_OK && rc == RC_OK) {
			rc = one;
			*err = failure;
		}
	}
	arena_free(&a);
	return rc;
}
