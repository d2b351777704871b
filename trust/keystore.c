// SPDX-License-Identifier: Apache-2.0
/* The table of key backends, and opening one. Runs in: sign, before lockdown. */
#include "trust/keystore.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#define WARN_S ((int64_t)30 * 86400)

static const struct keystore_backend *const backends[] = {&keystore_file};

const struct keystore_backend *keystore_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(backends); i++) {
		if (str_eq_cz(name, backends[i]->name))
			return backends[i];
	}
	return NULL;
}

static void warn(struct keyring *ring, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void warn(struct keyring *ring, const char *fmt, ...)
{
	va_list args;

	if (ring->warnings.count == PASS_IDENTITY_NOTES_MAX)
		return;
	va_start(args, fmt);
	(void)text_vfmt(ring->warnings.note[ring->warnings.count++], ERR_TEXT_LEN, fmt, args);
	va_end(args);
}

/* Every purpose the signer needs, so that a ring is refused whole and not in the middle of a batch. */
static enum rc check_complete(const struct keyring *ring, struct err *err)
{
	static const enum key_purpose signing[] = {KEY_ASSERT, KEY_RECORD, KEY_LOG, KEY_RECEIPT};
	static const enum key_purpose secrets[] = {KEY_LINK, KEY_TOKEN, KEY_OFFLINE, KEY_DATA};

	for (size_t i = 0; i < ARRAY_COUNT(signing); i++) {
		const struct key *key = keyring_find(ring, signing[i], STR(""));

		if (key == NULL || !key->signs)
			return err_set(err, RC_INPUT,
				"the tenant's keys are incomplete: restore them from a backup");
	}
	for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
		const struct key *key = keyring_find(ring, secrets[i], STR(""));

		if (key == NULL || key->secret == NULL)
			return err_set(err, RC_INPUT,
				"the tenant's secrets are incomplete: restore them from a backup");
	}
	return RC_OK;
}

static void warn_of_end(struct keyring *ring, int64_t now_s)
{
	const struct key *key = NULL;
	struct err none;
	char day[CLOCK_ISO_LEN];

	if (keyring_active(ring, KEY_ASSERT, now_s, &key, &none) != RC_OK) {
		warn(ring,
			"no signing key may sign today: nothing can be issued; certfill key list "
			"shows why, certfill key rotate announces a new one");
		return;
	}
	clock_iso(key->last_s, day);
	if (now_s > key->last_s - WARN_S && key == keyring_find(ring, KEY_ASSERT, STR("")))
		warn(ring,
			"the signing key may sign until %.10s: certfill key rotate announces its "
			"successor",
			day);
}

enum rc keystore_open(const struct keystore_backend *backend, const struct keystore_place *place,
	int64_t now_s, struct keyring *out, struct err *err)
{
	enum rc rc = keyring_check_tenant(place->tenant, err);

	*out = (struct keyring){0};
	if (rc == RC_OK)
		rc = backend->load(place, out, err);
	if (rc == RC_OK)
		rc = check_complete(out, err);
	if (rc != RC_OK) {
		keyring_clear(out);
		return rc;
	}
	memcpy(out->tenant, place->tenant.p, place->tenant.n);
	out->tenant[place->tenant.n] = '\0';
	keyring_settle(out);
	pass_identity_check(&out->pass, now_s);
	warn_of_end(out, now_s);
	if (!secret_all_locked())
		warn(out,
			"the memory of the keys could not be locked against swapping: raise "
			"RLIMIT_MEMLOCK");
	return RC_OK;
}
