// SPDX-License-Identifier: Apache-2.0
/* What a bundle's font calls itself: how drawings ask for it, and its place in the family. */
#ifndef TEMPLATES_FONT_NAMES_H
#define TEMPLATES_FONT_NAMES_H

#include "base/wire.h"

#define FONT_NAMES_MAX 4
#define FONT_NAME_LEN 128

/* names: family first, then what programs also write into font-family: full name, PostScript name. */
struct font_names {
	LIST_OF(struct str) names; /* <=4, each <=128, no two alike */
	uint16_t weight; /* 100..900 */
	bool italic;
};

/*
 * file: what font_check_rewrite gave. fallback: a name for fonts that have none, such as the file's.
 * Never fails: nonsense in the tables is left out. *out lives in a.
 * ISO/IEC 14496-22: name, OS/2 usWeightClass and fsSelection.
 */
void font_names_read(
	struct bytes file, struct str fallback, struct arena *a, struct font_names *out);

#endif
