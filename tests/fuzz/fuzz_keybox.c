// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as a sealed key file: refused, however they are written. And as changes to a good one, three
 * bytes each (where, twice; what): only without any does it open. Runs in: make fuzz, make corpus.
 */
#include "base/cursor.h"
#include "trust/keybox.h"

#include <string.h>

#define TEXT "certfill: what is sealed"
/* Opened by the hundred thousand, so no more may be asked for than this. */
#define MEMORY_MAX_KIB 256
#define PASSES_MAX 2

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct keybox_cost cheap = {8, 1, 1};

/* What costs too much to be opened here is a matter of its three numbers alone. */
static bool is_cheap(struct bytes raw)
{
	struct cursor c = cursor_of(raw);
	uint32_t memory;

	(void)cursor_take(&c, 8);
	memory = cursor_u32(&c);
	return memory <= MEMORY_MAX_KIB && cursor_u32(&c) <= PASSES_MAX;
}

static enum rc open_it(struct bytes raw, struct secret **out)
{
	struct err err = {0};
	enum rc rc = keybox_open(raw, STR("t"), bytes_of(STR("passphrase")), out, &err);

	CHECK(rc == RC_OK || (rc == RC_INPUT && err.text[0] != '\0' && *out == NULL));
	return rc;
}

static void change_a_good_one(const uint8_t *data, size_t len)
{
	static struct buf good;
	uint8_t box[sizeof TEXT + KEYBOX_EXTRA_LEN];
	struct secret *opened = NULL;
	struct err err;
	bool same;

	if (good.n == 0) {
		good = buf_new(sizeof box);
		CHECK(keybox_put(&good, bytes_of(STR(TEXT)), STR("t"), bytes_of(STR("passphrase")),
			      &cheap, &err)
			== RC_OK);
	}
	memcpy(box, good.p, good.n);
	for (; len >= 3; data += 3, len -= 3)
		box[(size_t)(data[0] | data[1] << 8) % good.n] ^= data[2];
	same = memcmp(box, good.p, good.n) == 0;
	if (!is_cheap((struct bytes){box, good.n}))
		return;
	CHECK((open_it((struct bytes){box, good.n - len}, &opened) == RC_OK) == (same && len == 0));
	secret_free(&opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct secret *opened = NULL;

	if (is_cheap((struct bytes){data, len}))
		CHECK(open_it((struct bytes){data, len}, &opened) != RC_OK);
	change_a_good_one(data, len);
	return 0;
}
