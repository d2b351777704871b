// SPDX-License-Identifier: Apache-2.0
/* How a batch's wallet passes look: what the manifest says, and where it says nothing, the template. */
#ifndef PIPELINE_PLAN_STYLE_H
#define PIPELINE_PLAN_STYLE_H

#include "pipeline/issue.h"

/*
 * Puts what c's cleaned template says of colours and texts into job->manifest, where the manifest
 * says nothing of them. From there policy, compiled template and the ledger's copy of the manifest
 * have it, so a plan that is taken up again, a correction and a pass that becomes void look alike.
 * Doing it twice changes nothing. LIMIT, with exit code EXIT_INPUT, when the two have too many texts together.
 */
enum rc plan_style_fill(
	struct issue *job, const struct issue_credential *c, struct err *err) MUST_CHECK;

#endif
