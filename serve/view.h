// SPDX-License-Identifier: Apache-2.0
/*
 * What the public pages show, as typed fields. Routes fill these from the ledger; pages turn them into
 * HTML and JSON. A view holds only what the institution chose to publish.
 */
#ifndef SERVE_VIEW_H
#define SERVE_VIEW_H

#include "base/str.h"

/* The one verdict of a page (names in JSON: view_verdict_name). */
enum verdict {
	VERDICT_VALID,
	VERDICT_EXPIRED,
	VERDICT_SUSPENDED,
	VERDICT_REVOKED,
	VERDICT_SUPERSEDED,
	VERDICT_NOT_GENUINE,
	VERDICT_UNDETERMINED, /* could not be checked: never shown as good */
	VERDICT_EARLY, /* its time has not begun; "undetermined" to programs, as certfill verify says */
	VERDICT_COUNT
};

enum check_kind {
	CHECK_TOKEN,
	CHECK_SIGNATURE,
	CHECK_KEY,
	CHECK_STATUS,
	CHECK_DATES,
	CHECK_KIND_COUNT
};
enum check_state { CHECK_OK, CHECK_FAILED, CHECK_NOT_DONE };
/* Why a check failed or was not done, where the verdict does not say it already. */
enum check_why {
	WHY_NONE,
	WHY_CHANGED, /* the content is not what was signed */
	WHY_KEY, /* the key was not in use then, or fell into other hands */
	WHY_EARLIER, /* an earlier check failed */
	WHY_NUMBER, /* the address has a number, no secret code */
};
struct view_check {
	enum check_kind kind;
	enum check_state state;
	enum check_why why;
};

/* A published field. key: "field.honours". */
struct view_field {
	struct str key;
	struct str value;
};

#define VIEW_NO_TIME INT64_MIN

struct view_standing {
	enum verdict verdict;
	int64_t starts_s; /* VIEW_NO_TIME: it has begun */
	int64_t expires_s; /* VIEW_NO_TIME: never */
	int64_t changed_s; /* revoked, suspended or superseded at; VIEW_NO_TIME when neither */
};

/* The certificate itself. */
struct view_picture {
	struct str url; /* empty: none is shown */
	struct str thumbnail_url;
	uint32_t width; /* of the whole one, in pixels; 0: not known */
	uint32_t height;
};

struct verify_view {
	struct view_standing standing;
	struct str issuer_name;
	struct str issuer_url;
	struct str issuer_id; /* did:web:... */
	struct str kid;
	struct str recipient; /* empty: not published */
	struct str achievement;
	struct str achievement_type; /* "Certificate", ... may be empty */
	struct str criteria; /* text, may be empty */
	const struct view_field *fields;
	size_t field_count;
	int64_t issued_s;
	struct str reason; /* why, as published; may be empty */
	const struct view_check *checks;
	size_t check_count;
	struct str credential_url; /* the signed credential, empty when it is not public */
	struct view_picture picture; /* only where the institution shows it */
	struct str permalink;
	int64_t checked_s;
	bool demo;
};

/* One download of the recipient's page. */
enum claim_item { CLAIM_PDF, CLAIM_PNG, CLAIM_CREDENTIAL, CLAIM_PASS, CLAIM_JWT, CLAIM_ITEM_COUNT };

struct claim_view {
	struct view_standing standing; /* of the newest credential */
	struct str issuer_name;
	struct str issuer_url;
	struct str recipient;
	struct str achievement;
	int64_t issued_s;
	struct str verify_url;
	struct str linkedin_url; /* empty: not offered */
	struct view_picture picture; /* short-lived, for this page alone */
	struct str action; /* where the forms post to: "/c/CLAIM" */
	bool offers[CLAIM_ITEM_COUNT];
	bool pass_is_void; /* crossed out, for the credential does not stand */
	bool pass_is_demo; /* no wallet accepts it: offered as a plain download that says so */
	bool demo;
};

/* "valid", "expired", "suspended", "revoked", "superseded", "not-genuine", "undetermined", "not-yet-valid". */
const char *view_verdict_name(enum verdict verdict);
/* "token", "signature", "key", "status", "dates". */
const char *view_check_name(enum check_kind kind);
/* "ok", "failed", "not-checked". */
const char *view_state_name(enum check_state state);

#endif
