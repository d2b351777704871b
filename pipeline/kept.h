// SPDX-License-Identifier: Apache-2.0
/*
 * Records that stay in the ledger for years: a form's number in front of the wire form. When a kept
 * type gets a member, KEPT_VERSION goes up and the member says since which form it is there
 * (WIRE_SINCE); records of older forms are read without it.
 * 2: the pass certificate of a policy. 3: a wallet pass's wordings. 4: further members of badges,
 * people in the manifest. 5: the jwt key of a policy. 6: room for a signature in
 * PDFs.
 */
#ifndef PIPELINE_KEPT_H
#define PIPELINE_KEPT_H

#include "base/wire.h"

#define KEPT_VERSION 6

enum rc kept_write(const struct wire_type *type, const void *record, struct buf *out,
	struct err *err) MUST_CHECK;
/* INPUT says that another version of certfill wrote it. */
enum rc kept_read(const struct wire_type *type, struct bytes in, struct arena *a, void *record,
	struct err *err) MUST_CHECK;

#endif
