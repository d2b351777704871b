// SPDX-License-Identifier: Apache-2.0
/* What the tests of compile share: the sample artwork, fonts of the catalogue, one call to compile it. */
#ifndef TESTS_UNIT_RENDER_COMPILE_KIT_H
#define TESTS_UNIT_RENDER_COMPILE_KIT_H

#include "render/compile.h"
#include "tests/harness/artwork.h"
#include "tests/unit/render/text_kit.h"

struct compile_kit {
	struct kit fonts;
	struct arena *a;
	struct design design;
	struct bytes art;
	struct wire_compile_open options;
	struct compile_notes notes;
	struct buf blob;
	struct compiled c;
	struct err err;
};

static inline void compile_kit_open(struct compile_kit *k, unsigned with)
{
	memset(k, 0, sizeof *k);
	kit_open(&k->fonts);
	k->a = arena_new((size_t)256 << 20);
	k->notes.a = k->a;
	k->blob = buf_new(COMPILE_BLOB_MAX);
	artwork_design(k->a, &k->design);
	k->art = artwork_svg(k->a, with);
	k->options = (struct wire_compile_open){.dpi = 96};
	k->options.fonts.items = k->fonts.fonts;
	k->options.fonts.count = (uint32_t)k->fonts.font_count;
}

static inline void compile_kit_close(struct compile_kit *k)
{
	buf_free(&k->blob);
	arena_free(&k->a);
	kit_close(&k->fonts);
}

static inline enum rc compile_kit_run(struct compile_kit *k)
{
	struct compile_input in = {k->art, &k->design, k->fonts.files, &k->options};

	buf_reset(&k->blob);
	k->notes.count = 0;
	return compile_run(&in, &k->blob, &k->notes, &k->err);
}

/* Compiles and reads back; fails the test otherwise. */
static inline void compile_kit_make(struct compile_kit *k)
{
	assert_ok(compile_kit_run(k), k->err);
	assert_ok(compiled_read(buf_bytes(&k->blob), k->a, &k->c, &k->err), k->err);
}

static inline struct bytes compile_kit_bytes(
	struct compile_kit *k, const struct compiled_section *s)
{
	return compiled_bytes(buf_bytes(&k->blob), s);
}

#endif
