// SPDX-License-Identifier: Apache-2.0
/* Compact JWS. Runs in: sign. */
#include "formats/jws.h"

#include "base/jsonw.h"
#include "base/text.h"

void jws_put_kid(struct buf *out, struct str base, struct str thumbprint)
{
	buf_put_str(out, base);
	buf_put_cz(out, "/api/v1/keys/");
	buf_put_str(out, thumbprint);
}

void jws_put_input(struct buf *out, struct str typ, struct str kid, struct bytes payload)
{
	struct buf header = buf_new(2048);
	struct jsonw w = jsonw_new(&header);

	jsonw_open(&w, '{');
	jsonw_key_str(&w, "alg", STR("EdDSA"));
	jsonw_key_str(&w, "kid", kid);
	jsonw_key_str(&w, "typ", typ);
	jsonw_close(&w, '}');
	CHECK(!header.full);
	text_put_base64url(out, buf_bytes(&header));
	buf_put_char(out, '.');
	text_put_base64url(out, payload);
	buf_free(&header);
}

void jws_put_signature(struct buf *out, const uint8_t signature[JWS_ED25519_LEN])
{
	buf_put_char(out, '.');
	text_put_base64url(out, (struct bytes){signature, JWS_ED25519_LEN});
}
