// SPDX-License-Identifier: Apache-2.0
/* A finished picture made smaller, for the pages that show it. */
#ifndef RENDER_SHRINK_H
#define RENDER_SHRINK_H

#include "base/buf.h"

/*
 * Appends png, at the size that thumbnail_fit says, to out as a JPEG without anything but its pixels. Each pixel is the mean of
 * what it covers. INPUT when png is none or broken, LIMIT when it has more pixels than we draw.
 */
enum rc shrink_png(struct bytes png, struct buf *out, struct err *err) MUST_CHECK;

#endif
