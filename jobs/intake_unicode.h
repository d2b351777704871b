// SPDX-License-Identifier: Apache-2.0
/* What ICU knows about characters, in terms of struct str. Input is valid UTF-8. */
#ifndef JOBS_INTAKE_UNICODE_H
#define JOBS_INTAKE_UNICODE_H

#include "base/str.h"

/* Longest text that the functions below take; callers check first. */
#define INTAKE_UNICODE_MAX ((size_t)65536)

/* Without white space of any script at both ends. Borrows from s. */
struct str intake_unicode_trim(struct str s);
/* Normalisation form C. Borrows from s when s is in that form already. */
struct str intake_unicode_nfc(struct arena *a, struct str s);
/*
 * For comparing names of columns: compatibility forms folded, no case, no accents, no white space,
 * "_" or "-", no dot or colon at the end.
 */
struct str intake_unicode_plain(struct arena *a, struct str s);
/* Lower case, for comparing addresses. */
struct str intake_unicode_lower(struct arena *a, struct str s);
/*
 * What s would be had its UTF-8 bytes not been read as windows-1252; empty when s cannot have come
 * about in that way.
 */
struct str intake_unicode_unmangled(struct arena *a, struct str s);

enum intake_char {
	INTAKE_CHAR_FINE,
	INTAKE_CHAR_BIDI, /* changes the direction of what follows */
	INTAKE_CHAR_CONTROL, /* controls, line separators, noncharacters */
	INTAKE_CHAR_ZERO_WIDTH, /* not seen, and not needed where it stands */
	INTAKE_CHAR_REPLACEMENT, /* U+FFFD: a letter was lost */
};

/*
 * The first character of s that is not fine, and *at its place in characters, from 1. Joiners are
 * fine after letters of scripts that need them.
 */
enum intake_char intake_unicode_inspect(struct str s, uint32_t *cp, size_t *at);

/* Opens what ICU opens late. Before lockdown. */
enum rc intake_unicode_warm_up(struct err *err) MUST_CHECK;

#endif
