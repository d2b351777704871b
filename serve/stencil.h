// SPDX-License-Identifier: Apache-2.0
/*
 * A text with holes: made once by whoever writes such texts, with marks in the places of what differs from one
 * to the next, cut at the marks, and from then on filled in by copying. Marks cannot be guessed, so that no
 * value of somebody's can be taken for one; they never leave the process.
 */
#ifndef SERVE_STENCIL_H
#define SERVE_STENCIL_H

#include "base/buf.h"

#include <stdint.h>

/* Holes of different values. */
#define STENCIL_HOLES_MAX 80u

struct stencil;

/* What stands for a value: capital letters and digits, which no escape changes. Lives as long as the process. */
struct str stencil_mark(uint32_t hole);
/* Cuts text (copied) at its marks. */
struct stencil *stencil_new(struct str text);
void stencil_free(struct stencil **s);
/* Bytes of memory that it takes. */
size_t stencil_size(const struct stencil *s);
/* How long it is when filled. values: of each hole, escaped as the text has it. */
size_t stencil_len(const struct stencil *s, const struct str *values);
void stencil_put(const struct stencil *s, const struct str *values, struct buf *out);

#endif
