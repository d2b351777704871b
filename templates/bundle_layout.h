// SPDX-License-Identifier: Apache-2.0
/* A bundle's own account of itself, judged before libzip reads it. Used by bundle.c. */
#ifndef TEMPLATES_BUNDLE_LAYOUT_H
#define TEMPLATES_BUNDLE_LAYOUT_H

#include "base/err.h"
#include "base/str.h"

/*
 * Follows the ZIP's list to every entry (PKWARE APPNOTE 6.3, 4.3) and demands that both headers of an entry say the
 * same and that entries, list and end follow one another without a byte over: two programs cannot see two archives in
 * it. INPUT otherwise; LIMIT when there are more than LIMIT_BUNDLE_ENTRIES.
 */
enum rc bundle_layout_check(struct bytes zip, struct err *err) MUST_CHECK;

#endif
