// SPDX-License-Identifier: Apache-2.0
/* Numbers of font tables, and what is said of tables that lie. For the font_ files alone. */
#ifndef TEMPLATES_FONT_READ_H
#define TEMPLATES_FONT_READ_H

#include "base/err.h"
#include "base/str.h"

/* Big-endian, as every number of a font (ISO/IEC 14496-22, 4.3). The caller knows that they are there. */
static inline uint32_t font_read_16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t font_read_32(const uint8_t *p)
{
	return font_read_16(p) << 16 | font_read_16(p + 2);
}

/* INPUT. how: a clause about what is wrong. */
static inline enum rc font_read_broken(struct err *err, const char *how)
{
	return err_set(err, RC_INPUT, "the font is broken: %s", how);
}

#endif
