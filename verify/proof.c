// SPDX-License-Identifier: Apache-2.0
/* Proofs of credentials, embedded and enveloping. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/proof.h"

#include "base/clock.h"
#include "formats/di.h"

#include <string.h>

#include "verify/issuer.h"
#include "verify/signature.h"

/* 9999-12-31T23:59:59Z */
#define LAST_S 253402300799

static const struct jsonr_limits limits = {PROOF_TEXT_MAX, 65536};

static struct str issuer_of(const struct jsonr_value *body)
{
	return context_id(jsonr_find(body, "issuer"));
}

static enum proof_answer look_up(
	struct context *c, struct proof_found *out, struct issuer_key *key, struct err *err)
{
	out->stage = PROOF_ISSUER;
	if (out->issuer.n == 0) {
		(void)err_set(err, RC_INPUT, "it names no issuer");
		return PROOF_BAD;
	}
	switch (issuer_find_key(c, out->issuer, out->kid, ISSUER_CREDENTIALS, key, err)) {
	case ISSUER_FOUND:
		out->where = key->where;
		out->revoked_s = key->revoked_s;
		return PROOF_GOOD;
	case ISSUER_REFUSED:
		return PROOF_BAD;
	case ISSUER_MISSING:
	default:
		return PROOF_UNKNOWN;
	}
}

/* ---- JWT claims, which repeat members of the credential (OB 3.0, 8.2.4; VC-JOSE-COSE, 3.1) ---- */

bool proof_read_time(const struct jsonr_value *claim, int64_t *out)
{
	uint64_t seconds;

	if (claim->kind != JSONR_NUMBER
		|| !str_to_u64(
			str_slice(claim->text, 0, str_find(claim->text, '.', 0)), LAST_S, &seconds))
		return false;
	*out = (int64_t)seconds;
	return true;
}

struct claim_rule {
	const char *claim;
	const char *member; /* of the credential; NULL: see below */
	bool is_time;
};

static const struct claim_rule claim_rules[] = {
	{"iss", "issuer", false},
	{"jti", "id", false},
	{"nbf", "validFrom", true},
	{"nbf", "issuanceDate", true},
	{"exp", "validUntil", true},
	{"exp", "expirationDate", true},
	{"sub", "credentialSubject", false},
};

static bool claim_agrees(
	const struct claim_rule *rule, const struct jsonr_value *claim, const struct jsonr_value *m)
{
	struct err ignored;
	int64_t claimed;
	int64_t said;

	if (!rule->is_time)
		return claim->kind == JSONR_STRING && str_eq(claim->text, context_id(m));
	return proof_read_time(claim, &claimed) && m->kind == JSONR_STRING
		&& clock_parse_iso(m->text, &said, &ignored) == RC_OK && said == claimed;
}

static enum rc check_claims(
	const struct jsonr_value *payload, const struct jsonr_value *body, struct err *err)
{
	for (size_t i = 0; i < ARRAY_COUNT(claim_rules); i++) {
		const struct jsonr_value *claim = jsonr_find(payload, claim_rules[i].claim);
		const struct jsonr_value *m = jsonr_find(body, claim_rules[i].member);

		if (claim != NULL && m != NULL && !claim_agrees(&claim_rules[i], claim, m))
			return err_set(err, RC_INPUT,
				"the token's claim \"%s\" contradicts the credential's \"%s\"",
				claim_rules[i].claim, claim_rules[i].member);
	}
	return RC_OK;
}

/* One subject, or a list of them that is not empty. */
static bool has_subject(const struct jsonr_value *body)
{
	const struct jsonr_value *subject = jsonr_find(body, "credentialSubject");

	if (subject != NULL && subject->kind == JSONR_ARRAY)
		subject = subject->first;
	return subject != NULL && subject->kind == JSONR_OBJECT;
}

/*
 * VCDM 2.0, 4.3 and 4.5, and 1.1 likewise: the first context and the type say that it is one. Issuers sign
 * other things with the same keys, and whatever else it is, it is not to be taken for a credential.
 */
static bool is_credential(const struct jsonr_value *body)
{
	const struct jsonr_value *context = jsonr_find(body, "@context");
	const struct jsonr_value *id = jsonr_find(body, "id");

	if (context != NULL && context->kind == JSONR_ARRAY)
		context = context->first;
	return context != NULL && context->kind == JSONR_STRING
		&& (str_eq_cz(context->text, "https://www.w3.org/ns/credentials/v2")
			|| str_eq_cz(context->text, "https://www.w3.org/2018/credentials/v1"))
		&& context_is_type(body, "VerifiableCredential") && has_subject(body)
		&& (id == NULL || id->kind == JSONR_STRING);
}

/* For what is not genuine: the names of members are words of the file, of which nothing is shown. */
static enum proof_answer unread(struct err *err)
{
	if (strstr(err->text, "comes twice") != NULL)
		(void)err_set(err, RC_INPUT, "a member of its JSON comes twice");
	return PROOF_BAD;
}

/* VCDM 2.0: the payload is the credential. VCDM 1.1: it is the payload's member "vc". */
static enum rc find_body(
	const struct jsonr_value *payload, const struct jsonr_value **body, struct err *err)
{
	const struct jsonr_value *vc = jsonr_find(payload, "vc");

	*body = vc != NULL && jsonr_find(payload, "credentialSubject") == NULL ? vc : payload;
	if ((*body)->kind != JSONR_OBJECT || !is_credential(*body))
		return err_set(err, RC_INPUT, "what is signed there is no credential");
	if (*body == payload && vc != NULL)
		return err_set(err, RC_INPUT, "it holds two credentials, one inside the other");
	return check_claims(payload, *body, err);
}

static enum proof_answer check_jws(
	struct context *c, struct str text, struct proof_found *out, struct err *err)
{
	const struct jsonr_value *payload = NULL;
	const struct jsonr_value *body = NULL;
	size_t end = str_find(text, '~', 0);
	struct issuer_key key;
	enum proof_answer answer;
	struct jws jws;

	out->stage = PROOF_SIGNATURE;
	if (jws_read(c->a, str_slice(text, 0, end), &jws, err) != RC_OK)
		return unread(err);
	/* RFC 9901: what it says is partly in the disclosures behind it. */
	if (str_ends(jws.typ, STR("sd-jwt"))) {
		(void)err_set(err, RC_INPUT,
			"it is a token with disclosures (SD-JWT), a kind that is not read here");
		return PROOF_UNKNOWN;
	}
	if (end < text.n) {
		(void)err_set(err, RC_INPUT, "something stands behind the signature");
		return PROOF_BAD;
	}
	if (jws.alg == JWS_OTHER) {
		(void)err_set(err, RC_INPUT,
			"its algorithm, " STR_FMT
			", is none of EdDSA, Ed25519, ES256, RS256, which are checked here",
			STR_ARG(jws.alg_name));
		return PROOF_UNKNOWN;
	}
	out->how = str_fmt(c->a, "JWT signed with " STR_FMT, STR_ARG(jws.alg_name)).p;
	out->kid = jws.kid;
	if (jsonr_parse(c->a, bytes_text(jws.payload), &limits, &payload, err) != RC_OK) {
		(void)err_wrap(err, "the signed content");
		return unread(err);
	}
	if (find_body(payload, &body, err) != RC_OK)
		return PROOF_BAD;
	out->claimed = context_text(body, "id");
	out->issuer = issuer_of(body);
	if (out->issuer.n == 0)
		out->issuer = context_text(payload, "iss");
	answer = look_up(c, out, &key, err);
	if (answer != PROOF_GOOD)
		return answer;
	out->stage = PROOF_SIGNATURE;
	if (signature_check(&key.key, &jws, err) != RC_OK)
		return PROOF_BAD;
	out->body = body;
	out->claims = payload;
	return PROOF_GOOD;
}

/* ---- embedded ---- */

static enum proof_answer answer_of(enum di_outcome outcome, struct err *err)
{
	if (outcome == DI_NOT_COVERED)
		(void)err_set(err, RC_INPUT,
			"it says something that its signature does not cover, or in a way that "
			"readers could overlook");
	switch (outcome) {
	case DI_VERIFIED:
		return PROOF_GOOD;
	case DI_OTHER_SUITE:
	case DI_UNKNOWN_CONTEXT:
	case DI_TOO_MUCH_WORK:
		return PROOF_UNKNOWN;
	case DI_MALFORMED:
	case DI_NOT_COVERED:
	case DI_BAD_KEY:
	case DI_FORGED:
	default:
		return PROOF_BAD;
	}
}

static enum proof_answer check_one(struct context *c, const struct di_secured *secured,
	size_t which, struct proof_found *out, struct err *err)
{
	const struct di_proof *proof = &secured->proofs[which];
	struct issuer_key key;
	enum proof_answer answer;

	out->kid = proof->method;
	out->created_s = proof->created_s;
	out->how = DI_SUITE;
	out->stage = PROOF_SIGNATURE;
	if (proof->value->kind != JSONR_OBJECT) {
		(void)err_set(err, RC_INPUT, "its proof is none: %s", proof->fault);
		return PROOF_BAD;
	}
	if (!str_eq_cz(proof->suite, DI_SUITE)) {
		(void)err_set(err, RC_INPUT, "its proof is of a kind that is not known here (%s)",
			report_clean(c->a, str_slice(proof->suite, 0, 60)));
		return PROOF_UNKNOWN;
	}
	if (proof->method.n == 0) {
		(void)err_set(err, RC_INPUT, "its proof names no key");
		return PROOF_BAD;
	}
	if (di_check_terms(proof, c->options->now_s, CONTEXT_SLACK_S, err) != RC_OK)
		return PROOF_BAD;
	answer = look_up(c, out, &key, err);
	if (answer != PROOF_GOOD)
		return answer;
	out->stage = PROOF_SIGNATURE;
	if (key.key.kind != JWK_ED25519) {
		(void)err_set(err, RC_INPUT, "the signature's algorithm does not fit the key");
		return PROOF_BAD;
	}
	return answer_of(di_verify(c->a, secured, which, key.key.point.p, err), err);
}

/*
 * A document may carry several proofs, each over the document without any. One good one of the issuer's
 * vouches for it; a bad one beside it would be somebody else's, or an attempt.
 */
static enum proof_answer check_embedded(
	struct context *c, const struct jsonr_value *json, struct proof_found *out, struct err *err)
{
	struct di_secured secured;
	enum proof_answer best = PROOF_BAD;
	struct proof_found first;
	struct err why;

	out->stage = PROOF_SIGNATURE;
	out->claimed = context_text(json, "id");
	first = *out;
	if (di_split(json, &secured, err) != RC_OK)
		return PROOF_BAD;
	if (secured.proof_count == 0) {
		(void)err_set(err, RC_INPUT, "it carries no signature");
		return PROOF_BAD;
	}
	for (size_t i = 0; i < secured.proof_count; i++) {
		struct proof_found one = first;
		enum proof_answer answer;

		one.issuer = issuer_of(json);
		answer = check_one(c, &secured, i, &one, &why);
		if (answer == PROOF_BAD && secured.proof_count > 1 && best != PROOF_BAD)
			continue;
		if (i == 0 || answer == PROOF_GOOD || best == PROOF_BAD) {
			best = answer;
			*out = one;
			*err = why;
		}
		if (answer == PROOF_GOOD)
			break;
	}
	if (best == PROOF_GOOD)
		out->body = json;
	return best;
}

static enum proof_answer check_envelope(
	struct context *c, const struct jsonr_value *json, struct proof_found *out, struct err *err)
{
	struct str id = context_text(json, "id");
	static const char *const heads[] = {
		"data:application/vc+jwt,", "data:application/vc-ld+jwt,"};

	/* Beside the token nothing is signed, and readers that show it would show anybody's words. */
	for (const struct jsonr_value *m = json->first; m != NULL; m = m->next)
		if (!str_eq_cz(m->key, "@context") && !str_eq_cz(m->key, "id")
			&& !str_eq_cz(m->key, "type")) {
			(void)err_set(err, RC_INPUT,
				"the envelope around the signed credential says more than it may: "
				"nothing of that is signed");
			return PROOF_BAD;
		}
	for (size_t i = 0; i < ARRAY_COUNT(heads); i++)
		if (str_starts(id, str_of(heads[i])))
			return check_jws(c, str_slice(id, strlen(heads[i]), id.n), out, err);
	(void)err_set(err, RC_INPUT,
		"it is an envelope of a kind that is not known here: only JWTs are read");
	return PROOF_UNKNOWN;
}

enum proof_answer proof_check(
	struct context *c, struct str text, struct proof_found *out, struct err *err)
{
	const struct jsonr_value *json;

	*out = (struct proof_found){
		.revoked_s = ISSUER_NO_TIME, .created_s = ISSUER_NO_TIME, .how = ""};
	text = str_trim(text);
	if (text.n == 0 || text.p[0] != '{')
		return check_jws(c, text, out, err);
	if (jsonr_parse(c->a, text, &limits, &json, err) != RC_OK)
		return unread(err);
	if (context_is_type(json, "EnvelopedVerifiableCredential"))
		return check_envelope(c, json, out, err);
	if (!is_credential(json)) {
		(void)err_set(err, RC_INPUT, "this JSON is no credential");
		return PROOF_BAD;
	}
	return check_embedded(c, json, out, err);
}
