// SPDX-License-Identifier: Apache-2.0
/*
 * Any text as a compact JWS: refused, or its parts written again are the same text. Then as a key.
 * Runs in: fuzz.
 */
#include "base/text.h"
#include "formats/jwk_read.h"
#include "formats/jws_read.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct jws *jws, struct str text)
{
	struct buf again = buf_new((size_t)8 << 20);

	buf_put_str(&again, jws->input);
	buf_put_char(&again, '.');
	text_put_base64url(&again, jws->signature);
	CHECK(str_eq(buf_str(&again), text));
	buf_reset(&again);
	text_put_base64url(&again, jws->payload);
	CHECK(str_ends(jws->input, buf_str(&again)));
	buf_free(&again);
}

static void read_key(struct arena *a, struct str text)
{
	static const struct jsonr_limits limits = {1 << 16, 256};
	char thumbprint[JWK_THUMBPRINT_LEN + 1];
	const struct jsonr_value *json;
	struct jwk_key key;
	struct err err;

	if (jsonr_parse(a, text, &limits, &json, &err) == RC_OK
		&& jwk_read(a, json, &key, &err) == RC_OK) {
		CHECK(jwk_equal(&key, &key));
		(void)jwk_read_thumbprint(&key, thumbprint);
	}
	if (jwk_read_multibase(a, text, &key, &err) == RC_OK)
		CHECK(jwk_equal(&key, &key));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct arena *a = arena_new((size_t)64 << 20);
	struct buf built = buf_new((size_t)8 << 20);
	size_t cut = str_find(text, '\n', 0);
	struct jws jws;
	struct err err;

	if (jws_read(a, text, &jws, &err) == RC_OK)
		check_again(&jws, text);
	read_key(a, text);
	/* Header and payload in the clear, a line each, so that the parser behind base64 is reached. */
	text_put_base64url(&built, bytes_of(str_slice(text, 0, cut)));
	buf_put_char(&built, '.');
	text_put_base64url(&built, bytes_of(str_slice(text, cut + 1, text.n)));
	buf_put_cz(&built, ".AAAA");
	if (jws_read(a, buf_str(&built), &jws, &err) == RC_OK)
		check_again(&jws, buf_str(&built));
	buf_free(&built);
	arena_free(&a);
	return 0;
}
