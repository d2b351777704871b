// SPDX-License-Identifier: Apache-2.0
/* What the signer refuses to say about a credential later, and about lists. */
#include "formats/statuslist.h"
#include "tests/harness/harness.h"
#include "tests/worker/sign_requests.h"
#include "trust/sign_status.h"

#include <string.h>

static struct keyring ring = {.tenant = "uni-example"};
static const uint8_t bits[STATUSLIST_BYTES];

static struct wire_actor revoker(void)
{
	struct wire_actor a = sample_actor();

	a.role = STR("certification:revoke");
	return a;
}

static void judge_event(const struct wire_actor *actor, uint8_t kind, struct str reason,
	int64_t at_s, const char *part)
{
	struct wire_status_event e = {.kind = kind, .reason = reason, .at_s = at_s};
	struct wire_sign_status ask = {.actor = *actor, .events = {&e, 1}};
	struct err err = {0};
	enum rc rc = sign_status_check(&ring, SAMPLE_NOW_S, &ask, &err);

	if (part == NULL)
		assert_ok(rc, err);
	else if (rc != RC_INPUT || strstr(err.text, part) == NULL)
		fail_msg("kind %u, reason " STR_FMT ": \"%s\" does not say \"%s\"", kind,
			STR_ARG(reason), err.text, part);
}

static void events_need_a_role_a_code_and_the_day(void **state)
{
	struct wire_actor issue = sample_actor();
	struct wire_actor revoke = revoker();
	struct wire_actor other = revoker();
	struct str code = STR("issued-in-error");

	(void)state;
	judge_event(&revoke, WIRE_STATUS_REVOKED, code, SAMPLE_NOW_S, NULL);
	judge_event(&issue, WIRE_STATUS_SUPERSEDED, STR("corrected"), SAMPLE_NOW_S, NULL);
	judge_event(&issue, WIRE_STATUS_REVOKED, code, SAMPLE_NOW_S, "certification:revoke");
	judge_event(&issue, WIRE_STATUS_SUSPENDED, code, SAMPLE_NOW_S, "certification:revoke");
	judge_event(&revoke, 0, code, SAMPLE_NOW_S, "unknown kind");
	judge_event(&revoke, 6, code, SAMPLE_NOW_S, "unknown kind");
	judge_event(&revoke, WIRE_STATUS_REVOKED, STR(""), SAMPLE_NOW_S, "is a code");
	judge_event(&revoke, WIRE_STATUS_REVOKED, STR("Ada cheated"), SAMPLE_NOW_S, "is a code");
	judge_event(&revoke, WIRE_STATUS_REVOKED, code, SAMPLE_NOW_S - 2 * SAMPLE_DAY_S, "clock");
	judge_event(&revoke, WIRE_STATUS_REVOKED, code, SAMPLE_NOW_S + 2 * SAMPLE_DAY_S, "clock");
	other.tenant = STR("another");
	judge_event(&other, WIRE_STATUS_REVOKED, code, SAMPLE_NOW_S, "tenant");
	other = revoker();
	other.principal = STR("");
	judge_event(&other, WIRE_STATUS_REVOKED, code, SAMPLE_NOW_S, "who asks");
}

/* One SUPERSEDED does not carry a revocation through with it. */
static void a_role_counts_for_all_events_of_a_request(void **state)
{
	struct wire_status_event e[2] = {
		{.kind = WIRE_STATUS_SUPERSEDED, .reason = STR("corrected"), .at_s = SAMPLE_NOW_S},
		{.kind = WIRE_STATUS_REVOKED, .reason = STR("other"), .at_s = SAMPLE_NOW_S}};
	struct wire_sign_status ask = {.actor = sample_actor(), .events = {e, 2}};
	struct err err = {0};

	(void)state;
	assert_int_equal(sign_status_check(&ring, SAMPLE_NOW_S, &ask, &err), RC_INPUT);
	ask.actor = revoker();
	assert_ok(sign_status_check(&ring, SAMPLE_NOW_S, &ask, &err), err);
}

static struct wire_sign_list sample_list(void)
{
	return (struct wire_sign_list){.actor = revoker(),
		.issuer = sample_policy_of(STR("")).issuer,
		.list = 3,
		.status = STR("revocation"),
		.bits = {bits, sizeof bits},
		.valid_from_s = SAMPLE_NOW_S,
		.valid_until_s = SAMPLE_NOW_S + 30 * SAMPLE_DAY_S,
		.ttl_s = 300};
}

static void refuse_list(const struct wire_sign_list *ask, const char *part)
{
	enum badge_status status;
	struct err err = {0};

	if (sign_status_check_list(&ring, SAMPLE_NOW_S, ask, &status, &err) != RC_INPUT
		|| strstr(err.text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

static void lists_are_the_issuers_whole_and_short_lived(void **state)
{
	struct wire_sign_list ask = sample_list();
	enum badge_status status;
	struct err err = {0};

	(void)state;
	assert_ok(sign_status_check_list(&ring, SAMPLE_NOW_S, &ask, &status, &err), err);
	assert_int_equal(status, BADGE_STATUS_REVOCATION);
	ask.bits.n--;
	refuse_list(&ask, "131072 entries");
	ask = sample_list();
	ask.list = 0;
	refuse_list(&ask, "a number");
	ask = sample_list();
	ask.status = STR("1edtech");
	refuse_list(&ask, "no purpose");
	ask = sample_list();
	ask.valid_until_s = SAMPLE_NOW_S + 3650 * SAMPLE_DAY_S;
	refuse_list(&ask, "90 days");
	ask = sample_list();
	ask.valid_until_s = ask.valid_from_s;
	refuse_list(&ask, "90 days");
	ask = sample_list();
	ask.valid_from_s -= 3 * SAMPLE_DAY_S;
	refuse_list(&ask, "clock");
	ask = sample_list();
	ask.ttl_s = 8 * 86400;
	refuse_list(&ask, "7 days");
	ask = sample_list();
	ask.issuer.id = STR("did:web:somebody.else.example");
	refuse_list(&ask, "did:web");
	ask = sample_list();
	ask.actor.role = STR("read");
	refuse_list(&ask, "certification:issue");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_need_a_role_a_code_and_the_day),
		cmocka_unit_test(a_role_counts_for_all_events_of_a_request),
		cmocka_unit_test(lists_are_the_issuers_whole_and_short_lived),
	};

	harness_start();
	return cmocka_run_group_tests_name("trust/sign_status", tests, NULL, NULL);
}
