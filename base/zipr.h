// SPDX-License-Identifier: Apache-2.0
/*
 * Finds entries in ZIP files that this program wrote itself: stored, one behind the other from the first byte,
 * lengths in their local headers (PKWARE APPNOTE 4.3.7). Other people's ZIP files are libzip's business.
 */
#ifndef BASE_ZIPR_H
#define BASE_ZIPR_H

#include "base/str.h"

/* *content borrows from zip. False when there is no such entry before the first thing that is none of ours. */
bool zipr_find(struct bytes zip, struct str name, struct bytes *content);

#endif
