// SPDX-License-Identifier: Apache-2.0
/* By what a template's compiled form is found again. */
#ifndef JOBS_DESIGN_DIGEST_H
#define JOBS_DESIGN_DIGEST_H

#include "base/arena.h"
#include "base/str.h"

/*
 * SHA-256 of an encoded design (templates/design.h) but for the lines its fields stand in: cleaning moves them, and a template
 * and its cleaned form compile to the same bytes. PEER when it is no design.
 */
enum rc design_digest(
	struct arena *a, struct bytes design, uint8_t out[32], struct err *err) MUST_CHECK;

#endif
