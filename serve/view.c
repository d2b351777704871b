// SPDX-License-Identifier: Apache-2.0
/* Names of verdicts and checks as JSON has them. Runs in: verify. */
#include "serve/view.h"

static const char *const verdicts[VERDICT_COUNT] = {[VERDICT_VALID] = "valid",
	[VERDICT_EXPIRED] = "expired",
	[VERDICT_SUSPENDED] = "suspended",
	[VERDICT_REVOKED] = "revoked",
	[VERDICT_SUPERSEDED] = "superseded",
	[VERDICT_NOT_GENUINE] = "not-genuine",
	[VERDICT_UNDETERMINED] = "undetermined",
	[VERDICT_EARLY] = "not-yet-valid"};
static const char *const checks[CHECK_KIND_COUNT] = {[CHECK_TOKEN] = "token",
	[CHECK_SIGNATURE] = "signature",
	[CHECK_KEY] = "key",
	[CHECK_STATUS] = "status",
	[CHECK_DATES] = "dates"};
static const char *const states[] = {
	[CHECK_OK] = "ok", [CHECK_FAILED] = "failed", [CHECK_NOT_DONE] = "not-checked"};

const char *view_verdict_name(enum verdict verdict)
{
	return verdicts[verdict];
}

const char *view_check_name(enum check_kind kind)
{
	return checks[kind];
}

const char *view_state_name(enum check_state state)
{
	return states[state];
}
