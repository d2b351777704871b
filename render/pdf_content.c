// SPDX-License-Identifier: Apache-2.0
/* Content streams. Runs in: render. */
#include "render/pdf_content.h"

#include "render/pdf_outline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define QUIET_MODULES 4
/* Offsets smaller than this part of 1/1000 of the size are not worth a number. */
#define NUDGE_MIN 0.5
/* A line goes up or down when it does so by this part of its length. */
#define SLANTING 1e-4
/* Poppler sees another word after a tenth of the size, in 1/1000. */
#define SPACED_OUT 60

struct pdf_content pdf_content_start(
	struct buf *out, struct text_engine *engine, double page_height)
{
	struct pdf_content c = {.out = out, .engine = engine};

	c.page = (struct design_matrix){0.75, 0, 0, -0.75, 0, page_height * 0.75};
	c.fill = 0x000000FF;
	return c;
}

static struct design_matrix multiply(
	const struct design_matrix *outer, const struct design_matrix *inner)
{
	return (struct design_matrix){outer->a * inner->a + outer->c * inner->b,
		outer->b * inner->a + outer->d * inner->b,
		outer->a * inner->c + outer->c * inner->d,
		outer->b * inner->c + outer->d * inner->d,
		outer->a * inner->e + outer->c * inner->f + outer->e,
		outer->b * inner->e + outer->d * inner->f + outer->f};
}

static void put_matrix(struct buf *b, const struct design_matrix *m, const char *op)
{
	const double v[] = {m->a, m->b, m->c, m->d, m->e, m->f};

	for (size_t i = 0; i < ARRAY_COUNT(v); i++) {
		pdf_object_put_number(b, v[i], i < 4 ? 6 : 4);
		buf_put_char(b, ' ');
	}
	buf_put_cz(b, op);
}

static void put_colour(struct buf *b, uint32_t rgba, const char *op)
{
	for (int shift = 24; shift >= 8; shift -= 8) {
		pdf_object_put_number(b, (rgba >> shift & 0xFF) / 255.0, 4);
		buf_put_char(b, ' ');
	}
	buf_put_cz(b, op);
}

static void put_fill(struct pdf_content *c, uint32_t rgba)
{
	if (rgba == c->fill)
		return;
	if ((rgba & 0xFF) != (c->fill & 0xFF)) {
		c->alphas[rgba & 0xFF] = true;
		buf_fmt(c->out, "/A%u gs\n", rgba & 0xFF);
	}
	if (rgba >> 8 != c->fill >> 8)
		put_colour(c->out, rgba, "rg\n");
	c->fill = rgba;
}

void pdf_content_put_art(struct pdf_content *c, uint32_t layer)
{
	buf_fmt(c->out, "/Artifact <</Type /%s>> BDC\nq\n", layer == 0 ? "Background" : "Layout");
	/* A group is painted with the opacity in force, which is the last text's (11.6.6). */
	if ((c->fill & 0xFF) != 0xFF) {
		c->alphas[0xFF] = true;
		buf_put_cz(c->out, "/A255 gs\n");
	}
	buf_fmt(c->out, "/Art%u Do\nQ\nEMC\n", layer);
}

struct str pdf_content_lang(struct str lang)
{
	size_t part = 0;

	for (size_t i = 0; i <= lang.n; i++) {
		bool end = i == lang.n || lang.p[i] == '-';
		bool letter = !end && ((lang.p[i] | 0x20) >= 'a' && (lang.p[i] | 0x20) <= 'z');
		bool digit = !end && lang.p[i] >= '0' && lang.p[i] <= '9';

		if (end ? part == 0 : part == 8 || !(letter || (digit && i > part)))
			return STR("und");
		part = end ? 0 : part + 1;
	}
	return lang;
}

/* ---- text ---- */

/* pen: where the next glyph would start, own coordinates. open: inside "[<". */
struct pen {
	struct pdf_content *c;
	const struct text_run *run;
	const struct pdf_font_subset *subset;
	double x;
	double rise;
	bool open;
	bool whole; /* the run's text stands in an ActualText already */
	bool walled; /* the run's first cluster needs a mark of direction on its left */
	bool apart; /* from right to left: each letter by itself, for they are spaced or leave the line */
	bool anchored; /* a glyph without ink on the line before each letter */
};

static void pen_close(struct pen *p)
{
	if (p->open)
		buf_put_cz(p->c->out, ">] TJ\n");
	p->open = false;
}

static void pen_glyph(struct pen *p, const struct text_glyph *g, double baseline)
{
	static const char hex[] = "0123456789ABCDEF";
	struct buf *b = p->c->out;
	const struct pdf_glyph *known =
		pdf_unicode_find(p->subset->glyphs, p->subset->glyph_count, g->glyph);
	double unit = p->run->size / 1000;
	double rise = baseline - g->y;
	double nudge = (p->x - g->x) / unit;
	char code[4];

	CHECK(known != NULL);
	if (fabs(rise - p->rise) > unit * NUDGE_MIN) {
		pen_close(p);
		pdf_object_put_number(b, rise, 4);
		buf_put_cz(b, " Ts\n");
		p->rise = rise;
	}
	if (!p->open)
		buf_put_cz(b, "[<");
	p->open = true;
	if (fabs(nudge) >= NUDGE_MIN) {
		nudge = round(nudge);
		buf_put_char(b, '>');
		pdf_object_put_number(b, nudge, 0);
		buf_put_char(b, '<');
		p->x -= nudge * unit;
	}
	for (unsigned i = 0; i < 4; i++)
		code[i] = hex[known->code >> (12 - 4 * i) & 15];
	buf_put(b, code, sizeof(code));
	/* The width as written, so that rounding never adds up along a line. */
	p->x += round(known->width * 100) / 100 * unit;
}

/*
 * From right to left the last letter of a word stands on the line, whatever the others do (Nastaliq). From left to
 * right most glyphs do (Boyer-Moore's majority vote); marks may leave it.
 */
static double baseline_of(const struct text_run *run)
{
	double y = 0;
	size_t votes = 0;

	for (size_t i = 0; i < run->glyph_count && run->rtl; i++)
		if (run->glyphs[i].advance > 0)
			return run->glyphs[i].y;
	for (size_t i = 0; i < run->glyph_count; i++) {
		if (votes == 0)
			y = run->glyphs[i].y;
		if (fabs(run->glyphs[i].y - y) < 1e-9)
			votes++;
		else
			votes--;
	}
	return y;
}

static void put_span(struct buf *b, const struct str *lang, const struct str *actual)
{
	buf_put_cz(b, "/Span <<");
	if (lang != NULL)
		buf_fmt(b, "/Lang (" STR_FMT ")", STR_ARG(*lang));
	if (actual != NULL) {
		buf_put_cz(b, "/ActualText <FEFF");
		pdf_object_put_utf16(b, *actual);
		buf_put_char(b, '>');
	}
	buf_put_cz(b, ">> BDC\n");
}

#define RIGHT_TO_LEFT_MARK "\xE2\x80\x8F"
#define WALLED_LEN (PDF_UNICODE_TURNED_LEN + sizeof RIGHT_TO_LEFT_MARK)

/* Moves the pen after the next glyph, which has to be the last of its string, by spacing. */
static void pen_space(struct pen *p, double by)
{
	pen_close(p);
	pdf_object_put_number(p->c->out, by, 4);
	buf_put_cz(p->c->out, " Tc\n");
}

/*
 * Poppler takes full stops, commas and digits for text from left to right, up to the next letter, and
 * carries the space on their left over to their right: a mark of direction between them holds it back.
 */
static bool needs_wall(const struct pen *p, const struct pdf_cluster *c)
{
	const struct text_run *run = p->run;
	size_t next = (size_t)(c->text.p - run->text.p) + c->text.n;

	if (!run->rtl)
		return c->first == 0 && p->walled;
	return (str_eq(c->text, STR("\xD8\x8C")) /* U+060C */
		       || (c->text.n == 1 && strchr("#$%+,-./:", c->text.p[0]) != NULL))
		&& next < run->text.n && run->text.p[next] == ' ';
}

/* The text behind a mark of direction; without it where there is no room. */
static struct str walled(struct str text, char out[WALLED_LEN])
{
	size_t n = sizeof RIGHT_TO_LEFT_MARK - 1;

	if (text.n > WALLED_LEN - n)
		return text;
	memcpy(out, RIGHT_TO_LEFT_MARK, n);
	memcpy(out + n, text.p, text.n);
	return (struct str){out, n + text.n};
}

/* Glyphs [from, to) of a cluster; after the one before last the pen goes to end. */
static void put_up_to(
	struct pen *p, size_t from, size_t to, size_t last, double end, double baseline)
{
	for (size_t i = from; i < to; i++) {
		const struct text_glyph *g = &p->run->glyphs[i];
		const struct pdf_glyph *known =
			pdf_unicode_find(p->subset->glyphs, p->subset->glyph_count, g->glyph);

		CHECK(known != NULL);
		if (i + 1 == last)
			pen_space(p, end - g->x - known->width * p->run->size / 1000);
		pen_glyph(p, g, baseline);
	}
}

/* Where the letters of a cluster end, of which base is one. */
static double end_of(const struct text_run *run, const struct pdf_cluster *c, size_t base)
{
	double end = run->glyphs[base].x + run->glyphs[base].advance;

	for (size_t i = base + 1; i < c->end; i++)
		if (run->glyphs[i].advance > 0)
			end = fmax(end, run->glyphs[i].x + run->glyphs[i].advance);
	return end;
}

/*
 * A letter with its marks, or one that stands apart. Readers see a new word where the baseline changes and
 * where a gap is, and take the width of an ActualText from its first glyph's start to its last one's end: so
 * the letter is first, and the last glyph is spaced to the letter's end, or to where the next one begins.
 */
static void put_marked(struct pen *p, const struct pdf_cluster *c, double baseline)
{
	const struct text_glyph *g = p->run->glyphs;
	size_t base = c->first;
	char turned[PDF_UNICODE_TURNED_LEN];
	char behind[WALLED_LEN];
	/* Readers turn the text of a line from right to left over, character by character, ActualText too. */
	struct str text = pdf_unicode_turn_over(c->text, turned);
	double end;

	while (base + 1 < c->end && g[base].advance <= 0)
		base++;
	end = end_of(p->run, c, base);
	pen_close(p);
	/* Where the page reads from left to right, poppler takes what comes before the first letter along. */
	if ((c->first == 0 && base > 0) || (p->apart && needs_wall(p, c)))
		text = walled(text, behind);
	put_span(p->c->out, NULL, &text);
	if (p->anchored)
		pen_glyph(p,
			&(struct text_glyph){.glyph = p->subset->anchor,
				.x = fmin(p->x, g[base].x),
				.y = baseline},
			baseline);
	put_up_to(p, base, c->end, base > c->first ? 0 : c->end, end, baseline);
	if (!p->apart)
		end = p->x;
	put_up_to(p, c->first, base, base, end, baseline);
	pen_close(p);
	buf_put_cz(p->c->out, "0 Tc\nEMC\n");
	p->x = end;
}

static void put_cluster(struct pen *p, const struct pdf_cluster *c, double baseline)
{
	bool wall = !p->whole && needs_wall(p, c);
	char behind[WALLED_LEN];
	struct str text = wall ? walled(c->text, behind) : c->text;
	bool exact = p->whole
		|| pdf_unicode_is_exact(p->run, c, p->subset->glyphs, p->subset->glyph_count);

	if (wall || !exact) {
		pen_close(p);
		put_span(p->c->out, NULL, &text);
	}
	for (size_t i = c->first; i < c->end; i++)
		pen_glyph(p, &p->run->glyphs[i], baseline);
	if (wall || !exact) {
		pen_close(p);
		buf_put_cz(p->c->out, "EMC\n");
	}
}

static bool is_space(const struct pdf_glyph *g)
{
	return g != NULL && str_eq(g->unicode, STR(" "));
}

/* Letters from right to left that poppler does not know to be so: N'Ko to Mandaic, and Adlam and its like. */
static bool is_left_alone(uint32_t cp)
{
	return (cp >= 0x7C0 && cp < 0x860) || cp >= 0x10800;
}

/* More than half of the glyphs' distances are gaps that readers take for spaces. */
static bool is_spaced(const struct text_run *run, const struct pdf_font_subset *s)
{
	size_t gaps = 0;

	for (size_t i = 0; i + 1 < run->glyph_count; i++) {
		const struct pdf_glyph *g =
			pdf_unicode_find(s->glyphs, s->glyph_count, run->glyphs[i].glyph);

		gaps += g != NULL
			&& run->glyphs[i + 1].x - run->glyphs[i].x
				> (g->width + SPACED_OUT) * run->size / 1000;
	}
	return gaps > 0 && gaps * 2 >= run->glyph_count;
}

/* The same from right to left, where a quotation mark of another font is a run of its own. */
static bool is_spaced_rtl(const struct text_run *run, const struct pdf_font_subset *s)
{
	size_t gaps = 0;
	size_t letters = 0;

	for (size_t i = 0; i < run->glyph_count; i++) {
		const struct text_glyph *glyph = &run->glyphs[i];
		const struct pdf_glyph *g =
			pdf_unicode_find(s->glyphs, s->glyph_count, glyph->glyph);

		if (g == NULL || glyph->advance <= 0)
			continue;
		letters++;
		gaps += glyph->advance > (g->width + SPACED_OUT) * run->size / 1000;
	}
	return gaps * 2 > letters;
}

/*
 * Readers take the gaps of spaced letters for spaces between words, the spaces of a line of words of one
 * letter for gaps, and put a mark where it is drawn, which may be beyond the next letter (Thai). From left
 * to right ActualText mends all; from right to left they would turn it over.
 */
static bool reads_wrong(const struct text_run *run, const struct pdf_font_subset *s)
{
	size_t at = 0;
	size_t spaces = 0;
	size_t pairs = 0;
	bool after_letter = false;

	if (run->rtl)
		return run->text.n > 0 && is_left_alone(str_next_char(run->text, &at));
	for (size_t i = 0; i < run->glyph_count; i++) {
		const struct pdf_glyph *g =
			pdf_unicode_find(s->glyphs, s->glyph_count, run->glyphs[i].glyph);

		if (g == NULL)
			continue;
		if (g->width <= 0)
			return true;
		pairs += !is_space(g) && after_letter;
		spaces += is_space(g);
		after_letter = !is_space(g);
	}
	return (spaces > 0 && pairs == 0) || is_spaced(run, s);
}

/* A number with text from right to left on its left, a space between them. */
static bool stands_in_rtl(const struct text_block *block, const struct text_run *run)
{
	const struct text_run *left = run - 1;

	return !run->rtl && run > block->runs && left->rtl && str_starts(left->text, STR(" "))
		&& left->glyph_count > 0 && left->glyphs[0].x < run->glyphs[0].x;
}

/* Glyphs are drawn with y upwards: the own system's second axis is turned over. */
static struct design_matrix text_matrix(
	const struct pen *p, const struct text_block *block, double baseline)
{
	struct design_matrix at = multiply(&p->c->page, &block->source->matrix);

	at.e += at.a * p->x + at.c * baseline;
	at.f += at.b * p->x + at.d * baseline;
	at.c = -at.c;
	at.d = -at.d;
	return at;
}

/*
 * Lines are as wide as the coordinates of the page say, whatever the text's own matrix (9.3.6): so these
 * become the text's, in units of its coordinates. Until Q.
 */
static void put_pen(struct pdf_content *c, const struct design_outline *o,
	const struct design_matrix *at, double unit)
{
	/* Line joins of 8.4.3.4 by ours. */
	static const int joins[] = {[JOIN_MITER] = 0, [JOIN_ROUND] = 1, [JOIN_BEVEL] = 2};
	struct design_matrix scale = {unit, 0, 0, unit, 0, 0};
	struct design_matrix m = multiply(at, &scale);

	buf_put_cz(c->out, "q\n");
	put_matrix(c->out, &m, "cm\n");
	c->stroke_alphas[o->colour & 0xFF] = true;
	buf_fmt(c->out, "/O%u gs\n", o->colour & 0xFF);
	put_colour(c->out, o->colour, "RG\n");
	pdf_object_put_number(c->out, o->width / unit, 4);
	buf_fmt(c->out, " w %d j ", joins[o->join]);
	pdf_object_put_number(c->out, o->miter_limit, 4);
	buf_put_cz(c->out, " M\n");
}

static void put_clusters(struct pen *p, double baseline)
{
	const struct text_run *run = p->run;
	struct pdf_cluster cluster;

	for (size_t at = 0; pdf_unicode_next(run, &at, &cluster);) {
		if (run->rtl && !p->whole
			&& (pdf_unicode_bears_marks(run, cluster.first, &cluster)
				|| (p->apart && !str_eq(cluster.text, STR(" "))
					&& cluster.text.n <= PDF_UNICODE_TURNED_LEN))) {
			put_marked(p, &cluster, baseline);
			at = cluster.end;
		} else {
			put_cluster(p, &cluster, baseline);
		}
	}
	pen_close(p);
}

/* at: NULL: as the coordinates are. */
static void put_glyphs(struct pen *p, char prefix, const struct design_matrix *at, double baseline)
{
	struct buf *b = p->c->out;

	buf_fmt(b, "BT\n/%c%u ", prefix, p->run->font);
	pdf_object_put_number(b, p->run->size, 4);
	buf_put_cz(b, " Tf\n");
	if (at != NULL)
		put_matrix(b, at, "Tm\n");
	put_clusters(p, baseline);
	/* Text rise is part of the graphics state and outlives ET (9.3.1). */
	buf_put_cz(b, p->rise != 0 ? "0 Ts\nET\n" : "ET\n");
}

/* An outline that the fill lies over goes first, by itself. */
static bool is_apart(const struct text_run *run)
{
	return run->outline.width > 0 && run->outline.under && (run->fill & 0xFF) != 0;
}

/* Text rendering modes (9.3.6). */
enum mode {
	MODE_STROKE = 1,
	MODE_FILL_STROKE = 2,
};

/* Poppler sees another word wherever the height changes, so it takes lines that go up or down apart. */
static bool is_slanting(const struct text_block *block)
{
	const struct design_matrix *m = &block->source->matrix;

	return fmin(fabs(m->a), fabs(m->b)) > SLANTING * fmax(fabs(m->a), fabs(m->b));
}

/* One line, all of it from left to right, that only an ActualText keeps together. */
static bool is_one_slant(const struct text_block *block)
{
	for (size_t i = 0; i < block->run_count; i++)
		if (block->runs[i].rtl)
			return false;
	return block->line_count == 1 && is_slanting(block);
}

static void put_run(struct pdf_content *c, const struct text_block *block,
	const struct text_run *run, char prefix, const struct pdf_font_subset *subset)
{
	double baseline = baseline_of(run);
	struct pen pen = {.c = c,
		.run = run,
		.subset = subset,
		.x = run->glyphs[0].x,
		.walled = stands_in_rtl(block, run)};
	struct design_matrix at = text_matrix(&pen, block, baseline);
	struct str lang = pdf_content_lang(run->lang.n > 0 ? run->lang : block->lang);
	bool own_lang = !str_eq(lang, pdf_content_lang(block->lang));
	bool actual = !c->whole
		&& (run->reorders || reads_wrong(run, subset) || (!run->rtl && is_slanting(block)));
	bool outlined = run->outline.width > 0 && !is_apart(run);
	char behind[WALLED_LEN];
	struct str text = actual && pen.walled ? walled(run->text, behind) : run->text;

	pen.whole = actual || c->whole;
	pen.anchored = !actual && subset->anchor != 0 && pdf_font_needs_anchor(run);
	pen.apart = pen.anchored || (run->rtl && !actual && is_spaced_rtl(run, subset));
	if (own_lang || actual)
		put_span(c->out, own_lang ? &lang : NULL, actual ? &text : NULL);
	put_fill(c, run->fill);
	if (outlined) {
		put_pen(c, &run->outline, &at, 1);
		buf_fmt(c->out, "%d Tr\n",
			(run->fill & 0xFF) == 0 ? MODE_STROKE : MODE_FILL_STROKE);
	}
	put_glyphs(&pen, prefix, outlined ? NULL : &at, baseline);
	if (outlined)
		buf_put_cz(c->out, "Q\n");
	if (own_lang || actual)
		buf_put_cz(c->out, "EMC\n");
}

/* As paths: the text comes after it, and no reader is to find it twice. */
static void put_outline_apart(
	struct pdf_content *c, const struct text_block *block, const struct text_run *run)
{
	struct pen pen = {.c = c, .run = run, .x = run->glyphs[0].x};
	double baseline = baseline_of(run);
	struct design_matrix at = text_matrix(&pen, block, baseline);

	buf_put_cz(c->out, "/Artifact <</Type /Layout>> BDC\n");
	put_pen(c, &run->outline, &at, pdf_outline_unit(c->engine, run));
	pdf_outline_put(c->out, c->engine, run, pen.x, baseline);
	buf_put_cz(c->out, "S\nQ\nEMC\n");
}

static bool is_drawn(const struct text_run *run)
{
	return run->glyph_count > 0 && run->size > 0;
}

uint32_t pdf_content_put_text(struct pdf_content *c, const struct text_block *block,
	const char *role, char prefix, const struct pdf_font_subset *const *subsets)
{
	uint32_t mcid = c->next_mcid++;

	for (size_t i = 0; i < block->run_count; i++) {
		if (is_drawn(&block->runs[i]) && is_apart(&block->runs[i]))
			put_outline_apart(c, block, &block->runs[i]);
	}
	buf_fmt(c->out, "/%s <</MCID %u>> BDC\n", role, mcid);
	c->whole = is_one_slant(block);
	if (c->whole)
		put_span(c->out, NULL, &block->text);
	for (size_t i = 0; i < block->run_count; i++) {
		if (is_drawn(&block->runs[i]))
			put_run(c, block, &block->runs[i], prefix, subsets[block->runs[i].font]);
	}
	if (c->whole)
		buf_put_cz(c->out, "EMC\n");
	buf_put_cz(c->out, "EMC\n");
	return mcid;
}

/* ---- codes ---- */

static char *put_count(char *at, uint32_t v)
{
	char digits[10];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	while (n > 0)
		*at++ = digits[--n];
	return at;
}

/* "X Y WIDTH 1 re": a code has hundreds of them, for which buf_fmt() would take half of the page's time. */
static void put_modules(struct buf *b, uint32_t x, uint32_t y, uint32_t width)
{
	char line[3 * 11 + 6];
	char *at = put_count(line, x);

	*at++ = ' ';
	at = put_count(at, y);
	*at++ = ' ';
	at = put_count(at, width);
	memcpy(at, " 1 re\n", 6);
	buf_put(b, line, (size_t)(at - line) + 6);
}

uint32_t pdf_content_put_qr(
	struct pdf_content *c, const struct design_qr *qr, const uint8_t *modules, uint32_t side)
{
	struct design_matrix at = multiply(&c->page, &qr->matrix);
	double cell = qr->size / (side + 2 * QUIET_MODULES);
	struct design_matrix grid = {cell, 0, 0, cell, qr->x, qr->y};
	uint32_t mcid = c->next_mcid++;
	uint32_t fill_before = c->fill;

	grid = multiply(&at, &grid);
	buf_fmt(c->out, "/Figure <</MCID %u>> BDC\nq\n", mcid);
	put_matrix(c->out, &grid, "cm\n");
	put_fill(c, qr->light);
	buf_fmt(c->out, "0 0 %u %u re f\n", side + 2 * QUIET_MODULES, side + 2 * QUIET_MODULES);
	put_fill(c, qr->dark);
	for (uint32_t row = 0; row < side; row++) {
		for (uint32_t from = 0, to; from < side; from = to) {
			bool dark = modules[(size_t)row * side + from] & 1;

			for (to = from; to < side && (modules[(size_t)row * side + to] & 1) == dark;
				to++)
				;
			if (dark)
				put_modules(c->out, from + QUIET_MODULES, row + QUIET_MODULES,
					to - from);
		}
	}
	buf_put_cz(c->out, "f\nQ\nEMC\n");
	c->fill = fill_before; /* Q took it back. */
	return mcid;
}

void pdf_content_rect(const struct pdf_content *c, const struct design_matrix *m,
	const double own[4], double out[4])
{
	struct design_matrix at = multiply(&c->page, m);

	out[0] = out[1] = HUGE_VAL;
	out[2] = out[3] = -HUGE_VAL;
	for (unsigned i = 0; i < 4; i++) {
		double x = own[i & 1 ? 2 : 0];
		double y = own[i & 2 ? 3 : 1];
		double px = at.a * x + at.c * y + at.e;
		double py = at.b * x + at.d * y + at.f;

		out[0] = fmin(out[0], px);
		out[1] = fmin(out[1], py);
		out[2] = fmax(out[2], px);
		out[3] = fmax(out[3], py);
	}
}
