// SPDX-License-Identifier: Apache-2.0
/* Compiler attributes and scope-end clean-up, spelled once. */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt_index, args_index) __attribute__((format(printf, fmt_index, args_index)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

/* AUTO(thing) p = ...; calls thing_auto_free(&p) when the scope ends. */
#define AUTO(type) __attribute__((cleanup(type##_auto_free))) type *

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
