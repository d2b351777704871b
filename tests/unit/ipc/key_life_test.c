// SPDX-License-Identifier: Apache-2.0
/* States of keys over time: never two active of a purpose, never none while keys are rotated in time. */
#include "ipc/key_life.h"
#include "tests/harness/harness.h"

#define DAY KEY_DAY_S
#define NOW ((int64_t)20000 * DAY)

static struct key_life life(const char *kid, int64_t begin)
{
	return (struct key_life){.purpose = KEY_ASSERT,
		.kid = str_of(kid),
		.not_before_s = begin,
		.sign_until_s = begin + KEY_SIGN_S,
		.compromised_s = KEY_NEVER_S};
}

static size_t count_active(const struct key_life *keys, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += keys[i].state == KEY_ACTIVE;
	return n;
}

static void announced_active_retired(void **state)
{
	struct key_life keys[2] = {life("a", NOW), life("b", NOW + 300 * DAY)};

	(void)state;
	key_life_judge(keys, 2, NOW - 1);
	assert_int_equal(keys[0].state, KEY_ANNOUNCED);
	key_life_judge(keys, 2, NOW);
	assert_int_equal(keys[0].state, KEY_ACTIVE);
	assert_int_equal(keys[1].state, KEY_ANNOUNCED);
	assert_int_equal(keys[0].last_s, NOW + 300 * DAY + KEY_GRACE_S);
	key_life_judge(keys, 2, NOW + 300 * DAY - 1);
	assert_int_equal(keys[0].state, KEY_ACTIVE);
	key_life_judge(keys, 2, NOW + 300 * DAY);
	assert_int_equal(keys[0].state, KEY_RETIRED);
	assert_int_equal(keys[1].state, KEY_ACTIVE);
	key_life_judge(keys, 2, NOW + 300 * DAY + KEY_SIGN_S);
	assert_int_equal(keys[1].state, KEY_ACTIVE);
	key_life_judge(keys, 2, NOW + 300 * DAY + KEY_SIGN_S + 1);
	assert_int_equal(count_active(keys, 2), 0);
}

/* Rotated by a schedule that looks every few days, for ten years. */
static void one_active_key_on_every_day_of_ten_years(void **state)
{
	static const int64_t every[] = {1, 3, 7};

	(void)state;
	for (size_t e = 0; e < ARRAY_COUNT(every); e++) {
		struct key_life keys[32];
		char kids[32][4];
		size_t count = 0;

		for (int64_t day = 0; day < 3650; day++) {
			int64_t now = NOW + day * DAY;
			const struct key_life *newest = count != 0 ? &keys[count - 1] : NULL;

			if (count == 0
				|| (day % every[e] == 0 && newest->not_before_s <= now
					&& now >= newest->not_before_s + KEY_YEAR_S - KEY_OVERLAP_S
							- KEY_DUE_S)) {
				kids[count][0] = (char)('A' + count);
				kids[count][1] = '\0';
				keys[count] = life(
					kids[count], count == 0 ? now - DAY : now + KEY_OVERLAP_S);
				count++;
				assert_true(count < 32);
			}
			key_life_judge(keys, count, now);
			assert_int_equal(count_active(keys, count), 1);
			for (size_t i = 0; i < count; i++)
				if (keys[i].state == KEY_ACTIVE)
					assert_true(now - keys[i].not_before_s <= KEY_YEAR_S);
		}
		assert_in_range(count, 10, 11);
	}
}

static void two_of_one_second_are_one(void **state)
{
	struct key_life keys[2] = {life("b", NOW), life("a", NOW)};

	(void)state;
	key_life_judge(keys, 2, NOW);
	assert_int_equal(keys[0].state, KEY_ACTIVE);
	assert_int_equal(keys[1].state, KEY_RETIRED);
}

static void compromised_keys_neither_sign_nor_bring_back_the_dead(void **state)
{
	struct key_life keys[2] = {life("a", NOW), life("b", NOW + 10 * DAY)};

	(void)state;
	/* Before it began: its predecessor goes on. */
	keys[1].compromised_s = NOW + 5 * DAY;
	key_life_judge(keys, 2, NOW + 20 * DAY);
	assert_int_equal(keys[0].state, KEY_ACTIVE);
	assert_int_equal(keys[0].last_s, NOW + KEY_SIGN_S);
	assert_int_equal(keys[1].state, KEY_COMPROMISED);
	/* After: what was retired stays so, but may finish what it had begun. */
	keys[1].compromised_s = NOW + 19 * DAY;
	key_life_judge(keys, 2, NOW + 20 * DAY);
	assert_int_equal(count_active(keys, 2), 0);
	assert_int_equal(keys[0].state, KEY_RETIRED);
}

/* A successor that was not published: the one before goes on for as long as it may. */
static void held_keys_wait(void **state)
{
	struct key_life keys[2] = {life("a", NOW), life("b", NOW + 10 * DAY)};

	(void)state;
	keys[1].held = true;
	key_life_judge(keys, 2, NOW + 12 * DAY);
	assert_int_equal(keys[0].state, KEY_ACTIVE);
	assert_int_equal(keys[1].state, KEY_ANNOUNCED);
	keys[1].held = false;
	key_life_judge(keys, 2, NOW + 12 * DAY);
	assert_int_equal(keys[0].state, KEY_RETIRED);
	assert_int_equal(keys[1].state, KEY_ACTIVE);
}

static void secrets_do_not_end(void **state)
{
	struct key_life keys[1] = {life("1", NOW)};

	(void)state;
	keys[0].purpose = KEY_DATA;
	key_life_judge(keys, 1, NOW + 100 * KEY_YEAR_S);
	assert_int_equal(keys[0].state, KEY_ACTIVE);
}

static void names(void **state)
{
	(void)state;
	for (uint8_t p = 1; p <= KEY_PURPOSE_LAST; p++)
		assert_int_equal(key_purpose_of(str_of(key_purpose_name(p))), p);
	assert_int_equal(key_purpose_of(STR("")), 0);
	assert_int_equal(key_purpose_of(STR("unknown")), 0);
	assert_string_equal(key_purpose_name(200), "unknown");
	assert_string_equal(key_life_name(KEY_COMPROMISED), "compromised");
	assert_string_equal(key_life_name((enum key_state)0), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(announced_active_retired),
		cmocka_unit_test(one_active_key_on_every_day_of_ten_years),
		cmocka_unit_test(two_of_one_second_are_one),
		cmocka_unit_test(compromised_keys_neither_sign_nor_bring_back_the_dead),
		cmocka_unit_test(held_keys_wait),
		cmocka_unit_test(secrets_do_not_end),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
