// SPDX-License-Identifier: Apache-2.0
/* Writing HTML safely. Runs in: verify. */
#include "serve/html.h"

void html_put(struct buf *out, const char *markup)
{
	buf_put_cz(out, markup);
}

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void put_valid(struct buf *out, struct str text)
{
	size_t from = 0;

	for (size_t i = 0; i < text.n; i++) {
		const char *entity = entity_of(text.p[i]);

		if (entity == NULL)
			continue;
		buf_put_str(out, str_slice(text, from, i));
		buf_put_cz(out, entity);
		from = i + 1;
	}
	buf_put_str(out, str_slice(text, from, text.n));
}

void html_put_text(struct buf *out, struct str text)
{
	size_t at = 0;

	if (str_is_utf8(text)) {
		put_valid(out, text);
		return;
	}
	while (at < text.n) {
		char utf8[4];
		size_t n = str_put_char(str_next_char(text, &at), utf8);

		put_valid(out, (struct str){utf8, n});
	}
}

void html_put_words(struct buf *out, struct str text)
{
	buf_put_cz(out, "<bdi>");
	html_put_text(out, text);
	buf_put_cz(out, "</bdi>");
}

void html_put_pattern(struct buf *out, struct str pattern, struct str part)
{
	static const struct str slot = {"{1}", 3};

	for (;;) {
		size_t at = str_find_str(pattern, slot);

		html_put_text(out, str_slice(pattern, 0, at));
		if (at == pattern.n)
			return;
		html_put_words(out, part);
		pattern = str_slice(pattern, at + slot.n, pattern.n);
	}
}

void html_put_url(struct buf *out, const char *name, struct str url)
{
	bool ours = str_starts(url, STR("/")) && !str_starts(url, STR("//"));

	if (!ours && !str_starts(url, STR("https://")) && !str_starts(url, STR("http://")))
		return;
	buf_put_cz(out, name);
	buf_put_cz(out, "=\"");
	html_put_text(out, url);
	buf_put_char(out, '"');
}
