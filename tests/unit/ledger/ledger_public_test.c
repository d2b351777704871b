// SPDX-License-Identifier: Apache-2.0
/* Boxes of the public pages: they open for their key and place alone, and erasure takes them away. */
#include "ledger/ledger_public.h"
#include "tests/unit/ledger/fixture.h"

#define BATCH "01JZ0000000000000000000001"

static const struct public_value values[] = {
	{{"recipient.name", 14}, {"Zoë", 4}}, {{"field.honors", 12}, {"cum laude", 9}}};
static const uint8_t ulid[16] = {1, 2, 3};
static const struct public_place place = {{"demo", 4}, PUBLIC_BOX_PUBLISHED, ulid};

static void box_of(struct fixture *f, struct seal *s, const uint8_t *key, struct buf *out)
{
	struct public_view v = {
		.lang = STR("de"), .picture = true, .picture_width = 1754, .picture_height = 1240};

	v.values.items = (struct public_value *)(uintptr_t)values;
	v.values.count = ARRAY_COUNT(values);
	OK(ledger_public_seal(s, key, &place, &v, out, &f->err));
}

static void a_box_opens_again(void **state)
{
	struct fixture *f = *state;
	struct seal *s = seal_new();
	struct buf box = buf_new(PUBLIC_BOX_MAX);
	struct public_view v;
	uint8_t key[SEAL_KEY_LEN];

	ledger_public_key(bytes_of(STR("0123456789abcdef0123456789abcdef")), STR("demo"), key);
	box_of(f, s, key, &box);
	OK(ledger_public_open(s, key, &place, buf_bytes(&box), f->a, &v, &f->err));
	assert_true(v.picture);
	assert_int_equal(v.picture_width, 1754);
	assert_int_equal(v.picture_height, 1240);
	assert_false(v.pass_throwaway);
	assert_true(str_eq(ledger_public_value(&v, "field.honors"), STR("cum laude")));
	assert_int_equal(ledger_public_value(&v, "field.none").n, 0);
	buf_free(&box);
	seal_free(&s);
}

static void another_place_or_key_opens_nothing(void **state)
{
	struct fixture *f = *state;
	struct seal *s = seal_new();
	struct buf box = buf_new(PUBLIC_BOX_MAX);
	struct public_view v;
	struct public_place other = place;
	static const uint8_t other_ulid[16] = {9};
	uint8_t key[SEAL_KEY_LEN];
	uint8_t claim[SEAL_KEY_LEN];

	ledger_public_key(bytes_of(STR("secret")), STR("demo"), key);
	ledger_claim_key(bytes_of(STR("secret")), STR("demo"), claim);
	box_of(f, s, key, &box);
	FAILS(RC_INPUT, ledger_public_open(s, claim, &place, buf_bytes(&box), f->a, &v, &f->err));
	other.box = PUBLIC_BOX_CLAIMED;
	FAILS(RC_INPUT, ledger_public_open(s, key, &other, buf_bytes(&box), f->a, &v, &f->err));
	other = place;
	other.ulid = other_ulid;
	FAILS(RC_INPUT, ledger_public_open(s, key, &other, buf_bytes(&box), f->a, &v, &f->err));
	other = place;
	other.tenant = STR("dem0");
	FAILS(RC_INPUT, ledger_public_open(s, key, &other, buf_bytes(&box), f->a, &v, &f->err));
	box.p[box.n - 1] ^= 1;
	FAILS(RC_INPUT, ledger_public_open(s, key, &place, buf_bytes(&box), f->a, &v, &f->err));
	buf_free(&box);
	seal_free(&s);
}

static void too_much_is_refused(void **state)
{
	struct fixture *f = *state;
	struct seal *s = seal_new();
	struct buf box = buf_new(PUBLIC_BOX_MAX);
	char *text = arena_zalloc(f->a, 8192, 1);
	struct public_value many[3];
	struct public_view v = {.values = {many, 3}};
	uint8_t key[SEAL_KEY_LEN] = {0};

	memset(text, 'x', 8192);
	for (size_t i = 0; i < 3; i++)
		many[i] = (struct public_value){STR("field.x"), {text, 8192}};
	FAILS(RC_LIMIT, ledger_public_seal(s, key, &place, &v, &box, &f->err));
	buf_free(&box);
	seal_free(&s);
}

static void erasure_takes_both_boxes_away(void **state)
{
	struct fixture *f = *state;
	struct shard shard;
	struct shard_finish w;
	struct shard_result r;
	const struct shard_credential *c;
	struct bytes published;
	struct bytes claimed;
	struct credential x;
	uint32_t keys;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 2, 10);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &shard, &found, &f->err));
	w = fixture_work(f, BATCH, &shard);
	c = w.credentials;
	OK(ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	OK(ledger_credential_find(f->l, f->a, c[0].ulid, &x, &found, &f->err));
	OK(ledger_public_find(f->l, f->a, c[0].ulid, &published, &claimed, &f->err));
	assert_true(str_eq(bytes_text(published), STR("published")));
	assert_true(str_eq(bytes_text(claimed), STR("claimed")));
	OK(ledger_recipient_erase(f->l, &actor, x.recipient_tag, &keys, &f->err));
	assert_int_equal(keys, 1);
	OK(ledger_public_find(f->l, f->a, c[0].ulid, &published, &claimed, &f->err));
	assert_int_equal(published.n + claimed.n, 0);
	OK(ledger_public_find(f->l, f->a, c[1].ulid, &published, &claimed, &f->err));
	assert_int_equal(published.n, 9);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {TEST(a_box_opens_again),
		TEST(another_place_or_key_opens_nothing), TEST(too_much_is_refused),
		TEST(erasure_takes_both_boxes_away)};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
