// SPDX-License-Identifier: Apache-2.0
/*
 * Text into its box: as it is; else smaller; else on more lines; else a problem that says by how
 * much. Runs in: compile, render.
 */
#include "render/text_inner.h"

#include <math.h>

/* Halvings in the search for the narrowest room: enough for a hundredth of a unit in any box. */
#define SEARCH_STEPS 40
/* Rounding of sums must not refuse what fits. */
#define SLACK 1e-6

/* A stretch between two places where a line may break. */
struct word {
	uint32_t from;
	double start; /* width of all before it */
	double end; /* to its end, without the spaces there */
};

struct words {
	struct word *items; /* count + 1: the last one begins at the text's end */
	size_t count;
};

/* Width of each character in the whole text as one line, by the clusters its glyphs belong to. */
static double *char_widths(struct text_para *p, const struct text_line *whole)
{
	double *w = arena_zalloc(p->a, (size_t)p->count + 1, sizeof *w);

	for (size_t n = 0; n < whole->item_count; n++) {
		const struct text_item *item = &whole->items[n];
		double k = p->parts[item->part].style->size / p->e->faces[item->font].upem;
		double spacing = text_shape_spacing(p, item);

		for (uint32_t i = 0; i < item->glyph_count; i++)
			w[item->glyphs[i].cluster] += item->glyphs[i].advance * k
				+ (text_shape_ends_cluster(p, item, i) ? spacing : 0);
	}
	return w;
}

static struct words cut_words(struct text_para *p, const double *w)
{
	struct words out = {arena_zalloc(p->a, (size_t)p->count + 2, sizeof(struct word)), 0};
	double at = 0;

	for (uint32_t i = 0; i < p->count; i++) {
		if (i == 0
			|| (p->chars[i].flags & TEXT_CHAR_BREAK
				&& p->chars[i].flags & TEXT_CHAR_STARTS))
			out.items[out.count++] = (struct word){i, at, at};
		at += w[i];
		if (!(p->chars[i].flags & TEXT_CHAR_SPACE))
			out.items[out.count - 1].end = at;
	}
	out.items[out.count] = (struct word){p->count, at, at};
	return out;
}

/*
 * Fills lines greedily with words up to width. Returns how many lines it takes, 0 when a word is
 * wider or max is not enough. starts: the first word of each line, when not NULL.
 */
static size_t fill(const struct words *words, double width, size_t max, size_t *starts)
{
	size_t lines = 0;

	for (size_t i = 0; i < words->count;) {
		double from = words->items[i].start;
		size_t first = i;

		while (i < words->count && words->items[i].end - from <= width + SLACK)
			i++;
		if (i == first || lines == max)
			return 0;
		if (starts != NULL)
			starts[lines] = first;
		lines++;
	}
	return lines;
}

/* The narrowest width that takes at most max lines. */
static double narrowest(const struct words *words, size_t max)
{
	double low = 0;
	double high = 0;

	/* Not the sum: letters may be set so close that a word ends before its own end. */
	for (size_t i = 0; i < words->count; i++)
		high = fmax(high, words->items[i].end);
	for (int i = 0; i < SEARCH_STEPS; i++) {
		double middle = (low + high) / 2;

		if (fill(words, middle, max, NULL) != 0)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* Scale at which n lines stand in the frame. */
static double frame_scale(const struct text_para *p, size_t n)
{
	if (!(p->t->box_h > 0) || n < 2 || !(p->t->line_height > 0))
		return 1;
	return p->t->box_h / ((double)n * p->t->line_height * p->size);
}

static enum rc report_overflow(struct text_para *p, double scale, struct err *err)
{
	double least = p->t->shrink ? p->t->min_scale : 1;
	double over = ceil((least / scale - 1) * 100 - SLACK);

	return text_problem_overflow(p,
		str_fmt(p->a,
			"the text is %.0f %% too large for its box, even at %.0f %% of its size on "
			"%u line%s",
			over, least * 100, p->t->max_lines, p->t->max_lines == 1 ? "" : "s"),
		err);
}

/* The count of lines that allows the largest scale; the fewest of those. */
static size_t best_count(
	struct text_para *p, const struct words *words, double *scale, double *width)
{
	size_t best = 0;

	*scale = 0;
	for (size_t n = 2; n <= p->t->max_lines; n++) {
		double w = narrowest(words, n);
		double s = fmin(fmin(1, p->t->box_w / w), frame_scale(p, n));

		if (best == 0 || s > *scale + SLACK) {
			best = n;
			*scale = s;
			*width = w;
		}
		if (s >= 1 - SLACK)
			break;
	}
	return best;
}

/* Shapes each line by itself: letters at a line's ends take other forms, and widths with them. */
static enum rc shape_lines(struct text_para *p, const struct words *words, const size_t *starts,
	struct text_fit *out, struct err *err)
{
	double widest = 0;

	out->lines = arena_zalloc(p->a, out->line_count, sizeof *out->lines);
	for (size_t i = 0; i < out->line_count; i++) {
		size_t end = i + 1 < out->line_count ? starts[i + 1] : words->count;
		enum rc rc = text_shape_line(p, words->items[starts[i]].from,
			words->items[end].from, &out->lines[i], err);

		if (rc != RC_OK)
			return rc;
		widest = fmax(widest, out->lines[i].width);
	}
	if (widest > 0)
		out->scale = fmin(out->scale, p->t->box_w / widest);
	return RC_OK;
}

static enum rc wrap(
	struct text_para *p, const struct text_line *whole, struct text_fit *out, struct err *err)
{
	double least = (p->t->shrink ? p->t->min_scale : 1) - SLACK;
	double alone = p->t->box_w / whole->width;
	double scale = 0, width = 0;
	struct words words;
	size_t starts[20];
	size_t count;
	enum rc rc;

	rc = text_item_mark_breaks(p, err);
	if (rc != RC_OK)
		return rc;
	words = cut_words(p, char_widths(p, whole));
	count = best_count(p, &words, &scale, &width);
	if (count == 0 || scale < least)
		return report_overflow(p, fmax(scale, alone), err);
	/* Centred lines are balanced; others are filled, as a paragraph is. */
	if (p->t->anchor != ANCHOR_MIDDLE)
		width = fmax(width, p->t->box_w / scale);
	out->scale = scale;
	out->line_count = fill(&words, width, count, starts);
	if (out->line_count == 0)
		return report_overflow(p, fmax(scale, alone), err);
	rc = shape_lines(p, &words, starts, out, err);
	if (rc == RC_OK && out->scale < least)
		return report_overflow(p, out->scale, err);
	return rc;
}

enum rc text_fit_lines(struct text_para *p, struct text_fit *out, struct err *err)
{
	struct text_line *whole = arena_zalloc(p->a, 1, sizeof *whole);
	double least = p->t->shrink ? p->t->min_scale : 1;
	enum rc rc = text_shape_line(p, 0, p->count, whole, err);

	if (rc != RC_OK)
		return rc;
	*out = (struct text_fit){.lines = whole, .line_count = 1, .scale = 1};
	if (whole->width <= p->t->box_w * (1 + SLACK))
		return RC_OK;
	out->scale = p->t->box_w / whole->width;
	if (out->scale >= least)
		return RC_OK;
	if (p->t->max_lines < 2)
		return report_overflow(p, out->scale, err);
	return wrap(p, whole, out, err);
}
