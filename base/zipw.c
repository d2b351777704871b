// SPDX-License-Identifier: Apache-2.0
/* Stored entries, fixed dates. Runs in: intake, render, the command line. */
#include "base/zipw.h"

#include "base/cursor.h"

/* APPNOTE 4.3.7, 4.3.12 and 4.3.16. */
#define LOCAL_SIGNATURE 0x04034B50u
#define CENTRAL_SIGNATURE 0x02014B50u
#define END_SIGNATURE 0x06054B50u

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

/* What local and central headers share, from "version needed" to the length of the extra field. */
static void put_common(struct buf *b, const struct zipw_entry *e)
{
	cursor_put_u16(b, e->version);
	cursor_put_u16(b, e->flags);
	cursor_put_u16(b, 0); /* stored */
	cursor_put_u16(b, e->time);
	cursor_put_u16(b, e->date);
	cursor_put_u32(b, e->crc);
	cursor_put_u32(b, e->len);
	cursor_put_u32(b, e->len);
	cursor_put_u16(b, (uint16_t)e->name.n);
	cursor_put_u16(b, 0); /* extra field */
}

void zipw_put_local(struct buf *b, const struct zipw_entry *e)
{
	cursor_put_u32(b, LOCAL_SIGNATURE);
	put_common(b, e);
	buf_put_str(b, e->name);
}

void zipw_put_central(struct buf *b, const struct zipw_entry *e)
{
	cursor_put_u32(b, CENTRAL_SIGNATURE);
	cursor_put_u16(b, e->made_by);
	put_common(b, e);
	cursor_put_u16(b, 0); /* comment */
	cursor_put_u16(b, 0); /* disk */
	cursor_put_u16(b, 0); /* internal attributes */
	cursor_put_u32(b, e->attributes);
	cursor_put_u32(b, e->offset);
	buf_put_str(b, e->name);
}

void zipw_put_end(struct buf *b, uint32_t count, uint32_t central_len, uint32_t central_at)
{
	cursor_put_u32(b, END_SIGNATURE);
	cursor_put_u32(b, 0); /* disks */
	cursor_put_u16(b, (uint16_t)count);
	cursor_put_u16(b, (uint16_t)count);
	cursor_put_u32(b, central_len);
	cursor_put_u32(b, central_at);
	cursor_put_u16(b, 0); /* comment */
}

struct zipw zipw_new(struct buf *out)
{
	return (struct zipw){.out = out, .central = buf_new(out->cap)};
}

void zipw_add(struct zipw *w, struct str name, struct bytes content)
{
	const struct zipw_entry e = {.name = name,
		.len = (uint32_t)content.n,
		.crc = crc32_of(content),
		.offset = (uint32_t)w->out->n,
		.version = VERSION,
		.made_by = VERSION,
		.flags = FLAG_UTF8,
		.date = DOS_DATE};

	zipw_put_local(w->out, &e);
	buf_put_bytes(w->out, content);
	zipw_put_central(&w->central, &e);
	w->count++;
}

bool zipw_end(struct zipw *w)
{
	uint32_t central_at = (uint32_t)w->out->n;
	bool good;

	buf_put_bytes(w->out, buf_bytes(&w->central));
	zipw_put_end(w->out, w->count, (uint32_t)w->central.n, central_at);
	good = !w->out->full && !w->central.full && w->count <= UINT16_MAX;
	buf_free(&w->central);
	return good;
}
