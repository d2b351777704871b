// SPDX-License-Identifier: Apache-2.0
/* The place of the verification code. */
#ifndef TEMPLATES_EXTRACT_QR_H
#define TEMPLATES_EXTRACT_QR_H

#include "templates/extract_scope.h"

/* True when n is a place for the code: id "qr", data-qr, or a text that says {{qr}} and no more. */
bool extract_qr_is_place(const struct extract *e, const struct tree_node *n);
/* Takes n into the design. LIMIT: more codes than a design may have. */
enum rc extract_qr_take(struct extract *e, struct tree_node *n, struct err *err) MUST_CHECK;

#endif
