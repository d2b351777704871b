// SPDX-License-Identifier: Apache-2.0
/* What goes from a drawing into the design, and what stays artwork. Runs in: tests. */
#include "base/text.h"
#include "tests/unit/templates/clean_kit.h"

static void page_in_all_units(void **state)
{
	static const struct {
		const char *attrs;
		double w;
		double h;
	} pages[] = {
		{"width=\"297mm\" height=\"210mm\"", 1122.52, 793.70},
		{"width=\"10in\" height=\"5cm\"", 960, 188.98},
		{"width=\"72pt\" height=\"6pc\"", 96, 96},
		{"viewBox=\"0 0 300 200\"", 300, 200},
		{"width=\"100%\" height=\"100%\" viewBox=\"5 5 300 200\"", 300, 200},
		{"width=\"600\" viewBox=\"0 0 300 200\"", 600, 400},
		{"viewBox=\"0 0 595.28 841.89\"", 793.70, 1122.52}, /* A4 in points */
		{"viewBox=\"0 0 842 595\"", 1122.52, 793.70},
		{"width=\"100%\" height=\"100%\" viewBox=\"0 0 2480 3508\"", 793.70, 1122.52},
		{"viewBox=\"0 0 3300 2550\"", 1056, 816}, /* Letter at 300 dpi */
		{"viewBox=\"0 0 2480 3500\"", 2480, 3500},
		{"width=\"595.28\" height=\"841.89\" viewBox=\"0 0 595.28 841.89\"", 595.28,
			841.89},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(pages); i++) {
		struct kit k;

		kit_open_svg(&k, pages[i].attrs, "");
		kit_near(k.out.design.width, pages[i].w);
		kit_near(k.out.design.height, pages[i].h);
		kit_close(&k);
	}
}

static void braces_over_several_spans(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\" xml:lang=\"en\"",
		"<text x=\"10\" y=\"20\" font-size=\"10\">for {{<tspan "
		"font-weight=\"bold\">recipient.</tspan>name }}, on "
		"<tspan fill=\"red\">{{ issued_on | date:long }}</tspan></text>");
	assert_int_equal(k.out.design.texts.count, 1);
	assert_int_equal(kit_text_at(&k, 0)->parts.count, 4);
	assert_true(str_eq_cz(kit_text_at(&k, 0)->parts.items[0].text, "for "));
	assert_int_equal(kit_text_at(&k, 0)->parts.items[1].kind, PART_FIELD);
	assert_true(str_eq_cz(kit_text_at(&k, 0)->parts.items[1].text, "recipient.name"));
	assert_true(str_eq_cz(kit_text_at(&k, 0)->parts.items[2].text, ", on "));
	assert_true(str_eq_cz(kit_text_at(&k, 0)->parts.items[3].text, "issued_on"));
	assert_true(str_eq_cz(kit_text_at(&k, 0)->parts.items[3].filter, "date:long"));
	assert_int_equal(kit_style_of(&k, kit_text_at(&k, 0), 3)->fill, 0xff0000ff);
	assert_true(str_eq_cz(kit_style_of(&k, kit_text_at(&k, 0), 0)->lang, "en"));
	assert_int_equal(k.out.fields.count, 2);
	assert_false(kit_has(k.out.art, "<text"));
	assert_true(kit_has(k.out.clean, "{{"));
	kit_close(&k);
}

static void lines_of_spans(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text font-size=\"10\">\n <tspan x=\"5\" y=\"20\">one</tspan>\n"
		" <tspan x=\"5\" dy=\"1.5em\">two</tspan> <tspan x=\"300\" "
		"y=\"35\">column</tspan></text>"
		/* Illustrator's kerning: pieces of one line. */
		"<text transform=\"translate(10 60)\" font-size=\"10\"><tspan x=\"0\" "
		"y=\"0\">A</tspan><tspan x=\"6.4\" y=\"0\">ward</tspan></text>");
	assert_int_equal(k.out.design.texts.count, 4);
	kit_near(kit_text_at(&k, 0)->y, 20);
	kit_near(kit_text_at(&k, 1)->y, 35);
	assert_true(str_eq_cz(kit_text_at(&k, 1)->parts.items[0].text, "two"));
	kit_near(kit_text_at(&k, 2)->x, 300);
	assert_true(str_eq_cz(kit_text_at(&k, 3)->parts.items[0].text, "Award"));
	kit_near(kit_text_at(&k, 3)->matrix.f, 60);
	kit_close(&k);
}

static void cascade_and_inheritance(void **state)
{
	struct kit k;
	const struct design_style *s;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<style>.a{fill:blue;font:italic 700 20px/1.5 'Noto Serif',serif} "
		"#x.a{fill:hsl(120,100%,50%)} g text{letter-spacing:.1em}"
		"text{fill:red!important}</style>"
		"<g opacity=\".5\" fill-opacity=\"50%\" font-variant=\"small-caps\" fill=\"#123\" "
		"text-anchor=\"end\" direction=\"rtl\">"
		"<text class=\"a b\" id=\"x\" fill=\"black\" style=\"fill:white\">q</text></g>");
	s = kit_style_of(&k, kit_text_at(&k, 0), 0);
	assert_int_equal(s->fill, 0xff000040);
	assert_true(str_eq_cz(s->families, "Noto Serif, serif"));
	assert_true(s->italic);
	assert_false(s->small_caps); /* the font shorthand sets it back */
	assert_int_equal(s->weight, 700);
	kit_near(s->size, 20);
	kit_near(s->letter_spacing, 2);
	kit_near(kit_text_at(&k, 0)->line_height, 1.5);
	assert_int_equal(kit_text_at(&k, 0)->anchor, ANCHOR_END);
	assert_int_equal(kit_text_at(&k, 0)->direction, DIRECTION_RTL);
	assert_int_equal(k.out.families.count, 2);
	kit_close(&k);
}

static void outlines(void **state)
{
	static const struct {
		const char *attributes;
		uint32_t fill;
		struct design_outline outline;
	} cases[] = {
		{"fill=\"#fff\" stroke=\"red\"", 0xffffffff, {0xff0000ff, 1, 4, JOIN_MITER, false}},
		{"fill=\"none\" stroke=\"#123\" stroke-width=\".1em\" stroke-opacity=\".5\" "
		 "stroke-linejoin=\"round\" style=\"paint-order:stroke\"",
			0x00000000, {0x11223380, 2, 4, JOIN_ROUND, true}},
		{"stroke=\"currentColor\" color=\"lime\" stroke-width=\"1%\" "
		 "stroke-miterlimit=\"2\" stroke-linejoin=\"bevel\" style=\"paint-order:fill "
		 "stroke\"",
			0x000000ff, {0x00ff00ff, 5, 2, JOIN_BEVEL, false}},
		{"stroke=\"url(#g)\" stroke-miterlimit=\"99\" style=\"paint-order:markers "
		 "stroke\"",
			0x000000ff, {0x800080ff, 1, 20, JOIN_MITER, true}},
		{"stroke=\"red\" stroke-width=\"0\"", 0x000000ff, {0}},
		{"stroke=\"red\" stroke-opacity=\"0\"", 0x000000ff, {0}},
		{"stroke-width=\"3\"", 0x000000ff, {0}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct kit k;
		const struct design_style *s;
		const struct design_outline *o;
		char body[512];

		text_fmt(body, sizeof body,
			"<linearGradient id=\"g\"><stop stop-color=\"red\"/><stop offset=\"1\" "
			"stop-color=\"blue\"/></linearGradient><g font-size=\"20\" %s><text "
			"y=\"50\">SEEN</text></g>",
			cases[i].attributes);
		kit_open_svg(&k, "width=\"500\" height=\"500\"", body);
		s = kit_style_of(&k, kit_text_at(&k, 0), 0);
		o = &s->outline;
		if (cases[i].fill % 256 == 0 ? s->fill % 256 != 0 : s->fill != cases[i].fill)
			fail_msg("%s: fill is %08x", body, s->fill);
		if (o->colour != cases[i].outline.colour
			|| fabs(o->width - cases[i].outline.width) > 1e-9
			|| o->miter_limit != cases[i].outline.miter_limit
			|| o->join != cases[i].outline.join || o->under != cases[i].outline.under)
			fail_msg("%s: outline is %08x, %g, %g, %u, %d", body, o->colour, o->width,
				o->miter_limit, o->join, o->under);
		kit_close(&k);
	}
}

static void boxes(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"1000\" height=\"500\"",
		"<text x=\"500\" y=\"50\" text-anchor=\"middle\">{{recipient.name}}</text>"
		"<text x=\"300\" y=\"50\" text-anchor=\"middle\">{{field.a}}</text>"
		"<text x=\"100\" y=\"50\">static</text>"
		"<text id=\"n\" x=\"1\" y=\"2\" transform=\"scale(2)\" "
		"text-anchor=\"middle\">{{name}}</text>"
		"<rect id=\"n-box\" x=\"200\" y=\"100\" width=\"400\" height=\"80\" fill=\"none\"/>"
		"<text id=\"m\" x=\"1\" y=\"2\" data-fit=\"none\" data-max-lines=\"3\" "
		"data-align=\"right\">{{name}}</text>"
		"<rect data-frame-for=\"m\" x=\"10\" y=\"20\" width=\"30\" height=\"40\" "
		"fill=\"red\"/>"
		"<text x=\"100\" y=\"50\" data-max-width=\"77\" "
		"data-min-scale=\"0.4\">{{field.b}}</text>");
	kit_near(kit_text_at(&k, 0)->box_w, 900);
	assert_true(kit_text_at(&k, 0)->shrink);
	kit_near(kit_text_at(&k, 0)->min_scale, 0.7);
	assert_int_equal(kit_text_at(&k, 0)->max_lines, 2);
	kit_near(kit_text_at(&k, 1)->box_w, 500);
	assert_int_equal(kit_text_at(&k, 1)->max_lines, 1);
	kit_near(kit_text_at(&k, 2)->box_w, 850);
	assert_false(kit_text_at(&k, 2)->shrink);
	/* A frame in other coordinates than the text's. */
	kit_near(kit_text_at(&k, 3)->x, 200);
	kit_near(kit_text_at(&k, 3)->box_w, 200);
	kit_near(kit_text_at(&k, 3)->box_y, 50);
	kit_near(kit_text_at(&k, 3)->box_h, 40);
	assert_false(kit_has(k.out.art, "n-box"));
	kit_near(kit_text_at(&k, 4)->x, 40);
	assert_int_equal(kit_text_at(&k, 4)->anchor, ANCHOR_END);
	assert_int_equal(kit_text_at(&k, 4)->max_lines, 3);
	assert_false(kit_text_at(&k, 4)->shrink);
	assert_true(kit_has(k.out.art, "data-frame-for"));
	kit_near(kit_text_at(&k, 5)->box_w, 77);
	kit_near(kit_text_at(&k, 5)->min_scale, 0.4);
	kit_close(&k);
}

static void codes(void **state)
{
	static const char *const bodies[] = {
		"<rect id=\"qr\" x=\"100\" y=\"50\" width=\"80\" height=\"100\"/>",
		"<g transform=\"translate(100 50)\"><rect data-qr=\"\" width=\"80\" "
		"height=\"100\"/></g>",
		"<rect x=\"100\" y=\"60\" width=\"80\" height=\"80\"/><text x=\"110\" "
		"y=\"90\"><tspan>{{ qr }}</tspan></text>",
		"<g id=\"QR\"><rect x=\"100\" y=\"50\" width=\"80\" "
		"height=\"100\"/><text>{{qr}}</text></g>",
		"<text data-box=\"100 50 80 100\">{{qr}}</text>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
		struct kit k;
		const struct design_qr *q;
		double x;
		double y;

		kit_open_svg(&k, "width=\"500\" height=\"300\"", bodies[i]);
		assert_int_equal(k.out.design.qrs.count, 1);
		assert_true(k.out.has_qr);
		assert_int_equal(k.out.design.texts.count, 0);
		q = &k.out.design.qrs.items[0];
		x = q->matrix.a * q->x + q->matrix.e;
		y = q->matrix.d * q->y + q->matrix.f;
		kit_near(x, 100);
		kit_near(y, 60);
		kit_near(q->size, 80);
		assert_false(kit_has(k.out.art, "qr"));
		kit_close(&k);
	}
}

static void what_stays_artwork(void **state)
{
	static const struct {
		const char *body;
		const char *note;
	} cases[] = {
		{"<circle id=\"p\" r=\"9\"/><text><textPath href=\"#p\">STAY</textPath></text>",
			"not a path"},
		{"<text fill=\"none\">STAY</text>", "no fill"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct kit k;

		kit_open_svg(&k, "width=\"500\" height=\"300\"", cases[i].body);
		if (k.out.design.texts.count != 0 || !kit_has(k.out.art, "STAY"))
			fail_msg("%s: was taken", cases[i].body);
		if (!kit_noted(&k, TEMPLATE_NOTE_WARNING, cases[i].note))
			fail_msg("%s: no note says \"%s\"", cases[i].body, cases[i].note);
		kit_close(&k);
	}
}

static void what_is_simplified_is_drawn(void **state)
{
	static const struct {
		const char *body;
		const char *note; /* NULL: none */
	} cases[] = {
		{"<path id=\"p\" d=\"M0 9H99\"/><text><textPath "
		 "href=\"#p\">SEEN</textPath></text>",
			"runs along a path"},
		{"<text writing-mode=\"tb\">SEEN</text>", "vertical"},
		{"<text rotate=\"5 5\">SEEN</text>", "turned"},
		{"<text x=\"1 2 3 4\">SEEN</text>", "one by one"},
		{"<text stroke=\"red\">SEEN</text>", NULL},
		{"<text stroke=\"red\" stroke-dasharray=\"3\">SEEN</text>", "dashed"},
		{"<text stroke=\"red\" vector-effect=\"non-scaling-stroke\">SEEN</text>",
			"keep its width"},
		{"<text stroke=\"red\" opacity=\".5\">SEEN</text>", "each for itself"},
		{"<text text-decoration=\"underline\">SEEN</text>", "underlined"},
		{"<mask id=\"c\"><rect width=\"9\" height=\"9\"/></mask><g "
		 "mask=\"url(#c)\"><text>SEEN</text></g>",
			"a mask"},
		{"<text style=\"mix-blend-mode:multiply\">SEEN</text>", "a mask"},
		{"<filter id=\"f\"><feGaussianBlur stdDeviation=\"1\"/></filter><text "
		 "filter=\"url(#f)\">SEEN</text>",
			"a mask"},
		{"<text y=\"9\">SEEN<tspan dy=\"-3\">AY</tspan></text>", "shifted"},
		{"<clipPath id=\"c\"><rect width=\"9\" height=\"9\"/></clipPath><g "
		 "clip-path=\"url(#c)\"><text x=\"5\" y=\"50\">SEEN</text></g>",
			"a clip may"},
		{"<clipPath id=\"c\"><circle r=\"900\"/></clipPath><g "
		 "clip-path=\"url(#c)\"><text x=\"5\" y=\"50\">SEEN</text></g>",
			"a clip may"},
		/* As Figma exports every page. */
		{"<clipPath id=\"c\"><rect width=\"500\" height=\"300\"/></clipPath><g "
		 "clip-path=\"url(#c)\"><text x=\"5\" y=\"50\">SEEN</text></g>",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct kit k;

		kit_open_svg(&k, "width=\"500\" height=\"300\"", cases[i].body);
		if (k.out.design.texts.count != 1 || kit_has(k.out.art, "SEEN"))
			fail_msg("%s: would not be drawn", cases[i].body);
		if (kit_style_of(&k, kit_text_at(&k, 0), 0)->fill % 256 == 0)
			fail_msg("%s: would not be seen", cases[i].body);
		if (cases[i].note != NULL && !kit_noted(&k, TEMPLATE_NOTE_WARNING, cases[i].note))
			fail_msg("%s: no note says \"%s\"", cases[i].body, cases[i].note);
		if (cases[i].note == NULL
			&& kit_noted(&k, TEMPLATE_NOTE_WARNING, "text whose look"))
			fail_msg("%s: a needless note", cases[i].body);
		kit_close(&k);
	}
}

/* A text whose middle is to be at x, y on the page, its line running towards cos, sin. */
static void check_place(const char *body, double x, double y, double cos_turn, double sin_turn)
{
	struct kit k;
	const struct design_text *t;

	kit_open_svg(&k, "width=\"500\" height=\"300\"", body);
	t = kit_text_at(&k, 0);
	kit_near(t->matrix.a * t->x + t->matrix.c * t->y + t->matrix.e, x);
	kit_near(t->matrix.b * t->x + t->matrix.d * t->y + t->matrix.f, y);
	kit_near(t->matrix.a, cos_turn);
	kit_near(t->matrix.b, sin_turn);
	kit_close(&k);
}

#define ON_PATH(d, offset) \
	"<path id=\"p\" d=\"" d "\"/><text text-anchor=\"middle\"><textPath href=\"#p\" " \
	"startOffset=\"" offset "\">TOP</textPath></text>"

static void places_on_paths(void **state)
{
	double half = sqrt(0.5);

	(void)state;
	check_place(ON_PATH("M100 200A100 100 0 0 1 300 200", "50%"), 200, 100, 0.995, 0.098);
	check_place(ON_PATH("m100 200h200v90", "250"), 300, 250, 0, 1);
	check_place(ON_PATH("M10 10L110 110z", "50%"), 110, 110, half, half);
	check_place(ON_PATH("M0 50C50 50 100 50 150 50S250 50 300 50", "50%"), 150, 50, 1, 0);
	check_place(ON_PATH("M0 50Q50 50 100 50T200 50", "150"), 150, 50, 1, 0);
	check_place(ON_PATH("M0 50h100", "900"), 100, 50, 1, 0);
	check_place("<text x=\"40\" y=\"60\" font-size=\"10\" writing-mode=\"tb\">DOWN</text>",
		36.5, 60, 0, 1);
}

static void what_is_hidden_is_gone(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text display=\"none\">A</text><g visibility=\"hidden\"><text>B</text>"
		"<text visibility=\"visible\">C</text></g><g "
		"style=\"display:none\"><text>D</text></g>");
	assert_int_equal(k.out.design.texts.count, 1);
	assert_true(str_eq_cz(kit_text_at(&k, 0)->parts.items[0].text, "C"));
	assert_false(kit_has(k.out.art, "<text"));
	kit_close(&k);
}

static void headings(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text font-size=\"30\">{{recipient.name}}</text><text font-size=\"9\">small</text>"
		"<g transform=\"scale(3)\"><text font-size=\"8\">{{achievement.name}}</text></g>");
	assert_int_equal(kit_text_at(&k, 0)->tag, TAG_P);
	assert_int_equal(kit_text_at(&k, 2)->tag, TAG_H1);
	kit_close(&k);
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text font-size=\"30\">big</text><text data-tag=\"h1\" "
		"font-size=\"9\">small</text>");
	assert_int_equal(kit_text_at(&k, 0)->tag, TAG_P);
	assert_int_equal(kit_text_at(&k, 1)->tag, TAG_H1);
	kit_close(&k);
}

static void stacking(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<rect width=\"500\" height=\"300\" fill=\"white\"/><text x=\"50\" "
		"y=\"50\">under</text>"
		"<rect x=\"40\" y=\"30\" width=\"50\" height=\"50\" fill=\"red\"/><rect "
		"width=\"500\" height=\"300\" fill=\"none\" stroke=\"red\"/>"
		"<text x=\"300\" y=\"50\">free</text>");
	assert_int_equal(kit_text_at(&k, 0)->layer, 0);
	assert_int_equal(kit_text_at(&k, 0)->order, 1);
	assert_int_equal(kit_text_at(&k, 1)->layer, 0);
	assert_int_equal(kit_text_at(&k, 1)->order, 3);
	assert_int_equal(k.out.design.layers.count, 2);
	kit_close(&k);
}

/* Document n of the artwork. */
static struct bytes art_of(const struct kit *k, uint32_t n)
{
	const struct design *d = &k->out.design;
	struct bytes rest = k->out.art;

	for (uint32_t i = 0; i < n; i++) {
		rest.p += d->layers.items[i].art_len;
		rest.n -= (size_t)d->layers.items[i].art_len;
	}
	return (struct bytes){rest.p, (size_t)d->layers.items[n].art_len};
}

static void layers_of_artwork(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<defs><linearGradient id=\"g\"><stop/></linearGradient></defs>"
		"<g transform=\"translate(10 0)\" opacity=\"0.5\"><rect id=\"a\" width=\"400\" "
		"height=\"300\"/>"
		"<text x=\"50\" y=\"50\">{{name}}</text>"
		"<rect id=\"b\" x=\"40\" y=\"30\" width=\"50\" height=\"50\"/></g>"
		"<text x=\"40\" y=\"60\">{{more}}</text>"
		"<use href=\"#b\" x=\"5\"/><rect id=\"c\" x=\"450\" y=\"250\" width=\"9\" "
		"height=\"9\"/>");
	assert_int_equal(k.out.design.layers.count, 3);
	assert_int_equal(kit_text_at(&k, 0)->layer, 0);
	assert_int_equal(kit_text_at(&k, 1)->layer, 1);
	/* What nothing covers stays at the bottom, whatever comes before it. */
	assert_true(kit_has(art_of(&k, 0), "id=\"a\"") && kit_has(art_of(&k, 0), "id=\"c\""));
	/* Copied elsewhere: it must be there to be copied, but not to be seen. */
	for (uint32_t i = 0; i < 3; i++) {
		assert_true(kit_has(art_of(&k, i), "id=\"g\""));
		assert_true(kit_has(art_of(&k, i), "id=\"b\""));
		assert_true(kit_has(art_of(&k, i), "<defs>\n<rect id=\"b\"") == (i != 1));
		assert_true(kit_has(art_of(&k, i), "<use") == (i == 2));
		assert_true(kit_has(art_of(&k, i), "translate(10"));
	}
	assert_false(kit_has(art_of(&k, 1), "id=\"a\""));
	kit_close(&k);
}

static void stays_below_with_a_note(void **state)
{
	static const struct {
		const char *art;
		const char *note;
	} cases[] = {
		{"<rect width=\"300\" height=\"300\" style=\"mix-blend-mode:multiply\"/>",
			"blend mode"},
		{"<g><g><rect width=\"9\" height=\"9\"/><rect x=\"40\" y=\"30\" width=\"50\" "
		 "height=\"50\" style=\"mix-blend-mode:screen\"/></g></g>",
			"blend mode"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char body[400];
		struct kit k;

		text_fmt(body, sizeof body, "<text x=\"50\" y=\"50\">{{name}}</text>%s",
			cases[i].art);
		kit_open_svg(&k, "width=\"500\" height=\"300\"", body);
		assert_int_equal(k.out.design.layers.count, 0);
		assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, cases[i].note));
		kit_close(&k);
	}
}

/* Nine times over each other: the last stays below its text, and it is said. */
static void too_many_layers(void **state)
{
	struct buf body = buf_new(4096);
	struct kit k;

	(void)state;
	for (int i = 0; i < 9; i++)
		buf_put_cz(&body,
			"<text x=\"50\" y=\"50\">{{name}}</text><rect x=\"40\" y=\"30\" "
			"width=\"50\" height=\"50\"/>");
	buf_put_char(&body, '\0');
	kit_open_svg(&k, "width=\"500\" height=\"300\"", (const char *)body.p);
	assert_int_equal(k.out.design.layers.count, DESIGN_LAYERS_MAX);
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "too many times"));
	kit_close(&k);
	buf_free(&body);
}

static void gradients_become_colours(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<linearGradient id=\"a\"><stop stop-color=\"#f00\"/><stop "
		"stop-color=\"#00f\"/></linearGradient>"
		"<linearGradient id=\"b\" href=\"#a\"/><text fill=\"url(#b)\">x</text>");
	assert_int_equal(kit_style_of(&k, kit_text_at(&k, 0), 0)->fill, 0x800080ff);
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "one colour"));
	kit_close(&k);
}

static void white_space(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text>\n  a \t b\n<tspan> c</tspan>  </text><text xml:space=\"preserve\">a  "
		"b</text>"
		"<text style=\"white-space:pre\"><tspan x=\"1\" y=\"2\">c  d&#10;</tspan></text>");
	assert_true(str_eq_cz(kit_text_at(&k, 0)->parts.items[0].text, "a b c"));
	assert_true(str_eq_cz(kit_text_at(&k, 1)->parts.items[0].text, "a  b"));
	assert_true(str_eq_cz(kit_text_at(&k, 2)->parts.items[0].text, "c  d"));
	kit_close(&k);
}

static void placeholders_told(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text>{{recipent.name}}</text><text>{{a b}} {{x</text><text>see {{qr}}</text>"
		"<defs><text>{{name}}</text></defs>");
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "did you mean {{recipient.name}}?"));
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "not a placeholder"));
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "the code stands alone"));
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "cannot be filled in"));
	assert_true(str_eq_cz(k.out.unfilled,
		"line 1: {{recipent.name}}: no such placeholder; did you mean "
		"{{recipient.name}}?"));
	assert_true(str_eq_cz(kit_text_at(&k, 1)->parts.items[0].text, "{{a b}} {{x"));
	kit_close(&k);
}

/* Illustrator writes the face into the family and no weight. */
static void faces_named_by_the_family(void **state)
{
	static const struct {
		const char *family;
		uint16_t weight;
		bool italic;
	} cases[] = {
		{"'NotoSerif-Bold'", 700, false},
		{"'Poppins-SemiBoldItalic'", 600, true},
		{"MyriadPro-It", 400, true},
		{"'Arial-BoldItalicMT', Arial", 700, true},
		{"TimesNewRomanPS-BoldMT", 700, false},
		{"Roboto-Regular", 400, false},
		{"'Source-Sans'", 400, false},
		{"Exo-2-Black", 900, false},
		{"Bold", 400, false},
		{"'Gotham-'", 400, false},
		{"'Noto Sans', 'Noto-Bold'", 400, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char text[200];
		struct kit k;

		(void)text_fmt(
			text, sizeof text, "<text font-family=\"%s\">x</text>", cases[i].family);
		kit_open_svg(&k, "width=\"500\" height=\"300\"", text);
		assert_int_equal(kit_style_of(&k, kit_text_at(&k, 0), 0)->weight, cases[i].weight);
		assert_int_equal(kit_style_of(&k, kit_text_at(&k, 0), 0)->italic, cases[i].italic);
		kit_close(&k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_in_all_units),
		cmocka_unit_test(braces_over_several_spans),
		cmocka_unit_test(lines_of_spans),
		cmocka_unit_test(cascade_and_inheritance),
		cmocka_unit_test(outlines),
		cmocka_unit_test(boxes),
		cmocka_unit_test(codes),
		cmocka_unit_test(what_stays_artwork),
		cmocka_unit_test(what_is_simplified_is_drawn),
		cmocka_unit_test(places_on_paths),
		cmocka_unit_test(what_is_hidden_is_gone),
		cmocka_unit_test(headings),
		cmocka_unit_test(stacking),
		cmocka_unit_test(layers_of_artwork),
		cmocka_unit_test(stays_below_with_a_note),
		cmocka_unit_test(too_many_layers),
		cmocka_unit_test(gradients_become_colours),
		cmocka_unit_test(faces_named_by_the_family),
		cmocka_unit_test(white_space),
		cmocka_unit_test(placeholders_told),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
