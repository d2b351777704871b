// SPDX-License-Identifier: Apache-2.0
/* A recipient's PNG: ready chunks for fixed rows, fresh ones for the rest. Runs in: render. */
#include "base/mem.h"
#include "render/png.h"
#include "render/png_chunk.h"
#include "render/png_memory.h"

#include <isa-l/igzip_lib.h>
#include <string.h>
#include <zlib.h>

#define CODE_BITS_MAX 15 /* RFC 1951, 3.2.2 */
#define LEN_BITS_MAX (CODE_BITS_MAX + 5) /* with extra bits, as ISA-L's table keeps them */
#define DIST_BITS_MAX (CODE_BITS_MAX + 13)

/* Header and flush of a deflate run, and what bit buffers write beyond its end. */
#define GROUP_ROOM 1024
/* Shorter ready chunks are copied; a picture has at most this many pieces (a DRAWN frame holds sixteen lists). */
#define SHARED_LEN_MIN 1024
#define PIECES_MAX 60

/* Rows that go out together: a fixed band, or a group that may change. */
struct row_run {
	uint32_t row;
	uint32_t count;
	const struct compiled_band *ready; /* as in the base; NULL: not at hand */
	bool fixed;
	struct png_memory_group memory;
};

struct png_writer {
	const struct compiled *c;
	struct bytes blob;
	const uint8_t *base;
	struct buf head; /* signature to pHYs, the same for everyone */
	struct row_run *runs;
	size_t run_count;
	struct isal_hufftables *table; /* NULL: ISA-L's own */
	struct isal_zstream stream;
	struct png_memory memory;
};

/* A table that would make ISA-L read or shift beyond its bounds is refused; a merely wrong one is not. */
static bool table_is_safe(const struct isal_hufftables *t)
{
	if (t->deflate_hdr_count >= ISAL_DEF_MAX_HDR_SIZE || t->deflate_hdr_extra_bits > 7)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(t->lit_table_sizes); i++) {
		if (t->lit_table_sizes[i] > CODE_BITS_MAX)
			return false;
	}
	for (size_t i = 0; i < ARRAY_COUNT(t->dcodes_sizes); i++) {
		if (t->dcodes_sizes[i] > CODE_BITS_MAX)
			return false;
	}
	for (size_t i = 0; i < ARRAY_COUNT(t->len_table); i++) {
		if ((t->len_table[i] & 31) > LEN_BITS_MAX)
			return false;
	}
	for (size_t i = 0; i < ARRAY_COUNT(t->dist_table); i++) {
		if ((t->dist_table[i] & 31) > DIST_BITS_MAX)
			return false;
	}
	return true;
}

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

enum rc png_writer_new(
	const struct compiled *c, struct bytes blob, struct png_writer **out, struct err *err)
{
	struct bytes table = compiled_bytes(blob, &c->table);
	struct png_writer *w = mem_zalloc(1, sizeof *w);

	w->c = c;
	w->blob = blob;
	w->base = compiled_bytes(blob, &c->base).p;
	w->head = buf_new(4096);
	png_chunk_put_head(&w->head, c->px_w, c->px_h, 3, c->dpi);
	find_runs(w);
	if (table.n == sizeof *w->table) {
		w->table = mem_alloc(sizeof *w->table);
		memcpy(w->table, table.p, sizeof *w->table);
	}
	if (table.n != 0 && (w->table == NULL || !table_is_safe(w->table))) {
		png_writer_free(&w);
		return err_set(err, RC_INPUT, "compiled template: its table of codes is broken");
	}
	*out = w;
	return RC_OK;
}

void png_writer_free(struct png_writer **w)
{
	if (*w == NULL)
		return;
	buf_free(&(*w)->head);
	for (size_t i = 0; i < (*w)->run_count; i++)
		png_memory_forget(&(*w)->runs[i].memory);
	MEM_FREE((*w)->runs);
	MEM_FREE((*w)->table);
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

/* One group of rows as a deflate run with its own header, ended by a full flush. */
static enum rc put_group(struct job *j, const uint8_t *rows, size_t len)
{
	struct isal_zstream *z = &j->w->stream;
	/* A code trained on other content may make this one longer, by 15 bits for 8 at the worst. */
	size_t room = 2 * len + GROUP_ROOM;
	size_t start = j->result->n;
	uint8_t *at = buf_grow(j->result, room);

	if (at == NULL || room > UINT32_MAX)
		return err_set(j->err, RC_LIMIT, "the picture does not fit the result");
	isal_deflate_stateless_init(z);
	if (j->w->table != NULL)
		isal_deflate_set_hufftables(z, j->w->table, IGZIP_HUFFTABLE_CUSTOM);
	z->level = 0;
	z->flush = FULL_FLUSH;
	z->end_of_stream = 0;
	z->next_in = (uint8_t *)(uintptr_t)rows;
	z->avail_in = (uint32_t)len;
	z->next_out = at;
	z->avail_out = (uint32_t)room;
	if (isal_deflate_stateless(z) != COMP_OK || z->avail_in != 0)
		return err_set(j->err, RC_SYSTEM, "ISA-L could not compress rows of the picture");
	j->result->n = start + (room - z->avail_out);
	return RC_OK;
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

/* What many recipients share comes back from memory; a name does not. */
static enum rc put_fresh(
	struct job *j, struct row_run *run, const struct png_memory_key *key, const uint8_t *rows)
{
	size_t len = run->count * j->r->stride;
	const struct png_memory_item *m = png_memory_find(&run->memory, key);
	size_t start;
	uint32_t adler;
	enum rc rc;

	if (!j->chunk_open)
		j->chunk_at = png_chunk_open(j->result, "IDAT");
	j->chunk_open = true;
	if (m != NULL) {
		buf_put_bytes(j->result, m->deflated);
		j->adler = (uint32_t)adler32_combine(j->adler, m->adler, (z_off_t)len);
		return RC_OK;
	}
	start = j->result->n;
	rc = put_group(j, rows, len);
	if (rc != RC_OK)
		return rc;
	adler = isal_adler32(1, rows, len);
	png_memory_keep(&j->w->memory, &run->memory, key,
		&(struct png_memory_item){
			.deflated = {j->result->p + start, j->result->n - start}, .adler = adler});
	j->adler = (uint32_t)adler32_combine(j->adler, adler, (z_off_t)len);
	return RC_OK;
}

/* Told by the marks where they tell it, else seen. */
static bool is_base(const struct png_writer *w, const struct row_run *run,
	const struct png_memory_key *key, const uint8_t *rows)
{
	size_t stride = 1 + 3 * (size_t)w->c->px_w;

	if (run->ready == NULL)
		return false;
	if (key->known && (key->count == 0 || png_memory_find(&run->memory, key) != NULL))
		return key->count == 0;
	return memcmp(rows, w->base + run->row * stride, run->count * stride) == 0;
}

static enum rc put_rows(struct job *j)
{
	size_t stride = j->r->stride;

	/* Of no bytes at all (RFC 1950, 8.2). */
	j->adler = 1;
	for (size_t i = 0; i < j->w->run_count; i++) {
		struct row_run *run = &j->w->runs[i];
		const uint8_t *rows = j->r->rows + run->row * stride;
		struct png_memory_key key = png_memory_key_of(&j->w->memory, run->row, run->count);
		bool ready = run->fixed || is_base(j->w, run, &key, rows);
		enum rc rc = RC_OK;

		if (ready)
			put_ready(j, run);
		else
			rc = put_fresh(j, run, &key, rows);
		if (rc != RC_OK)
			return rc;
	}
	close_chunk(j);
	return RC_OK;
}

void png_mark(
	struct png_writer *w, const struct raster_rect *box, const uint8_t content[PNG_CONTENT_LEN])
{
	if (box->x0 < box->x1 && box->y0 < box->y1)
		png_memory_mark(&w->memory, box->y0, box->y1, content);
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
	png_memory_next(&w->memory);
	return rc;
}
