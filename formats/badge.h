// SPDX-License-Identifier: Apache-2.0
/*
 * Open Badges 3.0 credentials on VCDM 2.0 from typed fields: the tree that is then signed.
 * Members of 0..* are arrays, nothing is null, nothing is an empty array, so that 1EdTech's plain
 * JSON Schema takes the result. Texts are valid UTF-8.
 */
#ifndef FORMATS_BADGE_H
#define FORMATS_BADGE_H

#include "base/buf.h"
#include "base/ulid.h"
#include "formats/jsonr.h"

#define BADGE_NO_TIME INT64_MIN

enum badge_status {
	BADGE_STATUS_REVOCATION, /* BitstringStatusListEntry, statusPurpose revocation */
	BADGE_STATUS_SUSPENSION, /* the same, statusPurpose suspension */
	BADGE_STATUS_1EDTECH, /* 1EdTechRevocationList */
};

/* "revocation", "suspension", "1edtech"; an empty text is "revocation". False for anything else. */
bool badge_status_of(struct str name, enum badge_status *out);

struct badge_issuer {
	struct str id; /* did:web:... */
	struct str name;
	struct str url; /* may be empty */
	struct str base_url; /* https://host, see token.h */
	bool demo; /* marks name and description; no address is claimed for the credential */
};

/* One language, already chosen. Empty members are left out, but for those marked R. */
struct badge_achievement {
	struct str id; /* R: absolute URI */
	struct str name; /* R */
	struct str description; /* empty: the name */
	struct str type; /* achievementType; one of the specification's or "ext:..." */
	struct str criteria_id; /* this or the narrative is R */
	struct str criteria_narrative; /* Markdown */
	const struct str *tags;
	size_t tag_count;
	struct str human_code;
	struct str field_of_study;
	struct str specialization;
	struct str in_language; /* left out when the specification's pattern does not take it */
	struct str version;
	const struct jsonr_value *more; /* an object of further members; NULL: none */
	const struct jsonr_value *around; /* members of the credential itself; NULL: none */
};

/*
 * A Result. description: id of a ResultDescription among the achievement's more; empty: one is made
 * of the name. level: id of the rubric's level that was reached, in place of the value; or empty.
 */
struct badge_result {
	struct str name;
	struct str value;
	struct str description;
	struct str level;
};

struct badge_award {
	uint8_t ulid[ULID_LEN]; /* of the credential */
	uint8_t subject[ULID_LEN]; /* UUID of the recipient as a subject */
	struct str email; /* hashed with the salt; empty: no identifier */
	struct str external_id; /* the same */
	uint8_t salt[16]; /* hashed in as 32 lower-case hexadecimal digits */
	int64_t valid_from_s;
	int64_t valid_until_s; /* BADGE_NO_TIME: no end */
	int64_t awarded_s; /* BADGE_NO_TIME: not stated */
	enum badge_status status;
	uint32_t status_list;
	uint32_t status_index;
	struct str name; /* readable for everybody; empty: not in the badge */
	struct str activity_start; /* DateTimeZ, as the next; all of these may be empty */
	struct str activity_end;
	struct str credits_earned; /* see badge_rules_is_number() */
	struct str license_number;
	struct str narrative;
	struct str role;
	struct str term;
	struct str evidence_url;
	struct str evidence_name;
	struct str evidence_narrative;
	struct str evidence_genre;
	const struct badge_result *results;
	size_t result_count;
};

/*
 * INPUT with a sentence when the achievement cannot be said in Open Badges: what is required is
 * missing, an id is not an absolute URI, a type is unknown.
 */
enum rc badge_check_achievement(const struct badge_achievement *a, struct err *err) MUST_CHECK;
/* "@context" of every badge, as a value. LIMIT when a is full. */
enum rc badge_context(struct arena *a, const struct jsonr_value **out, struct err *err) MUST_CHECK;
/*
 * The credential as a tree in a, the same for the same input. achievement passed
 * badge_check_achievement(). INPUT when a field cannot be said, or the whole is not what
 * badge_rules.h allows; LIMIT when a is full.
 */
enum rc badge_build(struct arena *a, const struct badge_issuer *issuer,
	const struct badge_achievement *achievement, const struct badge_award *award,
	const struct jsonr_value **out, struct err *err) MUST_CHECK;
/* Appends it as compact JSON: the payload of a VC-JWT. LIMIT when out is full. */
enum rc badge_put(
	struct buf *out, const struct jsonr_value *credential, struct err *err) MUST_CHECK;

#endif
