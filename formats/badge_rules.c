// SPDX-License-Identifier: Apache-2.0
/* Open Badges 3.0 by table. Runs in: intake, sign. */
#include "formats/badge_rules.h"

#include "base/clock.h"
#include "base/text.h"
#include "formats/uri.h"

#include <string.h>

#define PATH_LEN 160

/* ---- vocabularies (OB 3.0, sections B.1.4, B.1.7, B.1.15, B.5.3) ---- */

static const char *const achievement_types[] = {"Achievement", "ApprenticeshipCertificate",
	"Assessment", "Assignment", "AssociateDegree", "Award", "Badge", "BachelorDegree",
	"Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency",
	"Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork",
	"GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License",
	"Membership", "ProfessionalDoctorate", "QualityAssuranceCredential", "MasterCertificate",
	"MasterDegree", "MicroCredential", "ResearchDoctorate", "SecondarySchoolDiploma", NULL};
static const char *const target_types[] = {"ceasn:Competency", "ceterms:Credential", "CFItem",
	"CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL", NULL};
static const char *const result_types[] = {"GradePointAverage", "LetterGrade", "Percent",
	"PerformanceLevel", "PredictedScore", "RawScore", "Result", "RubricCriterion",
	"RubricCriterionLevel", "RubricScore", "ScaledScore", "Status", NULL};
static const char *const result_states[] = {
	"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew", NULL};
static const char *const identifier_types[] = {"name", "sourcedId", "systemId", "productId",
	"userName", "accountId", "emailAddress", "nationalIdentityNumber", "isbn", "issn",
	"lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId",
	"ltiToolId", "ltiPlatformId", "ltiUserId", "identifier", NULL};

/* What an endorsement's issuer claims; 1EdTech's validator takes no other purpose. */
static const char *const purposes[] = {"assertionMethod", NULL};

/* ---- classes ---- */

#define TEXT(n) \
	{ \
		.name = (n), .value = BADGE_VALUE_TEXT \
	}
#define URI(n) \
	{ \
		.name = (n), .value = BADGE_VALUE_URI \
	}
#define TIME(n) \
	{ \
		.name = (n), .value = BADGE_VALUE_TIME \
	}
#define NEED(n, v) \
	{ \
		.name = (n), .value = (v), .required = true \
	}
#define ONE(n, c) \
	{ \
		.name = (n), .value = BADGE_VALUE_OBJECT, .class = &(c) \
	}
#define MANY(n, c) \
	{ \
		.name = (n), .value = BADGE_VALUE_OBJECT, .many = true, .class = &(c) \
	}
#define CHOICE(n, list, extensible) \
	{ \
		.name = (n), .value = BADGE_VALUE_CHOICE, .choices = (list), .open = (extensible) \
	}
#define CLASS(list) .members = (list), .member_count = ARRAY_COUNT(list)

static const struct badge_class profile_class;

static const struct badge_member image_members[] = {NEED("id", BADGE_VALUE_IMAGE), TEXT("caption")};
const struct badge_class badge_class_image = {
	.type = "Image", .type_text = true, CLASS(image_members)};

static const struct badge_member criteria_members[] = {URI("id"), TEXT("narrative")};
static const struct badge_class criteria_class = {CLASS(criteria_members)};

static const struct badge_member identifier_members[] = {NEED("identifier", BADGE_VALUE_TEXT),
	{.name = "identifierType",
		.value = BADGE_VALUE_CHOICE,
		.required = true,
		.open = true,
		.choices = identifier_types}};
static const struct badge_class identifier_class = {
	.type = "IdentifierEntry", .type_text = true, CLASS(identifier_members)};

static const struct badge_member identity_members[] = {NEED("hashed", BADGE_VALUE_BOOL),
	NEED("identityHash", BADGE_VALUE_TEXT),
	{.name = "identityType",
		.value = BADGE_VALUE_CHOICE,
		.required = true,
		.open = true,
		.choices = identifier_types},
	TEXT("salt")};
static const struct badge_class identity_class = {
	.type = "IdentityObject", .type_text = true, CLASS(identity_members)};

static const struct badge_member alignment_members[] = {NEED("targetName", BADGE_VALUE_TEXT),
	NEED("targetUrl", BADGE_VALUE_URI), TEXT("targetCode"), TEXT("targetDescription"),
	TEXT("targetFramework"), CHOICE("targetType", target_types, true)};
static const struct badge_class alignment_class = {
	.type = "Alignment", .type_open = true, CLASS(alignment_members)};

static const struct badge_member level_members[] = {NEED("id", BADGE_VALUE_URI),
	NEED("name", BADGE_VALUE_TEXT), TEXT("description"), TEXT("level"), TEXT("points"),
	MANY("alignment", alignment_class)};
static const struct badge_class level_class = {
	.type = "RubricCriterionLevel", .type_open = true, CLASS(level_members)};

static const struct badge_member description_members[] = {NEED("id", BADGE_VALUE_URI),
	NEED("name", BADGE_VALUE_TEXT),
	{.name = "resultType",
		.value = BADGE_VALUE_CHOICE,
		.required = true,
		.open = true,
		.choices = result_types},
	{.name = "allowedValue", .value = BADGE_VALUE_TEXT, .many = true}, URI("requiredLevel"),
	TEXT("requiredValue"), TEXT("valueMin"), TEXT("valueMax"),
	MANY("rubricCriterionLevel", level_class), MANY("alignment", alignment_class)};
static const struct badge_class description_class = {
	.type = "ResultDescription", .type_open = true, CLASS(description_members)};

static const struct badge_member result_members[] = {URI("resultDescription"), URI("achievedLevel"),
	CHOICE("status", result_states, false), TEXT("value"), MANY("alignment", alignment_class)};
static const struct badge_class result_class = {
	.type = "Result", .type_open = true, CLASS(result_members)};

static const struct badge_member related_members[] = {NEED("id", BADGE_VALUE_URI),
	{.name = "inLanguage", .value = BADGE_VALUE_LANGUAGE}, TEXT("version")};
static const struct badge_class related_class = {
	.type = "Related", .type_open = true, CLASS(related_members)};

static const struct badge_member geo_members[] = {
	NEED("latitude", BADGE_VALUE_NUMBER), NEED("longitude", BADGE_VALUE_NUMBER)};
static const struct badge_class geo_class = {
	.type = "GeoCoordinates", .type_text = true, CLASS(geo_members)};

static const struct badge_member address_members[] = {TEXT("addressCountry"),
	TEXT("addressCountryCode"), TEXT("addressRegion"), TEXT("addressLocality"),
	TEXT("streetAddress"), TEXT("postOfficeBoxNumber"), TEXT("postalCode"),
	ONE("geo", geo_class)};
static const struct badge_class address_class = {
	.type = "Address", .type_open = true, CLASS(address_members)};

static const struct badge_member profile_members[] = {NEED("id", BADGE_VALUE_URI), TEXT("name"),
	URI("url"), TEXT("phone"), TEXT("description"), TEXT("email"),
	ONE("image", badge_class_image), ONE("address", address_class),
	MANY("otherIdentifier", identifier_class), MANY("endorsement", badge_class_endorsement),
	TEXT("official"), ONE("parentOrg", profile_class), TEXT("familyName"), TEXT("givenName"),
	TEXT("additionalName"), TEXT("patronymicName"), TEXT("honorificPrefix"),
	TEXT("honorificSuffix"), TEXT("familyNamePrefix"),
	{.name = "dateOfBirth", .value = BADGE_VALUE_DAY}};
static const struct badge_class profile_class = {
	.type = "Profile", .type_open = true, CLASS(profile_members)};

static const struct badge_member evidence_members[] = {URI("id"), TEXT("narrative"), TEXT("name"),
	TEXT("description"), TEXT("genre"), TEXT("audience")};
static const struct badge_class evidence_class = {
	.type = "Evidence", .type_open = true, CLASS(evidence_members)};

static const struct badge_member proof_members[] = {TIME("created"), TEXT("cryptosuite"),
	TEXT("challenge"), TEXT("domain"), TEXT("nonce"), CHOICE("proofPurpose", purposes, false),
	TEXT("proofValue"), URI("verificationMethod")};
static const struct badge_class proof_class = {
	.type = "DataIntegrityProof", .type_text = true, CLASS(proof_members)};

static const struct badge_member schema_members[] = {NEED("id", BADGE_VALUE_URI)};
static const struct badge_class schema_class = {
	.type = "1EdTechJsonSchemaValidator2019", .type_text = true, CLASS(schema_members)};

/* Two classes in one: which members belong to which type is the builder's business. */
static const char *const status_types[] = {
	"BitstringStatusListEntry", "1EdTechRevocationList", NULL};
static const struct badge_member status_members[] = {NEED("id", BADGE_VALUE_URI),
	{.name = "type", .value = BADGE_VALUE_CHOICE, .required = true, .choices = status_types},
	TEXT("statusPurpose"), TEXT("statusListIndex"), URI("statusListCredential")};
static const struct badge_class status_class = {CLASS(status_members)};

static const struct badge_member endorsed_members[] = {
	NEED("id", BADGE_VALUE_URI), TEXT("endorsementComment")};
static const struct badge_class endorsed_class = {
	.type = "EndorsementSubject", .type_open = true, CLASS(endorsed_members)};

static const struct badge_member endorsement_members[] = {
	{.name = "@context", .value = BADGE_VALUE_CONTEXT, .required = true, .many = true},
	NEED("id", BADGE_VALUE_URI), NEED("name", BADGE_VALUE_TEXT), TEXT("description"),
	{.name = "issuer", .value = BADGE_VALUE_OBJECT, .required = true, .class = &profile_class},
	NEED("validFrom", BADGE_VALUE_TIME), TIME("validUntil"), TIME("awardedDate"),
	{.name = "credentialSubject",
		.value = BADGE_VALUE_OBJECT,
		.required = true,
		.class = &endorsed_class},
	MANY("credentialSchema", schema_class), ONE("credentialStatus", status_class),
	{.name = "proof",
		.value = BADGE_VALUE_OBJECT,
		.required = true,
		.many = true,
		.class = &proof_class}};
const struct badge_class badge_class_endorsement = {.type = "EndorsementCredential",
	.base = "VerifiableCredential",
	.type_open = true,
	CLASS(endorsement_members)};

static const struct badge_member achievement_members[] = {NEED("id", BADGE_VALUE_URI),
	NEED("name", BADGE_VALUE_TEXT), NEED("description", BADGE_VALUE_TEXT),
	{.name = "criteria",
		.value = BADGE_VALUE_OBJECT,
		.required = true,
		.class = &criteria_class},
	CHOICE("achievementType", achievement_types, true), MANY("alignment", alignment_class),
	ONE("creator", profile_class), {.name = "creditsAvailable", .value = BADGE_VALUE_NUMBER},
	MANY("endorsement", badge_class_endorsement), TEXT("fieldOfStudy"), TEXT("humanCode"),
	ONE("image", badge_class_image), {.name = "inLanguage", .value = BADGE_VALUE_LANGUAGE},
	MANY("otherIdentifier", identifier_class), MANY("related", related_class),
	MANY("resultDescription", description_class), TEXT("specialization"),
	{.name = "tag", .value = BADGE_VALUE_TEXT, .many = true}, TEXT("version")};
const struct badge_class badge_class_achievement = {
	.type = "Achievement", .type_open = true, CLASS(achievement_members)};

static const struct badge_member subject_members[] = {URI("id"),
	{.name = "achievement",
		.value = BADGE_VALUE_OBJECT,
		.required = true,
		.class = &badge_class_achievement},
	TIME("activityStartDate"), TIME("activityEndDate"),
	{.name = "creditsEarned", .value = BADGE_VALUE_NUMBER}, MANY("identifier", identity_class),
	ONE("image", badge_class_image), TEXT("licenseNumber"), TEXT("narrative"),
	MANY("result", result_class), TEXT("role"), ONE("source", profile_class), TEXT("term")};
static const struct badge_class subject_class = {
	.type = "AchievementSubject", .type_open = true, CLASS(subject_members)};

static const struct badge_member credential_members[] = {
	{.name = "@context", .value = BADGE_VALUE_CONTEXT, .required = true, .many = true},
	NEED("id", BADGE_VALUE_URI), TEXT("name"), TEXT("description"),
	ONE("image", badge_class_image), TIME("awardedDate"),
	{.name = "issuer", .value = BADGE_VALUE_OBJECT, .required = true, .class = &profile_class},
	NEED("validFrom", BADGE_VALUE_TIME), TIME("validUntil"),
	{.name = "credentialSubject",
		.value = BADGE_VALUE_OBJECT,
		.required = true,
		.class = &subject_class},
	MANY("endorsement", badge_class_endorsement), MANY("evidence", evidence_class),
	MANY("credentialSchema", schema_class), ONE("credentialStatus", status_class),
	MANY("proof", proof_class)};
const struct badge_class badge_class_credential = {.type = "OpenBadgeCredential",
	.base = "VerifiableCredential",
	.type_open = true,
	CLASS(credential_members)};

/* ---- single values ---- */

const struct badge_member *badge_rules_member(const struct badge_class *class, struct str name)
{
	for (size_t i = 0; i < class->member_count; i++) {
		if (str_eq_cz(name, class->members[i].name))
			return &class->members[i];
	}
	return NULL;
}

const struct badge_member *badge_rules_result_status(void)
{
	return badge_rules_member(&result_class, STR("status"));
}

static size_t run_of(struct str s, size_t at, char from, char to)
{
	size_t n = 0;

	while (at + n < s.n && s.p[at + n] >= from && s.p[at + n] <= to)
		n++;
	return n;
}

bool badge_rules_is_language(struct str s)
{
	size_t at = run_of(s, 0, 'a', 'z');

	if (at < 2 || at > 4)
		return false;
	if (at + 5 <= s.n && s.p[at] == '-' && run_of(s, at + 1, 'A', 'Z') == 1
		&& run_of(s, at + 2, 'a', 'z') == 3)
		at += 5;
	if (at + 3 == s.n && s.p[at] == '-' && run_of(s, at + 1, 'A', 'Z') == 2)
		at += 3;
	else if (at + 4 == s.n && s.p[at] == '-' && run_of(s, at + 1, '0', '9') == 3)
		at += 4;
	return at == s.n;
}

bool badge_rules_is_number(struct str s)
{
	size_t from = s.n != 0 && s.p[0] == '-' ? 1 : 0;
	size_t whole = run_of(s, from, '0', '9');
	size_t at = from + whole;
	size_t part;

	if (whole == 0 || whole > 6 || (whole > 1 && s.p[from] == '0'))
		return false;
	if (at == s.n)
		return true;
	part = run_of(s, at + 1, '0', '9');
	return s.p[at] == '.' && part >= 1 && part <= 3 && at + 1 + part == s.n
		&& s.p[s.n - 1] != '0';
}

static bool is_time(struct str s)
{
	int64_t ignored;

	return clock_parse_iso(s, &ignored, NULL) == RC_OK;
}

static bool is_day(struct str s)
{
	int64_t ignored;

	return clock_parse_day(s, &ignored, NULL) == RC_OK;
}

/* (ext:)[a-z|A-Z|0-9|.|-|_]+ in the schema, which means no dash behind the colon. */
static bool is_extension(struct str s)
{
	static const char marks[] = "._-";
	bool plain = str_starts(s, STR("ext:")) && s.n > 4 && s.p[4] != '-';

	for (size_t i = 4; plain && i < s.n; i++)
		plain = run_of(s, i, 'a', 'z') != 0 || run_of(s, i, 'A', 'Z') != 0
			|| run_of(s, i, '0', '9') != 0 || memchr(marks, s.p[i], 3) != NULL;
	return plain;
}

static bool is_choice(const struct badge_member *member, struct str text)
{
	if (member->open && is_extension(text))
		return true;
	for (const char *const *c = member->choices; *c != NULL; c++) {
		if (str_eq_cz(text, *c))
			return true;
	}
	return false;
}

static bool is_picture(struct str s)
{
	static const char *const starts[] = {
		"https://", "http://", "data:image/png;base64,", "data:image/svg+xml;base64,"};

	for (size_t i = 0; i < ARRAY_COUNT(starts); i++) {
		if (str_starts(s, str_of(starts[i])))
			return true;
	}
	return false;
}

const char *badge_rules_value_fault(const struct badge_member *member, struct str text)
{
	if (text.n == 0)
		return "must not be empty";
	switch (member->value) {
	case BADGE_VALUE_TEXT:
		return text.n <= BADGE_RULES_TEXT_MAX ? NULL : "is longer than 8192 bytes";
	case BADGE_VALUE_URI:
	case BADGE_VALUE_CONTEXT:
		return uri_is_absolute(text) && text.n <= BADGE_RULES_URI_MAX
			? NULL
			: "must be an absolute address such as https://uni.example/x";
	case BADGE_VALUE_IMAGE:
		return uri_is_absolute(text) && text.n <= BADGE_RULES_TEXT_MAX && is_picture(text)
			? NULL
			: "must be the https address of a PNG or SVG, or a small one as data:";
	case BADGE_VALUE_TIME:
		return is_time(text) ? NULL : "must be a time such as 2026-06-12T00:00:00Z";
	case BADGE_VALUE_DAY:
		return is_day(text) ? NULL : "must be a day such as 2026-06-12";
	case BADGE_VALUE_NUMBER:
		return badge_rules_is_number(text)
			? NULL
			: "must be a number below a million with at most three decimals";
	case BADGE_VALUE_CHOICE:
		return is_choice(member, text) ? NULL
			: member->open ? "is no word of Open Badges 3.0; words of your own begin "
					 "with ext: and have letters, digits, . _ and - only"
				       : "is no word of Open Badges 3.0";
	case BADGE_VALUE_LANGUAGE:
		return badge_rules_is_language(text) ? NULL
						     : "must be a language such as en or de-AT";
	case BADGE_VALUE_BOOL:
	case BADGE_VALUE_OBJECT:
		break;
	}
	return "must be an object";
}

const char *badge_rules_type_fault(const struct badge_class *class, struct str type)
{
	if (str_eq_cz(type, class->type) || (class->base != NULL && str_eq_cz(type, class->base))
		|| (class->type_open && uri_is_absolute(type) && type.n <= BADGE_RULES_URI_MAX))
		return NULL;
	return class->type_open ? "types of your own are absolute addresses, such as "
				  "https://uni.example/types/x"
				: "has no further types";
}

/* The first two in this order (OB 3.0, section B.1.10), then any of them. */
static const char *const contexts[] = {"https://www.w3.org/ns/credentials/v2",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
	"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
	"https://w3id.org/security/data-integrity/v2"};

const char *badge_rules_context_fault(size_t place, struct str url)
{
	for (size_t i = 0; i < ARRAY_COUNT(contexts); i++) {
		if (str_eq_cz(url, contexts[i]) && (place > 1 || i == place))
			return NULL;
	}
	return place == 0 ? "must be https://www.w3.org/ns/credentials/v2"
		: place == 1
		? "must be https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
		: "must be a context that is known here: Open Badges' extensions.json or "
		  "https://w3id.org/security/data-integrity/v2";
}

size_t badge_rules_least(const struct badge_member *member)
{
	return member->value == BADGE_VALUE_CONTEXT ? 2 : 1;
}

/* ---- whole trees ---- */

struct rules {
	struct err *err;
	char path[PATH_LEN];
	int depth;
};

static enum rc fail(struct rules *r, const char *what)
{
	return err_set(
		r->err, RC_INPUT, "%s: %s", r->path[0] != '\0' ? r->path : "credential", what);
}

static size_t enter(struct rules *r, const char *name)
{
	size_t len = strlen(r->path);

	(void)text_fmt(r->path + len, sizeof r->path - len, "%s%s", len != 0 ? "." : "", name);
	return len;
}

static bool type_contains(const struct badge_class *class, const struct jsonr_value *type)
{
	bool found = false;
	bool base = class->base == NULL;

	if (class->type_text)
		return type->kind == JSONR_STRING && str_eq_cz(type->text, class->type);
	if (type->kind != JSONR_ARRAY)
		return false;
	for (const struct jsonr_value *t = type->first; t != NULL; t = t->next) {
		if (t->kind != JSONR_STRING || badge_rules_type_fault(class, t->text) != NULL)
			return false;
		found |= str_eq_cz(t->text, class->type);
		base |= class->base != NULL && str_eq_cz(t->text, class->base);
	}
	return found && base;
}

/* Recursion goes as deep as BADGE_RULES_DEPTH_MAX, never as the tree. */
/* NOLINTBEGIN(misc-no-recursion) */
static enum rc check_object(
	struct rules *r, const struct badge_class *class, const struct jsonr_value *value);

static enum rc check_value(
	struct rules *r, const struct badge_member *member, const struct jsonr_value *value)
{
	enum jsonr_kind want = member->value == BADGE_VALUE_NUMBER ? JSONR_NUMBER
		: member->value == BADGE_VALUE_BOOL                ? JSONR_BOOL
								   : JSONR_STRING;
	const char *fault;

	if (member->value == BADGE_VALUE_OBJECT)
		return check_object(r, member->class, value);
	if (value->kind != want)
		return fail(r, "is of the wrong kind");
	fault = want == JSONR_BOOL ? NULL : badge_rules_value_fault(member, value->text);
	return fault != NULL ? fail(r, fault) : RC_OK;
}

static enum rc check_member(
	struct rules *r, const struct badge_member *member, const struct jsonr_value *value)
{
	size_t place = 0;
	enum rc rc = RC_OK;

	if (!member->many)
		return check_value(r, member, value);
	if (value->kind != JSONR_ARRAY || value->count < badge_rules_least(member)
		|| value->count > BADGE_RULES_ITEMS_MAX)
		return fail(r, "must be a list of 1 to 100 entries, a @context of 2");
	for (const struct jsonr_value *v = value->first; rc == RC_OK && v != NULL; v = v->next) {
		const char *fault = member->value == BADGE_VALUE_CONTEXT
			? badge_rules_context_fault(place++, v->text)
			: NULL;

		rc = fault != NULL ? fail(r, fault) : check_value(r, member, v);
	}
	return rc;
}

static enum rc check_members(
	struct rules *r, const struct badge_class *class, const struct jsonr_value *value)
{
	enum rc rc = RC_OK;

	for (const struct jsonr_value *v = value->first; rc == RC_OK && v != NULL; v = v->next) {
		const struct badge_member *member = badge_rules_member(class, v->key);
		size_t len;

		if (class->type != NULL && str_eq_cz(v->key, "type"))
			continue;
		if (member == NULL) {
			char text[80];

			(void)text_fmt(text, sizeof text, "\"" STR_FMT "\" is no member of it",
				STR_ARG(str_slice(v->key, 0, 40)));
			return fail(r, text);
		}
		len = enter(r, member->name);
		rc = check_member(r, member, v);
		r->path[len] = '\0';
	}
	return rc;
}

static enum rc check_object(
	struct rules *r, const struct badge_class *class, const struct jsonr_value *value)
{
	const struct jsonr_value *type;
	enum rc rc;

	if (value->kind != JSONR_OBJECT || value->count == 0)
		return fail(r, "must be an object that is not empty");
	if (r->depth == BADGE_RULES_DEPTH_MAX)
		return fail(r, "is nested too deeply");
	type = jsonr_find(value, "type");
	if (class->type != NULL && (type == NULL || !type_contains(class, type)))
		return fail(r, "has the wrong \"type\"");
	for (size_t i = 0; i < class->member_count; i++) {
		if (class->members[i].required
			&& jsonr_find(value, class->members[i].name) == NULL) {
			char text[80];

			(void)text_fmt(
				text, sizeof text, "\"%s\" is missing", class->members[i].name);
			return fail(r, text);
		}
	}
	r->depth++;
	rc = check_members(r, class, value);
	r->depth--;
	return rc;
}
/* NOLINTEND(misc-no-recursion) */

enum rc badge_rules_check(
	const struct badge_class *class, const struct jsonr_value *value, struct err *err)
{
	struct rules r = {.err = err};

	return check_object(&r, class, value);
}
