// SPDX-License-Identifier: Apache-2.0
/* Sentences for errors. Runs in: every process. */
#include "base/err.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#undef err_set
#undef err_errno

static void put_text(struct err *err, enum rc kind, const char *text)
{
	err->kind = kind;
	text_copy(err->text, sizeof err->text, text);
}

enum rc err_set(struct err *err, enum rc kind, const char *fmt, ...)
{
	char text[ERR_TEXT_LEN];
	va_list args;

	if (err == NULL)
		return kind;
	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	put_text(err, kind, text);
	return kind;
}

enum rc err_errno(struct err *err, enum rc kind, int errno_value, const char *fmt, ...)
{
	bool full = errno_value == ENOSPC || errno_value == EDQUOT;
	char text[ERR_TEXT_LEN];
	char whole[ERR_TEXT_LEN];
	va_list args;

	if (full && kind == RC_SYSTEM)
		kind = RC_AGAIN;
	if (err == NULL)
		return kind;
	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	text_fmt(whole, sizeof whole, "%s: %s%s", text, strerrordesc_np(errno_value),
		full ? "; free some and run the same command again" : "");
	put_text(err, kind, whole);
	return kind;
}

enum rc err_wrap(struct err *err, const char *fmt, ...)
{
	char context[ERR_TEXT_LEN];
	char whole[ERR_TEXT_LEN];
	va_list args;

	if (err == NULL)
		return RC_SYSTEM;
	va_start(args, fmt);
	text_vfmt(context, sizeof context, fmt, args);
	va_end(args);
	text_fmt(whole, sizeof whole, "%s: %s", context, err->text);
	put_text(err, err->kind, whole);
	return err->kind;
}

const char *rc_name(enum rc rc)
{
	static const char *const names[] = {"ok", "input", "limit", "again", "system", "peer"};

	return (size_t)rc < ARRAY_COUNT(names) ? names[rc] : "unknown";
}

void check_failed(const char *file, int line, const char *cond)
{
	char text[ERR_TEXT_LEN];

	text_fmt(text, sizeof text, "certfill: broken invariant at %s:%d: %s\n", file, line, cond);
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		abort();
	abort();
}
