// SPDX-License-Identifier: Apache-2.0
/* Designs without the lines they came from. Runs in: control. */
#include "jobs/design_digest.h"

#include "base/buf.h"
#include "base/hash.h"
#include "templates/design.h"

enum rc design_digest(struct arena *a, struct bytes design, uint8_t out[32], struct err *err)
{
	/* Numbers have fixed widths, so without its lines it is no longer than it was. */
	struct buf again = buf_new(design.n);
	struct design d;
	enum rc rc = wire_decode(&design_type, design, a, &d, err);

	if (rc == RC_OK) {
		design_forget_lines(&d);
		rc = wire_encode(&design_type, &d, &again, err);
	}
	if (rc == RC_OK)
		hash_sha256(buf_bytes(&again), out);
	buf_free(&again);
	return rc;
}
