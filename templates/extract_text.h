// SPDX-License-Identifier: Apache-2.0
/* Text elements into texts of the design. */
#ifndef TEMPLATES_EXTRACT_TEXT_H
#define TEMPLATES_EXTRACT_TEXT_H

#include "templates/extract_line.h"

/*
 * Takes the text element into the design, or leaves it in the artwork with a note that says why.
 * LIMIT: more texts, parts or styles than a design may have.
 */
enum rc extract_text_take(struct extract *e, struct tree_node *text, struct err *err) MUST_CHECK;
/* One heading: the text marked so, or else the largest that is no person's name. */
void extract_text_mark_heading(struct extract *e);

#endif
