// SPDX-License-Identifier: Apache-2.0
/* Tables of the drawing records. Runs in: control, compile, render, store. */
#include "ipc/wire_render.h"

static const struct wire_field font_fields[] = {
	WIRE_MAX(struct wire_font, key, WIRE_STR, 64),
	WIRE_MAX(struct wire_font, family, WIRE_STR, 128),
	WIRE_M(struct wire_font, weight, WIRE_U16),
	WIRE_M(struct wire_font, italic, WIRE_BOOL),
	WIRE_M(struct wire_font, face_index, WIRE_U16),
	WIRE_MAX(struct wire_font, sha256, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_font_type, struct wire_font, font_fields);

static const struct wire_field compile_open_fields[] = {
	WIRE_SUB(struct wire_compile_open, fonts, WIRE_LIST, 80, &wire_font_type),
	WIRE_M(struct wire_compile_open, dpi, WIRE_U16),
	WIRE_M(struct wire_compile_open, tier, WIRE_U8),
	WIRE_SUB(struct wire_compile_open, pass, WIRE_ONE, 0, &wire_pass_style_type),
	WIRE_SUB(struct wire_compile_open, names, WIRE_LIST, 40, &wire_text_type),
	WIRE_SUB(struct wire_compile_open, layout, WIRE_LIST, 200, &wire_fit_type),
};
WIRE_TYPE(wire_compile_open_type, struct wire_compile_open, compile_open_fields);

static const struct wire_field compiled_is_fields[] = {
	WIRE_M(struct wire_compiled_is, len, WIRE_U64),
	WIRE_SUB(struct wire_compiled_is, notes, WIRE_LIST, 100, &wire_note_type),
};
WIRE_TYPE(wire_compiled_is_type, struct wire_compiled_is, compiled_is_fields);

static const struct wire_field bind_open_fields[] = {
	WIRE_MAX(struct wire_bind_open, title, WIRE_STR, 255),
	WIRE_SUB(struct wire_bind_open, labels, WIRE_LIST, WIRE_BIND_MAX, &wire_str_type),
};
WIRE_TYPE(wire_bind_open_type, struct wire_bind_open, bind_open_fields);

static const struct wire_field bound_is_fields[] = {
	WIRE_M(struct wire_bound_is, len, WIRE_U64),
};
WIRE_TYPE(wire_bound_is_type, struct wire_bound_is, bound_is_fields);

static const struct wire_field render_open_fields[] = {
	WIRE_SUB(struct wire_render_open, fonts, WIRE_LIST, 80, &wire_font_type),
	WIRE_MAX(struct wire_render_open, issuer_name, WIRE_STR, 255),
	WIRE_MAX(struct wire_render_open, producer, WIRE_STR, 128),
	WIRE_M(struct wire_render_open, demo, WIRE_BOOL),
	WIRE_M(struct wire_render_open, signature_room, WIRE_U32),
};
WIRE_TYPE(wire_render_open_type, struct wire_render_open, render_open_fields);

static const struct wire_field measure_row_fields[] = {
	WIRE_M(struct wire_measure_row, row, WIRE_U32),
	WIRE_MAX(struct wire_measure_row, lang, WIRE_STR, 35),
	WIRE_SUB(struct wire_measure_row, values, WIRE_LIST, WIRE_ROW_VALUES_MAX, &wire_value_type),
};
WIRE_TYPE(wire_measure_row_type, struct wire_measure_row, measure_row_fields);

static const struct wire_field measure_fields[] = {
	WIRE_SUB(struct wire_measure, rows, WIRE_LIST, 100, &wire_measure_row_type),
	WIRE_M(struct wire_measure, traits, WIRE_BOOL),
};
WIRE_TYPE(wire_measure_type, struct wire_measure, measure_fields);

static const struct wire_field traits_fields[] = {
	WIRE_M(struct wire_traits, length, WIRE_U32),
	WIRE_M(struct wire_traits, marks, WIRE_U32),
	WIRE_M(struct wire_traits, right_to_left, WIRE_BOOL),
};
WIRE_TYPE(wire_traits_type, struct wire_traits, traits_fields);

static const struct wire_field measured_row_fields[] = {
	WIRE_M(struct wire_measured_row, row, WIRE_U32),
	WIRE_M(struct wire_measured_row, ok, WIRE_BOOL),
	WIRE_M(struct wire_measured_row, min_scale, WIRE_F64),
	WIRE_SUB(struct wire_measured_row, traits, WIRE_LIST, WIRE_ROW_VALUES_MAX,
		&wire_traits_type),
	WIRE_MAX(struct wire_measured_row, column, WIRE_STR, 128),
	WIRE_MAX(struct wire_measured_row, code, WIRE_STR, 64),
	WIRE_MAX(struct wire_measured_row, message, WIRE_STR, 512),
};
WIRE_TYPE(wire_measured_row_type, struct wire_measured_row, measured_row_fields);

static const struct wire_field measured_fields[] = {
	WIRE_SUB(struct wire_measured, rows, WIRE_LIST, 100, &wire_measured_row_type),
};
WIRE_TYPE(wire_measured_type, struct wire_measured, measured_fields);

static const struct wire_field draw_row_fields[] = {
	WIRE_M(struct wire_draw_row, row, WIRE_U32),
	WIRE_M(struct wire_draw_row, outputs, WIRE_U32),
	WIRE_MAX(struct wire_draw_row, lang, WIRE_STR, 35),
	WIRE_MAX(struct wire_draw_row, title, WIRE_STR, 1024),
	WIRE_MAX(struct wire_draw_row, credential_id, WIRE_STR, 512),
	WIRE_MAX(struct wire_draw_row, verify_url, WIRE_STR, 512),
	WIRE_MAX(struct wire_draw_row, verify_link, WIRE_STR, 512),
	WIRE_M(struct wire_draw_row, issued_s, WIRE_I64),
	WIRE_SUB(struct wire_draw_row, values, WIRE_LIST, WIRE_ROW_VALUES_MAX, &wire_value_type),
	WIRE_MAX(struct wire_draw_row, badge, WIRE_BYTES, 24576),
	WIRE_MAX(struct wire_draw_row, pass_json, WIRE_BYTES, 8192),
	WIRE_MAX(struct wire_draw_row, pass_manifest, WIRE_BYTES, 4096),
	WIRE_MAX(struct wire_draw_row, pass_signature, WIRE_BYTES, 12288),
};
WIRE_TYPE(wire_draw_row_type, struct wire_draw_row, draw_row_fields);

static const struct wire_field draw_fields[] = {
	WIRE_M(struct wire_draw, rewind, WIRE_BOOL),
	WIRE_SUB(struct wire_draw, rows, WIRE_LIST, 16, &wire_draw_row_type),
};
WIRE_TYPE(wire_draw_type, struct wire_draw, draw_fields);

static const struct wire_field piece_fields[] = {
	WIRE_M(struct wire_piece, source, WIRE_U8),
	WIRE_M(struct wire_piece, offset, WIRE_U64),
	WIRE_M(struct wire_piece, len, WIRE_U32),
};
WIRE_TYPE(wire_piece_type, struct wire_piece, piece_fields);

static const struct wire_field artifact_fields[] = {
	WIRE_M(struct wire_artifact, kind, WIRE_U8),
	WIRE_SUB(struct wire_artifact, pieces, WIRE_LIST, 400, &wire_piece_type),
};
WIRE_TYPE(wire_artifact_type, struct wire_artifact, artifact_fields);

static const struct wire_field drawn_row_fields[] = {
	WIRE_M(struct wire_drawn_row, row, WIRE_U32),
	WIRE_M(struct wire_drawn_row, ok, WIRE_BOOL),
	WIRE_MAX(struct wire_drawn_row, message, WIRE_STR, 512),
	WIRE_SUB(struct wire_drawn_row, artifacts, WIRE_LIST, 8, &wire_artifact_type),
};
WIRE_TYPE(wire_drawn_row_type, struct wire_drawn_row, drawn_row_fields);

static const struct wire_field drawn_fields[] = {
	WIRE_SUB(struct wire_drawn, rows, WIRE_LIST, 16, &wire_drawn_row_type),
};
WIRE_TYPE(wire_drawn_type, struct wire_drawn, drawn_fields);
