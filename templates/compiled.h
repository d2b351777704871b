// SPDX-License-Identifier: Apache-2.0
/*
 * The compiled template: what compile makes once and every render worker maps read-only. A header
 * record, then sections at 64-byte boundaries that the header names by offset and length from the
 * blob's start. Content-addressed: its SHA-256 is its name, in the cache and in the plan.
 */
#ifndef TEMPLATES_COMPILED_H
#define TEMPLATES_COMPILED_H

#include "templates/design.h"

/* Raise when any output byte may change: it is part of the plan. */
#define COMPILED_ENGINE_VERSION 6

/* Limits of the base picture: A3 at 300 dpi has 17.4 million pixels. */
#define COMPILED_SIDE_MAX 20000
#define COMPILED_PIXELS_MAX 20000000
/* Bytes of a Huffman code: the length of each literal and length symbol (RFC 1951, 3.2.5). */
#define COMPILED_CODE_LEN 286
/* Longest dictionary of one object. */
#define COMPILED_DICT_MAX (8 << 20)

/* A zone for every text and code at most. */
#define COMPILED_ZONES_MAX 504

struct compiled_section {
	uint64_t offset;
	uint64_t len;
};

struct compiled_font {
	struct str key; /* <=64 */
	uint8_t sha256[32];
};

/* Rows [row, row + count) of the picture as one ready deflate run (full flush at its end). */
struct compiled_band {
	uint32_t row;
	uint32_t count;
	struct compiled_section chunk; /* a whole IDAT chunk: length, type, data, CRC */
	uint32_t adler; /* of the filtered rows, for adler32_combine */
};

/*
 * An object of the artwork's PDF form. dict: text between << and >>, in which byte 0x01 and a
 * little-endian u16 stand for a reference to objects[index]. data.len 0: not a stream.
 */
struct compiled_object {
	struct compiled_section dict;
	struct compiled_section data;
	bool stream;
};

/* The form of a layer after the lowest: an index of objects. */
struct compiled_form {
	uint16_t object;
};

/*
 * A rectangle in which artwork lies over fields: recipients get it composed anew. under: what the lowest
 * layer and its static text show there, height rows of 3 * width bytes. Zones do not overlap.
 */
struct compiled_zone {
	uint32_t x;
	uint32_t y;
	uint32_t width;
	uint32_t height;
	struct compiled_section under;
};

/* What a layer after the lowest, with its static text, puts onto a zone. Absent where it shows nothing. */
struct compiled_patch {
	uint16_t layer;
	uint16_t zone;
	/* The zone's height rows of 4 * width bytes: red, green, blue, premultiplied, alpha. */
	struct compiled_section pixels;
};

struct compiled_image {
	struct str name; /* <=64: icon.png, icon@2x.png, logo.png, thumbnail.png ... */
	struct compiled_section file; /* PNG */
};

struct compiled {
	uint32_t engine_version;
	uint16_t dpi;
	uint8_t tier;
	uint32_t px_w;
	uint32_t px_h;
	double scale; /* device pixels per CSS pixel */
	struct design design; /* with the manifest's layout overrides applied */
	LIST_OF(struct compiled_font) fonts; /* <=40: same order as the messages' font list */
	LIST_OF(struct compiled_style_font) style_fonts; /* <=2000: one per design.styles entry */
	/* Px_h rows of 1 + 3 * px_w bytes: filter byte 0, packed RGB; static text baked in. */
	struct compiled_section base;
	LIST_OF(struct compiled_band) bands; /* <=4000: rows that no field can touch, in order */
	/* <=2500: groups of the other rows, ready as they are in base, for recipients who leave them so; chunks may adjoin */
	LIST_OF(struct compiled_band) spares;
	/* Trained Huffman codes of the groups that are no bands, in order; empty: none were trained. */
	struct compiled_section codes;
	LIST_OF(struct compiled_object)
	objects; /* <=20000: objects[0] is the lowest layer's form; empty: no artwork */
	/* What every PDF begins with, made of objects: render/pdf_head.h. */
	struct compiled_section pdf_head;
	LIST_OF(struct compiled_form) forms; /* <=7: of design.layers after the first */
	LIST_OF(struct compiled_zone) zones; /* <=504 */
	LIST_OF(struct compiled_patch) patches; /* <=3528: by layer, then zone */
	LIST_OF(struct compiled_image) images; /* <=40: of the wallet pass */
};

/* Which font of the list a style starts with; the rest of the list is its fallback, in order. */
struct compiled_style_font {
	uint16_t font;
};

extern const struct wire_type compiled_type;

/*
 * Checks blob whole (sections inside it, rows covered once, objects referencing objects that
 * exist) and decodes its header into a. INPUT says what is wrong. Sections borrow from blob.
 */
enum rc compiled_read(
	struct bytes blob, struct arena *a, struct compiled *out, struct err *err) MUST_CHECK;
/*
 * Checks a design that another process made: indexes that exist, numbers that can be drawn with.
 * INPUT says what is wrong. compiled_read does it too.
 */
enum rc compiled_check_design(const struct design *d, struct err *err) MUST_CHECK;
/* The bytes of a section of a blob that compiled_read accepted. */
struct bytes compiled_bytes(struct bytes blob, const struct compiled_section *s);

/*
 * Building: sections are put first (each returns its place relative to the section area), then
 * compiled_write joins header and sections and fixes the offsets.
 */
struct compiled_section compiled_put(struct buf *sections, struct bytes content);
enum rc compiled_write(struct compiled *c, const struct buf *sections, struct buf *out,
	struct err *err) MUST_CHECK;

/* True when every part of the text is literal: drawn once, at compile time. */
bool design_text_is_static(const struct design_text *t);

#endif
