// SPDX-License-Identifier: Apache-2.0
/* Texts and dates of the public pages in the visitor's language; they stand in texts.def and words.def. */
#ifndef SERVE_CATALOG_H
#define SERVE_CATALOG_H

#include "base/str.h"
#include "serve/language.h"

enum text_key {
#define TEXT(key, en, de, fr, es, ar) TEXT_##key,
#include "serve/texts.def"
#undef TEXT
	TEXT_COUNT
};

/* May hold "{1}", for the page to replace. */
struct str catalog_text(enum language language, enum text_key key);
/* An achievement type or a reason's code in words; what is unknown as it is, without its "ext:". */
struct str catalog_word(enum language language, struct str code);
/* "12 June 2026" as the language writes it, UTC; out always ends with a NUL. */
#define CATALOG_DATE_LEN 64
void catalog_date(enum language language, int64_t wall_s, char out[CATALOG_DATE_LEN]);
/* The same and the minute: "12 June 2026, 14:05". */
#define CATALOG_TIME_LEN (CATALOG_DATE_LEN + 16)
void catalog_time(enum language language, int64_t wall_s, char out[CATALOG_TIME_LEN]);

#endif
