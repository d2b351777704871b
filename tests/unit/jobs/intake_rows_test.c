// SPDX-License-Identifier: Apache-2.0
/* Whole cohorts from bytes to rows: formats, refusals, doubles, frames. Runs in: make check. */
#include "base/hash.h"
#include "base/mem.h"
#include "jobs/intake_rows.h"
#include "jobs/intake_unicode.h"
#include "tests/harness/harness.h"

#include <stdlib.h>
#include <string.h>

#define NOW_S INT64_C(1780272000) /* 2026-06-01 */
#define MANIFEST_A \
	"{\"format\": \"certfill-manifest/1\", \"credentials\": {\"bsc\": {\"outputs\": " \
	"[\"pdf\"], \"achievement\": " \
	"{\"id\": \"urn:a:b\", \"name\": \"n\"}}"
#define MANIFEST_ONE MANIFEST_A "}"
#define MANIFEST_TWO \
	MANIFEST_A ", \"msc\": {\"outputs\": [\"pdf\"], \"achievement\": {\"id\": \"urn:a:c\", " \
		   "\"name\": \"n\"}}}"

static struct arena *arena;
static struct wire_manifest manifest;
static struct intake_source source;

static struct intake_rows_options options_of(const char *csv, const char *json)
{
	struct intake_rows_options o = {
		.file_name = STR("cohort.csv"), .input = bytes_of(str_of(csv)), .now_s = NOW_S};
	struct err err = {0};

	if (json != NULL) {
		assert_ok(intake_manifest_read(
				  bytes_of(str_of(json)), arena, &manifest, &source, &err),
			err);
		o.manifest = &manifest;
		o.source = &source;
	}
	return o;
}

static void read_with(
	const struct intake_rows_options *o, struct wire_cohort *cohort, struct wire_rows *out)
{
	struct intake_rows *r = NULL;
	struct wire_cohort found;
	struct err err = {0};

	assert_ok(intake_rows_open(o, &r, &err), err);
	intake_rows_describe(r, &found);
	wire_copy(&wire_cohort_type, &found, arena, cohort);
	assert_ok(intake_rows_next(r, arena, out, &err), err);
	assert_true(out->end);
	intake_rows_close(&r);
	assert_null(r);
}

static struct wire_rows read_rows(const char *csv, const char *json)
{
	struct intake_rows_options o = options_of(csv, json);
	struct wire_cohort cohort;
	struct wire_rows rows;

	read_with(&o, &cohort, &rows);
	return rows;
}

static void refused(const char *csv, const char *json, const char *part)
{
	struct intake_rows_options o = options_of(csv, json);
	struct intake_rows *r = NULL;
	struct err err = {0};
	enum rc rc = intake_rows_open(&o, &r, &err);

	if (rc == RC_OK || strstr(err.text, part) == NULL)
		fail_msg("%s\ngave %d: %s", csv, rc, err.text);
	assert_null(r);
}

/* Exactly one row, refused with this code, in this column. */
static void one_error(const char *csv, const char *json, const char *code, const char *column)
{
	struct wire_rows rows = read_rows(csv, json);

	if (rows.rows.count != 0 || rows.errors.count != 1
		|| !str_eq_cz(rows.errors.items[0].code, code))
		fail_msg("%s\ngave %u rows, %u errors, first %.*s", csv, rows.rows.count,
			rows.errors.count,
			STR_ARG(rows.errors.count != 0 ? rows.errors.items[0].code : STR("none")));
	assert_false(rows.errors.items[0].warning);
	assert_string_equal(
		column, str_fmt(arena, STR_FMT "%c", STR_ARG(rows.errors.items[0].column), 0).p);
	assert_true(rows.errors.items[0].raw.n != 0);
}

/* One good row with exactly one warning of this code. */
static void one_warning(const char *csv, const char *code)
{
	struct wire_rows rows = read_rows(csv, NULL);

	if (rows.rows.count != 1 || rows.errors.count != 1
		|| !str_eq_cz(rows.errors.items[0].code, code))
		fail_msg("%s\ngave %u rows, %u errors, first %.*s", csv, rows.rows.count,
			rows.errors.count,
			STR_ARG(rows.errors.count != 0 ? rows.errors.items[0].code : STR("none")));
	assert_true(rows.errors.items[0].warning);
	assert_int_equal(rows.errors.items[0].raw.n, 0);
}

static void a_row_has_all_its_parts(void **state)
{
	struct wire_rows rows = read_rows(
		"recipient_id,name,name_latin,email,locale,credential,issued_on,valid_until,field."
		"honors,result.gpa,"
		"evidence_url,external_id,hold,shoe size\r\n"
		"0017, Jose\xCC\x81 Garc\xC3\xAD"
		"a ,Jose Garcia,j@uni.example,es-MX,bsc,2026-05-30,20280530,cum laude,3.9,"
		"https://uni.example/e,X1,N,43\r\n",
		MANIFEST_TWO "}");
	const struct wire_row *r = rows.rows.items;

	(void)state;
	assert_int_equal(rows.rows.count, 1);
	assert_int_equal(rows.errors.count, 0);
	assert_int_equal(r->record, 1);
	assert_int_equal(r->line, 2);
	assert_true(str_eq_cz(r->recipient_id, "0017"));
	assert_true(str_eq_cz(r->name,
		"Jos\xC3\xA9 Garc\xC3\xAD"
		"a"));
	assert_true(str_eq_cz(r->name_latin, "Jose Garcia"));
	assert_true(str_eq_cz(r->email, "j@uni.example"));
	assert_true(str_eq_cz(r->lang, "es-MX"));
	assert_true(str_eq_cz(r->credential, "bsc"));
	assert_int_equal(r->issued_on, INT64_C(1780099200));
	assert_int_equal(r->valid_until - r->issued_on, INT64_C(731) * 86400);
	assert_true(str_eq_cz(r->evidence_url, "https://uni.example/e"));
	assert_true(str_eq_cz(r->external_id, "X1"));
	assert_int_equal(r->fields.count, 1);
	assert_true(str_eq_cz(r->fields.items[0].name, "field.honors"));
	assert_true(str_eq_cz(r->fields.items[0].text, "cum laude"));
	assert_true(str_eq_cz(r->results.items[0].name, "result.gpa"));
	assert_true(str_find_str(r->raw, STR("0017,")) == 0);
}

static void the_cohort_is_described(void **state)
{
	struct intake_rows_options o =
		options_of("Report of June\n\nEMPLID;Full Name;Shoe\n1;Ada;44\n", NULL);
	struct wire_cohort c;
	struct wire_rows rows;
	uint8_t sha[32];

	(void)state;
	read_with(&o, &c, &rows);
	hash_sha256(o.input, sha);
	assert_memory_equal(c.sha256, sha, 32);
	assert_true(str_eq_cz(c.delimiter, ";"));
	assert_true(str_eq_cz(c.encoding, "UTF-8"));
	assert_int_equal(c.header_line, 3);
	assert_int_equal(c.columns.count, 3);
	assert_true(str_eq_cz(c.columns.items[0].target, "recipient_id"));
	assert_true(str_eq_cz(c.columns.items[1].target, "name"));
	assert_int_equal(c.columns.items[2].target.n, 0);
	assert_true(str_eq_cz(c.raw_header, "EMPLID,Full Name,Shoe"));
	assert_int_equal(c.warnings.count, 2);
	assert_int_equal(rows.rows.items[0].line, 4);
	assert_int_equal(rows.rows.items[0].record, 1);
}

static void encodings(void **state)
{
	struct intake_rows_options o = options_of("name\nLef\xE8vre\n", NULL);
	struct wire_cohort c;
	struct wire_rows rows;

	(void)state;
	refused("name,x\nAda,1\nLef\xE8vre,2\n", NULL, "line 3");
	refused("name,x\nAda,1\nLef\xE8vre,2\n", NULL, "--encoding windows-1252");
	o.encoding = STR("windows-1252");
	read_with(&o, &c, &rows);
	assert_true(str_eq_cz(rows.rows.items[0].name, "Lef\xC3\xA8vre"));
	assert_true(str_eq_cz(c.encoding, "windows-1252"));
	o.encoding = STR("klingon-7");
	assert_int_equal(
		intake_rows_open(&o, &(struct intake_rows *){NULL}, &(struct err){0}), RC_INPUT);
	rows = read_rows("\xEF\xBB\xBFname\nJos\xC3\xA9\n", NULL);
	assert_true(str_eq_cz(rows.rows.items[0].name, "Jos\xC3\xA9"));
	o = options_of("", NULL);
	o.input = (struct bytes){(const uint8_t *)"\xFF\xFEn\0a\0m\0e\0\n\0\x1F\x04\n\0", 16};
	read_with(&o, &c, &rows);
	assert_true(str_eq_cz(rows.rows.items[0].name, "\xD0\x9F"));
	assert_true(str_eq_cz(c.encoding, "UTF-16LE"));
}

static void files_that_stop(void **state)
{
	struct intake_rows_options o = options_of("x", NULL);

	(void)state;
	refused("", NULL, "empty");
	refused("\n\n  \n", NULL, "blank lines");
	refused("name,email\n", NULL, "nobody");
	refused("name,email\n,,\n , \n", NULL, "nobody");
	refused("a,b\n1,2\n", NULL, "no header");
	refused("recipient_id,email\n1,a@b.example\n", NULL, "no column for the name");
	refused("name,Name\nA,B\n", NULL, "occurs twice");
	refused("full name,student\nA,B\n", NULL, "could both be name");
	refused("name,x\n\"Ada,1\nGrace,2\n", NULL, "line 2, column 1");
	refused("name,x\nAda,1\nGrace,\"2\n", NULL, "line 3, column 2");
	refused("name,x\n\"Ada\" L,1\n", NULL, "line 2, character 7");
	refused("PK\x03\x04zzzz", NULL, "workbook");
	o.input = (struct bytes){(const uint8_t *)"name\nA\0b\n", 9};
	assert_int_equal(
		intake_rows_open(&o, &(struct intake_rows *){NULL}, &(struct err){0}), RC_INPUT);
}

static void quoting_and_line_ends(void **state)
{
	struct wire_rows rows = read_rows("name,field.a\r\n\"Lovelace, Ada\",\"say "
					  "\"\"hi\"\"\"\r\n\"B\",\"two\r\nlines\"\r\nC,\"\"\r\n",
		NULL);

	(void)state;
	assert_int_equal(rows.rows.count, 3);
	assert_true(str_eq_cz(rows.rows.items[0].name, "Lovelace, Ada"));
	assert_true(str_eq_cz(rows.rows.items[0].fields.items[0].text, "say \"hi\""));
	assert_true(str_eq_cz(rows.rows.items[1].fields.items[0].text, "two\nlines"));
	assert_int_equal(rows.rows.items[2].line, 5);
	assert_int_equal(rows.rows.items[2].record, 3);
	assert_true(str_eq_cz(rows.rows.items[0].raw, "\"Lovelace, Ada\",\"say \"\"hi\"\"\""));
	rows = read_rows("name\rA\r\rB\r", NULL);
	assert_int_equal(rows.rows.count, 2);
	assert_int_equal(rows.rows.items[1].line, 4);
	rows = read_rows("sep=|\nname|x\nA, B|2", NULL);
	assert_true(str_eq_cz(rows.rows.items[0].name, "A, B"));
	assert_int_equal(rows.rows.items[0].line, 3);
	rows = read_rows("name\tfield.a\nA\t5\" pipe\n", NULL);
	assert_true(str_eq_cz(rows.rows.items[0].fields.items[0].text, "5\" pipe"));
}

static void excel_damage(void **state)
{
	struct wire_rows rows =
		read_rows("recipient_id,name\n=\"00123\",Ada\n\"=\"\"00124\"\"\",Bob\n", NULL);

	(void)state;
	assert_true(str_eq_cz(rows.rows.items[0].recipient_id, "00123"));
	assert_true(str_eq_cz(rows.rows.items[1].recipient_id, "00124"));
	one_error("recipient_id,name\n1.23E+11,Ada\n", NULL, "excel-number", "recipient_id");
	one_error("recipient_id,name\n1,#REF!\n", NULL, "excel-error", "name");
	one_error("recipient_id,name,field.x\n1,Ada,#####\n", NULL, "excel-hashes", "field.x");
	one_error("name,Issued At\nAda,46185\n", NULL, "date-excel-serial", "Issued At");
	rows = read_rows("name,issued_on\nAda,46185\n", NULL);
	assert_true(str_find_str(rows.errors.items[0].message, STR("2026-06-12"))
		< rows.errors.items[0].message.n);
	rows = read_rows("recipient_id,name\n00000001,A\n00000002,B\n00000003,C\n00000004,"
			 "D\n00000005,E\n00000006,F\n"
			 "00000007,G\n00000008,H\n00000009,I\n10,J\n",
		NULL);
	assert_int_equal(rows.rows.count, 10);
	assert_int_equal(rows.errors.count, 1);
	assert_true(str_eq_cz(rows.errors.items[0].code, "id-short"));
}

static void single_faults(void **state)
{
	(void)state;
	one_error("name,email\nAda,b@@x.example\n", NULL, "email-invalid", "email");
	one_error("name,locale\nAda,de_DE\n", NULL, "locale-invalid", "locale");
	one_error("name,evidence_url\nAda,javascript:alert(1)\n", NULL, "url-invalid",
		"evidence_url");
	one_error("name,issued_on\nAda,03/04/2026\n", NULL, "date-ambiguous", "issued_on");
	one_error("name,issued_on\nAda,3.4.26\n", NULL, "date-two-digit-year", "issued_on");
	one_error("name,issued_on\nAda,2026-02-30\n", NULL, "date-invalid", "issued_on");
	one_error("name,issued_on,valid_until\nAda,2026-02-03,2026-02-02\n", NULL,
		"date-before-issue", "valid_until");
	one_error("name,x\n,1\n", NULL, "name-missing", "name");
	one_error("recipient_id,name\n,Ada\n", NULL, "id-missing", "recipient_id");
	one_error("name,hold\nAda,maybe\n", NULL, "flag-unclear", "hold");
	one_error("name,x\nAda\n", NULL, "cells-too-few", "row");
	one_error("name,x\nAda,1,2\n", NULL, "cells-too-many", "row");
	one_error("name,x\nA\xE2\x80\xAE"
		  "da,1\n",
		NULL, "bidi-control", "name");
	one_error("name,x\n\"A\nda\",1\n", NULL, "control-character", "name");
	one_error("name,x\nA\xEF\xBF\xBD"
		  "da,1\n",
		NULL, "letter-lost", "name");
	one_error(
		"name,credential\nAda,bcs\n", MANIFEST_TWO "}", "credential-unknown", "credential");
	one_error("name,x\nAda,1\n", MANIFEST_TWO "}", "credential-missing", "credential");
	one_error("name,x\nAda,1\n", MANIFEST_ONE ", \"policy\": {\"missing_email\": \"reject\"}}",
		"email-missing", "email");
}

static void warnings_keep_the_row(void **state)
{
	(void)state;
	one_warning("name,x\nJos\xC3\x83\xC2\xA9,1\n", "mojibake");
	one_warning("name,x\nA\xE2\x80\x8B"
		    "da,1\n",
		"zero-width");
	one_warning("name,x\nJos? Garcia,1\n", "question-mark");
	one_warning("name,issued_on\nAda,2027-01-01\n", "date-future");
	/* Persian and Hindi need their joiners. */
	assert_int_equal(read_rows("name\n\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE\xD9\x88\n", NULL)
				 .errors.count,
		0);
	assert_int_equal(read_rows("name\n\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7\n", NULL)
				 .errors.count,
		0);
}

static void all_faults_of_a_row_in_one_line(void **state)
{
	struct wire_rows rows = read_rows(
		"name,email,issued_on\nAda,nope,never\nGrace,g@x.example,2026-05-01\n", NULL);

	(void)state;
	assert_int_equal(rows.rows.count, 1);
	assert_int_equal(rows.errors.count, 1);
	assert_true(str_eq_cz(rows.errors.items[0].code, "email-invalid"));
	assert_true(str_find_str(rows.errors.items[0].message, STR("; issued_on: "))
		< rows.errors.items[0].message.n);
	assert_int_equal(rows.errors.items[0].record, 1);
	assert_int_equal(rows.errors.items[0].line, 2);
	assert_true(str_eq_cz(rows.errors.items[0].raw, "Ada,nope,never"));
}

static void doubles(void **state)
{
	struct wire_rows rows = read_rows("recipient_id,name,email\n7,Ada,a@x.example\n7,Ada,a@x."
					  "example\n8,Bob,A@X.example\n",
		NULL);

	(void)state;
	assert_int_equal(rows.rows.count, 2);
	assert_int_equal(rows.errors.count, 2);
	assert_true(str_eq_cz(rows.errors.items[0].code, "duplicate-row"));
	assert_true(str_find_str(rows.errors.items[0].message, STR("line 2"))
		< rows.errors.items[0].message.n);
	assert_true(str_eq_cz(rows.errors.items[1].code, "email-shared"));
	assert_true(rows.errors.items[1].warning);
	/* Another credential is another row; a refused first line does not stand in the way of the second. */
	rows = read_rows("recipient_id,name,credential\n7,Ada,bsc\n7,Ada,msc\n", MANIFEST_TWO "}");
	assert_int_equal(rows.rows.count, 2);
	rows = read_rows("recipient_id,name,email\n7,Ada,bad\n7,Ada,a@x.example\n", NULL);
	assert_int_equal(rows.rows.count, 1);
	/* Without ids: by address, then by name. */
	rows = read_rows("name,email\nAda,a@x.example\nAda,b@x.example\nAda,\nAda,\n", NULL);
	assert_int_equal(rows.rows.count, 3);
	assert_true(str_eq_cz(rows.errors.items[0].code, "duplicate-row"));
	assert_false(str_eq(rows.rows.items[0].recipient_id, rows.rows.items[1].recipient_id));
	assert_true(rows.rows.items[2].recipient_id.n > 10);
}

static void held_rows_are_counted(void **state)
{
	struct wire_rows rows = read_rows("name,hold\nAda,Y\nBob,\nnope@@,yes\n", NULL);

	(void)state;
	assert_int_equal(rows.rows.count, 1);
	assert_int_equal(rows.errors.count, 2);
	for (uint32_t i = 0; i < 2; i++) {
		assert_true(rows.errors.items[i].held);
		assert_true(str_eq_cz(rows.errors.items[i].code, "held"));
	}
	assert_int_equal(rows.held, 2);
	assert_int_equal(rows.rows.items[0].record, 2);
}

static void dates_are_proved_by_their_column(void **state)
{
	struct wire_rows rows = read_rows("name,issued_on\nAda,03/04/2026\nBob,31/05/2026\n", NULL);

	(void)state;
	assert_int_equal(rows.rows.count, 2);
	assert_int_equal(rows.rows.items[0].issued_on, INT64_C(1775174400)); /* 2026-04-03 */
	rows = read_rows("name,issued_on\nAda,03/04/2026\nBob,31/05/2026\nEve,05/31/2026\n", NULL);
	assert_int_equal(rows.rows.count, 0);
	assert_int_equal(rows.errors.count, 3);
	rows = read_rows("name,issued_on\nAda,03/04/2026\n",
		MANIFEST_ONE ", \"source\": {\"date_format\": \"MM/DD/YYYY\"}}");
	assert_int_equal(rows.rows.items[0].issued_on, INT64_C(1772582400)); /* 2026-03-04 */
}

static void the_command_line_decides_days(void **state)
{
	struct intake_rows_options o = options_of("name,issued_on\nA,03/04/2026\n", NULL);
	struct wire_cohort c;
	struct wire_rows rows;

	(void)state;
	o.date_format = STR("DD/MM/YYYY");
	read_with(&o, &c, &rows);
	assert_int_equal(rows.rows.items[0].issued_on, INT64_C(1775174400));
	o.date_format = STR("MM/DD/YYYY");
	read_with(&o, &c, &rows);
	assert_int_equal(rows.rows.items[0].issued_on, INT64_C(1772582400));
	o.date_format = STR("DDMM");
	assert_int_equal(
		intake_rows_open(&o, &(struct intake_rows *){NULL}, &(struct err){0}), RC_INPUT);
	o = options_of("name,issued_on\nA,03/04/2026\nB,31/05/2026\n", NULL);
	read_with(&o, &c, &rows);
	assert_int_equal(c.findings.count, 1);
	assert_true(str_eq_cz(
		c.findings.items[0], "issued_on: DD/MM/YYYY, proved by line 3: 31/05/2026"));
	assert_int_equal(c.people, 2);
}

static void nothing_ends_before_it_begins(void **state)
{
	(void)state;
	one_error("name,issued_on,valid_until\nA,2026-05-01,2026-05-01\n", NULL,
		"date-before-issue", "valid_until");
	one_error("name,valid_until\nA,2026-05-31\n", NULL, "date-before-issue", "valid_until");
	one_error("name,valid_until\nA,2026-06-01\n", NULL, "date-before-issue", "valid_until");
	assert_int_equal(read_rows("name,valid_until\nA,2026-06-02\n", NULL).rows.count, 1);
	one_error("name,issued_on\nA,0001-01-01\n", NULL, "date-out-of-range", "issued_on");
}

static void columns_that_are_addresses_by_their_cells(void **state)
{
	struct wire_rows rows = read_rows("name,SIS Login ID\nA,a@b.example\nB,bee\n", NULL);

	(void)state;
	assert_int_equal(rows.errors.count, 0);
	assert_true(str_eq_cz(rows.rows.items[0].email, "a@b.example"));
	assert_int_equal(rows.rows.items[1].email.n, 0);
	rows = read_rows(
		"name,SIS Login ID,E-Mail,ID,Student ID\nA,x@y.example,a@b.example,7,8\n", NULL);
	assert_true(str_eq_cz(rows.rows.items[0].email, "a@b.example"));
	assert_true(str_eq_cz(rows.rows.items[0].recipient_id, "8"));
}

static void people_as_json(void **state)
{
	struct wire_rows rows = read_rows("{\"name\":\"Ada\",\"recipient_id\":\"1\"}\n"
					  "{\"recipient_id\":\"2\"}\n{\n",
		NULL);

	(void)state;
	assert_int_equal(rows.rows.count, 1);
	assert_int_equal(rows.errors.count, 2);
	assert_true(str_eq_cz(rows.errors.items[0].code, "name-missing"));
	assert_int_equal(rows.errors.items[0].line, 2);
	assert_true(str_eq_cz(rows.errors.items[1].code, "json-invalid"));
	assert_int_equal(rows.errors.items[1].line, 3);
	/* What comes back as CSV stays refused until a person has mended it. */
	one_error("name,recipient_id,_line,_code,_message\nA,1,3,json-invalid,x\n", NULL,
		"cells-too-few", "row");
}

static void names_from_parts(void **state)
{
	struct wire_rows rows = read_rows(
		"Vorname,Nachname,diploma_name,locale\nAda,King,,\nAda,King,Ada Lovelace,\n"
		"\xE5\xB0\x8F\xE6\x98\x8E,\xE7\x8E\x8B,,zh\nJ\xC3\xA1nos,Nagy,,hu\n",
		NULL);

	(void)state;
	assert_true(str_eq_cz(rows.rows.items[0].name, "Ada King"));
	assert_true(str_eq_cz(rows.rows.items[1].name, "Ada Lovelace"));
	assert_true(str_eq_cz(rows.rows.items[2].name, "\xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E"));
	assert_true(str_eq_cz(rows.rows.items[3].name, "Nagy J\xC3\xA1nos"));
	rows = read_rows("NAME\n\"Lovelace,Ada\"\n\"a,b,c\"\n",
		MANIFEST_ONE ", \"source\": {\"columns\": {\"name\": {\"from\": \"name\", "
			     "\"order\": \"family,given\"}}}}");
	assert_true(str_eq_cz(rows.rows.items[0].name, "Ada Lovelace"));
	assert_true(str_eq_cz(rows.errors.items[0].code, "name-order"));
}

static void the_manifest_maps_columns(void **state)
{
	const char *json = MANIFEST_TWO
		", \"source\": {\"columns\": {\"name\": \"Person\", \"field.honors\": \"HON\"},"
		"\"constants\": {\"credential\": \"msc\", \"field.school\": \"Science\"}}}";
	struct wire_rows rows = read_rows("person,hon,name\nAda,cum laude,ignored\n", json);

	(void)state;
	assert_int_equal(rows.rows.count, 1);
	assert_true(str_eq_cz(rows.rows.items[0].name, "Ada"));
	assert_true(str_eq_cz(rows.rows.items[0].credential, "msc"));
	assert_int_equal(rows.rows.items[0].fields.count, 2);
	assert_true(str_eq_cz(rows.rows.items[0].fields.items[1].name, "field.school"));
	assert_true(str_eq_cz(rows.rows.items[0].fields.items[1].text, "Science"));
	refused("name,x\nA,1\n", json, "has no column \"Person\"");
	refused("person,hon,credential\nA,x,bsc\n", json, "leave one out");
	refused("name\nA\n",
		MANIFEST_ONE
		", \"source\": {\"sha256\": "
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}}",
		"source.sha256");
}

static void errors_csv_can_be_handed_in_again(void **state)
{
	struct intake_rows_options o = options_of("recipient_id,name,field.x,_line,_code,_"
						  "message\n1,Ada,'=a,3,email-invalid,\"x, y\"\n",
		MANIFEST_ONE ", \"source\": {\"delimiter\": \";\"}}");
	struct wire_cohort c;
	struct wire_rows rows;

	(void)state;
	read_with(&o, &c, &rows);
	assert_int_equal(rows.rows.count, 1);
	assert_true(str_eq_cz(rows.rows.items[0].fields.items[0].text, "=a"));
	assert_true(str_eq_cz(rows.rows.items[0].raw, "1,Ada,'=a"));
	assert_true(str_eq_cz(c.raw_header, "recipient_id,name,field.x"));
	assert_true(c.warnings.count >= 1);
}

/* Rows of the wrong shape keep the columns of errors.csv in line, and stay refused until a person looked. */
static void misshapen_rows_come_back_in_line(void **state)
{
	struct wire_rows rows =
		read_rows("recipient_id,name,field.x\n1,Ada\n2,Bob,x,y,\"z\"\n", NULL);

	(void)state;
	assert_int_equal(rows.errors.count, 2);
	assert_true(str_eq_cz(rows.errors.items[0].raw, "1,Ada,"));
	assert_true(str_eq_cz(rows.errors.items[1].raw, "2,Bob,\"x,y,z\""));
	rows = read_rows(
		"recipient_id,name,field.x,_line,_code,_message\n1,Ada,,2,cells-too-few,m\n"
		"2,Bob,\"x,y,z\",3,cells-too-many,m\n3,Eve,x,4,,m\n",
		NULL);
	assert_int_equal(rows.rows.count, 1);
	assert_int_equal(rows.errors.count, 2);
	assert_true(str_find_str(rows.errors.items[0].message, STR("_code"))
		< rows.errors.items[0].message.n);
	one_error("recipient_id,name,field.x\nLovelace,ada@x.example,\n", NULL, "name-is-address",
		"name");
}

static struct buf many_rows(uint32_t count)
{
	struct buf b = buf_new(64u << 20);

	buf_put_cz(&b, "recipient_id,name,email,field.honors\n");
	for (uint32_t i = 0; i < count; i++)
		buf_fmt(&b, "%06u,\"Person, %u\",p%u@uni.example,%s\n", i, i, i,
			i % 7 == 0 ? "\"a\nb\"" : "cum laude");
	return b;
}

static void frames_hold_what_fits_and_nothing_is_lost(void **state)
{
	struct buf b = many_rows(5000);
	struct intake_rows_options o = {.input = buf_bytes(&b), .now_s = NOW_S};
	struct intake_rows *r;
	struct err err = {0};
	uint32_t next = 0;
	bool end = false;

	(void)state;
	assert_ok(intake_rows_open(&o, &r, &err), err);
	while (!end) {
		struct arena *a = arena_new(8u << 20);
		struct buf frame = buf_new(65536);
		struct wire_rows rows;

		assert_ok(intake_rows_next(r, a, &rows, &err), err);
		assert_ok(wire_encode(&wire_rows_type, &rows, &frame, &err), err);
		for (uint32_t i = 0; i < rows.rows.count; i++)
			assert_int_equal(rows.rows.items[i].record, ++next);
		assert_true(rows.rows.count > 0 || rows.end);
		end = rows.end;
		buf_free(&frame);
		arena_free(&a);
	}
	assert_int_equal(next, 5000);
	intake_rows_close(&r);
	buf_free(&b);
}

static void large_rows(void **state)
{
	struct buf b = buf_new(4u << 20);
	struct intake_rows_options o = {.now_s = NOW_S};
	struct intake_rows *r;
	struct wire_rows rows;
	struct err err = {0};
	uint32_t kept = 0;
	uint32_t refused_count = 0;

	(void)state;
	buf_put_cz(&b, "name,field.a,field.b\n");
	for (int i = 0; i < 20; i++) {
		buf_fmt(&b, "P%d,", i);
		for (int k = 0; k < (i == 7 ? 20000 : 7000); k++)
			buf_put_char(&b, 'x');
		buf_put_cz(&b, ",y\n");
	}
	o.input = buf_bytes(&b);
	assert_ok(intake_rows_open(&o, &r, &err), err);
	do {
		struct buf frame = buf_new(65536);

		assert_ok(intake_rows_next(r, arena, &rows, &err), err);
		assert_ok(wire_encode(&wire_rows_type, &rows, &frame, &err), err);
		buf_free(&frame);
		kept += rows.rows.count;
		refused_count += rows.errors.count;
	} while (!rows.end);
	assert_int_equal(kept, 19);
	assert_int_equal(refused_count, 1);
	intake_rows_close(&r);
	buf_free(&b);
}

static void reset(void)
{
	arena_free(&arena);
	arena = arena_new(256u << 20);
}

static int set_up(void **state)
{
	(void)state;
	reset();
	return 0;
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_row_has_all_its_parts),
		TEST(the_cohort_is_described),
		TEST(encodings),
		TEST(files_that_stop),
		TEST(quoting_and_line_ends),
		TEST(excel_damage),
		TEST(single_faults),
		TEST(warnings_keep_the_row),
		TEST(all_faults_of_a_row_in_one_line),
		TEST(doubles),
		TEST(held_rows_are_counted),
		TEST(dates_are_proved_by_their_column),
		TEST(the_command_line_decides_days),
		TEST(nothing_ends_before_it_begins),
		TEST(columns_that_are_addresses_by_their_cells),
		TEST(people_as_json),
		TEST(names_from_parts),
		TEST(the_manifest_maps_columns),
		TEST(errors_csv_can_be_handed_in_again),
		TEST(misshapen_rows_come_back_in_line),
		TEST(frames_hold_what_fits_and_nothing_is_lost),
		TEST(large_rows),
	};
	int failed;

	harness_start();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
