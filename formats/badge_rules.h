// SPDX-License-Identifier: Apache-2.0
/*
 * What Open Badges 3.0 allows, as tables: classes and their members (section B, and its plain JSON
 * Schema). Intake reads manifests by them; the signer holds every credential against them before it
 * signs. Stricter than the schema where verifiers are: absolute URIs only, no empty text, numbers
 * that every RDF library writes alike.
 */
#ifndef FORMATS_BADGE_RULES_H
#define FORMATS_BADGE_RULES_H

#include "formats/jsonr.h"

/* Longest texts and lists anywhere in a badge. */
#define BADGE_RULES_TEXT_MAX 8192
#define BADGE_RULES_URI_MAX 2048
#define BADGE_RULES_ITEMS_MAX 100
/* Objects in objects, the credential counted. */
#define BADGE_RULES_DEPTH_MAX 10

enum badge_value {
	BADGE_VALUE_TEXT,
	BADGE_VALUE_URI,
	BADGE_VALUE_IMAGE, /* a URI, or a picture as data: */
	BADGE_VALUE_TIME, /* DateTimeZ: RFC 3339 with Z or an offset */
	BADGE_VALUE_DAY, /* YYYY-MM-DD */
	BADGE_VALUE_NUMBER,
	BADGE_VALUE_BOOL,
	BADGE_VALUE_CHOICE, /* one of choices, or ext:... when open */
	BADGE_VALUE_LANGUAGE, /* the schema's pattern of inLanguage */
	BADGE_VALUE_CONTEXT, /* the address of a pinned context */
	BADGE_VALUE_OBJECT, /* of class */
};

/* many: always an array, even of one. choices: ends with NULL. */
struct badge_member {
	const char *name;
	enum badge_value value;
	bool required;
	bool many;
	bool open;
	const struct badge_class *class;
	const char *const *choices;
};

/*
 * type: what "type" must contain; NULL: the class has none. base: must stand there, too, unless NULL.
 * type_text: "type" is that very string, no array. type_open: further types may stand beside it, by
 * their addresses.
 */
struct badge_class {
	const char *type;
	const char *base;
	bool type_text;
	bool type_open;
	const struct badge_member *members;
	size_t member_count;
};

extern const struct badge_class badge_class_credential;
extern const struct badge_class badge_class_achievement;
extern const struct badge_class badge_class_endorsement;
extern const struct badge_class badge_class_image;

/* NULL when the class has no such member. */
const struct badge_member *badge_rules_member(const struct badge_class *class, struct str name);
/* A single value that is no object, against its member; NULL when it is fine, else what it must be. */
const char *badge_rules_value_fault(const struct badge_member *member, struct str text);
/* One of the types in the list of an object; NULL when it may stand there, else what it must be. */
const char *badge_rules_type_fault(const struct badge_class *class, struct str type);
/* The entry of "@context" at place, from 0; NULL when it is fine, else what it must be. */
const char *badge_rules_context_fault(size_t place, struct str url);
/* How many entries a list has at least. */
size_t badge_rules_least(const struct badge_member *member);
/* ^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$ */
bool badge_rules_is_language(struct str s);
/* The member "status" of a Result, for its words. */
const struct badge_member *badge_rules_result_status(void);
/* A decimal number, at most six digits before and three behind the point, no leading zeros. */
bool badge_rules_is_number(struct str s);

/* INPUT "path: what it must be" for the first thing that the class does not allow. */
enum rc badge_rules_check(const struct badge_class *class, const struct jsonr_value *value,
	struct err *err) MUST_CHECK;

#endif
