// SPDX-License-Identifier: Apache-2.0
/* A look at a URI. Runs in: sign. */
#include "formats/uri.h"

#include <string.h>

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_scheme_char(char c)
{
	return is_alpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

bool uri_is_absolute(struct str s)
{
	size_t colon = str_find(s, ':', 0);

	if (colon == 0 || colon + 1 >= s.n || !is_alpha(s.p[0]))
		return false;
	for (size_t i = 0; i < colon; i++) {
		if (!is_scheme_char(s.p[i]))
			return false;
	}
	for (size_t i = colon + 1; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= 0x20 || c == 0x7F || strchr("<>\"{}|^`\\", c) != NULL)
			return false;
	}
	return true;
}
