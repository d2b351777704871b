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

struct zipw zipw_new(struct buf *out);
void zipw_add(struct zipw *w, struct str name, struct bytes content);
/* Writes the list of entries. False when out is full: then it is no ZIP file. */
bool zipw_end(struct zipw *w);

#endif
