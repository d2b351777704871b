// SPDX-License-Identifier: Apache-2.0
/* The languages of the public pages, and which of them a visitor wants. */
#ifndef SERVE_LANGUAGE_H
#define SERVE_LANGUAGE_H

#include "base/str.h"

enum language { LANGUAGE_EN, LANGUAGE_DE, LANGUAGE_FR, LANGUAGE_ES, LANGUAGE_AR, LANGUAGE_COUNT };

/* "en", ...: BCP 47. */
const char *language_tag(enum language language);
/* What its speakers call it. */
const char *language_name(enum language language);
bool language_is_rtl(enum language language);
/* Of a tag such as "de" alone (the lang parameter); false when it is none of ours. */
bool language_of_tag(struct str tag, enum language *out);
/*
 * The language that Accept-Language (RFC 9110 section 12.5.4) asks for most, by RFC 4647 lookup;
 * English when it asks for none of ours, or is broken. Reads at most 1 KiB of it.
 */
enum language language_choose(struct str accept_language);

#endif
