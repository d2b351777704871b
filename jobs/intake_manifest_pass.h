// SPDX-License-Identifier: Apache-2.0
/* The "pass" of a manifest's credential and of a bundle's template.json: one object, one set of rules. */
#ifndef JOBS_INTAKE_MANIFEST_PASS_H
#define JOBS_INTAKE_MANIFEST_PASS_H

#include "jobs/intake_manifest_schema.h"

/* A schema_reader; fills a struct wire_pass_style. */
enum rc intake_manifest_pass(
	struct schema *s, json_t *value, const struct schema_key *key, void *out) MUST_CHECK;
/*
 * json: template_cleaned.pass (templates/clean.h); empty gives a style that says nothing. *out lives in
 * a. INPUT begins with "template.json: pass" and names the member.
 */
enum rc intake_manifest_pass_of_template(
	struct str json, struct arena *a, struct wire_pass_style *out, struct err *err) MUST_CHECK;

#endif
