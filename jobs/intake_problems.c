// SPDX-License-Identifier: Apache-2.0
/* Collecting what is wrong with a record. Runs in: certfill-intake. */
#include "jobs/intake_problems.h"

#include "base/text.h"

#include <stdarg.h>

#define MESSAGE_LEN 512
#define COLUMN_LEN 255

struct str intake_problems_clip(struct arena *a, struct str s, size_t max)
{
	size_t n = max;

	if (s.n <= max)
		return s;
	n -= 3;
	while (n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return str_fmt(a, STR_FMT "...", STR_ARG(str_slice(s, 0, n)));
}

static void add(struct intake_problems *p, struct str column, const char *code, bool warning,
	const char *fmt, va_list args) PRINTF_LIKE(5, 0);
static void add(struct intake_problems *p, struct str column, const char *code, bool warning,
	const char *fmt, va_list args)
{
	char text[MESSAGE_LEN + 1];
	uint32_t at = p->count;

	/* A row that is refused says why, however many hints came before. */
	if (at == INTAKE_PROBLEMS_MAX) {
		if (warning || p->errors != 0)
			return;
		at--;
	}
	p->errors += warning ? 0u : 1u;
	p->count = at + 1;
	(void)text_vfmt(text, sizeof text, fmt, args);
	p->items[at] = (struct intake_problem){intake_problems_clip(p->a, column, COLUMN_LEN), code,
		str_dup(p->a, str_of(text)), warning};
}

void intake_problems_error(
	struct intake_problems *p, struct str column, const char *code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(p, column, code, false, fmt, args);
	va_end(args);
}

void intake_problems_warn(
	struct intake_problems *p, struct str column, const char *code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(p, column, code, true, fmt, args);
	va_end(args);
}
