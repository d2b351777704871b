// SPDX-License-Identifier: Apache-2.0
/* What the files of the lift share: the walk's state. Only compile_lift*.c include it. */
#ifndef RENDER_COMPILE_LIFT_PARTS_H
#define RENDER_COMPILE_LIFT_PARTS_H

#include "render/compile_lift.h"

#include <qpdf/qpdf-c.h>

#define COMPILE_LIFT_DEPTH_MAX 64

/* Where an object of the result comes from. */
enum compile_lift_source {
	LIFT_FROM_PDF, /* an object of cairo's, still to be written: number */
	LIFT_READY, /* written already */
	LIFT_SHARED, /* written already, may stand for equal ones */
};

struct compile_lift_entry {
	enum compile_lift_source source;
	int number;
	struct str dict; /* of LIFT_SHARED, to compare with */
	struct compiled_object object;
};

/* A JPEG of the SVG, with its pixels as librsvg sees them. */
struct compile_lift_jpeg {
	struct bytes file;
	const uint8_t *rgb;
	uint32_t width;
	uint32_t height;
	uint32_t channels; /* of the file: 1 or 3 */
};

struct compile_lift {
	const struct compile_lift_input *in;
	struct arena *a;
	qpdf_data q;
	uint8_t tier;
	struct buf *sections;
	struct compile_lift_entry *entries;
	uint32_t count;
	uint32_t first; /* objects of the layers before: entry 0 is object first */
	int *entry_of; /* by number of cairo's object: index + 1, 0 = none yet */
	int *uses; /* references to it */
	int number_end;
	int depth;
	size_t bytes; /* in sections so far */
	struct compile_lift_jpeg *jpegs;
	uint32_t jpeg_count;
	enum rc rc; /* the first failure; all steps stop then */
	struct err *err;
};

/* compile_lift.c: notes the first failure. */
void compile_lift_fail(struct compile_lift *l, enum rc rc, const char *what);
/* Room for one more object; returns its index, 0 on failure (the form is never asked for). */
uint32_t compile_lift_add(struct compile_lift *l, enum compile_lift_source source, int number);
/* Puts an object's two halves into the sections. */
void compile_lift_store(struct compile_lift *l, uint32_t index, struct bytes dict, bool stream,
	struct bytes content);
/* A reference as compiled.h defines it. */
void compile_lift_put_reference(const struct compile_lift *l, struct buf *out, uint32_t index);

/* compile_lift_text.c: qpdf's objects as text. */
void compile_lift_text_count(struct compile_lift *l, qpdf_oh o);
void compile_lift_text_put(struct compile_lift *l, struct buf *out, qpdf_oh o);
/* The entries between << and >>. stream: without /Length, /Filter and /DecodeParms. */
void compile_lift_text_put_entries(
	struct compile_lift *l, struct buf *out, qpdf_oh dict, bool stream);
bool compile_lift_text_is(struct compile_lift *l, qpdf_oh dict, const char *key, const char *name);
long long compile_lift_text_int(
	struct compile_lift *l, qpdf_oh dict, const char *key, long long otherwise);
/* Names of a dictionary's keys, in a. */
const char **compile_lift_text_keys(struct compile_lift *l, qpdf_oh dict, size_t *count);

/* compile_lift_stream.c: a stream's content, compressed again; appends /Filter to dict. */
void compile_lift_stream_put(
	struct compile_lift *l, qpdf_oh stream, struct buf *dict, struct buf *content);
/* The content as it is before filters; false on failure. *out is qpdf's malloc: mem_release. */
bool compile_lift_stream_plain(struct compile_lift *l, qpdf_oh stream, struct bytes *out);

/* compile_lift_mask.c: true when the ExtGState's soft mask is the same alpha everywhere. */
bool compile_lift_mask_is_constant(struct compile_lift *l, qpdf_oh state, double *alpha);

/* compile_lift_jpeg.c: finds the SVG's JPEGs; writes entry index as one of them when it shows the same pixels. */
void compile_lift_jpeg_find(struct compile_lift *l);
void compile_lift_jpeg_free(struct compile_lift *l);
bool compile_lift_jpeg_put(struct compile_lift *l, uint32_t index, qpdf_oh stream);

#endif
