// SPDX-License-Identifier: Apache-2.0
/* libharu's object layer as a container writer. Runs in: render. */
#include "render/pdf_object.h"

#include "base/mem.h"
#include "base/text.h"

#include <hpdf.h>
#include <math.h>

/* PDF/A-3, 6.1.13 limits integers to 2^31 - 1. */
#define NUMBER_MAX 1e9

struct object {
	struct pdf_objects *file;
	struct str dict;
	struct bytes data;
	uint64_t blob_offset;
	uint64_t place; /* of its text in the file, once saved */
	HPDF_Dict handle;
	bool stream;
	bool shared;
};

#define CHUNK_LEN 256
struct chunk {
	struct chunk *next;
	struct object objects[CHUNK_LEN];
};

struct pdf_objects {
	struct arena *a;
	HPDF_Error_Rec error;
	HPDF_MMgr memory;
	HPDF_Xref xref;
	HPDF_Stream writer; /* while saving */
	struct draw_pieces *out; /* while saving */
	struct chunk *first;
	struct chunk *last;
	uint32_t count;
	const struct pdf_head *head; /* NULL: none */
	char first_own[24]; /* how libharu begins the first object after the head */
	bool in_head; /* while saving: libharu speaks of objects that lie in the head */
	struct str trailer;
};

static void *HPDF_STDCALL haru_alloc(HPDF_UINT len)
{
	return mem_alloc(len);
}

static void HPDF_STDCALL haru_free(void *p)
{
	mem_release(p);
}

struct pdf_objects *pdf_object_file_new(struct arena *a)
{
	struct pdf_objects *f = arena_zalloc(a, 1, sizeof(*f));

	f->a = a;
	/* No handler: libharu then keeps the first code and gives NULL from there on. */
	HPDF_Error_Init(&f->error, NULL);
	f->memory = HPDF_MMgr_New(&f->error, 0, haru_alloc, haru_free);
	CHECK(f->memory != NULL);
	f->xref = HPDF_Xref_New(f->memory, 0);
	return f;
}

void pdf_object_file_free(struct pdf_objects **file)
{
	struct pdf_objects *f = *file;

	*file = NULL;
	if (f == NULL)
		return;
	if (f->xref != NULL)
		HPDF_Xref_Free(f->xref);
	HPDF_MMgr_Free(f->memory);
}

/* Runs after libharu's own entries (there are none) and before ">>". */
static HPDF_STATUS write_dict(HPDF_Dict dict, HPDF_Stream stream)
{
	struct object *o = dict->attr;

	(void)stream;
	o->place = o->file->out->total_len;
	draw_piece_put(o->file->out, bytes_of(o->dict));
	/* libharu counts what passed through its stream; offsets of the table come from there. */
	o->file->writer->size += (HPDF_UINT)o->dict.n;
	return HPDF_OK;
}

/*
 * Runs after ">>". libharu would read a stream in blocks, copy each, and put /Length into an object
 * of its own; the bytes are here already, so they go straight to the pieces.
 */
static HPDF_STATUS write_data(HPDF_Dict dict)
{
	const struct object *o = dict->attr;
	struct pdf_objects *f = o->file;
	struct str head = STR("\nstream\n");
	struct str tail = STR("\nendstream");

	draw_piece_put(f->out, bytes_of(head));
	if (o->shared)
		draw_piece_share(f->out, o->data, o->blob_offset);
	else
		draw_piece_put(f->out, o->data);
	draw_piece_put(f->out, bytes_of(tail));
	f->writer->size += (HPDF_UINT)(head.n + o->data.n + tail.n);
	return HPDF_OK;
}

static uint32_t own_count(const struct pdf_objects *f)
{
	return f->count - (f->head != NULL ? f->head->count : 0);
}

static struct object *object_new(struct pdf_objects *f)
{
	uint32_t place = own_count(f) % CHUNK_LEN;
	struct object *o;

	if (place == 0) {
		struct chunk *c = arena_zalloc(f->a, 1, sizeof(*c));

		if (f->last != NULL)
			f->last->next = c;
		else
			f->first = c;
		f->last = c;
	}
	o = &f->last->objects[place];
	o->file = f;
	f->count++;
	o->handle = HPDF_Dict_New(f->memory);
	if (o->handle == NULL || f->xref == NULL || HPDF_Xref_Add(f->xref, o->handle) != HPDF_OK)
		return o;
	o->handle->attr = o;
	o->handle->write_fn = write_dict;
	return o;
}

void pdf_object_add_head(struct pdf_objects *f, const struct pdf_head *head)
{
	CHECK(f->count == 0);
	f->head = head;
	/* Only their places in the table are wanted; see write_out(). */
	for (uint32_t i = 0; i < head->count && f->xref != NULL; i++) {
		if (HPDF_Xref_Add(f->xref, HPDF_Null_New(f->memory)) != HPDF_OK)
			break;
	}
	f->count = head->count;
	(void)text_fmt(f->first_own, sizeof(f->first_own), "%u 0 obj", f->count + 1);
}

uint32_t pdf_object_reserve(struct pdf_objects *f)
{
	object_new(f);
	return f->count;
}

static struct object *object_of(const struct pdf_objects *f, uint32_t number)
{
	struct chunk *c = f->first;
	uint32_t at = number - 1 - (f->count - own_count(f));

	CHECK(number <= f->count && at < own_count(f));
	for (uint32_t i = at / CHUNK_LEN; i > 0; i--)
		c = c->next;
	return &c->objects[at % CHUNK_LEN];
}

void pdf_object_fill(struct pdf_objects *f, uint32_t number, struct str dict)
{
	object_of(f, number)->dict = dict;
}

uint64_t pdf_object_place(const struct pdf_objects *f, uint32_t number)
{
	return object_of(f, number)->place;
}

uint32_t pdf_object_add(struct pdf_objects *f, struct str dict)
{
	object_new(f)->dict = dict;
	return f->count;
}

static struct object *stream_new(struct pdf_objects *f, struct str dict, struct bytes data)
{
	struct object *o = object_new(f);

	o->dict = dict;
	o->data = data;
	o->stream = true;
	if (o->handle != NULL)
		o->handle->after_write_fn = write_data;
	return o;
}

uint32_t pdf_object_add_stream(struct pdf_objects *f, struct str dict, struct bytes data)
{
	stream_new(f, dict, data);
	return f->count;
}

uint32_t pdf_object_add_shared(
	struct pdf_objects *f, struct str dict, struct bytes data, uint64_t blob_offset)
{
	struct object *o = stream_new(f, dict, data);

	o->shared = true;
	o->blob_offset = blob_offset;
	return f->count;
}

uint32_t pdf_object_count(const struct pdf_objects *f)
{
	return f->count;
}

/* ---- saving ---- */

/* libharu has given the head's objects the head's end as their place; the table is still to be written. */
static void leave_head(struct pdf_objects *f)
{
	f->in_head = false;
	for (uint32_t i = 0; i < f->head->count; i++)
		HPDF_Xref_GetEntry(f->xref, i + 1)->byte_offset = f->head->places[i];
}

/*
 * libharu writes every object it numbers. Those of the head are written already, so what it says of them
 * is dropped, and does not count.
 */
static HPDF_STATUS HPDF_STDCALL write_out(HPDF_Stream stream, const HPDF_BYTE *p, HPDF_UINT n)
{
	struct pdf_objects *f = stream->attr;

	if (f->in_head && str_starts((struct str){(const char *)p, n}, str_of(f->first_own)))
		leave_head(f);
	if (f->in_head)
		stream->size -= n; /* libharu adds it when this returns */
	else
		draw_piece_put(f->out, (struct bytes){p, n});
	return HPDF_OK;
}

static HPDF_STATUS write_trailer(HPDF_Dict dict, HPDF_Stream stream)
{
	const struct pdf_objects *f = dict->attr;

	(void)stream;
	draw_piece_put(f->out, bytes_of(f->trailer));
	f->writer->size += (HPDF_UINT)f->trailer.n;
	return HPDF_OK;
}

static void put_beginning(struct pdf_objects *f)
{
	if (f->head == NULL) {
		HPDF_Stream_WriteStr(f->writer, PDF_HEAD_VERSION);
		return;
	}
	draw_piece_share(f->out, f->head->bytes, f->head->blob_offset);
	f->writer->size += (HPDF_UINT)f->head->bytes.n;
	f->in_head = true;
}

enum rc pdf_object_save(
	struct pdf_objects *f, struct str trailer, struct draw_pieces *out, struct err *err)
{
	HPDF_STATUS status = HPDF_Error_GetCode(&f->error);

	f->out = out;
	f->trailer = trailer;
	if (status == HPDF_OK) {
		f->writer = HPDF_CallbackWriter_New(f->memory, write_out, f);
		status = HPDF_Error_GetCode(&f->error);
	}
	if (status == HPDF_OK) {
		f->xref->trailer->attr = f;
		f->xref->trailer->write_fn = write_trailer;
		put_beginning(f);
		HPDF_Xref_WriteToStream(f->xref, f->writer, NULL);
		status = HPDF_Error_GetCode(&f->error);
	}
	if (f->writer != NULL)
		HPDF_Stream_Free(f->writer);
	f->writer = NULL;
	f->out = NULL;
	if (status != HPDF_OK)
		return err_set(err, RC_SYSTEM,
			"libharu failed with code 0x%04lX while writing a PDF",
			(unsigned long)status);
	return RC_OK;
}

/* ---- text of objects ---- */

void pdf_object_put_number(struct buf *b, double v, unsigned decimals)
{
	static const uint32_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
	char digits[32];
	size_t n = sizeof(digits);
	uint64_t scaled;
	unsigned left = decimals;

	CHECK(decimals < ARRAY_COUNT(powers));
	/* A template can ask for absurd places: they end at the edge instead of in a broken file. */
	v = isnan(v) ? 0 : fmax(-NUMBER_MAX, fmin(v, NUMBER_MAX));
	scaled = (uint64_t)(fabs(v) * powers[decimals] + 0.5);
	if (v < 0 && scaled != 0)
		buf_put_char(b, '-');
	while (left > 0 && scaled % 10 == 0) {
		scaled /= 10;
		left--;
	}
	if (left > 0) {
		for (; left > 0; left--, scaled /= 10)
			digits[--n] = (char)('0' + scaled % 10);
		digits[--n] = '.';
	}
	do {
		digits[--n] = (char)('0' + scaled % 10);
		scaled /= 10;
	} while (scaled > 0);
	buf_put(b, digits + n, sizeof(digits) - n);
}

void pdf_object_put_utf16(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t at = 0;

	while (at < s.n) {
		uint32_t cp = str_next_char(s, &at);
		uint32_t units[2] = {cp, 0};
		size_t count = 1;

		if (cp > 0xFFFF) {
			units[0] = 0xD800 | (cp - 0x10000) >> 10;
			units[1] = 0xDC00 | ((cp - 0x10000) & 0x3FF);
			count = 2;
		}
		for (size_t i = 0; i < count; i++) {
			char t[4] = {hex[units[i] >> 12 & 15], hex[units[i] >> 8 & 15],
				hex[units[i] >> 4 & 15], hex[units[i] & 15]};

			buf_put(b, t, sizeof(t));
		}
	}
}

static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 0x20 || s.p[i] > 0x7E)
			return false;
	}
	return true;
}

void pdf_object_put_text(struct buf *b, struct str s)
{
	if (!is_plain(s)) {
		buf_put_cz(b, "<FEFF");
		pdf_object_put_utf16(b, s);
		buf_put_char(b, '>');
		return;
	}
	buf_put_char(b, '(');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '(' || s.p[i] == ')' || s.p[i] == '\\')
			buf_put_char(b, '\\');
		buf_put_char(b, s.p[i]);
	}
	buf_put_char(b, ')');
}
