// SPDX-License-Identifier: Apache-2.0
/* Glyphs made of glyphs, weighed before anything puts them together. Runs in: intake. */
#include "templates/font_glyf.h"

#include "base/mem.h"
#include "templates/font_read.h"
#include "templates/limits.h"
#include "templates/rules.h"

#define GLYPH_HEADER_LEN 10u

/* Flags of a part. */
enum {
	ARGS_ARE_WORDS = 0x0001,
	HAS_SCALE = 0x0008,
	MORE_PARTS = 0x0020,
	HAS_TWO_SCALES = 0x0040,
	HAS_MATRIX = 0x0080,
};

/* What a glyph comes to with all its parts in place. */
struct weight {
	uint32_t parts;
	uint32_t points;
	uint8_t height; /* levels of parts below it */
	uint8_t state;
};

enum { UNSEEN, OPEN, WEIGHED };

struct level {
	uint32_t glyph;
	size_t at; /* of its next part in glyf; 0: none is left */
	size_t end;
};

struct walk {
	struct bytes glyf;
	struct bytes loca;
	bool wide;
	uint32_t glyphs;
	struct weight *weights;
	struct level levels[LIMIT_GLYPH_DEPTH];
	uint32_t depth;
};

uint64_t font_glyf_offset(struct bytes loca, bool wide, uint32_t glyph)
{
	return wide ? font_read_32(loca.p + 4 * (size_t)glyph)
		    : 2 * (uint64_t)font_read_16(loca.p + 2 * (size_t)glyph);
}

/* Points of a simple glyph: one more than the index that ends its last contour. */
static enum rc count_points(
	const uint8_t *p, size_t len, uint32_t contours, uint32_t *points, struct err *err)
{
	if (GLYPH_HEADER_LEN + 2 * (size_t)contours > len)
		return font_read_broken(err, "the contours of a glyph lie outside it");
	*points = contours == 0 ? 0
				: font_read_16(p + GLYPH_HEADER_LEN + 2 * (size_t)contours - 2) + 1;
	return RC_OK;
}

/* Begins to weigh a glyph; one without parts is weighed at once. */
static enum rc enter(struct walk *w, uint32_t glyph, struct err *err)
{
	size_t at = (size_t)font_glyf_offset(w->loca, w->wide, glyph);
	size_t end = (size_t)font_glyf_offset(w->loca, w->wide, glyph + 1);
	struct weight *weight = &w->weights[glyph];
	uint32_t contours;

	weight->state = WEIGHED;
	/* Shorter than its header it is not drawn; fonts have such glyphs for padding. */
	if (end - at < GLYPH_HEADER_LEN)
		return RC_OK;
	contours = font_read_16(w->glyf.p + at);
	if (contours < 0x8000)
		return count_points(w->glyf.p + at, end - at, contours, &weight->points, err);
	if (w->depth == ARRAY_COUNT(w->levels))
		return err_set(err, RC_LIMIT,
			"a glyph of the font is put together over more than %u levels; use "
			"another font",
			LIMIT_GLYPH_DEPTH);
	weight->state = OPEN;
	w->levels[w->depth++] = (struct level){glyph, at + GLYPH_HEADER_LEN, end};
	return RC_OK;
}

/* The next part of the glyph in hand, and past it. */
static enum rc next_part(struct walk *w, struct level *l, uint32_t *part, struct err *err)
{
	const uint8_t *p = w->glyf.p + l->at;
	uint32_t flags = l->end - l->at >= 4 ? font_read_16(p) : 0;
	size_t len = 4 + (flags & ARGS_ARE_WORDS ? 4u : 2u);

	if (flags & HAS_SCALE)
		len += 2;
	else if (flags & HAS_TWO_SCALES)
		len += 4;
	else if (flags & HAS_MATRIX)
		len += 8;
	if (len > l->end - l->at)
		return font_read_broken(err, "the parts of a glyph lie outside it");
	*part = font_read_16(p + 2);
	l->at = flags & MORE_PARTS ? l->at + len : 0;
	if (*part >= w->glyphs)
		return font_read_broken(err, "a part of a glyph is a glyph that it does not have");
	if (w->weights[*part].state == OPEN)
		return font_read_broken(err, "a glyph is a part of itself");
	return RC_OK;
}

static enum rc add_part(struct walk *w, uint32_t glyph, uint32_t part, struct err *err)
{
	struct weight *whole = &w->weights[glyph];
	const struct weight *added = &w->weights[part];

	/* Neither sum overflows: both sides are within the limits, a simple glyph's points below 65,537. */
	whole->parts += 1 + added->parts;
	whole->points += added->points;
	if (added->height >= whole->height)
		whole->height = (uint8_t)(added->height + 1);
	if (whole->parts > LIMIT_GLYPH_PARTS || whole->points > LIMIT_GLYPH_POINTS)
		return err_set(err, RC_LIMIT,
			"a glyph of the font comes to more than %u parts or %u points; use another "
			"font",
			LIMIT_GLYPH_PARTS, LIMIT_GLYPH_POINTS);
	/* Parts may have been weighed before: their height counts, not only the way that led here. */
	if (whole->height > LIMIT_GLYPH_DEPTH)
		return err_set(err, RC_LIMIT,
			"a glyph of the font is put together over more than %u levels; use "
			"another font",
			LIMIT_GLYPH_DEPTH);
	return RC_OK;
}

/* One step: a part of the glyph in hand is added, or entered first; without parts left it is done. */
static enum rc step(struct walk *w, struct err *err)
{
	struct level *l = &w->levels[w->depth - 1];
	struct level before = *l;
	uint32_t part = 0;
	enum rc rc;

	if (l->at == 0) {
		w->weights[l->glyph].state = WEIGHED;
		w->depth--;
		return RC_OK;
	}
	rc = next_part(w, l, &part, err);
	if (rc != RC_OK)
		return rc;
	if (w->weights[part].state == WEIGHED)
		return add_part(w, l->glyph, part, err);
	*l = before;
	return enter(w, part, err);
}

enum rc font_glyf_check(
	struct bytes glyf, struct bytes loca, bool wide, uint32_t glyphs, struct err *err)
{
	struct walk w = {.glyf = glyf, .loca = loca, .wide = wide, .glyphs = glyphs};
	enum rc rc = RC_OK;

	w.weights = mem_zalloc(glyphs, sizeof *w.weights);
	for (uint32_t i = 0; rc == RC_OK && i < glyphs; i++) {
		if (w.weights[i].state == UNSEEN)
			rc = enter(&w, i, err);
		while (rc == RC_OK && w.depth > 0)
			rc = step(&w, err);
	}
	MEM_FREE(w.weights);
	return rc;
}
