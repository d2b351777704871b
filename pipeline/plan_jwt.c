// SPDX-License-Identifier: Apache-2.0
/* Pinning the jwt key. Runs in: control. */
#include "pipeline/plan_jwt.h"

static bool has_badges(const struct issue *job)
{
	for (uint32_t i = 0; i < job->credential_count; i++)
		if ((job->credentials[i].asked->outputs & OUTPUT_BADGE) != 0)
			return true;
	return false;
}

void plan_jwt_pin(struct issue *job)
{
	const struct wire_key *key = tenant_key(job->tenant, KEY_JWT);

	if (key != NULL && has_badges(job))
		job->policy.jwt_kid = key->kid;
}

enum rc plan_jwt_ended(struct issue *job, bool *out, struct err *err)
{
	struct wire_policy policy;
	enum rc rc = kept_read(&wire_policy_type, job->batch.policy, job->arena, &policy, err);

	*out = rc == RC_OK && policy.jwt_kid.n != 0
		&& keys_ended(&job->tenant->listed, policy.jwt_kid);
	return rc;
}
