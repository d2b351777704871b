// SPDX-License-Identifier: Apache-2.0
/* Events that a killed correction still owes. Runs in: control. */
#include "ledger/ledger_batch.h"
#include "pipeline/issue.h"
#include "pipeline/status.h"

#define PAGE 100
/* A policy and its manifest, and a page of batches. */
#define ARENA_LEN ((size_t)16 << 20)

/* What was asked for is in the plan: who began it, and why. */
static enum rc settle_batch(struct tenant *t, struct str id, struct arena *a, struct err *err)
{
	struct wire_policy policy;
	struct batch b;
	bool found = false;
	enum rc rc = ledger_batch_find(t->ledger, a, id, &b, &found, err);

	if (rc != RC_OK || !found || !b.frozen)
		return rc;
	rc = kept_read(&wire_policy_type, b.policy, a, &policy, err);
	if (rc != RC_OK)
		return rc;
	return status_mark_superseded(t, id,
		str_eq_cz(policy.actor.reason, STATUS_RENEWED) ? STATUS_RENEWED : STATUS_CORRECTED,
		err);
}

static enum rc settle_all(struct tenant *t, struct err *err)
{
	struct arena *list = arena_new(ARENA_LEN);
	struct arena *one = arena_new(ARENA_LEN);
	struct str before = STR("");
	struct batch_list page;
	enum rc rc;

	do {
		rc = ledger_batch_list(t->ledger, list, before, PAGE, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++) {
			enum batch_state state = page.items[i].state;

			before = page.items[i].id;
			arena_reset(one);
			/* One that was given up may have issued a part first. */
			if (state == BATCH_ISSUING || state == BATCH_ABANDONED)
				rc = settle_batch(t, before, one, err);
		}
	} while (rc == RC_OK && page.count == PAGE);
	arena_free(&one);
	arena_free(&list);
	return rc;
}

enum rc status_settle(struct tenant *t, struct err *err)
{
	struct actor asked = t->actor;
	enum rc rc;

	t->actor.role = STR("certification:issue");
	t->actor.reason = STR("unfinished batch");
	rc = settle_all(t, err);
	t->actor = asked;
	return rc;
}
