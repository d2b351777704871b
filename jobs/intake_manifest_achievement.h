// SPDX-License-Identifier: Apache-2.0
/* The "achievement" of a credential, as Open Badges 3.0 describes it. */
#ifndef JOBS_INTAKE_MANIFEST_ACHIEVEMENT_H
#define JOBS_INTAKE_MANIFEST_ACHIEVEMENT_H

#include "jobs/intake_manifest_schema.h"

/* A schema_reader; fills a struct wire_achievement. */
enum rc intake_manifest_achievement(
	struct schema *s, json_t *value, const struct schema_key *key, void *out) MUST_CHECK;

#endif
