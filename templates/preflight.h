// SPDX-License-Identifier: Apache-2.0
/* What is refused before an XML parser sees it. */
#ifndef TEMPLATES_PREFLIGHT_H
#define TEMPLATES_PREFLIGHT_H

#include "base/str.h"

/*
 * Refuses what is not plain UTF-8 XML of a sane size: INPUT or LIMIT. *out is a copy in a without
 * byte order mark and document type (blanked, so that line numbers stay right); *doctype tells
 * whether one was there.
 */
enum rc preflight_check(struct bytes input, struct arena *a, struct str *out, bool *doctype,
	struct err *err) MUST_CHECK;

#endif
