// SPDX-License-Identifier: Apache-2.0
/* Stored entries, fixed dates. Runs in: intake, the command line. */
#include "base/zipw.h"

/* 1 January 1980 in DOS's form: the first day it knows (APPNOTE 4.4.6). */
#define DOS_DATE 0x0021u
/* Names are UTF-8 (APPNOTE, appendix D). */
#define FLAG_UTF8 0x0800u
#define VERSION 20u
/* Polynomial of CRC-32, bits reversed (ISO 3309; APPNOTE 4.4.7). */
#define CRC_POLYNOMIAL 0xEDB88320u

static uint32_t crc32_of(struct bytes b)
{
	uint32_t table[256];
	uint32_t crc = UINT32_MAX;

	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ ((table[i] & 1u) != 0 ? CRC_POLYNOMIAL : 0);
	}
	for (size_t i = 0; i < b.n; i++)
		crc = crc >> 8 ^ table[(crc ^ b.p[i]) & 0xff];
	return ~crc;
}

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
static void put_common(struct buf *b, struct str name, size_t len, uint32_t crc)
{
	put16(b, VERSION);
	put16(b, FLAG_UTF8);
	put16(b, 0);
	put16(b, 0);
	put16(b, DOS_DATE);
	put32(b, crc);
	put32(b, (uint32_t)len);
	put32(b, (uint32_t)len);
	put16(b, (uint32_t)name.n);
	put16(b, 0);
}

struct zipw zipw_new(struct buf *out)
{
	return (struct zipw){.out = out, .central = buf_new(out->cap)};
}

void zipw_add(struct zipw *w, struct str name, struct bytes content)
{
	uint32_t offset = (uint32_t)w->out->n;
	uint32_t crc = crc32_of(content);

	buf_put_cz(w->out, "PK\3\4");
	put_common(w->out, name, content.n, crc);
	buf_put_str(w->out, name);
	buf_put_bytes(w->out, content);
	buf_put_cz(&w->central, "PK\1\2");
	put16(&w->central, VERSION);
	put_common(&w->central, name, content.n, crc);
	put16(&w->central, 0);
	put16(&w->central, 0);
	put16(&w->central, 0);
	put32(&w->central, 0);
	put32(&w->central, offset);
	buf_put_str(&w->central, name);
	w->count++;
}

bool zipw_end(struct zipw *w)
{
	uint32_t central_at = (uint32_t)w->out->n;
	bool good;

	buf_put_bytes(w->out, buf_bytes(&w->central));
	buf_put_cz(w->out, "PK\5\6");
	put32(w->out, 0);
	put16(w->out, w->count);
	put16(w->out, w->count);
	put32(w->out, (uint32_t)w->central.n);
	put32(w->out, central_at);
	put16(w->out, 0);
	good = !w->out->full && !w->central.full && w->count <= UINT16_MAX;
	buf_free(&w->central);
	return good;
}
