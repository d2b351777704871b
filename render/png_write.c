// SPDX-License-Identifier: Apache-2.0
/* A recipient's PNG: ready chunks for fixed rows, fresh ones for the rest. Runs in: render. */
#include "base/mem.h"
#include "render/png.h"
#include "render/png_cells.h"
#include "render/png_chunk.h"

#include <string.h>
#include <zlib.h>

/* Shorter ready chunks are copied; a picture has at most this many pieces (a DRAWN frame holds sixteen lists). */
#define SHARED_LEN_MIN 1024
#define PIECES_MAX 60

/* Things drawn on one picture that are told apart; with more, every row is looked at. */
#define MARKS_MAX 600
/* Of what is remembered of groups; those that come later are compressed whole each time. */
#define CELLS_LEN_MAX ((size_t)96 << 20)

/* Rows that go out together: a fixed band, or a group that may change. */
struct row_run {
	uint32_t row;
	uint32_t count;
	const struct compiled_band *ready; /* as in the base; NULL: not at hand */
	bool fixed;
	uint32_t code; /* of a group: which of the codes */
	struct png_cells *cells; /* NULL until a picture has something of its own there */
};

struct png_writer {
	const struct compiled *c;
	struct bytes blob;
	const uint8_t *base;
	struct buf head; /* signature to pHYs, the same for everyone */
	struct row_run *runs;
	size_t run_count;
	struct png_grid grid;
	const uint8_t *lengths; /* of codes, PNG_CODE_SYMBOLS bytes each */
	uint32_t code_count;
	struct png_code **codes; /* NULL where not used yet */
	struct png_cells *passing; /* of groups that are not remembered */
	size_t cells_len;
	struct raster_rect marks[MARKS_MAX];
	size_t mark_count;
	bool marks_lost; /* more came than there is room for */
};

/* Changing rows [row, end) by groups. *spare: next of the list that was not passed yet. */
static void add_groups(struct png_writer *w, uint32_t row, uint32_t end, uint32_t *spare)
{
	const struct compiled *c = w->c;

	while (row < end) {
		uint32_t count = end - row < PNG_BAND_ROWS ? end - row : PNG_BAND_ROWS;
		struct row_run run = {.row = row, .count = count};

		while (*spare < c->spares.count && c->spares.items[*spare].row < row)
			++*spare;
		if (*spare < c->spares.count && c->spares.items[*spare].row == row
			&& c->spares.items[*spare].count == count)
			run.ready = &c->spares.items[*spare];
		w->runs[w->run_count++] = run;
		row += count;
	}
}

static void find_runs(struct png_writer *w)
{
	const struct compiled *c = w->c;
	uint32_t row = 0;
	uint32_t spare = 0;

	w->runs = mem_zalloc(
		(size_t)c->px_h / PNG_BAND_ROWS + 2 * (size_t)c->bands.count + 1, sizeof *w->runs);
	for (uint32_t i = 0; i < c->bands.count; i++) {
		const struct compiled_band *band = &c->bands.items[i];

		add_groups(w, row, band->row, &spare);
		w->runs[w->run_count++] = (struct row_run){
			.row = band->row, .count = band->count, .ready = band, .fixed = true};
		row = band->row + band->count;
	}
	add_groups(w, row, c->px_h, &spare);
}

/* A code for every changing group, in order. Where none was trained, all have an even one. */
static enum rc find_codes(struct png_writer *w, struct err *err)
{
	struct bytes table = compiled_bytes(w->blob, &w->c->codes);
	uint32_t groups = 0;

	for (size_t i = 0; i < w->run_count; i++)
		if (!w->runs[i].fixed)
			w->runs[i].code = table.n != 0 ? groups++ : 0;
	w->lengths = table.n != 0 ? table.p : png_code_even;
	w->code_count = table.n != 0 ? groups : 1;
	if (table.n != 0 && table.n != (size_t)groups * PNG_CODE_SYMBOLS)
		return err_set(err, RC_INPUT,
			"compiled template: it has codes for %zu groups of "
			"rows, not for %u",
			table.n / PNG_CODE_SYMBOLS, groups);
	for (uint32_t i = 0; i < w->code_count; i++)
		if (!png_code_is_complete(w->lengths + (size_t)i * PNG_CODE_SYMBOLS))
			return err_set(err, RC_INPUT,
				"compiled template: its Huffman code %u is not complete", i);
	w->codes = mem_zalloc(w->code_count, sizeof *w->codes);
	return RC_OK;
}

enum rc png_writer_new(
	const struct compiled *c, struct bytes blob, struct png_writer **out, struct err *err)
{
	struct png_writer *w = mem_zalloc(1, sizeof *w);
	enum rc rc;

	w->c = c;
	w->blob = blob;
	w->base = compiled_bytes(blob, &c->base).p;
	w->grid = png_cells_grid(c->px_w);
	w->head = buf_new(4096);
	png_chunk_put_head(&w->head, c->px_w, c->px_h, 3, c->dpi);
	find_runs(w);
	rc = find_codes(w, err);
	if (rc != RC_OK)
		png_writer_free(&w);
	*out = w;
	return rc;
}

void png_writer_free(struct png_writer **w)
{
	if (*w == NULL)
		return;
	buf_free(&(*w)->head);
	for (size_t i = 0; i < (*w)->run_count; i++)
		png_cells_free(&(*w)->runs[i].cells);
	for (uint32_t i = 0; i < (*w)->code_count && (*w)->codes != NULL; i++)
		MEM_FREE((*w)->codes[i]);
	png_cells_free(&(*w)->passing);
	MEM_FREE((*w)->runs);
	MEM_FREE((*w)->codes);
	MEM_FREE(*w);
}

/* One picture being written. */
struct job {
	struct png_writer *w;
	const struct raster *r;
	struct buf *result;
	uint64_t result_offset;
	size_t piece_start; /* of the RESULT piece being filled */
	size_t chunk_at; /* of the IDAT chunk being filled */
	bool chunk_open;
	uint32_t adler; /* of the rows so far */
	struct wire_piece *pieces;
	uint32_t piece_count;
	struct err *err;
};

static void add_piece(struct job *j, enum piece_source source, uint64_t offset, uint64_t len)
{
	if (len == 0)
		return;
	CHECK(len <= UINT32_MAX);
	j->pieces[j->piece_count++] = (struct wire_piece){(uint8_t)source, offset, (uint32_t)len};
}

/* What was appended to result since the last piece becomes one. */
static void end_result_piece(struct job *j)
{
	add_piece(
		j, PIECE_RESULT, j->result_offset + j->piece_start, j->result->n - j->piece_start);
	j->piece_start = j->result->n;
}

static void close_chunk(struct job *j)
{
	if (j->chunk_open)
		png_chunk_close(j->result, j->chunk_at);
	j->chunk_open = false;
}

/* A ready chunk: named where that is worth a piece, else copied. */
static void put_ready(struct job *j, const struct row_run *run)
{
	const struct compiled_section *chunk = &run->ready->chunk;
	struct wire_piece *last = j->piece_count != 0 ? &j->pieces[j->piece_count - 1] : NULL;

	close_chunk(j);
	if (j->piece_start == j->result->n && last != NULL && last->source == PIECE_COMPILED
		&& last->offset + last->len == chunk->offset
		&& last->len + chunk->len <= UINT32_MAX) {
		last->len += (uint32_t)chunk->len;
	} else if (run->fixed
		|| (chunk->len >= SHARED_LEN_MIN && j->piece_count + 2 < PIECES_MAX)) {
		end_result_piece(j);
		add_piece(j, PIECE_COMPILED, chunk->offset, chunk->len);
	} else {
		buf_put_bytes(j->result, compiled_bytes(j->w->blob, chunk));
	}
	j->adler = (uint32_t)adler32_combine(
		j->adler, run->ready->adler, (z_off_t)(run->count * j->r->stride));
}

static const struct png_code *code_of(struct png_writer *w, uint32_t i)
{
	if (w->codes[i] == NULL) {
		w->codes[i] = mem_alloc(sizeof **w->codes);
		png_code_open(
			w->lengths + (size_t)i * PNG_CODE_SYMBOLS, w->grid.stride, w->codes[i]);
	}
	return w->codes[i];
}

static struct png_cells *cells_of(struct png_writer *w, struct row_run *run)
{
	/* Bits take less than pixels, with a code that suits them. */
	size_t len = 2 * png_cells_len(&w->grid);

	if (run->cells == NULL && w->cells_len + len <= CELLS_LEN_MAX) {
		run->cells = png_cells_new(&w->grid);
		w->cells_len += len;
	}
	if (run->cells != NULL)
		return run->cells;
	if (w->passing == NULL)
		w->passing = png_cells_new(&w->grid);
	png_cells_forget(w->passing);
	return w->passing;
}

/* One group of rows as a deflate run of its own. */
static enum rc put_fresh(struct job *j, struct row_run *run, const struct png_cells_rows *rows)
{
	struct png_writer *w = j->w;
	size_t room = png_cells_room(&w->grid, rows->count);
	uint32_t adler;
	uint8_t *at;

	if (!j->chunk_open)
		j->chunk_at = png_chunk_open(j->result, "IDAT");
	j->chunk_open = true;
	at = buf_grow(j->result, room);
	if (at == NULL)
		return err_set(j->err, RC_LIMIT, "the picture does not fit the result");
	j->result->n -= room;
	j->result->n +=
		png_cells_put(&w->grid, code_of(w, run->code), cells_of(w, run), rows, at, &adler);
	j->adler =
		(uint32_t)adler32_combine(j->adler, adler, (z_off_t)(rows->count * w->grid.stride));
	return RC_OK;
}

/* Columns that were drawn on, of the run's rows; all where nobody told. */
static void find_columns(
	const struct png_writer *w, const struct row_run *run, struct png_cells_rows *out)
{
	out->x0 = w->c->px_w;
	out->x1 = 0;
	for (size_t i = 0; i < w->mark_count; i++) {
		const struct raster_rect *mark = &w->marks[i];

		if (mark->y0 >= run->row + run->count || mark->y1 <= run->row)
			continue;
		out->x0 = mark->x0 < out->x0 ? mark->x0 : out->x0;
		out->x1 = mark->x1 > out->x1 ? mark->x1 : out->x1;
	}
	if (w->mark_count == 0 || w->marks_lost) {
		out->x0 = 0;
		out->x1 = w->c->px_w;
	}
}

static enum rc put_rows(struct job *j)
{
	struct png_writer *w = j->w;
	enum rc rc = RC_OK;

	/* Of no bytes at all (RFC 1950, 8.2). */
	j->adler = 1;
	for (size_t i = 0; i < w->run_count && rc == RC_OK; i++) {
		struct row_run *run = &w->runs[i];
		struct png_cells_rows rows = {.base = w->base + run->row * w->grid.stride,
			.drawn = j->r->rows + run->row * w->grid.stride,
			.count = run->count};

		find_columns(w, run, &rows);
		if (run->fixed || (run->ready != NULL && png_cells_is_base(&w->grid, &rows)))
			put_ready(j, run);
		else
			rc = put_fresh(j, run, &rows);
	}
	close_chunk(j);
	return rc;
}

void png_mark(struct png_writer *w, const struct raster_rect *box)
{
	if (box->x0 >= box->x1 || box->y0 >= box->y1)
		return;
	if (w->mark_count == MARKS_MAX)
		w->marks_lost = true;
	else
		w->marks[w->mark_count++] = *box;
}

void png_forget(struct png_writer *w)
{
	for (size_t i = 0; i < w->run_count; i++)
		if (w->runs[i].cells != NULL)
			png_cells_forget(w->runs[i].cells);
}

static void put_badge(struct buf *result, struct bytes badge)
{
	/* Keyword, compression flag and method, empty language tag and translated keyword. */
	static const char head[] = "openbadgecredential\0\0\0\0";
	size_t at = png_chunk_open(result, "iTXt");

	buf_put(result, head, sizeof head);
	buf_put_bytes(result, badge);
	png_chunk_close(result, at);
}

static void put_end(struct buf *result, uint32_t adler)
{
	/* An empty stored block that is the last one, and the checksum, big-endian. */
	const uint8_t tail[] = {1, 0, 0, 0xff, 0xff, (uint8_t)(adler >> 24), (uint8_t)(adler >> 16),
		(uint8_t)(adler >> 8), (uint8_t)adler};

	png_chunk_put(result, "IDAT", (struct bytes){tail, sizeof tail});
	png_chunk_put(result, "IEND", (struct bytes){NULL, 0});
}

static enum rc write_picture(
	struct job *j, struct bytes badge, struct arena *a, struct wire_artifact *out)
{
	struct buf *result = j->result;
	enum rc rc;

	if (badge.n != 0 && memchr(badge.p, 0, badge.n) != NULL)
		return err_set(j->err, RC_INPUT, "the credential to bake holds a NUL byte");
	/* Between two ready pieces lies at most one of results. */
	j->pieces = arena_zalloc(
		a, PIECES_MAX + 2 * (size_t)j->w->c->bands.count + 2, sizeof *j->pieces);
	buf_put_bytes(result, buf_bytes(&j->w->head));
	if (badge.n != 0)
		put_badge(result, badge);
	png_chunk_put(result, "IDAT", bytes_of(STR(PNG_ZLIB_HEAD)));
	rc = put_rows(j);
	if (rc != RC_OK)
		return rc;
	put_end(result, j->adler);
	if (result->full)
		return err_set(j->err, RC_LIMIT, "the picture does not fit the result");
	end_result_piece(j);
	*out = (struct wire_artifact){.kind = ARTIFACT_PNG};
	out->pieces.items = j->pieces;
	out->pieces.count = j->piece_count;
	return RC_OK;
}

/* NOLINTNEXTLINE(readability-function-size): tests/tools/sizes_allow.txt says why. */
enum rc png_write(struct png_writer *w, const struct raster *r, struct bytes badge,
	struct buf *result, uint64_t result_offset, struct arena *a, struct wire_artifact *out,
	struct err *err)
{
	struct job j = {.w = w,
		.r = r,
		.result = result,
		.result_offset = result_offset,
		.piece_start = result->n,
		.err = err};
	enum rc rc;

	CHECK(r->width == w->c->px_w && r->height == w->c->px_h
		&& r->stride == 1 + 3 * (size_t)r->width);
	rc = write_picture(&j, badge, a, out);
	w->mark_count = 0;
	w->marks_lost = false;
	return rc;
}
