// SPDX-License-Identifier: Apache-2.0
/* Files, columns and counts of the csv commands. Runs in: the command line. */
#include "cli/show_csv.h"

#include "base/mem.h"
#include "cli/show.h"

#include <inttypes.h>
#include <string.h>

void show_csv_file(struct cli *cli, const json_t *o)
{
	const json_t *readings = json_object_get(o, "readings");
	json_t *reading;
	size_t i;

	show_data(cli, "File       %s, %" PRId64 " bytes, sha256 %s", show_text(o, "file"),
		show_number(o, "bytes"), show_text(o, "sha256"));
	if (readings == NULL) {
		show_data(cli, "Encoding   %s", show_text(o, "encoding"));
		return;
	}
	show_data(cli,
		"Encoding   not UTF-8. %" PRId64
		" cells depend on what it is; the first, in line %" PRId64 ", reads",
		show_number(o, "cells"), show_number(o, "line"));
	json_array_foreach(readings, i, reading) show_data(cli, "             %-14s %s",
		show_text(reading, "encoding"), show_text(reading, "text"));
}

void show_csv_cohort(struct cli *cli, const json_t *o)
{
	const char *delimiter = show_text(o, "delimiter");
	json_t *column;
	size_t i;

	if (*delimiter != '\0')
		show_data(cli, "Delimiter  %s   header in line %" PRId64 "   %" PRId64 " rows",
			strcmp(delimiter, "\t") == 0 ? "TAB" : delimiter,
			show_number(o, "header_line"), show_number(o, "rows"));
	else
		show_data(cli, "Format     %s   %" PRId64 " rows", show_text(o, "kind"),
			show_number(o, "rows"));
	json_array_foreach(json_object_get(o, "columns"), i, column) show_data(cli,
		"Column     %-28s %s", show_text(column, "header"),
		*show_text(column, "target") != '\0' ? show_text(column, "target") : "(ignored)");
}

void show_csv_map(struct cli *cli, const json_t *o)
{
	char *text = json_dumps(json_object_get(o, "source"), JSON_INDENT(2));

	show_data(cli, "{\"source\": %s}", text != NULL ? text : "{}");
	MEM_FREE(text);
}

void show_csv_counts(struct cli *cli, const json_t *o)
{
	show_data(cli,
		"%" PRId64 " rows: %" PRId64 " ready, %" PRId64 " warnings, %" PRId64
		" errors, %" PRId64 " on hold",
		show_number(o, "rows"), show_number(o, "ready"), show_number(o, "warnings"),
		show_number(o, "errors"), show_number(o, "held"));
	if (*show_text(o, "errors_file") != '\0')
		show_data(cli,
			"Wrote %s: your columns and _line, _code, _message. Mend it and pass it "
			"back.",
			show_text(o, "errors_file"));
	if (*show_text(o, "written") != '\0')
		show_data(cli, "Wrote %s.", show_text(o, "written"));
}
