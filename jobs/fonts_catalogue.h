// SPDX-License-Identifier: Apache-2.0
/* The table behind fonts.h: every font file we may use, and the order in which scripts fall back. */
#ifndef JOBS_FONTS_CATALOGUE_H
#define JOBS_FONTS_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fonts_flavour {
	FONTS_SERIF,
	FONTS_SANS,
	FONTS_ANY, /* the only one for its script */
};

/* One face. script: what the family is there for. fallback: 0 never, else its pass (1 first). */
struct fonts_face {
	const char *key; /* unique, at most 64 bytes */
	const char *family;
	uint16_t weight;
	bool italic;
	enum fonts_flavour flavour;
	const char *path;
	uint16_t face_index;
	const char *script;
	uint8_t fallback;
};

extern const struct fonts_face fonts_catalogue[];
extern const size_t fonts_catalogue_count;

/* Families of other makers, lower case without spaces, and what stands in for them. */
struct fonts_alias {
	const char *asked;
	enum fonts_flavour flavour;
};

extern const struct fonts_alias fonts_aliases[];
extern const size_t fonts_alias_count;

#endif
