// SPDX-License-Identifier: Apache-2.0
/* A text element as lines of styled characters, before anything is decided about it. */
#ifndef TEMPLATES_EXTRACT_LINE_H
#define TEMPLATES_EXTRACT_LINE_H

#include "templates/extract_scope.h"

/* Characters up to end have this style. */
struct extract_run {
	size_t end;
	const struct style *style;
};

struct extract_line {
	double x; /* anchor, own coordinates of the text element */
	double y;
	const struct style *style; /* where the line begins */
	const struct tree_node *at;
	const struct tree_node *text_path; /* what it runs along, or NULL */
	struct str text; /* white space collapsed, ends trimmed */
	LIST_OF(struct extract_run) runs;
};

/*
 * unable: why our engine cannot set it at all; unlike: why it would look different. Either may be
 * NULL.
 */
struct extract_lines {
	LIST_OF(struct extract_line) lines; /* with characters; at most LIMIT_TEXTS */
	const char *unable;
	const char *unlike;
	bool dynamic; /* holds "{{" */
};

/* LIMIT when one text element has more lines than a design. */
enum rc extract_line_read(const struct extract *e, struct tree_node *text,
	struct extract_lines *out, struct err *err) MUST_CHECK;
/* A guess at the width of text, for judging gaps and overlaps. */
double extract_line_width(struct str text, double size);

#endif
