// SPDX-License-Identifier: Apache-2.0
/*
 * A manifest from hostile bytes: what is accepted fits its frame and decodes again, what is refused
 * has a sentence in UTF-8. Runs in: make fuzz, make corpus.
 */
#include "jobs/intake_manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(INTAKE_MANIFEST_ARENA);
	struct buf frame = buf_new(65536);
	struct wire_manifest manifest;
	struct wire_manifest again;
	struct intake_source source;
	struct err err = {0};

	if (intake_manifest_read((struct bytes){data, len}, a, &manifest, &source, &err) == RC_OK) {
		CHECK(manifest.credentials.count != 0);
		CHECK(wire_encode(&wire_manifest_type, &manifest, &frame, &err) == RC_OK);
		CHECK(wire_decode(&wire_manifest_type, buf_bytes(&frame), a, &again, &err)
			== RC_OK);
	} else {
		CHECK(err.text[0] != '\0' && str_is_utf8(str_of(err.text)));
	}
	buf_free(&frame);
	arena_free(&a);
	return 0;
}
