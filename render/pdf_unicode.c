// SPDX-License-Identifier: Apache-2.0
/* ToUnicode maps. Runs in: render. */
#include "render/pdf_unicode.h"

#include "render/pdf_object.h"

#include <string.h>

static const struct str NOTHING = {"\xE2\x80\x8B", 3}; /* U+200B */

bool pdf_unicode_next(const struct text_run *run, size_t *at, struct pdf_cluster *out)
{
	const struct text_glyph *g = run->glyphs;
	size_t first = *at;
	size_t end = first;
	size_t from;
	size_t to = run->text.n;

	if (first >= run->glyph_count)
		return false;
	while (end < run->glyph_count && g[end].cluster == g[first].cluster)
		end++;
	from = g[first].cluster;
	if (run->rtl && first > 0)
		to = g[first - 1].cluster;
	else if (!run->rtl && end < run->glyph_count)
		to = g[end].cluster;
	*out = (struct pdf_cluster){first, end, str_slice(run->text, from, to > from ? to : from)};
	*at = end;
	return true;
}

bool pdf_unicode_bears_marks(const struct text_run *run, size_t first, struct pdf_cluster *out)
{
	const struct text_glyph *g = run->glyphs;
	size_t base = first;
	size_t from, to;

	while (base < run->glyph_count && g[base].advance <= 0)
		base++;
	if (base == first || base == run->glyph_count)
		return false;
	*out = (struct pdf_cluster){first, base + 1, {NULL, 0}};
	while (out->end < run->glyph_count && g[out->end].cluster == g[base].cluster)
		out->end++;
	from = g[base].cluster;
	to = first > 0 ? g[first - 1].cluster : run->text.n;
	if (to <= from || to - from > PDF_UNICODE_TURNED_LEN)
		return false;
	out->text = str_slice(run->text, from, to);
	return true;
}

struct pdf_glyph *pdf_unicode_find(struct pdf_glyph *glyphs, size_t count, uint32_t glyph)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (glyphs[middle].glyph < glyph)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && glyphs[low].glyph == glyph ? &glyphs[low] : NULL;
}

/* Direction marks, soft hyphen, line ends: nothing is lost when copying leaves them out. */
static bool is_silent(uint32_t cp)
{
	return cp == 0x0A || cp == 0x0D || cp == 0xAD || cp == 0x061C || cp == 0x200E
		|| cp == 0x200F || (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

/* i-th glyph of the cluster in logical order. */
static size_t logical(const struct text_run *run, const struct pdf_cluster *c, size_t i)
{
	return run->rtl ? c->end - 1 - i : c->first + i;
}

/*
 * Several characters of one glyph stand in its map in the order in which they are seen, from left to
 * right, like the glyphs of the line. poppler turns a line from right to left over, character by
 * character, and would make alef-lam of the ligature lam-alef; MuPDF gives the line as it is seen, which
 * then is one order throughout. A glyph of no width for each further letter would have to be made in
 * every font, and ActualText is turned over just so.
 */
struct str pdf_unicode_turn_over(struct str s, char out[PDF_UNICODE_TURNED_LEN])
{
	size_t at = 0;
	size_t to = s.n;

	CHECK(s.n <= PDF_UNICODE_TURNED_LEN);
	while (at < s.n) {
		size_t start = at;

		(void)str_next_char(s, &at);
		to -= at - start;
		memcpy(out + to, s.p + start, at - start);
	}
	return (struct str){out, s.n};
}

static void assign_nominal(hb_font_t *font, const struct text_run *run, const struct pdf_cluster *c,
	struct pdf_glyph *glyphs, size_t glyph_count)
{
	size_t at = 0;

	while (at < c->text.n) {
		size_t start = at;
		uint32_t cp = str_next_char(c->text, &at);
		hb_codepoint_t nominal = 0;

		if (!hb_font_get_nominal_glyph(font, cp, &nominal))
			continue;
		for (size_t i = c->first; i < c->end; i++) {
			struct pdf_glyph *g;

			if (run->glyphs[i].glyph != nominal)
				continue;
			g = pdf_unicode_find(glyphs, glyph_count, nominal);
			if (g != NULL && g->unicode.p == NULL)
				g->unicode = str_slice(c->text, start, at);
			break;
		}
	}
}

/* Takes off text what glyph says, wherever it stands; text is rewritten in place. */
static void take_off(char *text, size_t *n, struct str said)
{
	size_t at = str_find_str((struct str){text, *n}, said);

	if (said.n == 0 || at == *n)
		return;
	memmove(text + at, text + at + said.n, *n - at - said.n);
	*n -= said.n;
}

/* The first glyph in logical order that says nothing yet gets what the others leave. */
static void assign_left_over(const struct text_run *run, const struct pdf_cluster *c,
	struct pdf_glyph *glyphs, size_t glyph_count, struct arena *a)
{
	struct pdf_glyph *open = NULL;
	char turned[PDF_UNICODE_TURNED_LEN];
	char *left;
	size_t n = c->text.n;

	for (size_t i = 0; i < c->end - c->first && open == NULL; i++) {
		struct pdf_glyph *g = pdf_unicode_find(
			glyphs, glyph_count, run->glyphs[logical(run, c, i)].glyph);

		if (g != NULL && g->unicode.p == NULL)
			open = g;
	}
	if (open == NULL || n == 0)
		return;
	left = arena_dup(a, c->text.p, n);
	for (size_t i = c->first; i < c->end; i++) {
		const struct pdf_glyph *g =
			pdf_unicode_find(glyphs, glyph_count, run->glyphs[i].glyph);

		if (g != NULL && g->unicode.p != NULL)
			take_off(left, &n,
				run->rtl ? pdf_unicode_turn_over(g->unicode, turned) : g->unicode);
	}
	if (n == 0 || str_char_count((struct str){left, n}) > PDF_UNICODE_CLUSTER_MAX)
		return;
	open->unicode = (struct str){left, n};
	if (run->rtl)
		open->unicode = str_dup(a, pdf_unicode_turn_over(open->unicode, turned));
}

void pdf_unicode_assign(hb_font_t *font, const struct text_run *const *runs, size_t run_count,
	struct pdf_glyph *glyphs, size_t glyph_count, struct arena *a)
{
	struct pdf_cluster c;

	/* Characters' own glyphs first, in all runs, so that the order of the runs plays no part. */
	for (size_t i = 0; i < run_count; i++) {
		for (size_t at = 0; pdf_unicode_next(runs[i], &at, &c);)
			assign_nominal(font, runs[i], &c, glyphs, glyph_count);
	}
	/* Then from right to left: where a glyph is used in both directions, ActualText mends only the other. */
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < run_count; i++) {
			if (runs[i]->rtl != (pass == 0))
				continue;
			for (size_t at = 0; pdf_unicode_next(runs[i], &at, &c);)
				assign_left_over(runs[i], &c, glyphs, glyph_count, a);
		}
	}
	for (size_t i = 0; i < glyph_count; i++) {
		if (glyphs[i].unicode.p == NULL)
			glyphs[i].unicode = NOTHING;
	}
}

/* Steps over silent characters, and U+200B too when it came from a glyph. */
static bool next_audible(struct str s, size_t *at, bool from_glyph, uint32_t *cp)
{
	while (*at < s.n) {
		*cp = str_next_char(s, at);
		if (!is_silent(*cp) && !(from_glyph && *cp == 0x200B))
			return true;
	}
	return false;
}

static bool is_mark(uint32_t cp)
{
	return hb_unicode_general_category(hb_unicode_funcs_get_default(), cp)
		== HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK;
}

/* Characters to compare: all of them, or letters without their marks. */
struct listener {
	struct str text;
	size_t at;
	bool from_glyph;
	bool marks;
};

static bool listen(struct listener *l, uint32_t *cp)
{
	while (next_audible(l->text, &l->at, l->from_glyph, cp)) {
		if (l->marks || !is_mark(*cp))
			return true;
	}
	return false;
}

static bool reads_as(const struct text_run *run, const struct pdf_cluster *c,
	struct pdf_glyph *glyphs, size_t glyph_count, bool marks)
{
	struct listener wanted = {.text = c->text, .marks = marks};
	uint32_t want;
	uint32_t have;

	for (size_t i = 0; i < c->end - c->first; i++) {
		const struct pdf_glyph *g = pdf_unicode_find(
			glyphs, glyph_count, run->glyphs[logical(run, c, i)].glyph);
		char turned[PDF_UNICODE_TURNED_LEN];
		struct listener said = {.text = g != NULL ? g->unicode : NOTHING,
			.from_glyph = true,
			.marks = marks};

		if (run->rtl)
			said.text = pdf_unicode_turn_over(said.text, turned);
		while (listen(&said, &have)) {
			if (!listen(&wanted, &want) || want != have)
				return false;
		}
	}
	return !listen(&wanted, &want);
}

bool pdf_unicode_is_exact(const struct text_run *run, const struct pdf_cluster *c,
	struct pdf_glyph *glyphs, size_t glyph_count)
{
	struct listener letters = {.text = c->text};
	uint32_t cp;

	if (reads_as(run, c, glyphs, glyph_count, true))
		return true;
	/*
	 * A mark between the letters of a ligature: readers would turn ActualText over and the letters with it,
	 * so right letters with a mark after them are better.
	 */
	return run->rtl && listen(&letters, &cp) && listen(&letters, &cp)
		&& reads_as(run, c, glyphs, glyph_count, false);
}

static bool is_unfit(uint32_t cp)
{
	return cp == 0 || cp == 0xFEFF || cp == 0xFFFE || (cp >= 0xE000 && cp <= 0xF8FF)
		|| cp >= 0xF0000;
}

static void put_entry(struct buf *b, const struct pdf_glyph *g)
{
	size_t at = 0;

	buf_fmt(b, "<%04X> <", g->code);
	while (at < g->unicode.n) {
		size_t start = at;
		uint32_t cp = str_next_char(g->unicode, &at);

		pdf_object_put_utf16(
			b, is_unfit(cp) ? STR("\xEF\xBF\xBD") : str_slice(g->unicode, start, at));
	}
	buf_put_cz(b, ">\n");
}

void pdf_unicode_put_cmap(struct buf *b, const struct pdf_glyph *glyphs, size_t count)
{
	buf_put_cz(b,
		"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	/* A block holds at most 100 entries (Adobe Technical Note 5014). */
	for (size_t i = 0; i < count; i++) {
		if (i % 100 == 0)
			buf_fmt(b, "%zu beginbfchar\n", count - i < 100 ? count - i : 100);
		put_entry(b, &glyphs[i]);
		if (i % 100 == 99 || i + 1 == count)
			buf_put_cz(b, "endbfchar\n");
	}
	buf_put_cz(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
}
