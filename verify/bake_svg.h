// SPDX-License-Identifier: Apache-2.0
/* The credential baked into an SVG (Open Badges 3.0, 5.3.1). */
#ifndef VERIFY_BAKE_SVG_H
#define VERIFY_BAKE_SVG_H

#include "base/buf.h"

#define BAKE_SVG_MAX ((size_t)16 << 20)

/*
 * The text of the one <openbadges:credential>: its attribute verify (a JWS) or its content (JSON). *out
 * lives in a. INPUT: no SVG, not UTF-8, entities of its own, no credential, two of them, or both forms
 * in one.
 */
enum rc bake_svg_find(
	struct arena *a, struct bytes file, struct str *out, struct err *err) MUST_CHECK;

#endif
