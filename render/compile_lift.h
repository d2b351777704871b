// SPDX-License-Identifier: Apache-2.0
/*
 * A one-page PDF of cairo's, lifted object by object into a form that can be copied into any
 * number of documents: PDF/A-3 clean, every stream compressed as hard as the tier allows.
 */
#ifndef RENDER_COMPILE_LIFT_H
#define RENDER_COMPILE_LIFT_H

#include "render/compile_note.h"
#include "templates/compiled.h"

/* What one artwork may add to every document. */
#define COMPILE_LIFT_BYTES_MAX ((size_t)24 << 20)
#define COMPILE_LIFT_OBJECTS_MAX 20000

/*
 * pdf: drawn scale times as large as the page of width by height points. svg: where JPEGs get their
 * own bytes back from. Appends to out->objects, which live in a, the form first; out->tier says how hard to compress.
 * INPUT when the PDF is not what cairo writes; LIMIT when the artwork is too large.
 */
struct compile_lift_input {
	struct bytes pdf;
	struct bytes svg;
	double width;
	double height;
	double scale;
};
enum rc compile_lift_run(struct arena *a, const struct compile_lift_input *in, struct buf *sections,
	struct compiled *out, struct err *err) MUST_CHECK;

#endif
