// SPDX-License-Identifier: Apache-2.0
/* Tables of a design. Runs in: intake, compile, control. */
#include "templates/design.h"

static const struct wire_field design_matrix_fields[] = {
	WIRE_M(struct design_matrix, a, WIRE_F64),
	WIRE_M(struct design_matrix, b, WIRE_F64),
	WIRE_M(struct design_matrix, c, WIRE_F64),
	WIRE_M(struct design_matrix, d, WIRE_F64),
	WIRE_M(struct design_matrix, e, WIRE_F64),
	WIRE_M(struct design_matrix, f, WIRE_F64),
};
WIRE_TYPE(design_matrix_type, struct design_matrix, design_matrix_fields);

static const struct wire_field design_outline_fields[] = {
	WIRE_M(struct design_outline, colour, WIRE_U32),
	WIRE_M(struct design_outline, width, WIRE_F64),
	WIRE_M(struct design_outline, miter_limit, WIRE_F64),
	WIRE_M(struct design_outline, join, WIRE_U8),
	WIRE_M(struct design_outline, under, WIRE_BOOL),
};
WIRE_TYPE(design_outline_type, struct design_outline, design_outline_fields);

static const struct wire_field design_style_fields[] = {
	WIRE_MAX(struct design_style, families, WIRE_STR, 512),
	WIRE_M(struct design_style, size, WIRE_F64),
	WIRE_M(struct design_style, weight, WIRE_U16),
	WIRE_M(struct design_style, italic, WIRE_BOOL),
	WIRE_M(struct design_style, small_caps, WIRE_BOOL),
	WIRE_M(struct design_style, fill, WIRE_U32),
	WIRE_M(struct design_style, letter_spacing, WIRE_F64),
	WIRE_MAX(struct design_style, lang, WIRE_STR, 35),
	WIRE_SUB(struct design_style, outline, WIRE_ONE, 0, &design_outline_type),
};
WIRE_TYPE(design_style_type, struct design_style, design_style_fields);

static const struct wire_field design_part_fields[] = {
	WIRE_M(struct design_part, kind, WIRE_U8),
	WIRE_MAX(struct design_part, text, WIRE_STR, 8192),
	WIRE_MAX(struct design_part, filter, WIRE_STR, 64),
	WIRE_M(struct design_part, style, WIRE_U16),
};
WIRE_TYPE(design_part_type, struct design_part, design_part_fields);

static const struct wire_field design_text_fields[] = {
	WIRE_MAX(struct design_text, id, WIRE_STR, 128),
	WIRE_M(struct design_text, line, WIRE_U32),
	WIRE_SUB(struct design_text, matrix, WIRE_ONE, 0, &design_matrix_type),
	WIRE_M(struct design_text, x, WIRE_F64),
	WIRE_M(struct design_text, y, WIRE_F64),
	WIRE_M(struct design_text, box_w, WIRE_F64),
	WIRE_M(struct design_text, box_h, WIRE_F64),
	WIRE_M(struct design_text, box_y, WIRE_F64),
	WIRE_M(struct design_text, anchor, WIRE_U8),
	WIRE_M(struct design_text, direction, WIRE_U8),
	WIRE_M(struct design_text, shrink, WIRE_BOOL),
	WIRE_M(struct design_text, min_scale, WIRE_F64),
	WIRE_M(struct design_text, max_lines, WIRE_U8),
	WIRE_M(struct design_text, line_height, WIRE_F64),
	WIRE_M(struct design_text, tag, WIRE_U8),
	WIRE_SUB(struct design_text, parts, WIRE_LIST, 100, &design_part_type),
	WIRE_M(struct design_text, order, WIRE_U32),
	WIRE_M(struct design_text, layer, WIRE_U16),
};
WIRE_TYPE(design_text_type, struct design_text, design_text_fields);

static const struct wire_field design_qr_fields[] = {
	WIRE_M(struct design_qr, line, WIRE_U32),
	WIRE_SUB(struct design_qr, matrix, WIRE_ONE, 0, &design_matrix_type),
	WIRE_M(struct design_qr, x, WIRE_F64),
	WIRE_M(struct design_qr, y, WIRE_F64),
	WIRE_M(struct design_qr, size, WIRE_F64),
	WIRE_M(struct design_qr, dark, WIRE_U32),
	WIRE_M(struct design_qr, light, WIRE_U32),
	WIRE_M(struct design_qr, order, WIRE_U32),
	WIRE_M(struct design_qr, layer, WIRE_U16),
};
WIRE_TYPE(design_qr_type, struct design_qr, design_qr_fields);

static const struct wire_field design_layer_fields[] = {
	WIRE_M(struct design_layer, art_len, WIRE_U64),
};
WIRE_TYPE(design_layer_type, struct design_layer, design_layer_fields);

static const struct wire_field design_fields[] = {
	WIRE_M(struct design, width, WIRE_F64),
	WIRE_M(struct design, height, WIRE_F64),
	WIRE_MAX(struct design, title, WIRE_STR, 255),
	WIRE_MAX(struct design, lang, WIRE_STR, 35),
	WIRE_SUB(struct design, styles, WIRE_LIST, 2000, &design_style_type),
	WIRE_SUB(struct design, texts, WIRE_LIST, 500, &design_text_type),
	WIRE_SUB(struct design, qrs, WIRE_LIST, 4, &design_qr_type),
	WIRE_SUB(struct design, layers, WIRE_LIST, DESIGN_LAYERS_MAX, &design_layer_type),
};
WIRE_TYPE(design_type, struct design, design_fields);

struct str design_text_name(const struct design_text *t)
{
	if (t->id.n != 0)
		return t->id;
	for (uint32_t i = 0; i < t->parts.count; i++)
		if (t->parts.items[i].kind == PART_FIELD)
			return t->parts.items[i].text;
	return STR("text");
}

double design_outline_reach(const struct design_outline *o)
{
	return o->width / 2 * (o->join == JOIN_MITER ? o->miter_limit : 1);
}

void design_forget_lines(struct design *d)
{
	for (uint32_t i = 0; i < d->texts.count; i++)
		d->texts.items[i].line = 0;
	for (uint32_t i = 0; i < d->qrs.count; i++)
		d->qrs.items[i].line = 0;
}
