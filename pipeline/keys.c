// SPDX-License-Identifier: Apache-2.0
/* Which key is in which state. Runs in: control. */
#include "pipeline/keys.h"

#include "base/clock.h"

bool keys_is_public(const struct ledger_key *key)
{
	return key->public_key.n != 0 && key->purpose != KEY_PASS;
}

static bool has_earlier(const struct ledger_keys *keys, const struct ledger_key *key)
{
	for (uint32_t i = 0; i < keys->count; i++)
		if (keys->items[i].purpose == key->purpose
			&& keys->items[i].not_before_s < key->not_before_s)
			return true;
	return false;
}

/* What only our own ledger's readers check (records, receipts, the log) is known where it is checked. */
static bool is_held(const struct ledger_keys *keys, const struct ledger_key *key, bool by_directory,
	int64_t now_s)
{
	int64_t since = by_directory ? key->published_s : key->added_s;

	if (key->purpose != KEY_ASSERT && key->purpose != KEY_JWT)
		return false;
	return has_earlier(keys, key) && (since == LEDGER_NEVER_S || now_s < since + KEY_OVERLAP_S);
}

enum rc keys_list(
	struct ledger *l, struct arena *a, int64_t now_s, struct keys_list *out, struct err *err)
{
	struct ledger_keys keys;
	struct key_life *lives;
	enum rc rc = ledger_key_list(l, a, &keys, err);

	*out = (struct keys_list){0};
	if (rc != RC_OK)
		return rc;
	lives = arena_zalloc(a, (size_t)keys.count + 1, sizeof *lives);
	for (uint32_t i = 0; i < keys.count; i++)
		out->by_directory |= keys.items[i].published_s != LEDGER_NEVER_S;
	for (uint32_t i = 0; i < keys.count; i++) {
		const struct ledger_key *k = &keys.items[i];

		lives[i] = (struct key_life){.purpose = k->purpose,
			.kid = k->kid,
			.not_before_s = k->not_before_s,
			.sign_until_s = k->sign_until_s,
			.compromised_s = k->compromised_s,
			.held = is_held(&keys, k, out->by_directory, now_s)};
	}
	key_life_judge(lives, keys.count, now_s);
	out->keys = keys.items;
	out->lives = lives;
	out->count = keys.count;
	return RC_OK;
}

uint32_t keys_active(const struct keys_list *list, uint8_t purpose)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->lives[i].purpose == purpose && list->lives[i].state == KEY_ACTIVE)
			return i;
	return list->count;
}

uint32_t keys_find(const struct keys_list *list, struct str kid)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (str_eq(list->keys[i].kid, kid) && keys_is_public(&list->keys[i]))
			return i;
	return list->count;
}

bool keys_ended(const struct keys_list *list, struct str kid)
{
	uint32_t i = keys_find(list, kid);

	return i == list->count || list->lives[i].state == KEY_COMPROMISED
		|| clock_wall_s() > list->lives[i].last_s;
}

bool keys_announced(const struct keys_list *list, uint8_t purpose)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->lives[i].purpose == purpose && list->lives[i].state == KEY_ANNOUNCED)
			return true;
	return false;
}

bool keys_due(const struct keys_list *list, uint8_t purpose, int64_t overlap_s, int64_t now_s)
{
	uint32_t active = keys_active(list, purpose);
	bool any = false;

	for (uint32_t i = 0; i < list->count; i++)
		any |= list->lives[i].purpose == purpose;
	if (!any || keys_announced(list, purpose))
		return false;
	return active == list->count
		|| now_s >= list->lives[active].not_before_s + KEY_YEAR_S - overlap_s - KEY_DUE_S;
}
