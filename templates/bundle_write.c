// SPDX-License-Identifier: Apache-2.0
/* Writing a bundle: stored entries, fixed dates, sorted names. Runs in: intake. */
#include "base/buf.h"
#include "templates/bundle.h"
#include "templates/limits.h"

#include <zlib.h>

/* 1 January 1980 in DOS's form: the first day it knows (APPNOTE 4.4.6). */
#define DOS_DATE 0x0021u
/* Names are UTF-8 (APPNOTE, appendix D). */
#define FLAG_UTF8 0x0800u
#define VERSION 20u

static void put16(struct buf *b, uint32_t v)
{
	buf_put_char(b, (char)(v & 0xff));
	buf_put_char(b, (char)(v >> 8 & 0xff));
}

static void put32(struct buf *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

/* What local and central headers share, from "version needed" to the length of the name. */
static void put_common(struct buf *b, struct str name, struct bytes content)
{
	put16(b, VERSION);
	put16(b, FLAG_UTF8);
	put16(b, 0);
	put16(b, 0);
	put16(b, DOS_DATE);
	put32(b, (uint32_t)crc32_z(crc32(0, NULL, 0), content.p, content.n));
	put32(b, (uint32_t)content.n);
	put32(b, (uint32_t)content.n);
	put16(b, (uint32_t)name.n);
	put16(b, 0);
}

static void put_entry(struct buf *out, struct buf *central, struct str name, struct bytes content)
{
	uint32_t offset = (uint32_t)out->n;

	buf_put_cz(out, "PK\3\4");
	put_common(out, name, content);
	buf_put_str(out, name);
	buf_put_bytes(out, content);
	buf_put_cz(central, "PK\1\2");
	put16(central, VERSION);
	put_common(central, name, content);
	put16(central, 0);
	put16(central, 0);
	put16(central, 0);
	put32(central, 0);
	put32(central, offset);
	buf_put_str(central, name);
}

enum rc bundle_write(const struct bundle *b, struct bytes svg, struct arena *a, struct bytes *out,
	struct err *err)
{
	struct buf zip = buf_new(LIMIT_BUNDLE_LEN);
	struct buf central = buf_new(LIMIT_BUNDLE_LEN);
	uint32_t count = 0;
	uint32_t central_at;
	bool full;

	for (uint32_t i = 0; i < b->files.count; i++) {
		const struct bundle_file *f = &b->files.items[i];

		if (f->kind == BUNDLE_IMAGE && !f->used)
			continue;
		put_entry(&zip, &central, f->name, f->kind == BUNDLE_SVG ? svg : f->content);
		count++;
	}
	central_at = (uint32_t)zip.n;
	buf_put_bytes(&zip, buf_bytes(&central));
	buf_put_cz(&zip, "PK\5\6");
	put32(&zip, 0);
	put16(&zip, count);
	put16(&zip, count);
	put32(&zip, (uint32_t)central.n);
	put32(&zip, central_at);
	put16(&zip, 0);
	full = zip.full || central.full;
	if (!full)
		*out = (struct bytes){arena_dup(a, zip.p, zip.n), zip.n};
	buf_free(&zip);
	buf_free(&central);
	return full ? err_set(err, RC_LIMIT,
		       "the cleaned bundle would be larger than %u bytes; make its images "
		       "smaller",
		       LIMIT_BUNDLE_LEN)
		    : RC_OK;
}
