// SPDX-License-Identifier: Apache-2.0
/* Data Integrity proofs of anybody, taken apart and checked. Runs in: check, the command line. */
#include "base/clock.h"
#include "formats/di.h"
#include "formats/di_hash.h"
#include "formats/di_shape.h"
#include "formats/ed25519.h"
#include "formats/multibase.h"

#include <string.h>

/* ---- splitting ---- */

/* False when the member is there and no text. */
static bool take_text(const struct jsonr_value *proof, const char *key, struct str *out)
{
	const struct jsonr_value *v = jsonr_find(proof, key);

	*out = v != NULL && v->kind == JSONR_STRING ? v->text : (struct str){NULL, 0};
	return v == NULL || v->kind == JSONR_STRING;
}

static bool take_time(const struct jsonr_value *proof, const char *key, int64_t *out)
{
	struct str text;
	struct err ignored;

	*out = DI_NO_TIME;
	if (!take_text(proof, key, &text))
		return false;
	return text.p == NULL || clock_parse_iso(text, out, &ignored) == RC_OK;
}

/* What is wrong with the way a proof is written; NULL: nothing. */
static const char *read_proof(const struct jsonr_value *value, struct di_proof *out)
{
	const struct {
		const char *key;
		struct str *text;
	} texts[] = {{"id", &out->id}, {"type", &out->type}, {"cryptosuite", &out->suite},
		{"verificationMethod", &out->method}, {"proofPurpose", &out->purpose},
		{"domain", &out->domain}, {"challenge", &out->challenge},
		{"proofValue", &out->proof_value}};

	if (value->kind != JSONR_OBJECT)
		return "a proof that is no object";
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		if (!take_text(value, texts[i].key, texts[i].text))
			return "a member of the proof that must be one text is none";
	}
	if (!take_time(value, "created", &out->created_s)
		|| !take_time(value, "expires", &out->expires_s))
		return "a time in the proof that is no RFC 3339 time with its zone";
	return NULL;
}

enum rc di_split(const struct jsonr_value *document, struct di_secured *out, struct err *err)
{
	const struct jsonr_value *proof = jsonr_find(document, "proof");
	bool many = proof != NULL && proof->kind == JSONR_ARRAY;
	const struct jsonr_value *v = many ? proof->first : proof;

	*out = (struct di_secured){.document = document};
	if (document->kind != JSONR_OBJECT)
		return err_set(err, RC_INPUT, "the document is not a JSON object");
	while (v != NULL) {
		struct di_proof *p = &out->proofs[out->proof_count];

		if (out->proof_count == DI_PROOFS_MAX)
			return err_set(err, RC_LIMIT, "more than %d proofs", DI_PROOFS_MAX);
		*p = (struct di_proof){
			.value = v, .created_s = DI_NO_TIME, .expires_s = DI_NO_TIME};
		p->fault = read_proof(v, p);
		out->proof_count++;
		v = many ? v->next : NULL;
	}
	return RC_OK;
}

/* ---- what a proof covers ---- */

/* Shallow copies of members into a new object. Nodes are copied because they are linked. */
struct copier {
	struct arena *a;
	struct jsonr_value *object;
	struct jsonr_value *last;
};

static struct copier copier_new(struct arena *a, const struct jsonr_value *like)
{
	struct jsonr_value *object = arena_dup(a, like, sizeof *like);

	object->first = NULL;
	object->next = NULL;
	object->count = 0;
	return (struct copier){a, object, NULL};
}

static void copy_value(struct copier *c, const struct jsonr_value *v)
{
	struct jsonr_value *copy = arena_dup(c->a, v, sizeof *v);

	copy->next = NULL;
	if (c->last != NULL)
		c->last->next = copy;
	else
		c->object->first = copy;
	c->last = copy;
	c->object->count++;
}

static const struct jsonr_value *without(
	struct arena *a, const struct jsonr_value *object, const char *key)
{
	struct copier c = copier_new(a, object);

	for (const struct jsonr_value *v = object->first; v != NULL; v = v->next) {
		if (!str_eq_cz(v->key, key))
			copy_value(&c, v);
	}
	return c.object;
}

/* What the copies of covered_by() and without() take at most. */
static size_t copies_len(const struct di_secured *s, const struct di_proof *p)
{
	size_t members = (size_t)s->document->count + p->value->count + DI_PROOFS_MAX + 4;

	return members * (sizeof(struct jsonr_value) + 16);
}

static const struct di_proof *find_proof(const struct di_secured *s, struct str id)
{
	for (size_t i = 0; i < s->proof_count; i++) {
		if (s->proofs[i].id.n != 0 && str_eq(s->proofs[i].id, id))
			return &s->proofs[i];
	}
	return NULL;
}

/*
 * VC Data Integrity 1.0, section 4.3, step 3: the document without proofs, but with those that this
 * one builds on.
 */
static enum rc covered_by(struct arena *a, const struct di_secured *s, const struct di_proof *proof,
	const struct jsonr_value **out, struct err *err)
{
	const struct jsonr_value *previous = jsonr_find(proof->value, "previousProof");
	bool many = previous != NULL && previous->kind == JSONR_ARRAY;
	const struct jsonr_value *id = many ? previous->first : previous;
	struct jsonr_value array = {.kind = JSONR_ARRAY, .key = STR("proof")};
	struct copier document = copier_new(a, s->document);
	struct copier proofs = copier_new(a, &array);

	for (; id != NULL; id = many ? id->next : NULL) {
		const struct di_proof *p =
			id->kind == JSONR_STRING ? find_proof(s, id->text) : NULL;

		if (p == NULL || p == proof)
			return err_set(err, RC_INPUT,
				"the proof builds on a previous one that is not there");
		if (proofs.object->count == DI_PROOFS_MAX)
			return err_set(err, RC_INPUT, "the proof builds on too many others");
		copy_value(&proofs, p->value);
	}
	for (const struct jsonr_value *v = s->document->first; v != NULL; v = v->next) {
		if (!str_eq_cz(v->key, "proof"))
			copy_value(&document, v);
	}
	if (proofs.object->count != 0)
		copy_value(&document, proofs.object);
	*out = document.object;
	return RC_OK;
}

/* ---- checking ---- */

const char *di_outcome_name(enum di_outcome outcome)
{
	static const char *const names[] = {[DI_VERIFIED] = "verified",
		[DI_OTHER_SUITE] = "other suite",
		[DI_UNKNOWN_CONTEXT] = "unknown context",
		[DI_TOO_MUCH_WORK] = "too much work",
		[DI_MALFORMED] = "malformed proof",
		[DI_NOT_COVERED] = "not covered by a signature",
		[DI_BAD_KEY] = "unsound key",
		[DI_FORGED] = "forged"};

	return names[outcome];
}

static enum di_outcome answer(
	enum di_outcome outcome, enum rc kind, struct err *err, const char *what)
{
	(void)err_set(err, kind, "%s", what);
	return outcome;
}

static enum di_outcome check_proof(
	const struct di_proof *p, uint8_t signature[DI_SIGNATURE_LEN], struct err *err)
{
	size_t len;

	if (p->type.n != 0
		&& (!str_eq_cz(p->type, "DataIntegrityProof") || !str_eq_cz(p->suite, DI_SUITE))) {
		struct str name = p->suite.n != 0 ? p->suite : p->type;

		(void)err_set(err, RC_INPUT,
			"the proof's kind, \"%.*s\", is not one that can be checked here (" DI_SUITE
			")",
			(int)(name.n > 60 ? 60 : name.n), name.p);
		return DI_OTHER_SUITE;
	}
	if (p->fault != NULL)
		return answer(DI_MALFORMED, RC_INPUT, err, p->fault);
	if (p->type.n == 0 || p->method.n == 0 || p->purpose.n == 0)
		return answer(DI_MALFORMED, RC_INPUT, err,
			"the proof lacks a type, a proofPurpose or a verificationMethod");
	if (multibase_parse(p->proof_value, signature, DI_SIGNATURE_LEN, &len, err) != RC_OK) {
		(void)err_wrap(err, "proofValue");
		return DI_MALFORMED;
	}
	if (len != DI_SIGNATURE_LEN)
		return answer(DI_MALFORMED, RC_INPUT, err,
			"proofValue: an Ed25519 signature has 64 bytes");
	return DI_VERIFIED;
}

enum di_outcome di_hash_proof(struct arena *a, const struct di_secured *secured, size_t which,
	uint8_t out[DI_DATA_LEN], struct err *err)
{
	const struct di_proof *p = &secured->proofs[which];
	struct jsonld_input config = {.context = jsonr_find(secured->document, "@context"),
		.without = "proofValue",
		.use = JSONLD_VERIFY};
	struct jsonld_input document = {.use = JSONLD_VERIFY};
	enum rc rc;

	if (arena_left_len(a) < copies_len(secured, p) + 4096)
		return answer(DI_TOO_MUCH_WORK, RC_LIMIT, err, "more than fits in memory");
	config.document = without(a, p->value, "@context");
	if (covered_by(a, secured, p, &document.document, err) != RC_OK)
		return DI_MALFORMED;
	rc = di_hash(a, &config, out, err);
	if (rc != RC_OK)
		(void)err_wrap(err, "the proof");
	else
		rc = di_hash(a, &document, out + HASH_SHA256_LEN, err);
	if (rc == RC_LIMIT)
		return DI_TOO_MUCH_WORK;
	return rc == RC_OK ? DI_VERIFIED : DI_NOT_COVERED;
}

enum di_outcome di_verify(struct arena *a, const struct di_secured *secured, size_t which,
	const uint8_t key[32], struct err *err)
{
	const struct di_proof *p = &secured->proofs[which];
	uint8_t signature[DI_SIGNATURE_LEN];
	uint8_t data[DI_DATA_LEN];
	enum di_outcome outcome;

	CHECK(which < secured->proof_count);
	outcome = check_proof(p, signature, err);
	if (outcome == DI_VERIFIED && !di_shape_knows_contexts(secured->document, err))
		outcome = DI_UNKNOWN_CONTEXT;
	if (outcome == DI_VERIFIED && !di_shape_is_plain(secured->document, err))
		outcome = DI_NOT_COVERED;
	if (outcome == DI_VERIFIED)
		outcome = di_hash_proof(a, secured, which, data, err);
	if (outcome != DI_VERIFIED)
		return outcome;
	if (!ed25519_is_sound_key(key))
		return answer(DI_BAD_KEY, RC_INPUT, err,
			"the public key is one with which everything verifies");
	if (!ed25519_verify(key, (struct bytes){data, sizeof data}, signature))
		return answer(DI_FORGED, RC_INPUT, err,
			"the key did not sign this document: it was changed, or signed by another");
	return DI_VERIFIED;
}

enum rc di_check_terms(
	const struct di_proof *proof, int64_t now_s, int64_t slack_s, struct err *err)
{
	if (!str_eq_cz(proof->purpose, "assertionMethod"))
		return err_set(err, RC_INPUT, "the proof's purpose is not assertionMethod");
	if (proof->created_s != DI_NO_TIME && proof->created_s > now_s + slack_s)
		return err_set(err, RC_INPUT, "the proof says it was made in the future");
	if (proof->expires_s != DI_NO_TIME && proof->expires_s < now_s - slack_s)
		return err_set(err, RC_INPUT, "the proof has expired");
	return RC_OK;
}
