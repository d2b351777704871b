// SPDX-License-Identifier: Apache-2.0
/* A finished picture made smaller, for the pages that show it. */
#ifndef RENDER_SHRINK_H
#define RENDER_SHRINK_H

#include "base/buf.h"

/* Of the result, which has at most THUMBNAIL_WIDTH_MAX by THUMBNAIL_HEIGHT_MAX pixels. */
#define SHRINK_LEN_MAX ((size_t)2 << 20)

/*
 * Appends png, at the size that thumbnail_fit says, to out as a PNG without anything but its pixels. Each pixel is the mean of
 * what it covers. INPUT when png is none or broken, LIMIT when it has more pixels than we draw.
 */
enum rc shrink_png(struct bytes png, struct buf *out, struct err *err) MUST_CHECK;

#endif
