// SPDX-License-Identifier: Apache-2.0
/*
 * Records that stay in the ledger for years: a version in front of the wire form. When a kept type
 * changes, its version goes up and kept_read learns to read the older ones.
 */
#ifndef PIPELINE_KEPT_H
#define PIPELINE_KEPT_H

#include "base/wire.h"

#define KEPT_VERSION 1

enum rc kept_write(const struct wire_type *type, const void *record, struct buf *out,
	struct err *err) MUST_CHECK;
/* INPUT says that another version of certfill wrote it. */
enum rc kept_read(const struct wire_type *type, struct bytes in, struct arena *a, void *record,
	struct err *err) MUST_CHECK;

#endif
