// SPDX-License-Identifier: Apache-2.0
/* Taking a foreign compact JWS apart. Runs in: check, and programs that use libcertfill-verify. */
#include "formats/jws_read.h"

#include "base/text.h"
#include "formats/jsonr.h"

/* A header holds an algorithm, a type and the name of a key. */
#define HEADER_MAX ((size_t)8192)
#define SIGNATURE_MAX ((size_t)1024)

struct header_rule {
	const char *name;
	const char *why; /* NULL: allowed */
};

/* Any other member is refused too: what we do not understand may change what the signature means. */
static const struct header_rule header_rules[] = {
	{"alg", NULL},
	{"kid", NULL},
	{"typ", NULL},
	{"cty", NULL},
	{"iss", NULL}, /* VC-JOSE-COSE allows it; the payload decides */
	{"jwk", "brings its own key (jwk), which proves nothing about the issuer"},
	{"jku", "names an address to fetch keys from (jku), which anybody can choose"},
	{"x5u", "names an address to fetch a certificate from (x5u), which anybody can choose"},
	{"x5c", "brings its own certificate (x5c), which proves nothing about the issuer"},
	{"crit", "demands extensions (crit) that are not known here"},
	{"b64", "changes how the payload is signed (b64)"},
	{"zip", "compresses its payload (zip)"},
};

static const struct {
	const char *name;
	enum jws_alg alg;
} algorithms[] = {{"EdDSA", JWS_EDDSA}, {"Ed25519", JWS_EDDSA}, {"ES256", JWS_ES256},
	{"RS256", JWS_RS256},
	/* RFC 7518, RFC 8812, RFC 9864 */
	{"ES256K", JWS_OTHER}, {"ES384", JWS_OTHER}, {"ES512", JWS_OTHER}, {"PS256", JWS_OTHER},
	{"PS384", JWS_OTHER}, {"PS512", JWS_OTHER}, {"RS384", JWS_OTHER}, {"RS512", JWS_OTHER},
	{"Ed448", JWS_OTHER}};

/* Media types of secured credentials; anything else was signed for another purpose. */
static const char *const types[] = {"vc+jwt", "vc+ld+jwt", "vc-ld+jwt", "JWT", "jwt",
	"application/vc+jwt", "vc+ld+json+jwt", "vc+sd-jwt", "dc+sd-jwt"};

static enum rc check_names(const struct jsonr_value *header, struct err *err)
{
	for (const struct jsonr_value *m = header->first; m != NULL; m = m->next) {
		size_t i = 0;

		while (i < ARRAY_COUNT(header_rules) && !str_eq_cz(m->key, header_rules[i].name))
			i++;
		if (i == ARRAY_COUNT(header_rules))
			return err_set(err, RC_INPUT,
				"the signature's header has a member that is not known here");
		if (header_rules[i].why != NULL)
			return err_set(
				err, RC_INPUT, "the signature's header %s", header_rules[i].why);
		if (m->kind != JSONR_STRING)
			return err_set(err, RC_INPUT,
				"\"%s\" in the signature's header is not a text",
				header_rules[i].name);
	}
	return RC_OK;
}

static enum rc read_alg(const struct jsonr_value *header, struct jws *out, struct err *err)
{
	const struct jsonr_value *alg = jsonr_find(header, "alg");

	if (alg == NULL)
		return err_set(err, RC_INPUT, "the signature's header names no algorithm");
	for (size_t i = 0; i < ARRAY_COUNT(algorithms); i++)
		if (str_eq_cz(alg->text, algorithms[i].name)) {
			out->alg = algorithms[i].alg;
			out->alg_name = alg->text;
			return RC_OK;
		}
	if (str_eq_nocase(alg->text, STR("none")))
		return err_set(err, RC_INPUT, "it says of itself that it is not signed (alg none)");
	if (str_starts(alg->text, STR("HS")))
		return err_set(err, RC_INPUT,
			"it is sealed with a shared secret (alg HS…), which is no signature");
	return err_set(err, RC_INPUT,
		"its algorithm is none of EdDSA, Ed25519, ES256, RS256, which are accepted");
}

static enum rc read_typ(const struct jsonr_value *header, struct jws *out, struct err *err)
{
	const struct jsonr_value *typ = jsonr_find(header, "typ");

	if (typ == NULL)
		return RC_OK;
	for (size_t i = 0; i < ARRAY_COUNT(types); i++)
		if (str_eq_cz(typ->text, types[i])) {
			out->typ = typ->text;
			return RC_OK;
		}
	return err_set(err, RC_INPUT, "it was signed as something else than a credential (typ)");
}

static enum rc read_header(struct arena *a, struct str segment, struct jws *out, struct err *err)
{
	static const struct jsonr_limits limits = {HEADER_MAX, 64};
	const struct jsonr_value *header;
	const struct jsonr_value *kid;
	struct bytes raw;
	enum rc rc;

	if (segment.n > HEADER_MAX)
		return err_set(
			err, RC_LIMIT, "the signature's header is over %zu characters", HEADER_MAX);
	rc = text_from_base64url(a, segment, &raw, err);
	if (rc == RC_OK)
		rc = jsonr_parse(a, bytes_text(raw), &limits, &header, err);
	if (rc != RC_OK)
		return err_wrap(err, "the signature's header");
	if (header->kind != JSONR_OBJECT)
		return err_set(err, RC_INPUT, "the signature's header is no JSON object");
	rc = check_names(header, err);
	if (rc == RC_OK)
		rc = read_alg(header, out, err);
	if (rc == RC_OK)
		rc = read_typ(header, out, err);
	kid = jsonr_find(header, "kid");
	if (rc == RC_OK && kid != NULL)
		out->kid = kid->text;
	return rc;
}

enum rc jws_read(struct arena *a, struct str text, struct jws *out, struct err *err)
{
	size_t first = str_find(text, '.', 0);
	size_t second = first < text.n ? str_find(text, '.', first + 1) : text.n;
	enum rc rc;

	*out = (struct jws){0};
	if (text.n > JWS_TEXT_MAX)
		return err_set(err, RC_LIMIT, "it is over %zu MiB, larger than any credential",
			JWS_TEXT_MAX >> 20);
	if (second >= text.n || str_find(text, '.', second + 1) < text.n)
		return err_set(err, RC_INPUT,
			"a signed token has three parts with a dot between them; this has not");
	if (first == 0 || second == first + 1 || second + 1 == text.n)
		return err_set(err, RC_INPUT, "one of the three parts of the token is empty");
	if (text.n - second - 1 > SIGNATURE_MAX * 4 / 3)
		return err_set(
			err, RC_LIMIT, "the signature is longer than any accepted key makes");
	rc = read_header(a, str_slice(text, 0, first), out, err);
	if (rc != RC_OK)
		return rc;
	out->input = str_slice(text, 0, second);
	rc = text_from_base64url(a, str_slice(text, first + 1, second), &out->payload, err);
	if (rc != RC_OK)
		return err_wrap(err, "the signed content");
	rc = text_from_base64url(a, str_slice(text, second + 1, text.n), &out->signature, err);
	return rc == RC_OK ? rc : err_wrap(err, "the signature");
}
