// SPDX-License-Identifier: Apache-2.0
/* Pinning and comparing the pass certificate. Runs in: control. */
#include "pipeline/plan_pass.h"

#include "base/hash.h"
#include "ledger/ledger_pass.h"

#include <string.h>

bool plan_pass_wanted(const struct issue *job)
{
	for (uint32_t i = 0; i < job->credential_count; i++)
		if ((job->credentials[i].asked->outputs & OUTPUT_PASS) != 0)
			return true;
	return false;
}

enum rc plan_pass_pin(struct issue *job, struct err *err)
{
	const struct wire_keys_are *k = &job->tenant->keys;
	struct ledger_pass_chain chain = {.kid = k->pass_kid,
		.certificate = k->pass_certificate,
		.intermediate = k->pass_intermediate,
		.root = k->pass_root};

	if (!plan_pass_wanted(job))
		return RC_OK;
	job->policy.pass_kid = k->pass_kid;
	memcpy(job->policy.pass_chain_sha256, k->pass_chain_sha256, 32);
	memcpy(chain.sha256, k->pass_chain_sha256, 32);
	return ledger_pass_pin(
		job->tenant->ledger, &job->tenant->actor, job->batch.id, &chain, err);
}

/* What the operator did, as far as the two chains tell. */
static const char *what_changed(
	const struct ledger_pass_chain *planned, const struct wire_keys_are *now)
{
	if (planned->root.n != 0 && !now->pass_throwaway)
		return "was planned with the throwaway pass certificate, and a real one is "
		       "installed now";
	if (planned->root.n == 0 && now->pass_throwaway)
		return "was planned with a real pass certificate, and there is only the throwaway "
		       "one now";
	if (str_eq(bytes_text(planned->certificate), bytes_text(now->pass_certificate)))
		return "was planned with another wwdr.pem than is installed now";
	return "was planned with another pass certificate than is installed now";
}

enum rc plan_pass_check(struct issue *job, struct err *err)
{
	const struct wire_keys_are *k = &job->tenant->keys;
	struct ledger_pass_chain planned = {0};
	bool found = false;
	enum rc rc;

	if (!plan_pass_wanted(job)
		|| (str_eq(job->policy.pass_kid, k->pass_kid)
			&& hash_equal(job->policy.pass_chain_sha256, k->pass_chain_sha256, 32)))
		return RC_OK;
	rc = ledger_pass_find(
		job->tenant->ledger, job->arena, job->batch.id, &planned, &found, err);
	if (rc != RC_OK)
		return rc;
	job->exit_code = EXIT_CONFLICT;
	return err_set(err, RC_INPUT,
		"batch " STR_FMT " %s; put the old one back to finish it, or give the manifest "
		"another idempotency_key to plan the rest anew",
		STR_ARG(job->batch.id),
		found ? what_changed(&planned, k)
		      : "was planned by a certfill that did not note the pass certificate");
}
