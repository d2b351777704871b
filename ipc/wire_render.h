// SPDX-License-Identifier: Apache-2.0
/*
 * Records between control and the two drawing processes: compile (artwork, once per template) and
 * render (every recipient). A limit in a comment is the most bytes or entries the frame may carry.
 */
#ifndef IPC_WIRE_RENDER_H
#define IPC_WIRE_RENDER_H

#include "base/wire.h"
#include "ipc/wire_intake.h"

/* A pinned font; its descriptor has the same place in the message. */
struct wire_font {
	struct str key; /* <=64: "noto-serif-bold", unique in the list */
	struct str family; /* <=128: as CSS names it */
	uint16_t weight; /* 100..900 */
	bool italic;
	uint16_t face_index; /* in a collection */
	uint8_t sha256[32];
};

/* Descriptors: art SVG, encoded design, fonts in order, result (written by compile). */
struct wire_compile_open {
	LIST_OF(struct wire_font)
	fonts; /* <=80: families asked for first, then the fallback order */
	uint16_t dpi; /* of the base picture: 96, 150, 300 */
	uint8_t tier; /* 0 fast, 1 hard (ADR 0008) */
	struct wire_pass_style pass; /* for the pass's images and texts */
	LIST_OF(struct wire_text) names; /* <=40: of the achievement, for the pass's texts */
	LIST_OF(struct wire_fit) layout; /* <=200: the manifest's overrides */
};

struct wire_compiled_is {
	uint64_t len; /* the compiled template is the result descriptor's first len bytes */
	LIST_OF(struct wire_note) notes; /* <=100 */
};

/* Descriptors: a PDF of one page for every label, in order, and the result (written by compile). */
#define WIRE_BIND_MAX 40
struct wire_bind_open {
	struct str title; /* <=255: of the document */
	LIST_OF(struct str) labels; /* <=WIRE_BIND_MAX, each <=255: bookmarks of the pages */
};

struct wire_bound_is {
	uint64_t len; /* the document is the result descriptor's first len bytes */
};

/* Descriptors: compiled template (sealed), fonts in order, result (written by render). */
struct wire_render_open {
	LIST_OF(struct wire_font) fonts; /* <=80 */
	struct str issuer_name; /* <=255 */
	struct str producer; /* <=128: engine name and version, goes into the PDF */
	bool demo; /* no public base URL: mark everything DEMO (ADR 0014) */
	uint32_t signature_room; /* bytes kept free in the PDF for a signature; 0: none */
};

/* As many as a template may show; a row has its fields, its results and some that are ours. */
#define WIRE_ROW_VALUES_MAX 200

struct wire_measure_row {
	uint32_t row;
	struct str lang; /* <=35 */
	LIST_OF(struct wire_value) values; /* <=WIRE_ROW_VALUES_MAX */
};

struct wire_measure {
	LIST_OF(struct wire_measure_row) rows; /* <=100 */
	bool traits; /* say what is particular about each value, too */
};

/* What makes a value hard to set. */
struct wire_traits {
	uint32_t length; /* characters, combining marks not counted */
	uint32_t marks; /* combining marks (Unicode general category M) */
	bool right_to_left; /* it has letters that run to the left */
};

/* ok = false: code is glyph-missing, text-overflow, value-missing, ...; column names the field. */
struct wire_measured_row {
	uint32_t row;
	bool ok;
	double min_scale; /* smallest scale any field was shrunk to; 1 = none */
	LIST_OF(struct wire_traits)
	traits; /* <=WIRE_ROW_VALUES_MAX: of the row's values, in order, when asked for */
	struct str column; /* <=128 */
	struct str code; /* <=64 */
	struct str message; /* <=512 */
};

struct wire_measured {
	LIST_OF(struct wire_measured_row) rows; /* <=100 */
};

struct wire_draw_row {
	uint32_t row;
	uint32_t outputs; /* enum output_kind */
	struct str lang; /* <=35 */
	struct str title; /* <=1024: document title, "Achievement - Name" */
	struct str credential_id; /* <=512: https://HOST/credentials/..., urn:uuid:... */
	struct str verify_url; /* <=512: as the QR code shows it */
	struct str verify_link; /* <=512: the same place, as a person reads it */
	int64_t issued_s; /* every date in the files */
	LIST_OF(struct wire_value) values; /* <=WIRE_ROW_VALUES_MAX */
	struct bytes badge; /* <=24576: credential.json */
	struct bytes pass_json; /* <=8192 */
	struct bytes pass_manifest; /* <=4096 */
	struct bytes pass_signature; /* <=12288 */
};

/* rewind: results of earlier messages were taken; write from offset 0 again. */
struct wire_draw {
	bool rewind;
	LIST_OF(struct wire_draw_row) rows; /* <=16 */
};

enum piece_source {
	PIECE_COMPILED, /* bytes of the compiled template: the same for every recipient */
	PIECE_RESULT, /* bytes of the worker's result descriptor */
	PIECE_INLINE, /* sent in the message (store only) */
};

struct wire_piece {
	uint8_t source; /* enum piece_source */
	uint64_t offset;
	uint32_t len;
};

enum artifact_kind {
	ARTIFACT_PDF = 1,
	ARTIFACT_PNG,
	ARTIFACT_BADGE, /* credential.json */
	ARTIFACT_JWT, /* credential.jwt */
	ARTIFACT_PASS,
	ARTIFACT_JWT_1EDTECH, /* credential-1edtech.jwt; where the tenant has a key for it */
	ARTIFACT_PASS_VOIDED, /* in place of the pass while its credential does not stand */
};

/* A store takes no longer one. */
#define WIRE_ARTIFACT_LEN_MAX ((uint64_t)64 << 20)

/* The artifact is its pieces, one after the other. */
struct wire_artifact {
	uint8_t kind; /* enum artifact_kind */
	LIST_OF(struct wire_piece) pieces; /* <=400 */
};

struct wire_drawn_row {
	uint32_t row;
	bool ok;
	struct str message; /* <=512: why not */
	LIST_OF(struct wire_artifact) artifacts; /* <=8 */
};

struct wire_drawn {
	LIST_OF(struct wire_drawn_row) rows; /* <=16 */
};

extern const struct wire_type wire_font_type;
extern const struct wire_type wire_compile_open_type;
extern const struct wire_type wire_compiled_is_type;
extern const struct wire_type wire_bind_open_type;
extern const struct wire_type wire_bound_is_type;
extern const struct wire_type wire_render_open_type;
extern const struct wire_type wire_measure_row_type;
extern const struct wire_type wire_measure_type;
extern const struct wire_type wire_traits_type;
extern const struct wire_type wire_measured_row_type;
extern const struct wire_type wire_measured_type;
extern const struct wire_type wire_draw_row_type;
extern const struct wire_type wire_draw_type;
extern const struct wire_type wire_piece_type;
extern const struct wire_type wire_artifact_type;
extern const struct wire_type wire_drawn_row_type;
extern const struct wire_type wire_drawn_type;

#endif
