// SPDX-License-Identifier: Apache-2.0
/*
 * Fonts of bundles: their tables judged before any font library sees them, then written anew with the
 * tables that drawing needs. No programs of hinting, no colour, no pictures, no variations.
 */
#ifndef TEMPLATES_FONT_CHECK_H
#define TEMPLATES_FONT_CHECK_H

#include "base/arena.h"
#include "base/str.h"

/*
 * file: a TrueType or OpenType font (ISO/IEC 14496-22). *out lives in a; doing it twice gives the same
 * bytes. INPUT: not such a font, broken, or its licence forbids embedding; LIMIT: over limits.h.
 */
enum rc font_check_rewrite(
	struct bytes file, struct arena *a, struct bytes *out, struct err *err) MUST_CHECK;

#endif
