// SPDX-License-Identifier: Apache-2.0
/* Answers kept ready: the right one or none, never a moment too long, never more than their room. Runs in: make check. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "formats/token.h"
#include "ipc/wire_intake.h"
#include "serve/ready.h"
#include "tests/harness/harness.h"

#include <string.h>

#define HOST STR("certs.example.edu")

/* A site of one tenant whose ledger, never looked into here, is as fresh as can be. */
struct setting {
	struct ready *ready;
	struct site *site;
	struct site_tenant tenant;
	struct look look;
};

static struct setting *begin(void)
{
	struct setting *s = mem_zalloc(1, sizeof *s);

	s->ready = ready_new();
	s->site = mem_zalloc(1, sizeof *s->site);
	s->tenant.ledger = (struct ledger *)(void *)s;
	s->tenant.looked_ms = clock_mono_ms() + 3600000;
	s->tenant.host = HOST;
	s->tenant.read_no = 3;
	s->look = (struct look){.found = true, .tenant = &s->tenant};
	s->look.view.standing.verdict = VERDICT_VALID;
	s->look.view.checked_s = clock_wall_s();
	s->look.credential.valid_from_s = 0;
	s->look.credential.valid_until_s = WIRE_NO_DAY;
	return s;
}

static void finish(struct setting *s)
{
	ready_free(&s->ready);
	MEM_FREE(s->site);
	MEM_FREE(s);
}

static struct str token_of(char out[TOKEN_TEXT_LEN + 1], uint32_t i)
{
	CHECK(text_fmt(out, TOKEN_TEXT_LEN + 1, "%0*u", (int)TOKEN_TEXT_LEN, i));
	return (struct str){out, TOKEN_TEXT_LEN};
}

static bool is_ready(struct setting *s, struct str token, uint32_t kind, struct str *text)
{
	struct site_tenant *tenant = NULL;
	bool found = ready_find(
		s->ready, s->site, &(struct ready_ask){HOST, token, kind}, &tenant, text);

	assert_ptr_equal(tenant, found ? &s->tenant : NULL);
	return found;
}

static void each_token_and_kind_has_its_own(void **state)
{
	struct setting *s = begin();
	char room[TOKEN_TEXT_LEN + 1];
	struct str token = token_of(room, 1);
	struct str text;

	(void)state;
	ready_keep(s->ready, &s->look, token, READY_JSON, STR("{json}"));
	ready_keep(s->ready, &s->look, token, READY_PAGE + 1, STR("<page>"));
	assert_true(is_ready(s, token, READY_JSON, &text) && str_eq_cz(text, "{json}"));
	assert_true(is_ready(s, token, READY_PAGE + 1, &text) && str_eq_cz(text, "<page>"));
	assert_false(is_ready(s, token, READY_PAGE, &text));
	assert_false(is_ready(s, token_of(room, 2), READY_JSON, &text));
	assert_false(is_ready(s, STR("x"), READY_JSON, &text));
	ready_keep(s->ready, &s->look, token_of(room, 1), READY_JSON, STR("{newer, and longer}"));
	assert_true(
		is_ready(s, token, READY_JSON, &text) && str_eq_cz(text, "{newer, and longer}"));
	finish(s);
}

static void a_write_of_the_ledger_ends_it(void **state)
{
	struct setting *s = begin();
	char room[TOKEN_TEXT_LEN + 1];
	struct str token = token_of(room, 1);
	struct str text;

	(void)state;
	ready_keep(s->ready, &s->look, token, READY_JSON, STR("{json}"));
	s->tenant.read_no++;
	assert_false(is_ready(s, token, READY_JSON, &text));
	s->tenant.read_no--;
	assert_true(is_ready(s, token, READY_JSON, &text));
	/* Its ledger cannot be opened here, so once it must be looked at nothing is shown. */
	s->tenant.looked_ms = 0;
	assert_false(is_ready(s, token, READY_JSON, &text));
	finish(s);
}

static void a_date_that_passes_ends_it(void **state)
{
	struct setting *s = begin();
	char room[TOKEN_TEXT_LEN + 1];
	struct str token = token_of(room, 1);
	struct str text;

	(void)state;
	/* Judged an hour ago, when it was valid for half an hour more, or would be soon. */
	s->look.view.checked_s -= 3600;
	s->look.credential.valid_until_s = clock_wall_s() - 1800;
	ready_keep(s->ready, &s->look, token, READY_JSON, STR("{valid}"));
	assert_false(is_ready(s, token, READY_JSON, &text));
	s->look.credential.valid_until_s = WIRE_NO_DAY;
	s->look.credential.valid_from_s = clock_wall_s() - 1800;
	ready_keep(s->ready, &s->look, token, READY_JSON, STR("{not yet}"));
	assert_false(is_ready(s, token, READY_JSON, &text));
	s->look.credential.valid_from_s = 0;
	s->look.credential.valid_until_s = clock_wall_s() + 3600;
	ready_keep(s->ready, &s->look, token, READY_JSON, STR("{valid}"));
	assert_true(is_ready(s, token, READY_JSON, &text));
	finish(s);
}

static void what_may_change_by_itself_is_not_kept(void **state)
{
	static const enum verdict never[] = {VERDICT_NOT_GENUINE, VERDICT_UNDETERMINED};
	struct setting *s = begin();
	char room[TOKEN_TEXT_LEN + 1];
	struct str token = token_of(room, 1);
	struct str text;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(never); i++) {
		s->look.view.standing.verdict = never[i];
		ready_keep(s->ready, &s->look, token, READY_JSON, STR("{}"));
		assert_false(is_ready(s, token, READY_JSON, &text));
	}
	s->look.view.standing.verdict = VERDICT_VALID;
	s->look.found = false;
	ready_keep(s->ready, &s->look, token, READY_JSON, STR("{}"));
	assert_false(is_ready(s, token, READY_JSON, &text));
	finish(s);
}

static void all_together_stay_within_their_room(void **state)
{
	struct setting *s = begin();
	char *page = mem_zalloc(1, READY_LEN_MAX + 1);
	char room[TOKEN_TEXT_LEN + 1];
	uint32_t kept = 0;
	struct str text;

	(void)state;
	memset(page, 'x', READY_LEN_MAX + 1);
	for (uint32_t i = 0; i < 4000; i++)
		ready_keep(s->ready, &s->look, token_of(room, i * 7919), READY_PAGE,
			(struct str){page, READY_LEN_MAX});
	for (uint32_t i = 0; i < 4000; i++)
		kept += is_ready(s, token_of(room, i * 7919), READY_PAGE, &text);
	assert_true(kept > 0 && kept <= READY_BYTES_MAX / READY_LEN_MAX);
	assert_true(is_ready(s, token_of(room, 3999 * 7919), READY_PAGE, &text));
	ready_keep(s->ready, &s->look, token_of(room, 1), READY_PAGE,
		(struct str){page, READY_LEN_MAX + 1});
	assert_false(is_ready(s, token_of(room, 1), READY_PAGE, &text));
	MEM_FREE(page);
	finish(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_token_and_kind_has_its_own),
		cmocka_unit_test(a_write_of_the_ledger_ends_it),
		cmocka_unit_test(a_date_that_passes_ends_it),
		cmocka_unit_test(what_may_change_by_itself_is_not_kept),
		cmocka_unit_test(all_together_stay_within_their_room),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
