// SPDX-License-Identifier: Apache-2.0
/*
 * Members of Open Badges that the manifest takes as they are, by the tables of formats/badge_rules.h.
 * "type" may be left out, a single value may stand where the badge has a list, and results and levels
 * without an id get one below the achievement's. Not so in an endorsement: somebody else has signed it.
 */
#ifndef JOBS_INTAKE_MANIFEST_BADGE_H
#define JOBS_INTAKE_MANIFEST_BADGE_H

#include "formats/badge_rules.h"
#include "jobs/intake_manifest_schema.h"

/* A tree that grows. base: what generated ids begin with. as_is: inside an endorsement. */
struct intake_badge {
	struct schema *s;
	struct wire_node *nodes;
	uint32_t count;
	struct str base;
	bool as_is;
};

struct intake_badge intake_badge_start(struct schema *s, struct str base);
/* Appends value as the member of class that is called name. INPUT with the path of what is wrong. */
enum rc intake_badge_add(struct intake_badge *b, const struct badge_class *class, const char *name,
	json_t *value) MUST_CHECK;

#endif
