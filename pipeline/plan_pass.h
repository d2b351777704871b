// SPDX-License-Identifier: Apache-2.0
/* The pass certificate in the plan: pinned when it is made, compared when it is taken up again. */
#ifndef PIPELINE_PLAN_PASS_H
#define PIPELINE_PLAN_PASS_H

#include "pipeline/issue.h"

/* True when one of the manifest's credentials asks for a wallet pass. */
bool plan_pass_wanted(const struct issue *job);
/* Pins the tenant's certificates in policy and ledger, if the batch has passes. */
enum rc plan_pass_pin(struct issue *job, struct err *err) MUST_CHECK;
/*
 * INPUT, with exit code 6, when the batch has passes and the tenant's certificates are not those of
 * the plan: its remaining passes would be others than were planned.
 */
enum rc plan_pass_check(struct issue *job, struct err *err) MUST_CHECK;

#endif
