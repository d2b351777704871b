// SPDX-License-Identifier: Apache-2.0
/*
 * Compressing once what is stored for ever: whole zlib streams (PDF streams, pass images) and deflate
 * runs that can be joined with others (fixed bands of the PNG). libdeflate does the work.
 */
#ifndef RENDER_SQUEEZE_H
#define RENDER_SQUEEZE_H

#include "base/buf.h"

/* Compression levels of the two tiers (ADR 0008). */
#define SQUEEZE_LEVEL_FAST 6
#define SQUEEZE_LEVEL_HARD 12
int squeeze_level(uint8_t tier);

/* Length that in would have at a level, without keeping the result. */
size_t squeeze_try(struct bytes in, int level);
/* Appends a zlib stream (RFC 1950) of in. LIMIT when out is full. */
enum rc squeeze_zlib(struct bytes in, int level, struct buf *out, struct err *err) MUST_CHECK;
/*
 * Appends a deflate run (RFC 1951) of in whose blocks are all non-final and which ends at a byte
 * boundary with an empty stored block, so that runs can be joined. Inflated again to be sure.
 */
enum rc squeeze_open_run(struct bytes in, int level, struct buf *out, struct err *err) MUST_CHECK;

#endif
