// SPDX-License-Identifier: Apache-2.0
/*
 * Placeholders: a text of any characters, some of it in tspans (at each NUL), cleaned and split into
 * literals and fields. Every field is a name that may be asked for; nothing is read twice.
 */
#include "base/err.h"
#include "templates/clean.h"
#include "templates/placeholder.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

/* As XML text; what XML cannot hold becomes a question mark. */
static void put_text(struct buf *out, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t c = str_next_char(s, &at);

		if (c == 0)
			buf_put_cz(out, "</tspan><tspan fill=\"red\">");
		else if (c == '<' || c == '&')
			buf_put_cz(out, c == '<' ? "&lt;" : "&amp;");
		else if ((c < 0x20 && c != '\n' && c != '\t') || (c & 0xfffe) == 0xfffe || c == '>')
			buf_put_char(out, '?');
		else
			buf_put_str(out, str_slice(s, from, at));
	}
}

static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '{' || name.p[i] == '}' || (unsigned char)name.p[i] <= ' '
			|| (unsigned char)name.p[i] >= 0x7f)
			return false;
	return name.n > 0;
}

static void check_inner(struct str s)
{
	struct str name;
	struct str filter;

	if (placeholder_read(s, &name, &filter) != PLACEHOLDER_GOOD)
		return;
	CHECK(is_plain(name) && filter.n <= 64);
	CHECK(placeholder_is_known(name) || placeholder_suggest(name).n < 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct str s = {(const char *)input, len};
	struct buf svg = buf_new((size_t)1 << 20);
	struct template_cleaned out;
	struct arena *a;
	struct err err;

	if (!str_is_utf8(s) || len > 4000)
		return 0;
	check_inner(s);
	a = arena_new(TEMPLATE_ARENA_LEN);
	buf_put_cz(&svg,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"900\">"
		"<text x=\"9\" y=\"99\"><tspan>");
	put_text(&svg, s);
	buf_put_cz(&svg, "</tspan></text></svg>");
	if (template_clean(buf_bytes(&svg), a, &out, &err) == RC_OK) {
		for (uint32_t i = 0; i < out.fields.count; i++)
			CHECK(is_plain(out.fields.items[i]));
		for (uint32_t t = 0; t < out.design.texts.count; t++)
			for (uint32_t i = 0; i < out.design.texts.items[t].parts.count; i++)
				CHECK(out.design.texts.items[t].parts.items[i].kind == PART_LITERAL
					|| is_plain(out.design.texts.items[t].parts.items[i].text));
	}
	buf_free(&svg);
	arena_free(&a);
	return 0;
}
