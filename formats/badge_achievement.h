// SPDX-License-Identifier: Apache-2.0
/* The achievement inside a badge, and its results. Used by badge.c only. */
#ifndef FORMATS_BADGE_ACHIEVEMENT_H
#define FORMATS_BADGE_ACHIEVEMENT_H

#include "formats/badge.h"
#include "formats/jsont.h"

/* Member "achievement", with one ResultDescription for each result. */
void badge_achievement_put(struct jsont *t, const struct badge_achievement *a,
	const struct badge_result *results, size_t count);
/* Member "result"; nothing when there are none. */
void badge_achievement_put_results(struct jsont *t, const struct badge_achievement *a,
	const struct badge_result *results, size_t count);
/* INPUT: a result without a name, or two of one name, of which no one could tell which is meant. */
enum rc badge_achievement_check_results(
	const struct badge_result *results, size_t count, struct err *err) MUST_CHECK;

#endif
