// SPDX-License-Identifier: Apache-2.0
/* The key of a plan's JWTs in 1EdTech's profile, which not every tenant has. */
#ifndef PIPELINE_PLAN_JWT_H
#define PIPELINE_PLAN_JWT_H

#include "pipeline/issue.h"

/* Pins the tenant's active jwt key in job->policy, when it has one and the batch has badges. */
void plan_jwt_pin(struct issue *job);
/* *out: the batch that is there names a jwt key that may sign no more. */
enum rc plan_jwt_ended(struct issue *job, bool *out, struct err *err) MUST_CHECK;

#endif
