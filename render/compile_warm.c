// SPDX-License-Identifier: Apache-2.0
/* What libraries do once per process, done before confinement. Runs in: compile. */
#include "base/mem.h"
#include "render/compile.h"
#include "render/compile_art.h"
#include "render/compile_lift.h"

#include <unicode/ubrk.h>
#include <unicode/uloc.h>

#define WARM_SIDE 16
#define WARM_ROOM ((size_t)16 << 20)

/* Two by two pixels each: gdk-pixbuf reads its list of loaders for the first one. */
#define WARM_JPEG \
	"/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERX" \
	"RTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj" \
	"Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAACAAIDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA" \
	"AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk" \
	"M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT" \
	"lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA" \
	"HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh" \
	"cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp" \
	"anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk" \
	"5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwC7RRRXUcx//9k="
#define WARM_PNG \
	"iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAA3NCSVQICAjb4U/gAAAAFklEQVQImWNsWHCAgYGB" \
	"iYGBgYGBAQAWagHko5th5wAAAABJRU5ErkJggg=="

/* No filter and no text: they start threads, which must not be there when confinement begins. */
static const char warm_svg[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
	"width=\"16\" "
	"height=\"16\"><defs><linearGradient id=\"g\"><stop offset=\"0\" "
	"stop-color=\"#fff\"/><stop offset=\"1\" "
	"stop-color=\"red\" stop-opacity=\".5\"/></linearGradient><mask id=\"m\"><circle r=\"8\" "
	"fill=\"#fff\"/></mask><clipPath id=\"c\"><path d=\"M0 0H9V9z\"/></clipPath><pattern "
	"id=\"p\" width=\"2\" "
	"height=\"2\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0h1v1z\"/></pattern></defs>"
	"<style>path{stroke:blue}</style><rect width=\"16\" height=\"16\" fill=\"url(#g)\" "
	"mask=\"url(#m)\"/>"
	"<path d=\"M1 1C2 3 4 5 6 1\" clip-path=\"url(#c)\" opacity=\".5\"/><rect width=\"9\" "
	"height=\"9\" "
	"fill=\"url(#p)\"/><image width=\"2\" height=\"2\" "
	"xlink:href=\"data:image/jpeg;base64," WARM_JPEG "\"/><image width=\"2\" height=\"2\" "
	"xlink:href=\"data:image/png;base64," WARM_PNG "\"/></svg>";

static enum rc draw_and_lift(struct compile_art *art, struct arena *a, struct err *err)
{
	static uint8_t rows[(size_t)WARM_SIDE * (1 + 3 * WARM_SIDE)];
	struct raster r = {rows, 1 + 3 * WARM_SIDE, WARM_SIDE, WARM_SIDE, 1};
	struct buf pdf = buf_new(WARM_ROOM);
	struct buf sections = buf_new(WARM_ROOM);
	struct compiled c = {.tier = 1};
	enum rc rc = compile_art_draw(art, &r, err);

	if (rc == RC_OK)
		rc = compile_art_pdf(art, 1, &pdf, err);
	if (rc == RC_OK) {
		struct compile_lift_input in = {buf_bytes(&pdf),
			{(const uint8_t *)warm_svg, sizeof warm_svg - 1},
			WARM_SIDE * COMPILE_ART_PT_PER_PX, WARM_SIDE * COMPILE_ART_PT_PER_PX, 1};

		rc = compile_lift_run(a, &in, &sections, &c, err);
	}
	buf_free(&pdf);
	buf_free(&sections);
	return rc;
}

/* ICU maps its data and reads its list of locales at the first use. */
static void warm_icu(void)
{
	UErrorCode status = U_ZERO_ERROR;
	UBreakIterator *lines = ubrk_open(UBRK_LINE, "en", NULL, 0, &status);

	if (U_SUCCESS(status))
		ubrk_close(lines);
	(void)uloc_countAvailable();
}

enum rc compile_warm_up(struct err *err)
{
	struct compile_notes *notes = mem_zalloc(1, sizeof *notes);
	struct arena *a = arena_new(WARM_ROOM);
	struct compile_art *art = NULL;
	enum rc rc;

	notes->a = a;
	rc = compile_art_open((struct bytes){(const uint8_t *)warm_svg, sizeof warm_svg - 1},
		WARM_SIDE, WARM_SIDE, notes, &art, err);
	if (rc == RC_OK)
		rc = draw_and_lift(art, a, err);
	compile_art_free(&art);
	arena_free(&a);
	MEM_FREE(notes);
	warm_icu();
	return rc == RC_OK
		? RC_OK
		: err_set(err, RC_SYSTEM, "librsvg cannot draw even a small picture here");
}
