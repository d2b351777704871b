// SPDX-License-Identifier: Apache-2.0
/* Log lines. Runs in: every process. */
#include "base/log.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/text.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static const char *process_name = "certfill";
static enum log_level max_level = LOG_INFO;
static bool as_json;

void log_open(const char *process, enum log_level level)
{
	process_name = process;
	max_level = level;
}

void log_use_json(void)
{
	as_json = true;
}

static void write_json(const char *level, const char *text)
{
	struct buf b = buf_new(4096);
	struct jsonw w = jsonw_new(&b);
	char when[CLOCK_ISO_LEN];
	ssize_t ignored;

	clock_iso(clock_wall_s(), when);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "time", str_of(when));
	jsonw_key_str(&w, "level", str_of(level));
	jsonw_key_str(&w, "process", str_of(process_name));
	jsonw_key_str(&w, "text", str_of(text));
	jsonw_close(&w, '}');
	buf_put_char(&b, '\n');
	ignored = write(STDERR_FILENO, b.p, b.n);
	(void)ignored;
	buf_free(&b);
}

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};
	char text[1024];
	char line[1200];
	va_list args;
	ssize_t ignored;

	if (level > max_level)
		return;
	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	/* A line is a line: text from afar must not start another. */
	text_make_line(text, strlen(text));
	if (as_json) {
		write_json(names[level], text);
		return;
	}
	text_fmt(line, sizeof line, "%s %s: %s\n", names[level], process_name, text);
	ignored = write(STDERR_FILENO, line, strlen(line));
	(void)ignored;
}
