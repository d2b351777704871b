// SPDX-License-Identifier: Apache-2.0
/* Tables of the intake records. Runs in: control, intake. */
#include "ipc/wire_intake.h"

static const struct wire_field input_fields[] = {
	WIRE_M(struct wire_input, kind, WIRE_U8),
	WIRE_MAX(struct wire_input, name, WIRE_STR, 255),
};
WIRE_TYPE(wire_input_type, struct wire_input, input_fields);

static const struct wire_field intake_open_fields[] = {
	WIRE_SUB(struct wire_intake_open, inputs, WIRE_LIST, 3, &wire_input_type),
	WIRE_MAX(struct wire_intake_open, encoding, WIRE_STR, 64),
	WIRE_MAX(struct wire_intake_open, delimiter, WIRE_STR, 8),
	WIRE_MAX(struct wire_intake_open, date_format, WIRE_STR, 32),
	WIRE_MAX(struct wire_intake_open, profile, WIRE_STR, 64),
	WIRE_M(struct wire_intake_open, now_s, WIRE_I64),
};
WIRE_TYPE(wire_intake_open_type, struct wire_intake_open, intake_open_fields);

static const struct wire_field text_fields[] = {
	WIRE_MAX(struct wire_text, lang, WIRE_STR, 35),
	WIRE_MAX(struct wire_text, text, WIRE_STR, 8192),
};
WIRE_TYPE(wire_text_type, struct wire_text, text_fields);

static const struct wire_field achievement_fields[] = {
	WIRE_MAX(struct wire_achievement, id, WIRE_STR, 2048),
	WIRE_SUB(struct wire_achievement, names, WIRE_LIST, 40, &wire_text_type),
	WIRE_SUB(struct wire_achievement, descriptions, WIRE_LIST, 40, &wire_text_type),
	WIRE_MAX(struct wire_achievement, type, WIRE_STR, 64),
	WIRE_MAX(struct wire_achievement, criteria_id, WIRE_STR, 2048),
	WIRE_MAX(struct wire_achievement, criteria_narrative, WIRE_STR, 8192),
	WIRE_SUB(struct wire_achievement, tags, WIRE_LIST, 50, &wire_str_type),
	WIRE_MAX(struct wire_achievement, human_code, WIRE_STR, 255),
	WIRE_MAX(struct wire_achievement, field_of_study, WIRE_STR, 255),
	WIRE_MAX(struct wire_achievement, specialization, WIRE_STR, 255),
	WIRE_MAX(struct wire_achievement, in_language, WIRE_STR, 35),
	WIRE_MAX(struct wire_achievement, version, WIRE_STR, 64),
	WIRE_SINCE(4, struct wire_achievement, more, WIRE_LIST, WIRE_NODES_MAX, &wire_node_type),
};
WIRE_TYPE(wire_achievement_type, struct wire_achievement, achievement_fields);

static const struct wire_field fit_fields[] = {
	WIRE_MAX(struct wire_fit, field, WIRE_STR, 128),
	WIRE_M(struct wire_fit, shrink, WIRE_BOOL),
	WIRE_M(struct wire_fit, min_scale, WIRE_F64),
	WIRE_M(struct wire_fit, max_lines, WIRE_U8),
};
WIRE_TYPE(wire_fit_type, struct wire_fit, fit_fields);

static const struct wire_field pass_wording_fields[] = {
	WIRE_MAX(struct wire_pass_wording, lang, WIRE_STR, 35),
	WIRE_MAX(struct wire_pass_wording, label, WIRE_STR, 16),
	WIRE_MAX(struct wire_pass_wording, text, WIRE_STR, 80),
};
WIRE_TYPE(wire_pass_wording_type, struct wire_pass_wording, pass_wording_fields);

static const struct wire_field pass_style_fields[] = {
	WIRE_MAX(struct wire_pass_style, background, WIRE_STR, 32),
	WIRE_MAX(struct wire_pass_style, foreground, WIRE_STR, 32),
	WIRE_MAX(struct wire_pass_style, label, WIRE_STR, 32),
	WIRE_SINCE(3, struct wire_pass_style, wordings, WIRE_LIST, WIRE_PASS_WORDINGS_MAX,
		&wire_pass_wording_type),
};
WIRE_TYPE(wire_pass_style_type, struct wire_pass_style, pass_style_fields);

static const struct wire_field credential_fields[] = {
	WIRE_MAX(struct wire_credential, key, WIRE_STR, 64),
	WIRE_MAX(struct wire_credential, template_name, WIRE_STR, 1024),
	WIRE_SUB(struct wire_credential, achievement, WIRE_ONE, 0, &wire_achievement_type),
	WIRE_M(struct wire_credential, outputs, WIRE_U32),
	WIRE_M(struct wire_credential, valid_for_months, WIRE_U32),
	WIRE_M(struct wire_credential, valid_for_s, WIRE_I64),
	WIRE_SUB(struct wire_credential, layout, WIRE_LIST, 200, &wire_fit_type),
	WIRE_MAX(struct wire_credential, status, WIRE_STR, 16),
	WIRE_SINCE(4, struct wire_credential, badge, WIRE_LIST, WIRE_NODES_MAX, &wire_node_type),
	WIRE_SUB(struct wire_credential, publish, WIRE_LIST, 50, &wire_str_type),
	WIRE_SUB(struct wire_credential, pass, WIRE_ONE, 0, &wire_pass_style_type),
	WIRE_M(struct wire_credential, png_dpi, WIRE_U16),
	WIRE_SINCE(6, struct wire_credential, pdf_signature_room, WIRE_U32, 0, NULL),
};
WIRE_TYPE(wire_credential_type, struct wire_credential, credential_fields);

static const struct wire_field manifest_fields[] = {
	WIRE_MAX(struct wire_manifest, sha256, WIRE_FIXED, 32),
	WIRE_MAX(struct wire_manifest, name, WIRE_STR, 255),
	WIRE_MAX(struct wire_manifest, tenant, WIRE_STR, 64),
	WIRE_MAX(struct wire_manifest, idempotency_key, WIRE_STR, 128),
	WIRE_SUB(struct wire_manifest, credentials, WIRE_LIST, 50, &wire_credential_type),
	WIRE_M(struct wire_manifest, duplicate, WIRE_U8),
	WIRE_M(struct wire_manifest, all_or_nothing, WIRE_BOOL),
	WIRE_M(struct wire_manifest, max_error_ratio, WIRE_F64),
	WIRE_M(struct wire_manifest, email_required, WIRE_BOOL),
	WIRE_SINCE(4, struct wire_manifest, row_count, WIRE_U32, 0, NULL),
	WIRE_SUB(struct wire_manifest, warnings, WIRE_LIST, 50, &wire_str_type),
};
WIRE_TYPE(wire_manifest_type, struct wire_manifest, manifest_fields);

static const struct wire_field note_fields[] = {
	WIRE_M(struct wire_note, kind, WIRE_U8),
	WIRE_M(struct wire_note, line, WIRE_U32),
	WIRE_MAX(struct wire_note, element, WIRE_STR, 64),
	WIRE_MAX(struct wire_note, what, WIRE_STR, 128),
	WIRE_MAX(struct wire_note, why, WIRE_STR, 255),
};
WIRE_TYPE(wire_note_type, struct wire_note, note_fields);

static const struct wire_field template_font_fields[] = {
	WIRE_MAX(struct wire_template_font, file, WIRE_STR, 255),
	WIRE_SUB(struct wire_template_font, names, WIRE_LIST, 4, &wire_str_type),
	WIRE_M(struct wire_template_font, weight, WIRE_U16),
	WIRE_M(struct wire_template_font, italic, WIRE_BOOL),
	WIRE_M(struct wire_template_font, offset, WIRE_U64),
	WIRE_M(struct wire_template_font, len, WIRE_U64),
};
WIRE_TYPE(wire_template_font_type, struct wire_template_font, template_font_fields);

static const struct wire_field template_fields[] = {
	WIRE_M(struct wire_template, accepted, WIRE_BOOL),
	WIRE_MAX(struct wire_template, refusal, WIRE_STR, 255),
	WIRE_MAX(struct wire_template, sha256, WIRE_FIXED, 32),
	WIRE_M(struct wire_template, clean_offset, WIRE_U64),
	WIRE_M(struct wire_template, clean_len, WIRE_U64),
	WIRE_M(struct wire_template, art_offset, WIRE_U64),
	WIRE_M(struct wire_template, art_len, WIRE_U64),
	WIRE_M(struct wire_template, design_offset, WIRE_U64),
	WIRE_M(struct wire_template, design_len, WIRE_U64),
	WIRE_SUB(struct wire_template, notes, WIRE_LIST, 100, &wire_note_type),
	WIRE_M(struct wire_template, notes_total, WIRE_U32),
	WIRE_SUB(struct wire_template, fields, WIRE_LIST, 200, &wire_str_type),
	WIRE_SUB(struct wire_template, families, WIRE_LIST, 50, &wire_str_type),
	WIRE_SUB(struct wire_template, fonts, WIRE_LIST, 20, &wire_template_font_type),
	WIRE_MAX(struct wire_template, unfilled, WIRE_STR, 255),
	WIRE_SUB(struct wire_template, pass, WIRE_ONE, 0, &wire_pass_style_type),
	WIRE_M(struct wire_template, has_qr, WIRE_BOOL),
	WIRE_M(struct wire_template, width, WIRE_F64),
	WIRE_M(struct wire_template, height, WIRE_F64),
};
WIRE_TYPE(wire_template_type, struct wire_template, template_fields);

static const struct wire_field column_fields[] = {
	WIRE_MAX(struct wire_column, header, WIRE_STR, 255),
	WIRE_MAX(struct wire_column, target, WIRE_STR, 128),
};
WIRE_TYPE(wire_column_type, struct wire_column, column_fields);

static const struct wire_field cohort_fields[] = {
	WIRE_MAX(struct wire_cohort, sha256, WIRE_FIXED, 32),
	WIRE_MAX(struct wire_cohort, kind, WIRE_STR, 32),
	WIRE_MAX(struct wire_cohort, encoding, WIRE_STR, 64),
	WIRE_MAX(struct wire_cohort, delimiter, WIRE_STR, 8),
	WIRE_M(struct wire_cohort, header_line, WIRE_U32),
	WIRE_M(struct wire_cohort, people, WIRE_U32),
	WIRE_M(struct wire_cohort, family_given, WIRE_BOOL),
	WIRE_SUB(struct wire_cohort, columns, WIRE_LIST, 200, &wire_column_type),
	WIRE_MAX(struct wire_cohort, raw_header, WIRE_STR, 16384),
	WIRE_SUB(struct wire_cohort, findings, WIRE_LIST, 10, &wire_str_type),
	WIRE_SUB(struct wire_cohort, warnings, WIRE_LIST, 50, &wire_str_type),
};
WIRE_TYPE(wire_cohort_type, struct wire_cohort, cohort_fields);

static const struct wire_field reading_fields[] = {
	WIRE_MAX(struct wire_reading, encoding, WIRE_STR, 64),
	WIRE_MAX(struct wire_reading, text, WIRE_STR, 255),
};
WIRE_TYPE(wire_reading_type, struct wire_reading, reading_fields);

static const struct wire_field look_fields[] = {
	WIRE_MAX(struct wire_look, file, WIRE_STR, 255),
	WIRE_M(struct wire_look, len, WIRE_U64),
	WIRE_MAX(struct wire_look, sha256, WIRE_FIXED, 32),
	WIRE_MAX(struct wire_look, encoding, WIRE_STR, 64),
	WIRE_M(struct wire_look, bad_line, WIRE_U32),
	WIRE_M(struct wire_look, bad_cells, WIRE_U32),
	WIRE_SUB(struct wire_look, readings, WIRE_LIST, 12, &wire_reading_type),
};
WIRE_TYPE(wire_look_type, struct wire_look, look_fields);

static const struct wire_field value_fields[] = {
	WIRE_MAX(struct wire_value, name, WIRE_STR, 128),
	WIRE_MAX(struct wire_value, text, WIRE_STR, 10000),
};
WIRE_TYPE(wire_value_type, struct wire_value, value_fields);

static const struct wire_field row_fields[] = {
	WIRE_M(struct wire_row, record, WIRE_U32),
	WIRE_M(struct wire_row, line, WIRE_U32),
	WIRE_MAX(struct wire_row, recipient_id, WIRE_STR, 255),
	WIRE_MAX(struct wire_row, name, WIRE_STR, 800),
	WIRE_MAX(struct wire_row, name_latin, WIRE_STR, 800),
	WIRE_MAX(struct wire_row, email, WIRE_STR, 320),
	WIRE_MAX(struct wire_row, lang, WIRE_STR, 35),
	WIRE_MAX(struct wire_row, credential, WIRE_STR, 64),
	WIRE_M(struct wire_row, issued_on, WIRE_I64),
	WIRE_M(struct wire_row, valid_until, WIRE_I64),
	WIRE_MAX(struct wire_row, external_id, WIRE_STR, 255),
	WIRE_MAX(struct wire_row, evidence_url, WIRE_STR, 2048),
	WIRE_SUB(struct wire_row, fields, WIRE_LIST, 100, &wire_value_type),
	WIRE_SUB(struct wire_row, results, WIRE_LIST, 50, &wire_value_type),
	WIRE_SINCE(4, struct wire_row, badge, WIRE_LIST, 150, &wire_value_type),
	WIRE_MAX(struct wire_row, raw, WIRE_STR, 16384),
};
WIRE_TYPE(wire_row_type, struct wire_row, row_fields);

static const struct wire_field row_error_fields[] = {
	WIRE_M(struct wire_row_error, record, WIRE_U32),
	WIRE_M(struct wire_row_error, line, WIRE_U32),
	WIRE_MAX(struct wire_row_error, column, WIRE_STR, 255),
	WIRE_MAX(struct wire_row_error, code, WIRE_STR, 64),
	WIRE_MAX(struct wire_row_error, message, WIRE_STR, 512),
	WIRE_M(struct wire_row_error, warning, WIRE_BOOL),
	WIRE_M(struct wire_row_error, held, WIRE_BOOL),
	WIRE_MAX(struct wire_row_error, raw, WIRE_STR, 16384),
};
WIRE_TYPE(wire_row_error_type, struct wire_row_error, row_error_fields);

static const struct wire_field rows_fields[] = {
	WIRE_SUB(struct wire_rows, rows, WIRE_LIST, 100, &wire_row_type),
	WIRE_SUB(struct wire_rows, errors, WIRE_LIST, 200, &wire_row_error_type),
	WIRE_M(struct wire_rows, end, WIRE_BOOL),
	WIRE_M(struct wire_rows, held, WIRE_U32),
};
WIRE_TYPE(wire_rows_type, struct wire_rows, rows_fields);
