// SPDX-License-Identifier: Apache-2.0
/* The credential baked into a PNG (Open Badges 3.0, 5.3.2). */
#ifndef VERIFY_BAKE_PNG_H
#define VERIFY_BAKE_PNG_H

#include "base/str.h"

/*
 * The text of the one iTXt chunk "openbadgecredential"; borrows from file. INPUT: no PNG, damaged
 * (lengths, checksums, something after IEND), no credential, two of them, one in another kind of chunk,
 * compressed, or of Open Badges 2.
 */
enum rc bake_png_find(struct bytes file, struct str *out, struct err *err) MUST_CHECK;

#endif
