// SPDX-License-Identifier: Apache-2.0
/* Each rule of the allow-list, by what it lets through and what it does not. Runs in: tests. */
#include "tests/unit/templates/clean_kit.h"

/* gone: must not be in the cleaned file. kept: must be. note: words of a note about it. */
struct rule {
	const char *body;
	const char *gone;
	const char *kept;
	const char *note;
};

static const struct rule rules[] = {
	{"<script>alert(1)</script><rect width=\"9\"/>", "alert", "<rect", "scripts do not run"},
	{"<g onload=\"x()\"/>", "onload", "<g/>", "event handlers"},
	{"<foreignObject><rect/></foreignObject>", "rect", "<svg", "foreign content"},
	{"<a xlink:href=\"javascript:x\" target=\"y\"><rect width=\"3\"/></a>", "javascript",
		"<g>\n<rect", "links are not kept"},
	{"<text><a href=\"x\">b</a></text>", "<a", "<tspan>b</tspan>", "links are not kept"},
	{"<switch><foreignObject/><g id=\"p\"/><g id=\"q\"/></switch>", "\"q\"", "id=\"p\"",
		"first choice"},
	{"<switch><g id=\"p\" systemLanguage=\"de\"/><g id=\"q\"/></switch>", "\"p\"", "id=\"q\"",
		"first choice"},
	{"<switch><g id=\"p\" systemLanguage=\"de\"/><g id=\"q\" systemLanguage=\"en\"/></switch>",
		"\"q\"", "id=\"p\"", "first choice"},
	{"<animate attributeName=\"x\"/>", "animate", "<svg", "does not move"},
	{"<set attributeName=\"x\"/>", "<set", "<svg", "does not move"},
	{"<h:p xmlns:h=\"http://www.w3.org/1999/xhtml\"/>", "<p", "<svg", "not of SVG's namespace"},
	{"<i:view xmlns:i=\"http://www.inkscape.org/namespaces/inkscape\"/>", "view", "<svg",
		"left by an editor"},
	{"<g xmlns:s=\"http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd\" s:role=\"x\"/>", "role",
		"<g/>", "left by an editor"},
	{"<metadata><x/></metadata>", "metadata", "<svg", "left by an editor"},
	{"<font><font-face/></font>", "font", "<svg", "install the font"},
	{"<nothing/>", "nothing", "<svg", "not on the list"},
	{"<stop/>", "<stop", "<svg", "may not stand in this place"},
	{"<tspan>x</tspan>", "tspan", "<svg", "may not stand in this place"},
	{"<filter id=\"f\"><rect/></filter>", "<rect", "<filter", "may not stand in this place"},
	{"stray<rect width=\"1\"/>", "stray", "<rect", NULL},
	{"<!-- c --><rect width=\"1\"/>", "<!--", "<rect", NULL},
	{"<?p q?><rect width=\"1\"/>", "<?", "<rect", "processing instructions"},
	{"<rect nothing=\"1\" width=\"2\"/>", "nothing", "width=\"2\"", "not on the list"},
	{"<circle width=\"2\" r=\"3\"/>", "width=\"2\"", "r=\"3\"", "not on the list"},
	{"<rect width=\"-2\"/>", "-2", "<rect", "negative"},
	{"<rect width=\"1e7\"/>", "1e7", "<rect", "within a million"},
	{"<rect width=\"2furlong\"/>", "furlong", "<rect", "length"},
	{"<rect id=\"a b\"/>", "a b", "<rect", "an id is"},
	{"<path d=\"M0 0L5 5 6 x\"/>", "x\"", "d=\"M0 0L5 5\"", "drawn up to there"},
	{"<path d=\"L5 5\"/>", "L5", "<path", "attribute d"},
	{"<g transform=\"rotate(1) evil(2)\"/>", "evil", "<g/>", "not a list of matrix"},
	{"<svg viewBox=\"0 0 -1 5\"/>", "viewBox", "<svg", "a viewBox is"},
	{"<image href=\"http://x/a.png\" width=\"2\"/>", "http://x", "<svg",
		"addresses are not followed"},
	{"<image href=\"#a\" width=\"2\"/>", "<image", "<svg", "may not refer"},
	{"<image href=\"data:image/gif;base64,R0lGODlh\" width=\"2\"/>", "gif", "<svg",
		"only PNG and JPEG"},
	{"<use href=\"data:image/png;base64,AA\"/>", "data:", "<svg", "may not refer"},
	{"<use href=\"x.svg#a\"/>", "x.svg", "<svg", "addresses are not followed"},
	{"<use href=\"#no\"/>", "<use", "<svg", "not in this template"},
	{"<rect id=\"a\" width=\"1\"/><use xlink:href=\"#a\"/>", "xlink", "<use href=\"#a\"/>",
		NULL},
	{"<rect fill=\"url(#no)\"/>", "url", "fill=\"none\"", "leads to no gradient"},
	{"<rect fill=\"url(#no) red\"/>", "url", "fill=\"#ff0000\"", "leads to no gradient"},
	{"<rect id=\"r\"/><rect fill=\"url(#r)\"/>", "url", "<rect", "leads to no gradient"},
	{"<rect mask=\"url(#no)\" clip-path=\"url(#no)\" filter=\"url(#no)\"/>", "url", "<rect/>",
		"leads to no"},
	{"<rect fill=\"url(http://x/#a)\"/>", "http://x", "<rect/>", "addresses are not followed"},
	{"<rect style=\"fill:u\\72l(http://x)\"/>", "http://x", "<rect/>",
		"addresses are not followed"},
	{"<style>@import 'x';rect{fill:red}</style><rect/>", "import", "fill=\"#ff0000\"",
		"not fetched"},
	{"<style>@font-face{src:url(x)}rect{fill:red}</style><rect/>", "src", "fill=\"#ff0000\"",
		"as template.svg"},
	{"<style>rect:hover{fill:red}</style><rect/>", "fill", "<rect/>", "the rule is void"},
	{"<style>rect:hover,rect{fill:red}</style><rect/>", "fill", "<rect/>", "the rule is void"},
	{"<style>svg{y:1}svg>:nth-child(2){fill:red}</style><rect/><script/>", "script",
		"<rect fill=\"#ff0000\"/>", "property y"},
	{"<rect x=\"1\" style=\"x:5px;transform:translate(3px,4px)\"/>", "style",
		"<rect x=\"5px\" transform=\"matrix(1,0,0,1,3,4)\"/>", NULL},
	{"<rect transform=\"scale(2)\" style=\"transform:none\"/>", "none",
		"<rect transform=\"scale(2)\"/>", "attribute transform counts"},
	{"<rect style=\"filter:blur(2px) url(#no)\"/>", "blur", "<rect/>", "no filter"},
	{"<rect style=\"filter:blur(2px)!important\"/>", "blur", "<rect/>", "!important"},
	{"<style type=\"text/x\">rect{fill:red}</style><rect/>", "fill", "<rect/>",
		"only text/css"},
	{"<rect style=\"behavior:url(x)\"/>", "behavior", "<rect/>", "not on the list"},
	{"<rect style=\"-inkscape-x:1;fill:red\"/>", "inkscape", "fill=\"#ff0000\"", "no effect"},
	{"<text font-size=\"20000\">a</text>", "20000", "<text", "font size"},
	{"<path stroke-dasharray=\"0.001 1\" d=\"M0 0\"/>", "dasharray", "<path", "dashes"},
	{"<filter id=\"f\"><feTurbulence numOctaves=\"11\"/></filter>", "numOctaves",
		"<feTurbulence", "whole number"},
	{"<filter id=\"f\"><feTurbulence numOctaves=\"10\"/></filter>", "11", "numOctaves=\"10\"",
		NULL},
	{"<filter id=\"f\"><feGaussianBlur stdDeviation=\"501\"/></filter>", "501",
		"<feGaussianBlur/>", "one or two numbers"},
	{"<filter id=\"f\"><feMorphology radius=\"101\"/></filter>", "101", "<feMorphology/>",
		"one or two numbers"},
	{"<filter id=\"f\"><feConvolveMatrix order=\"16\" kernelMatrix=\"0 0 0 0 1 0 0 0 "
	 "0\"/></filter>",
		"16", "<feConvolveMatrix kernelMatrix=\"0 0 0 0 1 0 0 0 0\"/>", "up to 15"},
	{"<filter id=\"f\"><feImage href=\"#a\"/></filter>", "feImage", "<filter",
		"inside filters"},
	{"<g id=\"a\"/><g id=\"a\"/>", "\"a\"/>\n<g id=\"a\"", "<g id=\"a\"/>\n<g/>",
		"another element has this id"},
	{"<rect style=\"mix-blend-mode:multiply\"/>",
		"mix-blend-mode=", "style=\"mix-blend-mode:multiply\"", NULL},
	{"<g class=\"z\"/>", "class", "<g/>", NULL},
	{"<g xml:space=\"preserve\" xml:lang=\"de\"/>", "xmlns:xml",
		"<g xml:lang=\"de\" xml:space=\"preserve\"/>", NULL},
	{"<text>a &lt;b&gt; &amp;amp; \"</text>", "<b>", "a &lt;b&gt; &amp;amp; \"</text>", NULL},
	{"<text><![CDATA[</text><script>]]></text>", "<script", "&lt;/text&gt;&lt;script&gt;",
		NULL},
};

static void each_rule_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
		struct kit k;

		kit_open_body(&k, rules[i].body);
		if (k.rc != RC_OK)
			fail_msg("%s: refused: %s", rules[i].body, k.err.text);
		if (kit_has(k.out.clean, rules[i].gone) || kit_has(k.out.art, rules[i].gone))
			fail_msg("%s: still holds %s: " STR_FMT, rules[i].body, rules[i].gone,
				STR_ARG(bytes_text(k.out.clean)));
		if (!kit_has(k.out.clean, rules[i].kept))
			fail_msg("%s: lost %s: " STR_FMT, rules[i].body, rules[i].kept,
				STR_ARG(bytes_text(k.out.clean)));
		if (rules[i].note != NULL && !kit_noted(&k, TEMPLATE_NOTE_REMOVED, rules[i].note)
			&& !kit_noted(&k, TEMPLATE_NOTE_WARNING, rules[i].note))
			fail_msg("%s: no note says \"%s\"", rules[i].body, rules[i].note);
		kit_close(&k);
	}
}

static void cleaning_twice_is_cleaning_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
		struct kit once;
		struct kit twice;

		kit_open_body(&once, rules[i].body);
		kit_open(&twice, bytes_text(once.out.clean));
		assert_int_equal(twice.rc, RC_OK);
		if (!str_eq(bytes_text(once.out.clean), bytes_text(twice.out.clean)))
			fail_msg("%s: not the same again", rules[i].body);
		for (uint32_t n = 0; n < twice.out.notes.count; n++)
			if (twice.out.notes.items[n].kind == TEMPLATE_NOTE_REMOVED)
				fail_msg("%s: removes " STR_FMT " the second time", rules[i].body,
					STR_ARG(twice.out.notes.items[n].what));
		kit_close(&once);
		kit_close(&twice);
	}
}

/* count copies of piece between head and tail; what comes of it. */
static enum rc clean_many(
	const char *head, const char *piece, unsigned count, const char *tail, struct err *err)
{
	struct buf b = buf_new(8u << 20);
	struct kit k;
	enum rc rc;

	buf_put_cz(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">");
	buf_put_cz(&b, head);
	for (unsigned i = 0; i < count; i++)
		buf_put_cz(&b, piece);
	buf_put_cz(&b, tail);
	buf_put_cz(&b, "</svg>");
	kit_open(&k, buf_str(&b));
	rc = k.rc;
	*err = k.err;
	kit_close(&k);
	buf_free(&b);
	return rc;
}

static void limits_stop_exactly(void **state)
{
	struct err err;

	(void)state;
	/* The root is an element too. */
	assert_ok(clean_many("", "<g/>", 19999, "", &err), err);
	assert_int_equal(clean_many("", "<g/>", 20000, "", &err), RC_LIMIT);
	assert_int_equal(clean_many("", "<g>", 254, "<g/>", &err), RC_INPUT);
	assert_int_equal(clean_many("<path d='M0 0", "L1 1", 65000, "'/>", &err), RC_OK);
	assert_int_equal(clean_many("<path d='M0 0", "L1 1", 66000, "'/>", &err), RC_LIMIT);
	assert_int_equal(clean_many("<!--", "xxxxxxxx", 262144, "-->", &err), RC_LIMIT);
	assert_int_equal(clean_many("<style>", "a{}", 2000, "</style>", &err), RC_OK);
	assert_int_equal(clean_many("<style>", "a{}", 2001, "</style>", &err), RC_LIMIT);
	assert_int_equal(
		clean_many("<filter id='f'/>", "<g filter='url(#f)'/>", 400, "", &err), RC_OK);
	assert_int_equal(
		clean_many("<filter id='f'/>", "<g filter='url(#f)'/>", 401, "", &err), RC_LIMIT);
	assert_int_equal(clean_many("", "<g opacity='.5'/>", 3001, "", &err), RC_LIMIT);
	assert_int_equal(clean_many("<text>", "{{field.a}}", 100, "</text>", &err), RC_OK);
	assert_int_equal(clean_many("<text>", "{{field.a}}", 101, "</text>", &err), RC_LIMIT);
	assert_int_equal(clean_many("", "<text>{{field.a}}</text>", 500, "", &err), RC_OK);
	assert_int_equal(clean_many("", "<text>{{field.a}}</text>", 501, "", &err), RC_LIMIT);
	assert_int_equal(
		clean_many("", "<rect id='qr' width='5' height='5'/>", 1, "", &err), RC_OK);
	assert_int_equal(
		clean_many("", "<rect data-qr='' width='5' height='5'/>", 5, "", &err), RC_LIMIT);
}

static void depth_stops(void **state)
{
	struct buf b = buf_new(1u << 20);
	struct kit k;

	(void)state;
	for (unsigned depth = 256; depth <= 257; depth++) {
		buf_reset(&b);
		buf_put_cz(
			&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">");
		for (unsigned i = 1; i < depth; i++)
			buf_put_cz(&b, "<g>");
		for (unsigned i = 1; i < depth; i++)
			buf_put_cz(&b, "</g>");
		buf_put_cz(&b, "</svg>");
		kit_open(&k, buf_str(&b));
		assert_int_equal(k.rc, depth == 256 ? RC_OK : RC_LIMIT);
		kit_close(&k);
	}
	buf_free(&b);
}

static void notes_name_the_line(void **state)
{
	struct kit k;

	(void)state;
	kit_open_body(&k, "\n\n<rect id=\"seal\" onclick=\"x\"/>");
	assert_int_equal(k.out.notes.count, 1);
	assert_int_equal(k.out.notes.items[0].line, 3);
	assert_true(str_eq_cz(k.out.notes.items[0].element, "rect#seal"));
	assert_true(str_eq_cz(k.out.notes.items[0].what, "attribute onclick"));
	kit_close(&k);
}

static void too_many_notes_are_counted(void **state)
{
	struct buf b = buf_new(1u << 20);
	struct kit k;

	(void)state;
	for (int i = 0; i < 600; i++)
		buf_put_cz(&b, "<script/>");
	buf_put(&b, "", 1);
	kit_open_body(&k, (const char *)b.p);
	assert_int_equal(k.out.notes.count, 500);
	assert_true(str_eq_cz(k.out.notes.items[499].what, "101 more notes"));
	kit_close(&k);
	buf_free(&b);
}

static void refusals_are_sentences(void **state)
{
	static const struct {
		const char *svg;
		const char *says;
	} cases[] = {
		{"<svg width=\"9\" height=\"9\"/>", "add xmlns="},
		{"<html/>", "not <svg>"},
		{"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "give <svg> a width and a height"},
		{"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20000pt\" height=\"9\"/>",
			"each side must be"},
		{"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><g></svg>",
			"not well-formed XML: line 1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct kit k;

		kit_open(&k, str_of(cases[i].svg));
		assert_int_not_equal(k.rc, RC_OK);
		if (strstr(k.err.text, cases[i].says) == NULL)
			fail_msg("%s: \"%s\" does not say \"%s\"", cases[i].svg, k.err.text,
				cases[i].says);
		assert_int_equal(k.out.clean.n, 0);
		kit_close(&k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_holds),
		cmocka_unit_test(cleaning_twice_is_cleaning_once),
		cmocka_unit_test(limits_stop_exactly),
		cmocka_unit_test(depth_stops),
		cmocka_unit_test(notes_name_the_line),
		cmocka_unit_test(too_many_notes_are_counted),
		cmocka_unit_test(refusals_are_sentences),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
