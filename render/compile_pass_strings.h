// SPDX-License-Identifier: Apache-2.0
/* The wallet pass's texts in other languages, beside its images. */
#ifndef RENDER_COMPILE_PASS_STRINGS_H
#define RENDER_COMPILE_PASS_STRINGS_H

#include "ipc/wire_render.h"
#include "templates/compiled.h"

/* Appends LANG.lproj/pass.strings of every language to out->images, which is allocated anew in a. */
enum rc compile_pass_strings_make(struct arena *a, const struct wire_compile_open *asked,
	struct buf *sections, struct compiled *out, struct err *err) MUST_CHECK;

#endif
