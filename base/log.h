// SPDX-License-Identifier: Apache-2.0
/*
 * Log lines go to stderr, one line each: "level process: text". Never a name, an address or
 * anything else of a person: callers pass numbers, ids of batches and sentences about machines.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/compiler.h"

enum log_level {
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG,
};

/* process: static text. Lines above the level are dropped; default LOG_INFO. */
void log_open(const char *process, enum log_level level);
/* JSON lines instead of text. */
void log_use_json(void);
void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
