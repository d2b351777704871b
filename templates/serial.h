// SPDX-License-Identifier: Apache-2.0
/* A cleaned tree as XML: one order of attributes, one way of escaping, so equal trees give equal bytes. */
#ifndef TEMPLATES_SERIAL_H
#define TEMPLATES_SERIAL_H

#include "base/buf.h"
#include "templates/tree.h"

/*
 * Writes root, which must be cleaned. art: leaves out what was taken into the design. LIMIT when
 * it grows over LIMIT_INPUT_LEN, because then it could not be cleaned again.
 */
enum rc serial_write(
	const struct tree_node *root, bool art, struct buf *out, struct err *err) MUST_CHECK;

#endif
