// SPDX-License-Identifier: Apache-2.0
/* Edit distance (optimal string alignment). Runs in: certfill-intake, the command line. */
#include "base/suggest.h"

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

uint32_t suggest_distance(struct str a, struct str b)
{
	uint32_t rows[3][SUGGEST_MAX + 1];
	uint32_t *before = rows[0];
	uint32_t *last = rows[1];
	uint32_t *now = rows[2];

	if (a.n > SUGGEST_MAX || b.n > SUGGEST_MAX)
		return UINT32_MAX;
	for (uint32_t j = 0; j <= b.n; j++)
		last[j] = before[j] = j;
	for (uint32_t i = 1; i <= a.n; i++) {
		uint32_t *spare = before;

		now[0] = i;
		for (uint32_t j = 1; j <= b.n; j++) {
			uint32_t change = lower(a.p[i - 1]) == lower(b.p[j - 1]) ? 0 : 1;

			now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + change);
			if (i > 1 && j > 1 && lower(a.p[i - 1]) == lower(b.p[j - 2])
				&& lower(a.p[i - 2]) == lower(b.p[j - 1]))
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[b.n];
}

void suggest_offer(struct suggestion *s, struct str wrong, const char *candidate)
{
	uint32_t distance = suggest_distance(wrong, str_of(candidate));
	size_t len = str_of(candidate).n;

	/* A third of the word may be wrong, and at least one letter. */
	if (distance > (len < 6 ? 1 : len / 3))
		return;
	if (s->word == NULL || distance < s->distance)
		*s = (struct suggestion){candidate, distance};
}
