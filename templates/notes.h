// SPDX-License-Identifier: Apache-2.0
/* What the cleaner tells the designer: collected, clipped, counted. */
#ifndef TEMPLATES_NOTES_H
#define TEMPLATES_NOTES_H

#include "templates/clean.h"
#include "templates/tree.h"

struct bundle;

/* Zero it and set a. items has room for LIMIT_NOTES once the first note came. */
struct notes {
	struct arena *a;
	const struct bundle *bundle; /* whose images hrefs may name, or NULL */
	struct template_note *items;
	uint32_t *times; /* how often each was said; only leftovers repeat */
	uint32_t count;
	uint32_t lost; /* notes beyond LIMIT_NOTES */
};

/* s with a question mark for every character that cannot be seen. */
struct str notes_printable(struct arena *a, struct str s);
/* at names line and element and may be NULL. why: a sentence without its dot. */
void notes_removed(struct notes *n, const struct tree_node *at, const char *why, const char *what,
	...) PRINTF_LIKE(4, 5);
void notes_warned(struct notes *n, const struct tree_node *at, const char *why, const char *what,
	...) PRINTF_LIKE(4, 5);
/*
 * Removed, but nothing anybody drew: editors leave thousands. The same words are kept once, with
 * the line of the first and how many there were.
 */
void notes_leftover(struct notes *n, const struct tree_node *at, const char *why, const char *what,
	...) PRINTF_LIKE(4, 5);
/* Writes the counts into the notes and hands them over. Call once, last. */
void notes_take(struct notes *n, struct template_cleaned *out);

#endif
