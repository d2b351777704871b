// SPDX-License-Identifier: Apache-2.0
/*
 * JSON text before jansson sees it: how deep it is nested, and where its parts stand, which jansson
 * does not tell. Nothing here judges whether the text is valid; jansson does.
 */
#ifndef JOBS_INTAKE_JSON_H
#define JOBS_INTAKE_JSON_H

#include "base/str.h"

#include <jansson.h>

/* False when the text is nested deeper than max. Brackets in strings do not count. */
bool intake_json_depth_within(struct str text, size_t max);
/*
 * The length of the value that begins at from: to its closing bracket or quotation mark, or to the next
 * "," "]" "}" or space. 0 when a bracket or quotation mark is never closed.
 */
size_t intake_json_value_len(struct str text, size_t from);
/* The first byte at or after from that is no white space of JSON; text.n when there is none. */
size_t intake_json_skip_space(struct str text, size_t from);
/*
 * Where the value of the member of the outermost object begins, whose name is written without
 * escapes; text.n when there is none. text is valid JSON.
 */
size_t intake_json_find_member(struct str text, struct str name);
/* json_loadb without duplicate keys; fault.text is valid UTF-8 afterwards. NULL on a fault. */
json_t *intake_json_load(struct str text, json_error_t *fault);

#endif
