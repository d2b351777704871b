// SPDX-License-Identifier: Apache-2.0
/* The word of a verify page beside what the checks found. */
#ifndef VERIFY_PAGE_H
#define VERIFY_PAGE_H

#include "verify/context.h"

/*
 * Adds check "page"; the other checks are done. A page is not signed: it can make the verdict worse, when
 * it is the issuer's own, and never better. The credential that came by way of a page must be the one
 * whose address its issuer signed, else whoever owns the page shows somebody else's as his.
 */
void page_check(struct context *c);

#endif
