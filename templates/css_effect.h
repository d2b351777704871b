// SPDX-License-Identifier: Apache-2.0
/* Values that are lists of functions: transform and filter, as far as librsvg 2.54 draws them. */
#ifndef TEMPLATES_CSS_EFFECT_H
#define TEMPLATES_CSS_EFFECT_H

#include "base/buf.h"
#include "templates/css_property.h"

/*
 * Appends the normal form to out, which reads the same as a property and as an attribute: "none", or
 * matrices. False when it is anything else.
 */
bool css_effect_transform(struct css_value v, struct buf *out);
/* The same for filter: "none", or functions and at most one url(#id). a: for what it needs meanwhile. */
bool css_effect_filter(struct css_value v, struct arena *a, struct buf *out);

#endif
