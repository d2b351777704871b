// SPDX-License-Identifier: Apache-2.0
/* From an issuer and the name of a key to the key. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/issuer.h"

#include "base/clock.h"
#include "formats/didurl.h"

/* What is being looked for. */
struct search {
	struct context *c;
	struct str issuer;
	struct str kid;
	enum issuer_use use;
	struct issuer_key *out;
	struct err *err;
};

/* The last part of a kid, after '#' or '/': there certfill and others put the key's thumbprint. */
static struct str last_part(struct str kid)
{
	for (size_t i = kid.n; i-- > 0;)
		if (kid.p[i] == '#' || kid.p[i] == '/')
			return str_slice(kid, i + 1, kid.n);
	return kid;
}

static bool is_named(const struct jwk_key *key, struct str id, struct str kid)
{
	char thumbprint[JWK_THUMBPRINT_LEN + 1];

	if (kid.n == 0)
		return false;
	if (str_eq(id, kid) || str_eq(key->kid, kid))
		return true;
	return jwk_read_thumbprint(key, thumbprint) && str_eq_cz(last_part(kid), thumbprint);
}

static bool read_method(struct search *s, const struct jsonr_value *method, struct jwk_key *key)
{
	const struct jsonr_value *jwk = jsonr_find(method, "publicKeyJwk");
	struct str multibase = context_text(method, "publicKeyMultibase");

	if (jwk != NULL)
		return jwk_read(s->c->a, jwk, key, s->err) == RC_OK;
	if (multibase.n != 0)
		return jwk_read_multibase(s->c->a, multibase, key, s->err) == RC_OK;
	return false;
}

static void note_revoked(const struct jsonr_value *method, struct issuer_key *out)
{
	static const char *const names[] = {"revoked", "compromisedAt"};
	struct err ignored;

	out->revoked_s = ISSUER_NO_TIME;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct str text = context_text(method, names[i]);
		int64_t at_s;

		if (text.n != 0
			&& (clock_parse_iso(text, &at_s, &ignored) != RC_OK
				|| out->revoked_s == ISSUER_NO_TIME || at_s < out->revoked_s))
			out->revoked_s = clock_parse_iso(text, &at_s, &ignored) == RC_OK ? at_s : 0;
	}
}

/* "#key" is short for the document's own id and "#key". */
static struct str absolute(struct search *s, struct str id)
{
	if (id.n != 0 && id.p[0] == '#')
		return str_fmt(s->c->a, STR_FMT STR_FMT, STR_ARG(s->issuer), STR_ARG(id));
	return id;
}

static bool may_sign(struct search *s, const struct jsonr_value *document, struct str id)
{
	const struct jsonr_value *list = jsonr_find(document, "assertionMethod");

	if (s->use == ISSUER_RECORDS)
		return true;
	for (const struct jsonr_value *v = list != NULL && list->kind == JSONR_ARRAY ? list->first
										     : NULL;
		v != NULL; v = v->next)
		if (str_eq(absolute(s, context_id(v)), id))
			return true;
	return false;
}

/* True: it is the key meant. */
static bool try_method(struct search *s, const struct jsonr_value *document,
	const struct jsonr_value *method, bool is_only)
{
	struct str id = absolute(s, context_text(method, "id"));
	struct str controller = context_text(method, "controller");
	struct jwk_key key;

	if (method->kind != JSONR_OBJECT || !read_method(s, method, &key))
		return false;
	if (controller.n != 0 && !str_eq(controller, s->issuer))
		return false;
	if (!is_named(&key, id, s->kid) && !(s->kid.n == 0 && is_only))
		return false;
	/* A withdrawn key stays listed, outside every relationship: the caller learns since when. */
	note_revoked(method, s->out);
	if (s->out->revoked_s == ISSUER_NO_TIME && !may_sign(s, document, id))
		return false;
	s->out->key = key;
	s->out->where = "listed in the issuer's DID document";
	return true;
}

static bool search_list(
	struct search *s, const struct jsonr_value *document, const struct jsonr_value *list)
{
	if (list == NULL || list->kind != JSONR_ARRAY)
		return false;
	for (const struct jsonr_value *v = list->first; v != NULL; v = v->next)
		if (v->kind == JSONR_OBJECT && try_method(s, document, v, list->count == 1))
			return true;
	return false;
}

static enum issuer_answer search_document(struct search *s, const struct jsonr_value *document)
{
	if (search_list(s, document, jsonr_find(document, "verificationMethod"))
		|| search_list(s, document, jsonr_find(document, "assertionMethod")))
		return ISSUER_FOUND;
	(void)err_set(s->err, RC_INPUT,
		"the key that signed it is not among those the issuer publishes for this");
	return ISSUER_REFUSED;
}

/* ---- key sets and single keys ---- */

/* The host (and port) of "https://HOST/..." or of "did:web:HOST"; empty when a path follows a DID's host. */
static struct str host_of(struct str name)
{
	struct str web = STR("did:web:");
	struct str https = STR("https://");

	if (str_starts(name, https)) {
		struct str rest = str_slice(name, https.n, name.n);

		return str_slice(rest, 0, str_find(rest, '/', 0));
	}
	if (str_starts(name, web)) {
		struct str rest = str_slice(name, web.n, name.n);

		return str_find(rest, ':', 0) == rest.n ? rest : (struct str){NULL, 0};
	}
	return (struct str){NULL, 0};
}

/* "%3A" of a DID is the ":" of an address. */
static bool same_host(struct arena *a, struct str issuer, struct str address)
{
	struct str one = host_of(issuer);
	struct str other = host_of(address);
	size_t at = str_find_str(one, STR("%3A"));

	if (one.n == 0 || other.n == 0 || !str_starts(address, STR("https://")))
		return false;
	if (at < one.n)
		one = str_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(str_slice(one, 0, at)),
			STR_ARG(str_slice(one, at + 3, one.n)));
	return str_eq_nocase(one, other);
}

/* A set speaks for an issuer when one of its keys has an address at the issuer's host. */
static bool is_set_of(struct search *s, const struct jsonr_value *set)
{
	for (const struct jsonr_value *k = set->first; k != NULL; k = k->next)
		if (same_host(s->c->a, s->issuer, context_text(k, "kid")))
			return true;
	return false;
}

static bool take_jwk(struct search *s, const struct jsonr_value *jwk, const char *where)
{
	struct jwk_key key;

	if (jwk->kind != JSONR_OBJECT || jwk_read(s->c->a, jwk, &key, s->err) != RC_OK
		|| !is_named(&key, context_text(jwk, "kid"), s->kid))
		return false;
	s->out->key = key;
	s->out->where = where;
	note_revoked(jwk, s->out);
	return true;
}

/* "did:web:host#key" of the issuer "did:web:host", whose set is the one at its host. */
static bool is_below(struct str kid, struct str issuer)
{
	return str_starts(kid, issuer) && kid.n > issuer.n && kid.p[issuer.n] == '#';
}

/* An address answers for its own host. What was given is believed, whatever it says. */
static bool may_speak(struct search *s, const struct material_item *item)
{
	return !item->is_fetched || same_host(s->c->a, s->issuer, item->name);
}

static bool search_sets(struct search *s)
{
	bool ours = s->use == ISSUER_RECORDS || same_host(s->c->a, s->issuer, s->kid)
		|| is_below(s->kid, s->issuer);

	for (size_t i = 0; ours && i < s->c->material->count; i++) {
		const struct material_item *item = s->c->material->items[i];
		const struct jsonr_value *set;

		if ((item->kind != MATERIAL_KEY && item->kind != MATERIAL_KEYS)
			|| !may_speak(s, item))
			continue;
		if (item->kind == MATERIAL_KEY) {
			if (same_host(s->c->a, s->issuer, s->kid)
				&& take_jwk(s, item->json,
					"the key at its address at the issuer's host"))
				return true;
			continue;
		}
		set = jsonr_find(item->json, "keys");
		if (set->kind != JSONR_ARRAY || !is_set_of(s, set))
			continue;
		for (const struct jsonr_value *k = set->first; k != NULL; k = k->next)
			if (take_jwk(s, k, "listed in the issuer's key set"))
				return true;
	}
	return false;
}

/* ---- kinds of issuers ---- */

static enum issuer_answer find_did_key(struct search *s)
{
	struct str text = str_slice(s->issuer, sizeof "did:key:" - 1, s->issuer.n);

	if (s->kid.n != 0 && !str_eq(s->kid, s->issuer)
		&& !str_starts(s->kid, str_fmt(s->c->a, STR_FMT "#", STR_ARG(s->issuer)))) {
		(void)err_set(s->err, RC_INPUT, "it was signed with a key of somebody else");
		return ISSUER_REFUSED;
	}
	if (jwk_read_multibase(s->c->a, text, &s->out->key, s->err) != RC_OK)
		return ISSUER_REFUSED;
	s->out->where = "the issuer's name is the key itself (did:key): it says nothing about who "
			"holds it";
	s->out->revoked_s = ISSUER_NO_TIME;
	return ISSUER_FOUND;
}

static enum issuer_answer find_published(struct search *s)
{
	struct material_item *item = material_find(s->c->material, MATERIAL_DID, s->issuer);

	if (item != NULL && search_document(s, item->json) == ISSUER_FOUND)
		return ISSUER_FOUND;
	/* Keys of records need not stand in the DID document. */
	if ((item == NULL || s->use == ISSUER_RECORDS) && search_sets(s))
		return ISSUER_FOUND;
	if (item != NULL)
		return ISSUER_REFUSED;
	if (str_starts(s->issuer, STR("https://"))) {
		if (same_host(s->c->a, s->issuer, s->kid)
			&& context_get(s->c, MATERIAL_KEY, s->kid) != NULL && search_sets(s))
			return ISSUER_FOUND;
		if (!same_host(s->c->a, s->issuer, s->kid))
			item = context_get(s->c, MATERIAL_DID, s->issuer);
	} else {
		item = context_get(s->c, MATERIAL_DID, s->issuer);
	}
	if (item != NULL)
		return search_document(s, item->json);
	(void)err_set(s->err, RC_AGAIN, "the issuer's keys are not at hand (the issuer is %s)",
		report_clean(s->c->a, str_slice(s->issuer, 0, 120)));
	return ISSUER_MISSING;
}

enum issuer_answer issuer_find_key(struct context *c, struct str issuer, struct str kid,
	enum issuer_use use, struct issuer_key *out, struct err *err)
{
	struct search s = {c, issuer, kid, use, out, err};

	if (str_starts(issuer, STR("did:key:")))
		return find_did_key(&s);
	if (str_starts(issuer, STR("did:web:")) || str_starts(issuer, STR("https://")))
		return find_published(&s);
	(void)err_set(err, RC_INPUT,
		"the issuer goes by a name that cannot be looked up here; did:web, did:key and "
		"https addresses can");
	return ISSUER_MISSING;
}
