// SPDX-License-Identifier: Apache-2.0
/* One verification under way. */
#ifndef VERIFY_CONTEXT_H
#define VERIFY_CONTEXT_H

#include "verify/material.h"
#include "verify/report.h"

/* Clocks of issuers may be ahead of ours by so much. */
#define CONTEXT_SLACK_S 300
#define CONTEXT_STATUS_AGE_S ((int64_t)7 * 86400)
#define CONTEXT_ARENA_LEN ((size_t)512 << 20)

/* file: the input as it came; its digest is worked out when it is first asked for. */
struct context {
	struct arena *a;
	struct certfill_material *material;
	const struct certfill_verify_options *options;
	struct report *report;
	struct bytes file;
	uint8_t file_digest[HASH_SHA256_LEN];
	bool is_hashed;
	struct str id; /* of a credential whose signature was found good, else empty */
	bool is_void; /* a pass that says so: made after the record, which does not name it */
};

/*
 * The material's document, else what the caller's find() gives; then it is added. NULL: nobody has
 * it; it is then among the report's wanted names.
 */
struct material_item *context_get(struct context *c, enum material_kind kind, struct str name);
/* SHA-256 of the input. */
const uint8_t *context_file_digest(struct context *c);
/* A text member; empty when it is missing or no text. */
struct str context_text(const struct jsonr_value *json, const char *name);
/* value is a text, or an object with an "id". */
struct str context_id(const struct jsonr_value *value);
/* "type" is, or holds, name. */
bool context_is_type(const struct jsonr_value *json, const char *name);

#endif
