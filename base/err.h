// SPDX-License-Identifier: Apache-2.0
/*
 * Errors are values with a sentence in them. Functions that can fail return enum rc and take
 * struct err *err last; callers branch on the kind, people read the sentence.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/compiler.h"

#include <stdarg.h>

enum rc {
	RC_OK = 0,
	RC_INPUT, /* what somebody handed us is wrong; its author can fix it */
	RC_LIMIT, /* well formed, but larger or longer than we accept */
	RC_AGAIN, /* may succeed later, unchanged */
	RC_SYSTEM, /* the machine refused: disk, memory, permission, a library */
	RC_PEER, /* another process of ours, or a remote host, broke the protocol */
};

#define ERR_TEXT_LEN 256

/* kind: why it failed. text: one sentence without a trailing dot or newline, clipped, UTF-8. */
struct err {
	enum rc kind;
	char text[ERR_TEXT_LEN];
};

/* Each returns the kind it stored, so that "return err_set(...)" reads well. err may be NULL. */
enum rc err_set(struct err *err, enum rc kind, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Appends ": " and the text of errno_value. A full disk or quota turns SYSTEM into AGAIN and says what to do. */
enum rc err_errno(struct err *err, enum rc kind, int errno_value, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* Puts context in front: "context: what was there". Returns the kind that was there. */
enum rc err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#ifdef __clang_analyzer__
/* It looks at one file at a time, and would take both for RC_OK now and then. */
#define err_set(err, kind, ...) ((void)(err_set)(err, kind, __VA_ARGS__), (kind))
#define err_errno(err, kind, number, ...) \
	((void)(err_errno)(err, kind, number, __VA_ARGS__), (kind) == RC_SYSTEM ? RC_AGAIN : (kind))
#endif

/* "input", "limit", ...: for logs and JSON. */
const char *rc_name(enum rc rc);

/* A programming error, on in release builds too: logs the place and aborts. Bad input never gets here. */
#define CHECK(cond) \
	do { \
		if (!(cond)) \
			check_failed(__FILE__, __LINE__, #cond); \
	} while (0)
NORETURN void check_failed(const char *file, int line, const char *cond);

#endif
