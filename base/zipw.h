// SPDX-License-Identifier: Apache-2.0
/*
 * Writes ZIP files (PKWARE APPNOTE 6.3) of stored entries, all dated 1980: the same entries give the
 * same bytes. Names are UTF-8.
 */
#ifndef BASE_ZIPW_H
#define BASE_ZIPW_H

#include "base/buf.h"

/* out: the file so far, borrowed; both turn full together with it when they grow over their caps. */
struct zipw {
	struct buf *out;
	struct buf central;
	uint32_t count;
};

/* What the headers of a stored entry say: APPNOTE 4.3.7 and 4.3.12. */
struct zipw_entry {
	struct str name; /* <=65535 bytes */
	uint32_t len;
	uint32_t crc;
	uint32_t offset; /* of the local header */
	uint16_t version; /* needed to extract: 4.4.3 */
	uint16_t made_by; /* 4.4.2 */
	uint16_t flags; /* 4.4.4 */
	uint16_t time; /* DOS's form: 4.4.6 */
	uint16_t date;
	uint32_t attributes; /* 4.4.15 */
};

/* The three kinds of headers, for whoever puts the contents elsewhere. The content follows its local header. */
void zipw_put_local(struct buf *b, const struct zipw_entry *e);
void zipw_put_central(struct buf *b, const struct zipw_entry *e);
void zipw_put_end(struct buf *b, uint32_t count, uint32_t central_len, uint32_t central_at);

struct zipw zipw_new(struct buf *out);
void zipw_add(struct zipw *w, struct str name, struct bytes content);
/* Writes the list of entries. False when out is full: then it is no ZIP file. */
bool zipw_end(struct zipw *w);

#endif
