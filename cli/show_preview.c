// SPDX-License-Identifier: Apache-2.0
/* template preview's table. Runs in: the command line. */
#include "cli/show_preview.h"

#include "base/buf.h"

#include <inttypes.h>

#define LINE_MAX ((size_t)64 * 1024)

static void put_reason(struct buf *b, const json_t *reason)
{
	const char *field = show_text(reason, "field");
	const char *key;
	json_t *value;

	buf_fmt(b, "%s%s%s%s", b->n != 0 ? ", " : "", show_text(reason, "reason"),
		field[0] != '\0' ? " " : "", field);
	json_object_foreach((json_t *)(uintptr_t)reason, key, value)
	{
		if (json_is_integer(value))
			buf_fmt(b, " (%s %" PRId64 ")", key, (int64_t)json_integer_value(value));
	}
}

void show_preview_page(struct cli *cli, const json_t *o)
{
	struct buf b = buf_new(LINE_MAX);
	const json_t *reason;
	size_t i;

	if (show_number(o, "page") == 1)
		show_data(cli, "page record line  chosen because");
	json_array_foreach(json_object_get(o, "reasons"), i, reason) put_reason(&b, reason);
	if (show_number(o, "record") != 0)
		show_data(cli, "%4" PRId64 " %6" PRId64 " %4" PRId64 "  " STR_FMT,
			show_number(o, "page"), show_number(o, "record"), show_number(o, "line"),
			STR_ARG(buf_str(&b)));
	else
		show_data(cli, "%4" PRId64 "      -    -  " STR_FMT, show_number(o, "page"),
			STR_ARG(buf_str(&b)));
	buf_free(&b);
}
