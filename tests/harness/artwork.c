// SPDX-License-Identifier: Apache-2.0
/* An artwork and its design, made by hand. Runs in: tests. */
#include "tests/harness/artwork.h"

#include "base/err.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* Forty by thirty pixels: a disc on a gradient. */
static const char jpeg_base64[] =
	"/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVt"
	"VkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
	"fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAeACgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA"
	"AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
	"M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT"
	"lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA"
	"HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh"
	"cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp"
	"anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk"
	"5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDpc01mCqWYgADJJ7UZrB8QzuZY4OPL27+nU8ipjG7sRLRXND+2"
	"LH/nv/443+FW45UmjWSNgyMMgiuLxWjokzx3ojXGyQfMMegJFayppLQy5rnSZopuaKysOw7NY2uWruy3CZYBdrAD"
	"p1OfpWvmkzTi7O5vKN1Y4/FaejWrtcCc5VEBxkfezkcVr/Zbf/n3i/74FSABQAoAAGAB2rRzujFU7PUXNFJmioKs"
	"f//Z";

static void put_defs(struct buf *b)
{
	buf_put_cz(b,
		"<defs><linearGradient id=\"g\" x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\"><stop "
		"offset=\"0\" "
		"stop-color=\"#c8a048\"/><stop offset=\".5\" stop-color=\"#fff2c0\"/><stop "
		"offset=\"1\" "
		"stop-color=\"#8a6010\"/></linearGradient><linearGradient id=\"a\"><stop "
		"offset=\"0\" "
		"stop-color=\"#204080\" stop-opacity=\".5\"/><stop offset=\"1\" "
		"stop-color=\"#8040a0\" "
		"stop-opacity=\".5\"/></linearGradient><radialGradient id=\"r\"><stop offset=\"0\" "
		"stop-color=\"#fff\"/><stop offset=\"1\" "
		"stop-color=\"#e8eef8\"/></radialGradient><clipPath "
		"id=\"c\"><circle cx=\"180\" cy=\"640\" r=\"60\"/></clipPath><filter "
		"id=\"f\"><feGaussianBlur "
		"stdDeviation=\"6\"/></filter><mask id=\"m\"><rect x=\"80\" y=\"60\" width=\"90\" "
		"height=\"50\" "
		"fill=\"url(#g)\"/></mask></defs>");
}

/* Closed waves around the page, as on a banknote. */
static void put_guilloche(struct buf *b)
{
	for (int k = 0; k < 40; k++) {
		buf_put_cz(b,
			"<polyline fill=\"none\" stroke=\"url(#a)\" stroke-width=\".6\" points=\"");
		for (int i = 0; i <= 360; i += 4) {
			double t = i * M_PI / 180;
			double radius = 300 + 40 * sin(12 * t + k * 0.2);

			buf_fmt(b, "%.2f,%.2f ", ARTWORK_WIDTH / 2 + radius * 1.4 * cos(t),
				ARTWORK_HEIGHT / 2 + radius * sin(t));
		}
		buf_put_cz(b, "\"/>");
	}
}

struct bytes artwork_svg(struct arena *a, unsigned with)
{
	struct buf b = buf_new((size_t)4 << 20);
	struct bytes out;

	buf_fmt(&b,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" "
		"xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
		"width=\"%.2f\" height=\"%.2f\">",
		ARTWORK_WIDTH, ARTWORK_HEIGHT);
	put_defs(&b);
	buf_fmt(&b, "<rect width=\"%.2f\" height=\"%.2f\" fill=\"url(#r)\"/>", ARTWORK_WIDTH,
		ARTWORK_HEIGHT);
	put_guilloche(&b);
	buf_put_cz(&b,
		"<rect x=\"20\" y=\"20\" width=\"1082\" height=\"753\" fill=\"none\" "
		"stroke=\"url(#g)\" "
		"stroke-width=\"10\"/><g clip-path=\"url(#c)\"><rect x=\"100\" y=\"560\" "
		"width=\"160\" "
		"height=\"160\" fill=\"url(#g)\"/></g><image x=\"60\" y=\"330\" width=\"120\" "
		"height=\"90\" "
		"xlink:href=\"data:image/jpeg;base64,");
	buf_put_cz(&b, jpeg_base64);
	buf_put_cz(&b, "\"/>");
	if ((with & ARTWORK_FILTER) != 0)
		buf_put_cz(&b,
			"<rect x=\"500\" y=\"50\" width=\"120\" height=\"40\" fill=\"#a33\" "
			"filter=\"url(#f)\"/><rect x=\"70\" y=\"50\" width=\"110\" height=\"70\" "
			"fill=\"#36a\" "
			"mask=\"url(#m)\"/>");
	if ((with & ARTWORK_PATH_TEXT) != 0)
		buf_put_cz(&b,
			"<path id=\"t\" fill=\"none\" d=\"M100 100h300\"/><text><textPath "
			"xlink:href=\"#t\">On a path</textPath></text><text x=\"300\" y=\"300\" "
			"font-size=\"200\">BIG</text>");
	buf_put_cz(&b, "</svg>");
	CHECK(!b.full);
	out = (struct bytes){arena_dup(a, b.p, b.n), b.n};
	buf_free(&b);
	if ((with & ARTWORK_FILTER) == 0) {
		/* The words themselves decide how large the PDF is drawn. */
		struct str s = bytes_text(out);
		size_t from = str_find_str(s, STR("<filter"));
		size_t to = str_find_str(s, STR("</defs>"));

		CHECK(from < to && to < s.n);
		memset((char *)(uintptr_t)s.p + from, ' ', to - from);
	}
	return out;
}

struct bytes artwork_jpeg(struct arena *a)
{
	struct bytes out = {NULL, 0};

	CHECK(text_from_base64(a, str_of(jpeg_base64), &out, NULL) == RC_OK);
	return out;
}

static struct design_text text_at(double y, double box_w, struct design_part *parts, uint32_t count)
{
	struct design_text t = {.matrix = {1, 0, 0, 1, 0, 0},
		.x = ARTWORK_WIDTH / 2,
		.y = y,
		.box_w = box_w,
		.anchor = ANCHOR_MIDDLE,
		.shrink = true,
		.min_scale = 0.5,
		.max_lines = 1,
		.line_height = 1.2};

	t.line = (uint32_t)y;
	t.parts.items = parts;
	t.parts.count = count;
	return t;
}

void artwork_design(struct arena *a, struct design *out)
{
	struct design_style *styles = arena_zalloc(a, 3, sizeof *styles);
	struct design_part *parts = arena_zalloc(a, 5, sizeof *parts);
	struct design_text *texts = arena_zalloc(a, ARTWORK_TEXTS, sizeof *texts);
	struct design_qr *qr = arena_zalloc(a, 1, sizeof *qr);

	styles[0] = (struct design_style){.families = STR("Noto Serif, serif"),
		.size = 44,
		.weight = 700,
		.fill = 0x0C1C3DFF};
	styles[1] = (struct design_style){.families = STR("Noto Serif, serif"),
		.size = 46,
		.weight = 400,
		.fill = 0x7A5408FF};
	styles[2] = (struct design_style){.families = STR("Noto Sans, sans-serif"),
		.size = 19,
		.weight = 400,
		.fill = 0x333333FF};
	parts[0] = (struct design_part){
		.kind = PART_LITERAL, .text = STR("Certificate of Completion"), .style = 0};
	parts[1] =
		(struct design_part){.kind = PART_FIELD, .text = STR("recipient.name"), .style = 1};
	parts[2] = (struct design_part){
		.kind = PART_LITERAL, .text = STR("has passed on "), .style = 2};
	parts[3] = (struct design_part){.kind = PART_FIELD,
		.text = STR("issue_date"),
		.filter = STR("date:long"),
		.style = 2};
	parts[4] = (struct design_part){.kind = PART_LITERAL, .text = STR("Registrar"), .style = 2};
	texts[ARTWORK_TITLE] = text_at(200, 800, &parts[0], 1);
	texts[ARTWORK_TITLE].id = STR("title");
	texts[ARTWORK_TITLE].tag = TAG_H1;
	texts[ARTWORK_NAME] = text_at(386, 800, &parts[1], 1);
	texts[ARTWORK_LINE] = text_at(450, 800, &parts[2], 2);
	texts[ARTWORK_FOOT] = text_at(690, 300, &parts[4], 1);
	*qr = (struct design_qr){.matrix = {1, 0, 0, 1, 0, 0},
		.x = 900,
		.y = 580,
		.size = 120,
		.dark = 0x000000FF,
		.light = 0xFFFFFFFF};
	*out = (struct design){.width = ARTWORK_WIDTH,
		.height = ARTWORK_HEIGHT,
		.title = STR("Certificate"),
		.lang = STR("en")};
	out->styles.items = styles;
	out->styles.count = 3;
	out->texts.items = texts;
	out->texts.count = ARTWORK_TEXTS;
	out->qrs.items = qr;
	out->qrs.count = 1;
}
