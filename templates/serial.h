// SPDX-License-Identifier: Apache-2.0
/* A cleaned tree as XML: one order of attributes, one way of escaping, so equal trees give equal bytes. */
#ifndef TEMPLATES_SERIAL_H
#define TEMPLATES_SERIAL_H

#include "base/buf.h"
#include "templates/tree.h"

struct bundle;

/*
 * Writes root, which must be cleaned. layer: SERIAL_WHOLE, or one document of the artwork, without what
 * was taken into the design. bundle: whose images the artwork then holds, or NULL. LIMIT when it does
 * not fit into out.
 */
#define SERIAL_WHOLE (-1)
enum rc serial_write(const struct tree_node *root, int layer, const struct bundle *bundle,
	struct buf *out, struct err *err) MUST_CHECK;

#endif
