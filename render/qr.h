// SPDX-License-Identifier: Apache-2.0
/* A text as QR modules (ISO/IEC 18004), by libqrencode. Runs in: render. */
#ifndef RENDER_QR_H
#define RENDER_QR_H

#include "base/str.h"

/*
 * Error correction level M, the smallest version that holds text. Digits and the alphanumeric set
 * (0-9 A-Z space $ % * + - . / :) are stored in their own mode, which is why verification addresses
 * are upper case. *modules: side * side bytes in a, bit 0 set = dark; no quiet zone. INPUT when text
 * is empty, LIMIT when no version holds it.
 */
enum rc qr_encode(struct str text, struct arena *a, const uint8_t **modules, uint32_t *side,
	struct err *err) MUST_CHECK;

#endif
