// SPDX-License-Identifier: Apache-2.0
/*
 * Bundles: a ZIP of template.svg, template.json, images/ and fonts/, or of one folder that holds
 * these. Read into memory and judged entry by entry; nothing is ever unpacked to a disk. What comes
 * out was written by us: images coded anew, fonts with the tables that drawing needs, JSON in one
 * form. Used by clean.c. Runs in intake.
 */
#ifndef TEMPLATES_BUNDLE_H
#define TEMPLATES_BUNDLE_H

#include "base/buf.h"
#include "templates/notes.h"

enum bundle_kind {
	BUNDLE_SVG,
	BUNDLE_JSON,
	BUNDLE_IMAGE,
	BUNDLE_FONT,
	BUNDLE_OTHER, /* never handed out */
};

/* name: as in the bundle, "images/seal.png"; content: for an image or a font already our own. */
struct bundle_file {
	uint8_t kind; /* enum bundle_kind */
	bool used; /* the drawing shows this image */
	uint32_t width; /* of an image, pixels */
	uint32_t height;
	struct str name;
	struct bytes content;
};

/* In the order of their names. */
struct bundle {
	LIST_OF(struct bundle_file) files;
};

/* True for what begins like a ZIP file. */
bool bundle_is(struct bytes input);
/*
 * Reads the bundle into notes->a: checks all entries, writes images, fonts and JSON anew. INPUT: no
 * proper bundle, with a sentence that names the entry; LIMIT: over a limit of limits.h.
 */
enum rc bundle_read(
	struct bytes input, struct notes *notes, struct bundle *out, struct err *err) MUST_CHECK;
/* The image that an href of template.svg names; NULL when there is none. href may be percent-encoded. */
struct bundle_file *bundle_find_image(const struct bundle *b, struct str href);
/* The image as "data:image/png;base64,...". */
void bundle_put_uri(struct buf *out, const struct bundle_file *image);
/*
 * The bundle as a ZIP, with svg for template.svg and without images that nothing shows. Entries are
 * stored, dated 1980, in the order of their names: the same content gives the same bytes.
 */
enum rc bundle_write(const struct bundle *b, struct bytes svg, struct arena *a, struct bytes *out,
	struct err *err) MUST_CHECK;

#endif
