// SPDX-License-Identifier: Apache-2.0
/* Compact JWS. Runs in: sign. */
#include "formats/jws.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "formats/jsont.h"

void jws_put_kid(struct buf *out, struct str base, struct str thumbprint)
{
	buf_put_str(out, base);
	buf_put_cz(out, "/api/v1/keys/");
	buf_put_str(out, thumbprint);
}

void jws_put_input(struct buf *out, const struct jws_header *header, struct bytes payload)
{
	struct buf text = buf_new(2048);
	struct jsonw w = jsonw_new(&text);

	jsonw_open(&w, '{');
	jsonw_key_str(&w, "alg", header->alg);
	jsonw_key_str(&w, "kid", header->kid);
	jsonw_key_str(&w, "typ", header->typ);
	jsonw_close(&w, '}');
	CHECK(!text.full);
	text_put_base64url(out, buf_bytes(&text));
	buf_put_char(out, '.');
	text_put_base64url(out, payload);
	buf_free(&text);
}

void jws_put_signature(struct buf *out, struct bytes signature)
{
	buf_put_char(out, '.');
	text_put_base64url(out, signature);
}

/* The text of a member, or of its "id" when it is an object; empty when there is none. */
static struct str text_of(const struct jsonr_value *object, const char *key)
{
	const struct jsonr_value *v = jsonr_find(object, key);

	if (v != NULL && v->kind == JSONR_OBJECT)
		v = jsonr_find(v, "id");
	return v != NULL && v->kind == JSONR_STRING ? v->text : (struct str){NULL, 0};
}

/* NumericDate (RFC 7519, section 2) of a member that may be absent. */
static enum rc put_date(struct jsonw *w, const char *claim, struct str iso, struct err *err)
{
	int64_t wall_s;
	enum rc rc;

	if (iso.n == 0)
		return RC_OK;
	/* clock_parse_iso() would cut a fraction, and then claim and member differ. */
	if (str_find(iso, '.', 0) < iso.n)
		return err_set(err, RC_INPUT, "claim %s: a time that is no whole second", claim);
	rc = clock_parse_iso(iso, &wall_s, err);
	if (rc != RC_OK)
		return err_wrap(err, "claim %s", claim);
	jsonw_key_i64(w, claim, wall_s);
	return RC_OK;
}

enum rc jws_put_claims(struct buf *out, const struct jsonr_value *credential, struct err *err)
{
	struct str iss = text_of(credential, "issuer");
	struct str jti = text_of(credential, "id");
	struct str sub = text_of(credential, "credentialSubject");
	struct str from = text_of(credential, "validFrom");
	struct jsonw w = jsonw_new(out);
	enum rc rc;

	if (iss.n == 0 || jti.n == 0 || sub.n == 0 || from.n == 0)
		return err_set(err, RC_INPUT,
			"1EdTech's JWT takes a credential with an id, an issuer, a subject with an "
			"id "
			"and a validFrom");
	jsont_put(out, credential);
	if (out->full)
		return err_set(err, RC_LIMIT, "the credential is too large for a JWT");
	/* Reopens the object: its last byte is the bracket that closed it. */
	out->n--;
	w.comma = true;
	jsonw_key_str(&w, "iss", iss);
	jsonw_key_str(&w, "jti", jti);
	jsonw_key_str(&w, "sub", sub);
	rc = put_date(&w, "nbf", from, err);
	if (rc == RC_OK)
		rc = put_date(&w, "exp", text_of(credential, "validUntil"), err);
	jsonw_close(&w, '}');
	if (rc == RC_OK && out->full)
		rc = err_set(err, RC_LIMIT, "the credential is too large for a JWT");
	return rc;
}
