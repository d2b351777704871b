// SPDX-License-Identifier: Apache-2.0
/*
 * Bundles. What begins with "PK" is taken as it is; else the input is parts, each ended by 0xFF: a name,
 * 0xFE, its content; they are packed first, so that checksums do not stop the fuzzer. Whatever passes
 * must pass again and give the same bytes.
 */
#include "base/err.h"
#include "templates/bundle.h"

#include <string.h>

#define PARTS_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

static struct bytes pack(const uint8_t *p, size_t n, struct arena *a)
{
	struct bundle_file files[PARTS_MAX];
	struct bundle b = {.files = {files, 0}};
	struct bytes zip = {NULL, 0};
	struct bytes svg = bytes_of(STR("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" "
					"height=\"9\"><image href=\"images/a.png\"/></svg>"));
	struct err err;

	files[b.files.count++] = (struct bundle_file){
		.kind = BUNDLE_JSON, .name = STR("template.svg"), .content = svg};
	while (n > 0 && b.files.count < PARTS_MAX) {
		const uint8_t *end = memchr(p, 0xFF, n);
		size_t part = end != NULL ? (size_t)(end - p) : n;
		const uint8_t *mid = memchr(p, 0xFE, part);
		size_t name = mid != NULL ? (size_t)(mid - p) : part;

		files[b.files.count++] = (struct bundle_file){.kind = BUNDLE_JSON,
			.name = {(const char *)p, name},
			.content = {p + name + (mid != NULL), part - name - (mid != NULL)}};
		part += end != NULL;
		p += part;
		n -= part;
	}
	CHECK(bundle_write(&b, svg, a, &zip, &err) == RC_OK);
	return zip;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct arena *a = arena_new(TEMPLATE_ARENA_LEN);
	bool raw = len > 2 && memcmp(input, "PK", 2) == 0;
	struct bytes zip = raw ? (struct bytes){input, len} : pack(input, len, a);
	struct template_cleaned first;
	struct template_cleaned again;
	struct err err = {0};

	if (template_clean(zip, a, &first, &err) == RC_OK) {
		CHECK(template_clean(first.clean, a, &again, &err) == RC_OK);
		CHECK(again.clean.n == first.clean.n
			&& memcmp(again.clean.p, first.clean.p, first.clean.n) == 0);
	} else {
		CHECK(err.text[0] != '\0' && str_is_utf8(str_of(err.text)));
	}
	arena_free(&a);
	return 0;
}
