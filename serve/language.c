// SPDX-License-Identifier: Apache-2.0
/* Choosing a page's language. Runs in: verify. */
#include "serve/language.h"

#define HEADER_MAX 1024

static const struct {
	const char *tag;
	const char *name;
	bool rtl;
} languages[LANGUAGE_COUNT] = {
	[LANGUAGE_EN] = {"en", "English", false},
	[LANGUAGE_DE] = {"de", "Deutsch", false},
	[LANGUAGE_FR] = {"fr", "Français", false},
	[LANGUAGE_ES] = {"es", "Español", false},
	[LANGUAGE_AR] = {"ar", "العربية", true},
};

const char *language_tag(enum language language)
{
	return languages[language].tag;
}

const char *language_name(enum language language)
{
	return languages[language].name;
}

bool language_is_rtl(enum language language)
{
	return languages[language].rtl;
}

bool language_of_tag(struct str tag, enum language *out)
{
	for (enum language l = 0; l < LANGUAGE_COUNT; l++)
		if (str_eq_nocase(tag, str_of(languages[l].tag))) {
			*out = l;
			return true;
		}
	return false;
}

/* qvalue of RFC 9110 section 12.4.2 in thousandths; -1 when it is none. */
static int read_weight(struct str s)
{
	int weight;
	int unit = 100;

	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.n > 1 && s.p[1] != '.'))
		return -1;
	weight = (s.p[0] - '0') * 1000;
	for (size_t i = 2; i < s.n; i++, unit /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		weight += (s.p[i] - '0') * unit;
	}
	return weight <= 1000 ? weight : -1;
}

/* "de-AT;q=0.8" */
static int read_range(struct str item, struct str *tag)
{
	size_t semicolon = str_find(item, ';', 0);
	struct str weight = str_trim(str_slice(item, semicolon + 1, item.n));

	*tag = str_trim(str_slice(item, 0, semicolon));
	if (semicolon >= item.n)
		return 1000;
	if (!str_starts(weight, STR("q=")) && !str_starts(weight, STR("Q=")))
		return -1;
	return read_weight(str_slice(weight, 2, weight.n));
}

enum language language_choose(struct str accept_language)
{
	struct str header = str_slice(accept_language, 0, HEADER_MAX);
	enum language best = LANGUAGE_EN;
	int best_weight = 0;
	size_t at = 0;

	while (at < header.n) {
		size_t comma = str_find(header, ',', at);
		enum language language;
		struct str tag;
		int weight = read_range(str_slice(header, at, comma), &tag);

		at = comma + 1;
		/* RFC 4647 section 3.4: a longer range is cut until it fits; ours are one subtag. */
		tag = str_slice(tag, 0, str_find(tag, '-', 0));
		if (weight > best_weight && language_of_tag(tag, &language)) {
			best = language;
			best_weight = weight;
		}
	}
	return best;
}
