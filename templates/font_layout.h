// SPDX-License-Identifier: Apache-2.0
/* GSUB and GPOS: their lists of scripts, features and lookups. For font_check.c. */
#ifndef TEMPLATES_FONT_LAYOUT_H
#define TEMPLATES_FONT_LAYOUT_H

#include "base/str.h"

enum font_layout_kind {
	FONT_LAYOUT_SUBSTITUTES, /* GSUB */
	FONT_LAYOUT_PLACES, /* GPOS */
};

/*
 * table: GSUB or GPOS, empty when the font has none. INPUT: a list, a lookup or the beginning of one of
 * its parts lies outside the table, a feature asks for a lookup that there is not, or a lookup is of an
 * unknown kind. What is inside the parts HarfBuzz judges before it follows them, and bounds the work.
 * ISO/IEC 14496-22, 6.2.
 */
enum rc font_layout_check(
	struct bytes table, enum font_layout_kind kind, struct err *err) MUST_CHECK;

#endif
