// SPDX-License-Identifier: Apache-2.0
/* Any bytes as the ZIP of a wallet pass, then as something to verify. Runs in: fuzz. */
#include <stddef.h>
#include <stdint.h>

#include "verify/certfill-verify.h"
#include "verify/passfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct passfile pass;
	struct certfill_verify_options options = {.now_s = 1800000000};
	struct arena *a = arena_new((size_t)256 << 20);
	struct err err;

	if (passfile_read(a, (struct bytes){data, size}, &pass, &err) == RC_OK) {
		CHECK(pass.entry_count >= 1 && pass.entry_count <= PASSFILE_ENTRIES_MAX);
		for (size_t i = 0; i < pass.entry_count; i++)
			CHECK(pass.entries[i].content.n <= PASSFILE_ENTRY_LEN_MAX);
		/* Nothing signed by anybody we know can come of this. */
		struct certfill_result *r = certfill_verify(data, size, &options);

		CHECK(certfill_result_verdict(r) != CERTFILL_VALID);
		certfill_result_free(r);
	}
	arena_free(&a);
	return 0;
}
