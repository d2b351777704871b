// SPDX-License-Identifier: Apache-2.0
/* Checks of single cells. Values are trimmed UTF-8; errors and warnings go to p under column. */
#ifndef JOBS_INTAKE_CELLS_H
#define JOBS_INTAKE_CELLS_H

#include "jobs/intake_problems.h"

/* Names of people, in characters. */
#define INTAKE_NAME_CHARS 200

/* Excel's ="00123" without its wrapping; anything else as it is. Borrows. */
struct str intake_cells_unwrap(struct str value);
/* #REF!, #####, ...: an error and false. */
bool intake_cells_check_excel(struct str value, struct str column, struct intake_problems *p);
/* 1.23E+11: digits of a long number are gone. */
bool intake_cells_is_shortened(struct str value);
/* The same where a number of an identity belongs: an error and false. */
bool intake_cells_check_number(struct str value, struct str column, struct intake_problems *p);

/* NFC, no direction controls or controls, at most INTAKE_NAME_CHARS characters; hints. */
struct str intake_cells_name(struct str value, struct str column, struct intake_problems *p);
/* NFC, no direction controls or controls; with_breaks: line breaks allowed, as LF. max: bytes. */
struct str intake_cells_text(struct str value, size_t max, bool with_breaks, struct str column,
	struct intake_problems *p);
/* "Last,First" with exactly one comma to "First Last". */
struct str intake_cells_turn_name(struct str value, struct str column, struct intake_problems *p);
/* Given and family name in the order that the language or the script wants. */
struct str intake_cells_join_name(
	struct arena *a, struct str given, struct str family, struct str lang);

/* addr-spec of RFC 5322 without quoting and comments, RFC 6531 letters allowed, 254 bytes at most. */
bool intake_cells_check_email(struct str value, struct str column, struct intake_problems *p);
/* BCP 47. Without column and problems for the manifest. */
bool intake_cells_is_locale(struct str value);
bool intake_cells_check_locale(struct str value, struct str column, struct intake_problems *p);
/* An absolute http or https URL with a host and without a password. */
bool intake_cells_check_url(struct str value, struct str column, struct intake_problems *p);
/* Y/N and what people write for it. */
bool intake_cells_yes_no(struct str value, bool *out, struct str column, struct intake_problems *p);

#endif
