// SPDX-License-Identifier: Apache-2.0
/* What the cleaner's tests share: one drawing in, what came out, and looking at it. */
#ifndef TESTS_UNIT_TEMPLATES_CLEAN_KIT_H
#define TESTS_UNIT_TEMPLATES_CLEAN_KIT_H

#include "base/text.h"
#include "templates/clean.h"
#include "tests/harness/harness.h"

#include <math.h>
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

static inline const struct design_text *kit_text_at(const struct kit *k, uint32_t i)
{
	if (i >= k->out.design.texts.count)
		fail_msg("only %u texts", k->out.design.texts.count);
	return &k->out.design.texts.items[i];
}

static inline const struct design_style *kit_style_of(
	const struct kit *k, const struct design_text *t, uint32_t part)
{
	return &k->out.design.styles.items[t->parts.items[part].style];
}

static inline void kit_near(double a, double b)
{
	if (fabs(a - b) > 0.01)
		fail_msg("%g is not %g", a, b);
}

/* body inside an svg element with attrs; the test fails when it is refused. */
static inline void kit_open_svg(struct kit *k, const char *attrs, const char *body)
{
	struct arena *a = arena_new(1u << 20);

	kit_open(k,
		str_fmt(a, "<svg xmlns=\"http://www.w3.org/2000/svg\" %s>%s</svg>", attrs, body));
	if (k->rc != RC_OK)
		fail_msg("refused: %s", k->err.text);
	arena_free(&a);
}

#endif
