// SPDX-License-Identifier: Apache-2.0
/*
 * Drawing recipients: one compiled template and its fonts, held as memory, and every row laid out
 * once for all its files. Everything here runs under lockdown except draw_open() and draw_warm_up().
 */
#ifndef RENDER_DRAW_H
#define RENDER_DRAW_H

#include "ipc/wire_render.h"
#include "render/draw_page.h"
#include "render/pdf.h"
#include "render/png.h"
#include "render/raster.h"
#include "render/text_memory.h"

#define DRAW_FONTS_MAX 80
#define DRAW_FONT_FILE_MAX ((size_t)64 << 20)
#define DRAW_BLOB_MAX ((size_t)256 << 20)
/* Results that may wait in the descriptor; a chunk is 12 MiB, its last row may go over (ADR 0004). */
#define DRAW_RESULT_MAX ((size_t)24 << 20)

/* All a job's drawing needs. Plain, so that the worker can hold it in static memory; starts as zeros. */
struct draw {
	struct arena *job; /* lives as long as the worker */
	struct bytes blob;
	struct compiled compiled; /* with the DEMO style at the end of its styles */
	struct wire_render_open open;
	struct bytes font_files[DRAW_FONTS_MAX];
	struct text_engine *engine;
	struct text_memory *texts;
	struct raster_cache *cache;
	struct png_writer *png;
	struct pdf_writer *pdf;
	struct draw_page *page; /* the picture being drawn, or the one before */
	struct design_text demo_text;
	struct text_block *static_blocks; /* by text; source NULL where the text is variable */
	struct text_block demo_block; /* source NULL: no marking */
	struct text_problem static_problem; /* a text that can never be drawn; message.n 0: none */
	struct buf results;
	int result_fd;
	uint64_t result_at; /* where results of the next message go */
};

/* files: fonts in the order of open->fonts. Mappings stay where they are as long as the worker lives. */
struct draw_input {
	const struct wire_render_open *open;
	struct bytes blob; /* the compiled template */
	const struct bytes *files;
	size_t file_count;
	int own_result_fd;
};

/* Takes a job in. Everything is checked against the template's list of fonts; INPUT says what does not fit. */
enum rc draw_open(struct draw *d, const struct draw_input *in, struct err *err) MUST_CHECK;
void draw_close(struct draw *d);

/* Draws a made-up recipient in several scripts, so that libraries do their first-time work before lockdown. */
enum rc draw_warm_up(struct draw *d, struct arena *a, struct err *err) MUST_CHECK;

/* Lays a row out. Never fails: what is wrong stands in *out, which lives in a. */
void draw_measure(struct draw *d, const struct wire_measure_row *row, struct arena *a,
	struct wire_measured_row *out);

/*
 * Draws rows and writes their results to the descriptor. A row that cannot be drawn is not ok, alone.
 * An error concerns the whole message: LIMIT when results do not fit until they are taken and rewound.
 */
enum rc draw_rows(struct draw *d, const struct wire_draw *request, struct arena *a,
	struct wire_drawn *out, struct err *err) MUST_CHECK;

#endif
