// SPDX-License-Identifier: Apache-2.0
/*
 * drawbench COMPILED COHORT [COUNT [--times]]: draws COUNT rows of the bench workload (60 by default) as the
 * render worker does, in this process, so that valgrind can count its instructions; see
 * tests/bench/instructions.mjs. COMPILED: a template out of a data directory's cache. COHORT: the
 * workload's CSV, whose cells hold no quotes. As many rows ahead of them warm up and are not counted: what
 * is kept of one recipient for the next is there, as in the middle of a batch, but not the names.
 * --times: prints milliseconds of CPU per row, by part, whose functions are linked through __wrap_ ones (ld
 * --wrap, in the Makefile).
 */
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "jobs/fonts_catalogue.h"
#include "render/draw.h"
#include "render/pack.h"
#include "render/pdf.h"
#include "render/png.h"
#include "render/qr.h"
#include "render/raster.h"
#include "render/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROWS_MAX 1000
#define ROWS_PER_MESSAGE 8
#define COLUMNS 6
#define BADGE_LEN 4800
#define SIGNATURE_LEN 1900

struct bench {
	struct arena *job; /* rows and fonts */
	struct arena *a; /* one message */
	struct draw d;
	struct wire_render_open open;
	struct bytes files[DRAW_FONTS_MAX];
	struct wire_draw_row rows[ROWS_MAX];
	uint32_t count;
	struct hash_stream drawn; /* of all bytes, to see whether they changed */
};

static void must(enum rc rc, const struct err *err)
{
	if (rc == RC_OK)
		return;
	(void)fprintf(stderr, "drawbench: %s\n", err->text);
	exit(1);
}

static struct bytes map(const char *path)
{
	struct bytes out = {NULL, 0};
	struct err err = {0};
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	must(file_map(fd, path, DRAW_BLOB_MAX, &out, &err), &err);
	return out;
}

/* Fonts are the template's own, in its order; hashes are checked by draw_open(). */
static void find_fonts(struct bench *b, const struct compiled *c)
{
	b->open.fonts.count = c->fonts.count;
	b->open.fonts.items = arena_zalloc(b->job, c->fonts.count, sizeof(*b->open.fonts.items));
	for (uint32_t i = 0; i < c->fonts.count; i++) {
		struct wire_font *f = &b->open.fonts.items[i];
		size_t k = 0;

		while (k < fonts_catalogue_count
			&& !str_eq(c->fonts.items[i].key, str_of(fonts_catalogue[k].key)))
			k++;
		CHECK(k < fonts_catalogue_count);
		f->key = c->fonts.items[i].key;
		f->family = str_of(fonts_catalogue[k].family);
		f->weight = fonts_catalogue[k].weight;
		f->italic = fonts_catalogue[k].italic;
		f->face_index = fonts_catalogue[k].face_index;
		memcpy(f->sha256, c->fonts.items[i].sha256, sizeof(f->sha256));
		if (i > 0 && memcmp(f->sha256, f[-1].sha256, sizeof(f->sha256)) == 0)
			b->files[i] = b->files[i - 1];
		else
			b->files[i] = map(fonts_catalogue[k].path);
	}
}

/* Text as hard to compress as signatures in base64, the same on every machine. */
static struct bytes filler(struct arena *a, uint32_t seed, size_t n)
{
	static const char set[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t *p = arena_alloc(a, n);
	uint64_t x = seed;

	for (size_t i = 0; i < n; i++) {
		x = x * 6364136223846793005U + 1442695040888963407U;
		p[i] = (uint8_t)set[x >> 58];
	}
	return (struct bytes){p, n};
}

static void read_row(struct bench *b, uint32_t n, const struct str cells[COLUMNS])
{
	struct wire_draw_row *r = &b->rows[n];
	const struct wire_value values[] = {{STR("recipient.name"), cells[1]},
		{STR("achievement.name"), STR("Applied Statistics and Data Analysis")},
		{STR("field.honors"), cells[5]}, {STR("issued_on"), cells[4]},
		{STR("issuer.name"), STR("Demonstration University")}};

	*r = (struct wire_draw_row){.row = n,
		.outputs = OUTPUT_PDF | OUTPUT_PNG | OUTPUT_PASS,
		.lang = cells[3],
		.issued_s = 1781222400,
		.badge = filler(b->job, n, BADGE_LEN),
		.pass_json = filler(b->job, n, 1200),
		.pass_manifest = filler(b->job, n, 400),
		.pass_signature = filler(b->job, n, SIGNATURE_LEN)};
	r->title = str_fmt(b->job, "Applied Statistics - " STR_FMT, STR_ARG(cells[1]));
	r->credential_id = str_fmt(b->job, "urn:uuid:00000000-0000-4000-8000-%012u", n);
	r->verify_link = str_fmt(b->job,
		"https://demo.invalid/verify/01M80DG5MXK5WMJ93YHQM%05uAB1CD2EF3GH4JK5MN6PQ7RS8TV9"
		"WX0YZ12",
		n);
	r->verify_url = str_fmt(b->job,
		"HTTPS://DEMO.INVALID/VERIFY/01M80DG5MXK5WMJ93YHQM%05uAB1CD2EF3GH4JK5MN6PQ7RS8TV9"
		"WX0YZ12",
		n);
	r->values.items = arena_dup(b->job, values, sizeof(values));
	r->values.count = ARRAY_COUNT(values);
}

static struct str cut(struct str *rest, char at)
{
	size_t end = str_find(*rest, at, 0);
	struct str first = str_slice(*rest, 0, end);

	*rest = end < rest->n ? str_slice(*rest, end + 1, rest->n) : (struct str){NULL, 0};
	return first;
}

static void read_cohort(struct bench *b, struct bytes csv, uint32_t wanted)
{
	struct str rest = {(const char *)csv.p, csv.n};
	bool head = true;

	while (rest.n > 0 && b->count < wanted) {
		struct str line = cut(&rest, '\n');
		struct str cells[COLUMNS];

		for (size_t i = 0; i < COLUMNS; i++)
			cells[i] = cut(&line, ',');
		if (!head)
			read_row(b, b->count++, cells);
		head = false;
	}
}

/* Whether parts are timed; else the clock's own instructions would be counted, and times would have the hash's. */
static bool timed;

/* Outside it nothing is counted, so its name is known to tests/bench/instructions.mjs. */
__attribute__((noinline)) void drawbench_counted(struct bench *b);
__attribute__((noinline)) void drawbench_pass(struct bench *b, uint32_t from, uint32_t to);

void drawbench_pass(struct bench *b, uint32_t from, uint32_t to)
{
	struct err err = {0};

	for (uint32_t i = from; i < to; i += ROWS_PER_MESSAGE) {
		struct wire_draw request = {.rewind = true};
		struct wire_drawn drawn;

		request.rows.items = &b->rows[i];
		request.rows.count = to - i < ROWS_PER_MESSAGE ? to - i : ROWS_PER_MESSAGE;
		arena_reset(b->a);
		must(draw_rows(&b->d, &request, b->a, &drawn, &err), &err);
		if (!timed)
			hash_add(&b->drawn, buf_bytes(&b->d.results));
		for (uint32_t k = 0; k < drawn.rows.count; k++) {
			if (drawn.rows.items[k].ok)
				continue;
			(void)fprintf(stderr, "drawbench: row %u: " STR_FMT "\n", i + k,
				STR_ARG(drawn.rows.items[k].message));
			exit(1);
		}
	}
}

void drawbench_counted(struct bench *b)
{
	drawbench_pass(b, b->count / 2, b->count);
	__asm__ volatile("" ::: "memory"); /* no tail call */
}

enum part { PART_LAYOUT, PART_QR, PART_PDF, PART_DRAWING, PART_PNG, PART_PASS, PART_COUNT };

static const char *const part_names[PART_COUNT] = {
	"layout", "QR code", "PDF", "drawing", "PNG", "pass"};
static uint64_t part_ns[PART_COUNT];

static uint64_t cpu_ns(void)
{
	struct timespec t = {0};

	if (timed)
		CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ld's names for render's own function and for the one that is called in its place. */
#define TIMED(part, type, name, parameters, arguments) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters \
	{ \
		uint64_t began = cpu_ns(); \
		type answer = __real_##name arguments; \
\
		part_ns[part] += cpu_ns() - began; \
		return answer; \
	}
#define TIMED_VOID(part, name, parameters, arguments) \
	void __real_##name parameters; \
	void __wrap_##name parameters; \
	void __wrap_##name parameters \
	{ \
		uint64_t began = cpu_ns(); \
\
		__real_##name arguments; \
		part_ns[part] += cpu_ns() - began; \
	}

TIMED(PART_LAYOUT, enum rc, text_lay_out,
	(struct text_engine * e, const struct compiled *c, const struct design_text *t,
		const struct text_values *values, struct arena *a, struct text_block *out,
		struct text_problem *problem, struct err *err),
	(e, c, t, values, a, out, problem, err))
TIMED(PART_QR, enum rc, qr_encode,
	(struct str text, struct arena *a, const uint8_t **modules, uint32_t *side,
		struct err *err),
	(text, a, modules, side, err))
TIMED(PART_PDF, enum rc, pdf_write,
	(struct pdf_writer * w, const struct pdf_document *d, struct buf *result,
		uint64_t result_offset, struct arena *a, struct wire_artifact *out,
		struct err *err),
	(w, d, result, result_offset, a, out, err))
TIMED_VOID(PART_DRAWING, raster_draw,
	(struct raster * r, struct raster_cache *cache, const struct text_block *block,
		struct raster_rect *dirty),
	(r, cache, block, dirty))
TIMED_VOID(PART_DRAWING, raster_qr,
	(struct raster * r, const struct design_qr *qr, const uint8_t *modules, uint32_t side,
		struct raster_rect *dirty),
	(r, qr, modules, side, dirty))
TIMED(PART_PNG, enum rc, png_write,
	(struct png_writer * w, const struct raster *r, struct bytes badge, struct buf *result,
		uint64_t result_offset, struct arena *a, struct wire_artifact *out,
		struct err *err),
	(w, r, badge, result, result_offset, a, out, err))
TIMED(PART_PASS, enum rc, pack_write,
	(const struct pack_pass *p, struct buf *result, uint64_t result_offset, struct arena *a,
		struct wire_artifact *out, struct err *err),
	(p, result, result_offset, a, out, err))

static void print_times(uint32_t rows, uint64_t ns)
{
	double each = 1e6 * rows;

	(void)printf("%-22s%10.2f\n", "drawn, all of it", (double)ns / each);
	for (size_t i = 0; i < PART_COUNT; i++)
		(void)printf("  %-20s%10.2f\n", part_names[i], (double)part_ns[i] / each);
}

int main(int argc, char **argv)
{
	static struct bench b;
	struct compiled compiled;
	struct draw_input in = {.open = &b.open, .files = b.files, .own_result_fd = -1};
	struct err err = {0};
	uint8_t sha256[HASH_SHA256_LEN];
	char hex[2 * HASH_SHA256_LEN + 1];
	long wanted = argc > 3 ? strtol(argv[3], NULL, 10) : 60;
	bool times = argc > 4 && strcmp(argv[4], "--times") == 0;
	uint64_t ns;

	mem_keep_freed((size_t)16 << 20); /* as the worker does */
	if (argc < 3 || wanted < 1 || wanted > ROWS_MAX / 2)
		return 2;
	b.job = arena_new((size_t)64 << 20);
	b.a = arena_new((size_t)384 << 20);
	b.open.issuer_name = STR("Demonstration University");
	b.open.producer = STR("certfill");
	b.open.demo = true;
	in.blob = map(argv[1]);
	must(compiled_read(in.blob, b.job, &compiled, &err), &err);
	find_fonts(&b, &compiled);
	in.file_count = b.open.fonts.count;
	read_cohort(&b, map(argv[2]), 2 * (uint32_t)wanted);
	must(draw_open(&b.d, &in, &err), &err);
	must(draw_warm_up(&b.d, b.a, &err), &err);
	hash_start(&b.drawn);
	drawbench_pass(&b, 0, b.count / 2);
	timed = times;
	ns = cpu_ns();
	drawbench_counted(&b);
	ns = cpu_ns() - ns;
	hash_finish(&b.drawn, sha256);
	text_hex((struct bytes){sha256, sizeof(sha256)}, hex);
	(void)printf("%u rows, %s\n", b.count / 2, hex);
	if (times)
		print_times(b.count / 2, ns);
	draw_close(&b.d);
	arena_free(&b.a);
	arena_free(&b.job);
	return 0;
}
