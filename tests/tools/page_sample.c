// SPDX-License-Identifier: Apache-2.0
/*
 * page_sample PREFIX [DPI [SHIFT [COUNT [OUTPUTS]]]]: draws the tests' page to PREFIX.pdf, .png and .pkpass, for
 * tests that look from outside. SHIFT moves the recipient's name by so many pixels in the PDF alone.
 * COUNT: draws it so often, and says what one took. OUTPUTS: sum of enum output_kind, all by default.
 */
#include "base/clock.h"
#include "base/file.h"
#include "render/draw.h"
#include "tests/harness/page.h"

#include <stdio.h>
#include <stdlib.h>

static const char BADGE[] =
	"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"type\":"
	"\"VerifiableCredential\",\"id\":\"urn:uuid:5c6d7e9a-10d0-4d5b-8a3e-6e0b4a6f0b01\"}";

static struct wire_draw_row row_of(const struct page *p)
{
	struct bytes text = {(const uint8_t *)BADGE, sizeof(BADGE) - 1};
	struct wire_draw_row row = {.row = 1,
		.lang = STR("en"),
		.title = STR("Café <&> Certificate - María"),
		.credential_id = STR("urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8"),
		.verify_url = STR("HTTPS://V.EXAMPLE.EDU/VERIFY/"
				  "01HZX3Q5T7W9Y1A3C5E7G9J1K3M5N7P9R1T3V5X7Z9B1D3F5H7K9M1"),
		.verify_link = STR("https://v.example.edu/verify/01H"),
		.issued_s = 1782777601,
		.badge = text,
		.pass_json = text,
		.pass_manifest = text,
		.pass_signature = text};

	row.outputs = OUTPUT_PDF | OUTPUT_PNG | OUTPUT_PASS;
	row.values.items = p->values;
	row.values.count = p->value_count;
	return row;
}

static void save(const struct page *p, const char *prefix, const struct wire_artifact *artifact,
	struct bytes result)
{
	static const char *const suffix[] = {
		[ARTIFACT_PDF] = "pdf", [ARTIFACT_PNG] = "png", [ARTIFACT_PASS] = "pkpass"};
	struct bytes whole = page_join(p, artifact, result, 0, p->a);
	struct str path = str_fmt(p->a, "%s.%s", prefix, suffix[artifact->kind]);
	FILE *f = fopen(path.p, "wbe");

	if (f == NULL || fwrite(whole.p, 1, whole.n, f) != whole.n || fclose(f) != 0) {
		perror(path.p);
		exit(1);
	}
}

static void die_unless(enum rc rc, const struct err *err)
{
	if (rc == RC_OK)
		return;
	(void)fprintf(stderr, "page_sample: %s\n", err->text);
	exit(1);
}

int main(int argc, char **argv)
{
	static struct draw d;
	struct wire_render_open open = {.issuer_name = STR("Example University"),
		.producer = STR("certfill 0.1"),
		.demo = getenv("PAGE_DEMO") != NULL};
	struct page p = page_new((uint16_t)(argc > 2 ? strtol(argv[2], NULL, 10) : 96));
	struct arena *a = arena_new((size_t)256 << 20);
	struct wire_draw_row row = row_of(&p);
	struct wire_draw request = {.rewind = true};
	struct wire_drawn drawn;
	struct err err = {0};
	long count = argc > 4 ? strtol(argv[4], NULL, 10) : 1;
	struct draw_input in = {
		.open = &open, .blob = p.blob, .files = p.files, .file_count = p.font_count};
	int64_t start;

	if (argc < 2)
		return 2;
	open.fonts.items = p.fonts;
	open.fonts.count = p.font_count;
	die_unless(file_memory("results", &in.own_result_fd, &err), &err);
	die_unless(draw_open(&d, &in, &err), &err);
	if (argc > 3)
		d.compiled.design.texts.items[1].x += strtod(argv[3], NULL);
	request.rows.items = &row;
	request.rows.count = 1;
	if (argc > 5)
		row.outputs = (uint32_t)strtoul(argv[5], NULL, 10);
	start = clock_cpu_us();
	for (long i = 0; i < count; i++) {
		arena_reset(a);
		die_unless(draw_rows(&d, &request, a, &drawn, &err), &err);
	}
	if (count > 1)
		(void)printf("%.0f us of CPU for its files\n",
			(double)(clock_cpu_us() - start) / (double)count);
	if (!drawn.rows.items[0].ok) {
		(void)fprintf(
			stderr, "page_sample: " STR_FMT "\n", STR_ARG(drawn.rows.items[0].message));
		return 1;
	}
	for (uint32_t i = 0; i < drawn.rows.items[0].artifacts.count; i++)
		save(&p, argv[1], &drawn.rows.items[0].artifacts.items[i], buf_bytes(&d.results));
	draw_close(&d);
	arena_free(&a);
	page_free(&p);
	return 0;
}
