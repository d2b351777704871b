// SPDX-License-Identifier: Apache-2.0
/* pass.strings of every language. Runs in: compile. */
#include "render/compile_pass_strings.h"

#include "formats/pass_strings.h"

#include <string.h>

static struct pass_words words_of(const struct wire_compile_open *asked, struct arena *a)
{
	struct pass_text *names = arena_zalloc(a, asked->names.count + 1, sizeof *names);
	struct pass_wording *wordings =
		arena_zalloc(a, asked->pass.wordings.count + 1, sizeof *wordings);

	for (uint32_t i = 0; i < asked->names.count; i++)
		names[i] =
			(struct pass_text){asked->names.items[i].lang, asked->names.items[i].text};
	for (uint32_t i = 0; i < asked->pass.wordings.count; i++) {
		const struct wire_pass_wording *w = &asked->pass.wordings.items[i];

		wordings[i] = (struct pass_wording){w->lang, w->label, w->text};
	}
	return (struct pass_words){names, asked->names.count, wordings, asked->pass.wordings.count};
}

enum rc compile_pass_strings_make(struct arena *a, const struct wire_compile_open *asked,
	struct buf *sections, struct compiled *out, struct err *err)
{
	struct pass_words words = words_of(asked, a);
	struct str languages[PASS_STRINGS_LANGUAGES_MAX];
	struct compiled_image *images;
	size_t count;
	enum rc rc = pass_strings_languages(&words, languages, &count, err);

	if (rc != RC_OK || count == 0)
		return rc;
	images = arena_zalloc(a, out->images.count + count, sizeof *images);
	if (out->images.count != 0)
		memcpy(images, out->images.items, out->images.count * sizeof *images);
	out->images.items = images;
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		struct buf text = buf_new(PASS_STRINGS_LEN_MAX);

		rc = pass_strings_put(&text, &words, languages[i], err);
		if (rc == RC_OK)
			images[out->images.count++] = (struct compiled_image){
				str_fmt(a, STR_FMT ".lproj/pass.strings", STR_ARG(languages[i])),
				compiled_put(sections, buf_bytes(&text))};
		buf_free(&text);
	}
	return rc;
}
