// SPDX-License-Identifier: Apache-2.0
/* The colour profile of the output intent. */
#ifndef RENDER_PDF_ICC_H
#define RENDER_PDF_ICC_H

#include "base/buf.h"

/*
 * An ICC version 2 display profile of sRGB (IEC 61966-2-1), computed: D50 primaries by the Bradford
 * transform, a curve of 1024 points.
 */
void pdf_icc_put(struct buf *b);

#endif
