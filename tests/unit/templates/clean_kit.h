// SPDX-License-Identifier: Apache-2.0
/* What the cleaner's tests share: one drawing in, what came out, and looking at it. */
#ifndef TESTS_UNIT_TEMPLATES_CLEAN_KIT_H
#define TESTS_UNIT_TEMPLATES_CLEAN_KIT_H

#include "templates/clean.h"
#include "tests/harness/harness.h"

#include <string.h>

struct kit {
	struct arena *a;
	struct template_cleaned out;
	struct err err;
	enum rc rc;
};

static inline void kit_open(struct kit *k, struct str svg)
{
	*k = (struct kit){.a = arena_new(TEMPLATE_ARENA_LEN)};
	k->rc = template_clean(bytes_of(svg), k->a, &k->out, &k->err);
}

/* body inside an svg element of 100 by 100. */
static inline void kit_open_body(struct kit *k, const char *body)
{
	struct arena *a = arena_new(64u << 20);

	kit_open(k,
		str_fmt(a,
			"<svg xmlns=\"http://www.w3.org/2000/svg\" "
			"xmlns:xlink=\"http://www.w3.org/1999/xlink\""
			" width=\"100\" height=\"100\">%s</svg>",
			body));
	arena_free(&a);
}

static inline void kit_close(struct kit *k)
{
	arena_free(&k->a);
}

static inline bool kit_has(struct bytes where, const char *what)
{
	return str_find_str(bytes_text(where), str_of(what)) < where.n;
}

/* A note of that kind whose what or why holds the words. */
static inline bool kit_noted(const struct kit *k, enum template_note_kind kind, const char *words)
{
	for (uint32_t i = 0; i < k->out.notes.count; i++) {
		const struct template_note *n = &k->out.notes.items[i];

		if (n->kind == kind
			&& (str_find_str(n->what, str_of(words)) < n->what.n
				|| str_find_str(n->why, str_of(words)) < n->why.n))
			return true;
	}
	return false;
}

#endif
