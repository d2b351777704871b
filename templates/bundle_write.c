// SPDX-License-Identifier: Apache-2.0
/* Writing a bundle: stored entries, fixed dates, sorted names. Runs in: intake. */
#include "base/buf.h"
#include "base/zipw.h"
#include "templates/bundle.h"
#include "templates/limits.h"

enum rc bundle_write(const struct bundle *b, struct bytes svg, struct arena *a, struct bytes *out,
	struct err *err)
{
	struct buf zip = buf_new(LIMIT_BUNDLE_LEN);
	struct zipw w = zipw_new(&zip);
	bool good;

	for (uint32_t i = 0; i < b->files.count; i++) {
		const struct bundle_file *f = &b->files.items[i];

		if (f->kind != BUNDLE_IMAGE || f->used)
			zipw_add(&w, f->name, f->kind == BUNDLE_SVG ? svg : f->content);
	}
	good = zipw_end(&w);
	if (good)
		*out = (struct bytes){arena_dup(a, zip.p, zip.n), zip.n};
	buf_free(&zip);
	return good ? RC_OK
		    : err_set(err, RC_LIMIT,
			    "the cleaned bundle would be larger than %u bytes; make its images "
			    "smaller",
			    LIMIT_BUNDLE_LEN);
}
