// SPDX-License-Identifier: Apache-2.0
/* Fixed rows of the picture to ready IDAT chunks, once per template. Runs in: compile. */
#include "base/mem.h"
#include "render/png.h"
#include "render/png_chunk.h"
#include "render/png_filter.h"
#include "render/squeeze.h"

#include <isa-l/igzip_lib.h>

#define PIECE_ROWS_MIN ((uint32_t)64)
/* Fixed runs, and pieces they are cut into: sixteen rows' lists of pieces must fit one DRAWN frame. */
#define RUNS_MAX 40
#define PIECES_MAX 80

struct packer {
	struct arena *a;
	const struct raster *base;
	uint8_t *groups; /* per group of PNG_BAND_ROWS rows: 1 = fixed */
	uint32_t group_count;
	struct buf *sections;
	struct compiled *out;
	struct err *err;
};

/* First group at or after from that is not of the kind; group_count when there is none. */
static uint32_t run_end(const struct packer *p, uint32_t from)
{
	uint32_t g = from;

	while (g < p->group_count && p->groups[g] == p->groups[from])
		g++;
	return g;
}

static uint32_t count_fixed_runs(const struct packer *p)
{
	uint32_t count = 0;

	for (uint32_t g = 0; g < p->group_count; g = run_end(p, g))
		count += p->groups[g];
	return count;
}

/* Many thin fixed runs cost more as pieces than they save: the thinnest become changing rows. */
static void drop_thin_runs(struct packer *p)
{
	for (uint32_t least = 2; count_fixed_runs(p) > RUNS_MAX; least *= 2) {
		for (uint32_t g = 0; g < p->group_count;) {
			uint32_t end = run_end(p, g);

			if (p->groups[g] == 1 && end - g < least) {
				for (uint32_t k = g; k < end; k++)
					p->groups[k] = 0;
			}
			g = end;
		}
	}
}

/* Rows [row, row + count) filtered into out. The first row refers to nothing above the piece. */
static void filter_piece(const struct raster *base, uint32_t row, uint32_t count,
	enum png_filter filter, uint8_t *out)
{
	for (uint32_t y = row; y < row + count; y++) {
		const uint8_t *at = base->rows + y * base->stride + 1;
		enum png_filter f = y == row && filter >= PNG_ROW_UP ? PNG_ROW_SUB : filter;

		png_filter_row(
			f, at, y == row ? NULL : at - base->stride, base->stride - 1, 3, out);
		out += base->stride;
	}
}

/* The filter that makes the piece smallest, by trial. raw: room for the piece. */
static enum png_filter choose_filter(
	const struct packer *p, uint32_t row, uint32_t count, uint8_t *raw)
{
	bool hard = p->out->tier != 0;
	int last = hard ? PNG_ROW_PAETH : PNG_ROW_UP;
	enum png_filter best = PNG_ROW_NONE;
	size_t best_len = SIZE_MAX;

	for (int f = PNG_ROW_NONE; f <= last; f++) {
		size_t len;

		filter_piece(p->base, row, count, (enum png_filter)f, raw);
		len = squeeze_try((struct bytes){raw, count * p->base->stride}, hard ? 9 : 1);
		if (len < best_len) {
			best_len = len;
			best = (enum png_filter)f;
		}
	}
	return best;
}

/* Appends the rows as an IDAT chunk; *adler is of the filtered rows. */
static enum rc put_chunk(
	struct packer *p, uint32_t row, uint32_t count, struct buf *out, uint32_t *adler)
{
	size_t raw_len = count * p->base->stride;
	uint8_t *raw = mem_alloc(raw_len);
	size_t at = png_chunk_open(out, "IDAT");
	enum rc rc;

	filter_piece(p->base, row, count, choose_filter(p, row, count, raw), raw);
	rc = squeeze_open_run(
		(struct bytes){raw, raw_len}, squeeze_level(p->out->tier), out, p->err);
	png_chunk_close(out, at);
	*adler = isal_adler32(1, raw, raw_len);
	MEM_FREE(raw);
	return rc;
}

static enum rc check_room(struct packer *p)
{
	if (p->sections->full)
		return err_set(p->err, RC_LIMIT,
			"the picture's ready rows do not fit the compiled template");
	return RC_OK;
}

static enum rc pack_piece(struct packer *p, uint32_t row, uint32_t count)
{
	struct buf chunk = buf_new(SIZE_MAX / 2);
	struct compiled_band band = {.row = row, .count = count};
	enum rc rc = put_chunk(p, row, count, &chunk, &band.adler);

	if (rc == RC_OK) {
		band.chunk = compiled_put(p->sections, buf_bytes(&chunk));
		p->out->bands.items[p->out->bands.count++] = band;
		rc = check_room(p);
	}
	buf_free(&chunk);
	return rc;
}

/* Changing groups as they are in the base, one after the other, so that neighbours make one piece. */
static enum rc pack_spares(struct packer *p)
{
	struct buf chunks = buf_new(SIZE_MAX / 2);
	struct compiled_section whole;
	enum rc rc = RC_OK;

	p->out->spares.items = arena_zalloc(p->a, p->group_count, sizeof *p->out->spares.items);
	p->out->spares.count = 0;
	for (uint32_t g = 0; g < p->group_count && rc == RC_OK; g++) {
		uint32_t row = g * PNG_BAND_ROWS;
		uint32_t left = p->base->height - row;
		struct compiled_band spare = {
			.row = row, .count = left < PNG_BAND_ROWS ? left : PNG_BAND_ROWS};

		if (p->groups[g] == 1)
			continue;
		spare.chunk.offset = chunks.n;
		rc = put_chunk(p, row, spare.count, &chunks, &spare.adler);
		spare.chunk.len = chunks.n - spare.chunk.offset;
		p->out->spares.items[p->out->spares.count++] = spare;
	}
	whole = compiled_put(p->sections, buf_bytes(&chunks));
	for (uint32_t i = 0; i < p->out->spares.count; i++)
		p->out->spares.items[i].chunk.offset += whole.offset;
	buf_free(&chunks);
	return rc == RC_OK ? check_room(p) : rc;
}

static enum rc pack_run(struct packer *p, uint32_t first, uint32_t end)
{
	uint32_t row = first * PNG_BAND_ROWS;
	uint32_t stop =
		end * PNG_BAND_ROWS < p->base->height ? end * PNG_BAND_ROWS : p->base->height;
	uint32_t step = p->base->height / (PIECES_MAX - RUNS_MAX) + 1;

	if (step < PIECE_ROWS_MIN)
		step = PIECE_ROWS_MIN;
	while (row < stop) {
		uint32_t count = stop - row < step ? stop - row : step;
		enum rc rc = pack_piece(p, row, count);

		if (rc != RC_OK)
			return rc;
		row += count;
	}
	return RC_OK;
}

enum rc png_pack_fixed(struct arena *a, const struct raster *base, const uint8_t *fixed_rows,
	struct buf *sections, struct compiled *out, struct err *err)
{
	struct packer p = {a, base, NULL, (base->height + PNG_BAND_ROWS - 1) / PNG_BAND_ROWS,
		sections, out, err};

	p.groups = arena_alloc(a, p.group_count);
	for (uint32_t g = 0; g < p.group_count; g++)
		p.groups[g] = png_chunk_group_is_fixed(fixed_rows, base->height, g * PNG_BAND_ROWS)
			? 1
			: 0;
	drop_thin_runs(&p);
	out->bands.items = arena_zalloc(a, PIECES_MAX, sizeof *out->bands.items);
	out->bands.count = 0;
	for (uint32_t g = 0; g < p.group_count;) {
		uint32_t end = run_end(&p, g);
		enum rc rc = p.groups[g] == 1 ? pack_run(&p, g, end) : RC_OK;

		if (rc != RC_OK)
			return rc;
		g = end;
	}
	return pack_spares(&p);
}
