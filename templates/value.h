// SPDX-License-Identifier: Apache-2.0
/* Grammars of attribute values, and the numbers inside them. */
#ifndef TEMPLATES_VALUE_H
#define TEMPLATES_VALUE_H

#include "templates/names.h"

enum value_unit {
	UNIT_NONE,
	UNIT_PX,
	UNIT_PT,
	UNIT_PC,
	UNIT_MM,
	UNIT_CM,
	UNIT_IN,
	UNIT_EM,
	UNIT_EX,
	UNIT_REM,
	UNIT_PERCENT,
};

struct value_length {
	double number;
	enum value_unit unit;
};

/*
 * Checks value, trimmed, against row's grammar. True: *out is what to keep, which passes again
 * unchanged, and borrows from value. False: *why is a sentence. A path that goes wrong in its
 * middle is kept up to there, as SVG draws it (SVG 1.1, F.2), and *why is set nevertheless.
 */
bool value_check(
	const struct names_attr_row *row, struct str value, struct str *out, const char **why);

/* White space, then at most one comma with white space. */
size_t value_skip_comma(struct str s, size_t at);
/* A number at *at in SVG's grammar, finite and within LIMIT_NUMBER; steps over it. */
bool value_number(struct str s, size_t *at, double *out);
/* A number with an optional unit or percent sign. */
bool value_length(struct str s, size_t *at, struct value_length *out);
/* The unit of that name, without regard to case; false when there is none. */
bool value_find_unit(struct str name, enum value_unit *out);
/* A whole value that is one length. */
bool value_whole_length(struct str s, struct value_length *out);
/* CSS pixels of an absolute length; em: font size. percent_of: what 100 % means. */
double value_px(struct value_length l, double em, double percent_of);
/* The same of a whole value; otherwise when it is none. */
double value_px_or(struct str s, double em, double percent_of, double otherwise);
/* At most max numbers separated as in viewBox; returns how many, or 0 when anything else is there. */
size_t value_number_list(struct str s, double *out, size_t max);
/* True when word is one of words ("a|b|c"); exact. */
bool value_is_word(struct str word, const char *words);
/* Not a control, a format character, a space or a place that Unicode gave to nobody for exchange. */
bool value_is_visible(uint32_t cp);
/*
 * About an XML name without colon, as our ids are: letters, digits, "-_.=" (R writes base64) and
 * what is visible beyond ASCII.
 */
bool value_is_id(struct str s);

#endif
