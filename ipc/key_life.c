// SPDX-License-Identifier: Apache-2.0
/* States of signing keys from their dates. Runs in: sign, control, verify, the command line. */
#include "ipc/key_life.h"

static const char *const purposes[] = {[KEY_ASSERT] = "assert",
	[KEY_RECORD] = "record",
	[KEY_LOG] = "log",
	[KEY_RECEIPT] = "receipt",
	[KEY_PASS] = "pass",
	[KEY_LINK] = "link",
	[KEY_TOKEN] = "token",
	[KEY_OFFLINE] = "offline",
	[KEY_DATA] = "data",
	[KEY_JWT] = "jwt"};

const char *key_purpose_name(uint8_t purpose)
{
	return purpose < ARRAY_COUNT(purposes) && purposes[purpose] != NULL ? purposes[purpose]
									    : "unknown";
}

uint8_t key_purpose_of(struct str name)
{
	for (size_t i = 1; i < ARRAY_COUNT(purposes); i++)
		if (str_eq_cz(name, purposes[i]))
			return (uint8_t)i;
	return 0;
}

const char *key_life_name(enum key_state state)
{
	static const char *const names[] = {[KEY_ANNOUNCED] = "announced",
		[KEY_ACTIVE] = "active",
		[KEY_RETIRED] = "retired",
		[KEY_COMPROMISED] = "compromised"};

	return (size_t)state < ARRAY_COUNT(names) && names[state] != NULL ? names[state]
									  : "unknown";
}

bool key_life_ends(uint8_t purpose)
{
	return purpose != KEY_LINK && purpose != KEY_TOKEN && purpose != KEY_OFFLINE
		&& purpose != KEY_DATA;
}

static bool is_later(const struct key_life *a, const struct key_life *b)
{
	if (a->not_before_s != b->not_before_s)
		return a->not_before_s > b->not_before_s;
	return str_compare(a->kid, b->kid) > 0;
}

/*
 * A successor ends its predecessors, also one that was compromised after it began: what was retired
 * does not come back. One that never began ends nobody.
 */
static bool ends(const struct key_life *successor, const struct key_life *key)
{
	return successor->purpose == key->purpose && is_later(successor, key)
		&& successor->compromised_s >= successor->not_before_s;
}

static int64_t last_of(const struct key_life *keys, size_t count, const struct key_life *key)
{
	int64_t last = key_life_ends(key->purpose) ? key->sign_until_s : KEY_NEVER_S;

	for (size_t i = 0; i < count; i++)
		if (ends(&keys[i], key) && keys[i].not_before_s < last - KEY_GRACE_S)
			last = keys[i].not_before_s + KEY_GRACE_S;
	return last;
}

static bool may_sign(const struct key_life *key, int64_t now_s)
{
	return key->compromised_s == KEY_NEVER_S && !key->held && key->not_before_s <= now_s
		&& now_s <= key->last_s;
}

void key_life_judge(struct key_life *keys, size_t count, int64_t now_s)
{
	for (size_t i = 0; i < count; i++)
		keys[i].last_s = last_of(keys, count, &keys[i]);
	for (size_t i = 0; i < count; i++) {
		struct key_life *key = &keys[i];
		bool active = may_sign(key, now_s);

		for (size_t k = 0; k < count && active; k++)
			active = keys[k].purpose != key->purpose || !is_later(&keys[k], key)
				|| !may_sign(&keys[k], now_s);
		if (key->compromised_s != KEY_NEVER_S)
			key->state = KEY_COMPROMISED;
		else if (active)
			key->state = KEY_ACTIVE;
		else if ((key->held || key->not_before_s > now_s) && now_s <= key->last_s)
			key->state = KEY_ANNOUNCED;
		else
			key->state = KEY_RETIRED;
	}
}
