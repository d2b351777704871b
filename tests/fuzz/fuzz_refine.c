// SPDX-License-Identifier: Apache-2.0
/* Bytes as a bundle's template.json, beside a drawing that has what it may name. */
#include "base/zipw.h"
#include "jobs/intake_manifest_pass.h"
#include "templates/clean.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const char drawing[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"400\" viewBox=\"0 0 400 "
	"200\"><rect id=\"f\" x=\"1\" y=\"2\" width=\"90\" height=\"9\" fill=\"none\"/>"
	"<g transform=\"rotate(9)\"><text id=\"n\" x=\"3\" y=\"9\">{{name}} {{ issued_on | "
	"date:long "
	"}}</text></g><text>{{field.grade}}</text></svg>";

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new(TEMPLATE_ARENA_LEN);
	struct buf zip = buf_new((size_t)1 << 20);
	struct zipw w = zipw_new(&zip);
	struct template_cleaned out;
	struct template_cleaned again;
	struct buf frame = buf_new((size_t)65000);
	struct wire_pass_style style;
	struct err err;

	zipw_add(&w, STR("template.json"), (struct bytes){p, n});
	zipw_add(&w, STR("template.svg"), bytes_of(str_of(drawing)));
	if (zipw_end(&w) && template_clean(buf_bytes(&zip), a, &out, &err) == RC_OK) {
		/* Every text has somewhere to stand, and what is kept is kept as it is. */
		for (uint32_t i = 0; i < out.design.texts.count; i++)
			if (!(out.design.texts.items[i].box_w > 0))
				abort();
		if (template_clean(out.clean, a, &again, &err) != RC_OK
			|| !str_eq(bytes_text(out.clean), bytes_text(again.clean)))
			abort();
		if (intake_manifest_pass_of_template(out.pass, a, &style, &err) == RC_OK) {
			if (wire_encode(&wire_pass_style_type, &style, &frame, &err) != RC_OK)
				abort();
		} else if (!str_starts(str_of(err.text), STR("template.json: pass"))
			|| !str_is_utf8(str_of(err.text))) {
			abort();
		}
	}
	buf_free(&frame);
	buf_free(&zip);
	arena_free(&a);
	return 0;
}
