// SPDX-License-Identifier: Apache-2.0
/*
 * The whole compile in one call: cleaned artwork, design and fonts to a compiled template. The
 * worker calls it under confinement; tests and the bench call it directly. Deterministic for the same
 * input and the same versions of librsvg, cairo and libdeflate.
 */
#ifndef RENDER_COMPILE_H
#define RENDER_COMPILE_H

#include "render/compile_note.h"
#include "templates/compiled.h"

/* Largest compiled template; also the worker's RLIMIT_FSIZE. */
#define COMPILE_BLOB_MAX ((size_t)256 << 20)

/* font_files[i] is options->fonts.items[i]'s whole file. All borrowed. */
struct compile_input {
	/* Cleaned SVG, one document for each of design->layers; librsvg opens nothing but its data: images. */
	struct bytes art;
	const struct design *design;
	const struct bytes *font_files;
	const struct wire_compile_open *options;
};

/*
 * Appends the compiled template to out and what is worth telling to notes. INPUT when the template
 * cannot be drawn, naming the text or element; LIMIT when it is larger than the limits.
 */
enum rc compile_run(const struct compile_input *in, struct buf *out, struct compile_notes *notes,
	struct err *err) MUST_CHECK;

/*
 * Draws a small picture, so that glib, librsvg and gdk-pixbuf do before confinement what they do
 * once per process. Starts no thread. SYSTEM when even that picture cannot be drawn.
 */
enum rc compile_warm_up(struct err *err) MUST_CHECK;

#endif
