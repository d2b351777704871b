// SPDX-License-Identifier: Apache-2.0
/* Credentials with an embedded proof, or as a JWT. Runs in: sign. */
#include "trust/secure.h"

#include "formats/jws.h"

/* A credential of the largest size (sign_policy.h) and its claims. */
#define PAYLOAD_MAX ((size_t)16896)

enum rc secure_open(struct arena *a, const struct key *key, struct str issuer,
	const struct jsonr_value *context, int64_t created_s, struct secure *out, struct err *err)
{
	struct buf method = buf_new(2048);
	enum rc rc;

	di_put_method(&method, issuer, str_of(key->kid));
	*out = (struct secure){.key = key};
	rc = method.full
		? err_set(err, RC_LIMIT, "the issuer's id is too long to name a key with")
		: di_config_make(a, context, buf_str(&method), created_s, &out->config, err);
	buf_free(&method);
	return rc;
}

enum rc secure_put(struct arena *a, const struct secure *s, const struct jsonr_value *credential,
	struct buf *out, struct err *err)
{
	uint8_t data[DI_DATA_LEN];
	uint8_t signature[DI_SIGNATURE_LEN];
	enum rc rc = di_data(a, &s->config, credential, data, err);

	if (rc == RC_OK)
		rc = key_sign(s->key, (struct bytes){data, sizeof data}, signature, err);
	if (rc != RC_OK)
		return rc;
	di_put_secured(out, credential, &s->config, signature);
	if (out->full)
		return err_set(err, RC_LIMIT,
			"the credential with its proof is over %zu bytes: shorten its texts",
			out->cap);
	return RC_OK;
}

enum rc secure_put_jwt(const struct key *key, struct str kid_url,
	const struct jsonr_value *credential, struct buf *out, struct err *err)
{
	struct jws_header header = {str_of(jwk_alg_name(key_alg(key))), kid_url, STR("JWT")};
	struct buf payload = buf_new(PAYLOAD_MAX);
	struct buf signature = buf_new(JWK_PUBLIC_MAX);
	size_t start = out->n;
	enum rc rc = jws_put_claims(&payload, credential, err);

	if (rc == RC_OK) {
		jws_put_input(out, &header, buf_bytes(&payload));
		rc = out->full ? err_set(err, RC_LIMIT, "the credential is too large for a JWT")
			       : key_sign_jws(key, (struct bytes){out->p + start, out->n - start},
				       &signature, err);
	}
	if (rc == RC_OK)
		jws_put_signature(out, buf_bytes(&signature));
	if (rc == RC_OK && out->full)
		rc = err_set(err, RC_LIMIT, "the credential is too large for a JWT");
	buf_free(&signature);
	buf_free(&payload);
	return rc;
}
