// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a packed list, an encoded one, and JSON of entries and lists. Runs in: fuzz. */
#include "base/text.h"
#include "formats/statuslist.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read is written again and reads the same. */
static void read_encoded(struct arena *a, struct str encoded)
{
	struct buf again = buf_new(STATUSLIST_TEXT_MAX);
	struct bytes bits;
	struct bytes same;
	struct err err;

	if (statuslist_read_bits(a, encoded, &bits, &err) == RC_OK && bits.n < (1u << 20)) {
		CHECK(bits.n >= STATUSLIST_BYTES);
		(void)statuslist_bit(bits, 8 * (uint64_t)bits.n - 1);
		CHECK(statuslist_put_bits(&again, bits, &err) == RC_OK);
		CHECK(statuslist_read_bits(a, buf_str(&again), &same, &err) == RC_OK);
		CHECK(same.n == bits.n && memcmp(same.p, bits.p, bits.n) == 0);
	}
	buf_free(&again);
}

static void read_json(struct arena *a, struct str text)
{
	static const struct jsonr_limits limits = {1 << 20, 10000};
	const struct jsonr_value *v;
	struct statuslist_entry entry;
	struct statuslist_claims claims;
	struct str reason;
	struct err err;
	bool revoked;

	if (jsonr_parse(a, text, &limits, &v, &err) != RC_OK)
		return;
	if (statuslist_read_entry(v, &entry, &err) == RC_OK)
		CHECK(entry.list_url.n != 0);
	if (statuslist_read(v, &claims, &err) == RC_OK) {
		(void)statuslist_has_purpose(&claims, STR("revocation"));
		read_encoded(a, claims.encoded);
	}
	if (statuslist_read_revoked(v, STR("urn:x"), &revoked, &reason, &err) == RC_OK)
		CHECK(revoked || reason.n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)64 << 20);
	struct buf encoded = buf_new((size_t)8 << 20);

	read_encoded(a, (struct str){(const char *)data, size});
	buf_put_char(&encoded, 'u');
	text_put_base64url(&encoded, (struct bytes){data, size});
	read_encoded(a, buf_str(&encoded));
	read_json(a, (struct str){(const char *)data, size});
	buf_free(&encoded);
	arena_free(&a);
	return 0;
}
