// SPDX-License-Identifier: Apache-2.0
/*
 * A customer's text file as UTF-8: byte order marks, UTF-16, and other encodings by name. Nothing
 * is guessed: what is not UTF-8 and has no mark is refused unless its encoding was named.
 */
#ifndef JOBS_INTAKE_TEXT_H
#define JOBS_INTAKE_TEXT_H

#include "base/buf.h"
#include "base/str.h"

#define INTAKE_TEXT_ENCODING_LEN 64

/* text: valid UTF-8 without a mark, borrowed from the input or from own. */
struct intake_text {
	struct str text;
	char encoding[INTAKE_TEXT_ENCODING_LEN + 1];
	struct buf own;
};

/*
 * encoding: as ICU knows it ("windows-1252"), empty for UTF-8 or what the mark says. A mark wins
 * over the name. INPUT tells line and what to do; LIMIT when the converted text is too long.
 * Close in both cases.
 */
enum rc intake_text_open(struct bytes input, struct str encoding, struct intake_text *out,
	struct err *err) MUST_CHECK;
void intake_text_close(struct intake_text *t);

/* The first byte that is not UTF-8; text.n when there is none. */
size_t intake_text_first_bad(struct str text);
/* The line of the byte at offset, from 1; CRLF, LF and CR each end one. */
uint32_t intake_text_line_of(struct str text, size_t offset);

/* Loads what ICU would open late. Before lockdown. */
enum rc intake_text_warm_up(struct err *err) MUST_CHECK;

#endif
