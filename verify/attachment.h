// SPDX-License-Identifier: Apache-2.0
/* The credential attached to a PDF (ISO 32000-2, 7.11.4 and 14.13). */
#ifndef VERIFY_ATTACHMENT_H
#define VERIFY_ATTACHMENT_H

#include "base/str.h"

#define ATTACHMENT_LEN_MAX ((size_t)2 << 20)

/*
 * The one attached file that is a credential. *out lives in a. INPUT: no PDF or a damaged one, encrypted,
 * no such file, two of them that differ. LIMIT: more or larger attachments than a certificate has.
 */
enum rc attachment_find(
	struct arena *a, struct bytes file, struct str *out, struct err *err) MUST_CHECK;

#endif
