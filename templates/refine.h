// SPDX-License-Identifier: Apache-2.0
/*
 * A bundle's template.json: what the drawing cannot say, or what somebody who does not draw wants
 * otherwise. It says, field by field, how text is fitted, aligned, framed and in which language; each
 * saying becomes the attribute that the drawing itself could have had. Used by clean.c.
 *
 *   {"language": "de",
 *    "fields": {"recipient.name": {"fit": "shrink", "min_scale": 0.6, "max_lines": 2, "align": "center",
 *                                  "language": "ar", "direction": "rtl", "frame": [40, 200, 640, 60]},
 *               "#date": {"frame": "date-box"}},
 *    "pass": {"background": "#1c2e4a"}}
 *
 * A name that begins with # is the id of a text element; frame is the id of a shape, or x, y, width
 * and height in the units of the drawing's viewBox. pass is what manifests call so; its members are
 * checked where theirs are. Members that begin with "x-" are anybody's.
 */
#ifndef TEMPLATES_REFINE_H
#define TEMPLATES_REFINE_H

#include "templates/notes.h"

/*
 * Puts template.json's text into root, which is cleaned already. INPUT names the member that is
 * unknown or says what cannot be; what names nothing in the drawing is a note. *pass: the object of
 * that name as JSON text in notes->a, its members sorted; empty when there is none.
 */
enum rc refine_apply(struct tree_node *root, struct str json, struct notes *notes, struct str *pass,
	struct err *err) MUST_CHECK;

#endif
