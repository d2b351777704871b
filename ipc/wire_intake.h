// SPDX-License-Identifier: Apache-2.0
/*
 * Records between control and intake: the manifest, the cohort's rows, the cleaned template.
 * A limit in a comment is the most bytes of a text, or entries of a list, that the frame may carry.
 * Days are seconds since 1970 of midnight UTC.
 */
#ifndef IPC_WIRE_INTAKE_H
#define IPC_WIRE_INTAKE_H

#include "base/wire.h"
#include "ipc/wire_node.h"

#define WIRE_NO_DAY INT64_MIN /* a date that is not there */

enum intake_input {
	INTAKE_MANIFEST = 1,
	INTAKE_COHORT,
	INTAKE_TEMPLATE,
};

/* One of the descriptors of INTAKE_OPEN, in their order; the result descriptor is not listed. */
struct wire_input {
	uint8_t kind; /* enum intake_input */
	struct str name; /* <=255: base name, for messages and to tell CSV from XLSX */
};

struct wire_intake_open {
	LIST_OF(struct wire_input) inputs; /* <=3 */
	/* The command line's, each empty or better than the manifest's. */
	struct str encoding; /* <=64 */
	struct str delimiter; /* <=8 */
	struct str date_format; /* <=32 */
	struct str profile; /* <=64 */
	int64_t now_s; /* for checks such as "issued_on lies in the future" */
};

/* Text in one language; lang is BCP 47 or empty for the default. */
struct wire_text {
	struct str lang; /* <=35 */
	struct str text; /* <=8192 */
};

enum output_kind { /* bits */
	OUTPUT_PDF = 1,
	OUTPUT_PNG = 2,
	OUTPUT_BADGE = 4,
	OUTPUT_PASS = 8,
};

struct wire_achievement {
	struct str id; /* <=2048: absolute URI */
	LIST_OF(struct wire_text) names; /* <=40: first is the default */
	LIST_OF(struct wire_text) descriptions; /* <=40 */
	struct str type; /* <=64: achievementType of Open Badges 3.0 */
	struct str criteria_id; /* <=2048 */
	struct str criteria_narrative; /* <=8192 */
	LIST_OF(struct str) tags; /* <=50 */
	struct str human_code; /* <=255 */
	struct str field_of_study; /* <=255 */
	struct str specialization; /* <=255 */
	struct str in_language; /* <=35 */
	struct str version; /* <=64 */
	LIST_OF(struct wire_node) more; /* <=WIRE_NODES_MAX: further members, in trees */
};

/* How a field of the template is fitted; overrides the template's own rule. */
struct wire_fit {
	struct str field; /* <=128: "recipient.name", short names such as "name" already expanded */
	bool shrink;
	double min_scale; /* 0.2 .. 1 */
	uint8_t max_lines; /* 1: no wrapping */
};

/* Sixteen languages of eleven labels (formats/pass_strings.h). */
#define WIRE_PASS_WORDINGS_MAX 176

/* A label of the wallet pass as the manifest or the template words it. */
struct wire_pass_wording {
	struct str lang; /* <=35: BCP 47 */
	struct str label; /* <=16: "recipient", "awarded", ... (formats/pass_strings.h) */
	struct str text; /* <=80 */
};

/* What is empty is not said. */
struct wire_pass_style {
	struct str background; /* <=32: "rgb(r, g, b)" */
	struct str foreground; /* <=32 */
	struct str label; /* <=32 */
	LIST_OF(struct wire_pass_wording) wordings; /* <=WIRE_PASS_WORDINGS_MAX */
};

/* One entry of the manifest's "credentials". */
struct wire_credential {
	struct str key; /* <=64: what the cohort's column "credential" says */
	struct str template_name; /* <=1024: as written; empty: the command line's --template */
	struct wire_achievement achievement;
	uint32_t outputs; /* enum output_kind */
	uint32_t valid_for_months; /* calendar months, then: */
	int64_t valid_for_s; /* both 0: no end */
	LIST_OF(struct wire_fit) layout; /* <=200 */
	struct str status; /* <=16: revocation, suspension, 1edtech */
	LIST_OF(struct wire_node) badge; /* <=WIRE_NODES_MAX: members of the credential, in trees */
	LIST_OF(struct str) publish; /* <=50: fields shown on the verify page */
	struct wire_pass_style pass;
	uint16_t png_dpi; /* 96, 150 or 300 */
	uint32_t pdf_signature_room; /* bytes kept free in the PDF for a signature; 0: none */
};

enum duplicate_policy {
	DUPLICATE_SKIP, /* already issued: leave it */
	DUPLICATE_SUPERSEDE, /* issue again when the row says something else */
	DUPLICATE_REJECT, /* refuse the row when it says something else */
	DUPLICATE_ALLOW, /* another credential under the same award */
};

struct wire_manifest {
	uint8_t sha256[32]; /* of the file's bytes */
	struct str name; /* <=255 */
	struct str tenant; /* <=64 */
	struct str idempotency_key; /* <=128 */
	LIST_OF(struct wire_credential) credentials; /* <=50 */
	uint8_t duplicate; /* enum duplicate_policy */
	bool all_or_nothing; /* policy.on_error "stop": one bad row and nothing is issued */
	double max_error_ratio; /* 0..1; 1 when not given */
	bool email_required; /* policy.missing_email "reject" */
	uint32_t row_count; /* people in the manifest itself; 0: they are in a cohort file */
	LIST_OF(struct str) warnings; /* <=50: sentences for the operator */
};

enum design_note_kind {
	NOTE_REMOVED, /* taken out by the cleaner */
	NOTE_WARNING, /* kept, but worth a look */
};

struct wire_note {
	uint8_t kind; /* enum design_note_kind */
	uint32_t line;
	struct str element; /* <=64 */
	struct str what; /* <=128 */
	struct str why; /* <=255 */
};

/* A font that came with the template; its bytes lie in INTAKE_OPEN's result descriptor. */
struct wire_template_font {
	struct str file; /* <=255: "fonts/Name.ttf" */
	LIST_OF(struct str) names; /* <=4, each <=128: what font-family may call it */
	uint16_t weight; /* 100..900 */
	bool italic;
	uint64_t offset;
	uint64_t len;
};

/*
 * accepted = false: refusal is the sentence and nothing else counts. Offsets and lengths are in
 * INTAKE_OPEN's result descriptor; design is a struct design of templates/design.h, encoded.
 */
struct wire_template {
	bool accepted;
	struct str refusal; /* <=255 */
	uint8_t sha256[32]; /* of the cleaned template's bytes: its identity */
	uint64_t clean_offset;
	uint64_t clean_len;
	uint64_t art_offset; /* the cleaned template without its text objects and QR frames */
	uint64_t art_len;
	uint64_t design_offset;
	uint64_t design_len;
	LIST_OF(struct wire_note) notes; /* <=100 */
	uint32_t notes_total; /* all of them, also those that did not fit */
	LIST_OF(struct str) fields; /* <=200: names of the placeholders, each once */
	LIST_OF(struct str) families; /* <=50: font families named by text objects */
	LIST_OF(struct wire_template_font) fonts; /* <=20: of a bundle, those in use */
	struct str unfilled; /* <=255: of template_cleaned */
	struct wire_pass_style pass; /* of a bundle: what holds where the manifest says nothing */
	bool has_qr;
	double width; /* of the page, CSS pixels */
	double height;
};

struct wire_column {
	struct str header; /* <=255 */
	struct str target; /* <=128: canonical column, empty: ignored */
};

struct wire_cohort {
	uint8_t sha256[32];
	struct str kind; /* <=32: CSV, JSON lines, ... */
	struct str encoding; /* <=64 */
	struct str delimiter; /* <=8 */
	uint32_t header_line;
	uint32_t people; /* records that are somebody, good or bad */
	bool family_given; /* names stand as Family,Given and are turned */
	LIST_OF(struct wire_column) columns; /* <=200 */
	struct str raw_header; /* <=16384: the header record as CSV, for errors.csv */
	LIST_OF(struct str) findings; /* <=10: what was decided, and by what */
	LIST_OF(struct str) warnings; /* <=50 */
};

/* A doubtful cell, read in one encoding. */
struct wire_reading {
	struct str encoding; /* <=64 */
	struct str text; /* <=255 */
};

/* A cohort before it is read. */
struct wire_look {
	struct str file; /* <=255 */
	uint64_t len;
	uint8_t sha256[32];
	struct str encoding; /* <=64; empty: not UTF-8, and a person has to say what it is */
	uint32_t bad_line; /* the first that is not UTF-8 */
	uint32_t bad_cells; /* cells with letters that the choice decides */
	LIST_OF(struct wire_reading) readings; /* <=12 */
};

struct wire_value {
	struct str name; /* <=128 */
	struct str text; /* <=10000 */
};

struct wire_row {
	uint32_t record; /* 1 = first after the header */
	uint32_t line; /* physical line in the file */
	struct str recipient_id; /* <=255: never empty; derived from email or name when not given */
	struct str name; /* <=800: what the certificate says, NFC */
	struct str name_latin; /* <=800 */
	struct str email; /* <=320 */
	struct str lang; /* <=35 */
	struct str credential; /* <=64: key in the manifest */
	int64_t issued_on; /* WIRE_NO_DAY: the batch's day */
	int64_t valid_until; /* WIRE_NO_DAY: by the manifest */
	struct str external_id; /* <=255 */
	struct str evidence_url; /* <=2048 */
	LIST_OF(struct wire_value) fields; /* <=100: field.* columns, names with their prefix */
	LIST_OF(struct wire_value) results; /* <=50: result.* columns */
	/*
	 * <=150: for the badge: members of the subject and its evidence by their names; a result's
	 * column with the id of its description, and "level." before it with that of the level.
	 */
	LIST_OF(struct wire_value) badge;
	struct str raw; /* <=16384: the record as CSV (UTF-8), for errors.csv */
};

struct wire_row_error {
	uint32_t record;
	uint32_t line;
	struct str column; /* <=255: "row" when it is about the whole */
	struct str code; /* <=64: email-invalid, date-excel-serial, ... */
	struct str message; /* <=512 */
	bool warning; /* the row is still good */
	bool held; /* left out by its "hold" column, no fault */
	struct str raw; /* <=16384; empty on warnings */
};

struct wire_rows {
	LIST_OF(struct wire_row) rows; /* <=100 */
	LIST_OF(struct wire_row_error) errors; /* <=200 */
	bool end;
	uint32_t held; /* rows left out so far because of their "hold" column */
};

extern const struct wire_type wire_input_type;
extern const struct wire_type wire_intake_open_type;
extern const struct wire_type wire_text_type;
extern const struct wire_type wire_achievement_type;
extern const struct wire_type wire_fit_type;
extern const struct wire_type wire_pass_wording_type;
extern const struct wire_type wire_pass_style_type;
extern const struct wire_type wire_credential_type;
extern const struct wire_type wire_manifest_type;
extern const struct wire_type wire_note_type;
extern const struct wire_type wire_template_font_type;
extern const struct wire_type wire_template_type;
extern const struct wire_type wire_column_type;
extern const struct wire_type wire_cohort_type;
extern const struct wire_type wire_reading_type;
extern const struct wire_type wire_look_type;
extern const struct wire_type wire_value_type;
extern const struct wire_type wire_row_type;
extern const struct wire_type wire_row_error_type;
extern const struct wire_type wire_rows_type;

#endif
