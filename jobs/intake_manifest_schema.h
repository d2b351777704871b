// SPDX-License-Identifier: Apache-2.0
/*
 * Reading a JSON object by a table of its keys. Unknown keys are errors with a suggestion, keys
 * that begin with x- pass; every error begins with the path of the value.
 */
#ifndef JOBS_INTAKE_MANIFEST_SCHEMA_H
#define JOBS_INTAKE_MANIFEST_SCHEMA_H

#include "jobs/intake_manifest.h"

#include <jansson.h>

#define SCHEMA_PATH_LEN 160

/* One manifest being read. path: where we are, for sentences. */
struct schema {
	struct arena *a;
	struct err *err;
	char path[SCHEMA_PATH_LEN];
	struct wire_manifest *manifest;
	struct intake_source *source;
};

struct schema_key;

/* Reads value, which is key's, into out. */
typedef enum rc schema_reader(
	struct schema *s, json_t *value, const struct schema_key *key, void *out);

/*
 * name: of the member. read: what to do with it. offset: of the member of out that read fills.
 * min, max: bytes of a string, bounds of a number, entries of a list. choices: the only strings
 * allowed. says: of a value that is known but not built yet, why. null: JSON null is the same as absent.
 */
struct schema_key {
	const char *name;
	schema_reader *read;
	size_t offset;
	double min;
	double max;
	const struct schema_choice *choices;
	const char *says;
	bool required;
	bool null;
};

/* Ends with text NULL. */
struct schema_choice {
	const char *text;
	uint32_t value;
};

/* One type of object: its keys. */
struct schema_object {
	const struct schema_key *keys;
	size_t count;
};
#define SCHEMA_OBJECT(var, keys_array) \
	static const struct schema_object var = {keys_array, ARRAY_COUNT(keys_array)}

/* INPUT "path: sentence". */
enum rc schema_fail(struct schema *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Appends ".name" to the path; schema_leave() takes the length that schema_enter() gave. */
size_t schema_enter(struct schema *s, const char *name);
size_t schema_enter_index(struct schema *s, size_t index);
void schema_leave(struct schema *s, size_t len);

enum rc schema_read_object(
	struct schema *s, json_t *value, const struct schema_object *object, void *out) MUST_CHECK;
/* The string in value, min..max bytes, without control characters but LF. */
enum rc schema_take_str(
	struct schema *s, json_t *value, const struct schema_key *key, struct str *out) MUST_CHECK;

/* ---- readers; each writes a member of the type in its comment ---- */
enum rc schema_str(
	struct schema *s, json_t *value, const struct schema_key *key, void *out); /* struct str */
enum rc schema_strs(struct schema *s, json_t *value, const struct schema_key *key,
	void *out); /* LIST_OF(struct str), strings of at most 255 bytes */
enum rc schema_number(
	struct schema *s, json_t *value, const struct schema_key *key, void *out); /* double */
enum rc schema_choose(struct schema *s, json_t *value, const struct schema_key *key,
	void *out); /* uint32_t: the choice's value */
enum rc schema_locale(
	struct schema *s, json_t *value, const struct schema_key *key, void *out); /* struct str */
enum rc schema_uri(struct schema *s, json_t *value, const struct schema_key *key,
	void *out); /* struct str: absolute URI */
/* Only null, false, an empty list or nothing: key->says is the sentence otherwise. Writes nothing. */
enum rc schema_unbuilt(struct schema *s, json_t *value, const struct schema_key *key, void *out);
/* Strings only, of at most key->max bytes; nothing is kept. */
enum rc schema_ignored_str(
	struct schema *s, json_t *value, const struct schema_key *key, void *out);

/* The member of out that key fills. */
void *schema_member(const struct schema_key *key, void *out);
/* "string", "number", ... */
const char *schema_type_name(const json_t *value);

/* ---- the parts of a manifest, one file each ---- */
extern const struct schema_object schema_source_object; /* out: struct intake_source */
enum rc schema_credentials(struct schema *s, json_t *value, const struct schema_key *key,
	void *out); /* out: struct wire_manifest */

#endif
