// SPDX-License-Identifier: Apache-2.0
/* Writing HTML: whatever is not our own markup goes through an escape. */
#ifndef SERVE_HTML_H
#define SERVE_HTML_H

#include "base/buf.h"
#include "base/str.h"

/* Markup of ours, as it stands. */
void html_put(struct buf *out, const char *markup);
/* Text of anybody, for content and for attribute values in double quotes. Invalid UTF-8 becomes U+FFFD. */
void html_put_text(struct buf *out, struct str text);
/* Somebody's name or words within ours: their direction stays their own (bdi). */
void html_put_words(struct buf *out, struct str text);
/* pattern with every "{1}" replaced by html_put_words(part). */
void html_put_pattern(struct buf *out, struct str pattern, struct str part);
/*
 * An attribute that holds an address: written only when url begins with https://, http:// or a single
 * slash, else nothing. name: " href".
 */
void html_put_url(struct buf *out, const char *name, struct str url);

#endif
