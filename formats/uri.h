// SPDX-License-Identifier: Apache-2.0
/* Whether a text may stand where a format wants an absolute URI. */
#ifndef FORMATS_URI_H
#define FORMATS_URI_H

#include "base/str.h"

/*
 * scheme ":" and at least one character, nothing that RDF forbids in an IRI: no space, no control,
 * none of <>"{}|^`\ (JSON-LD drops such statements unsigned). Says nothing about what it names.
 */
bool uri_is_absolute(struct str s);

#endif
