// SPDX-License-Identifier: Apache-2.0
/* A signature's dictionary and field. Runs in: render. */
#include "render/pdf_sign.h"

#include "base/text.h"
#include "render/pdf_meta.h"

#include <string.h>

/* Three numbers of up to ten digits and what is between them. */
#define RANGE_LEN 40

struct pdf_sign pdf_sign_add(struct pdf_objects *f, struct pdf_tags *tags, struct arena *a,
	uint32_t room, int64_t issued_s)
{
	struct pdf_sign s = {.contents_len = (size_t)room * 2};
	struct buf b;

	if (room == 0)
		return (struct pdf_sign){0};
	b = buf_new(s.contents_len + 512);
	buf_put_cz(&b, "/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n/M ");
	pdf_meta_put_date(&b, issued_s);
	buf_put_cz(&b, "\n/ByteRange [");
	s.range_at = b.n;
	for (size_t i = 0; i < RANGE_LEN; i++)
		buf_put_char(&b, ' ');
	buf_put_cz(&b, "]\n/Contents <");
	s.contents_at = b.n;
	for (size_t i = 0; i < s.contents_len; i++)
		buf_put_char(&b, '0');
	buf_put_cz(&b, ">\n");
	CHECK(!b.full);
	s.value = pdf_object_add(f, str_dup(a, buf_str(&b)));
	buf_free(&b);
	s.field = pdf_tags_add_signature(tags, s.value);
	return s;
}

struct str pdf_sign_form(const struct pdf_sign *s, struct arena *a)
{
	/* 3: there is a signature, and changes may only be appended (12.7.2). */
	return s->field == 0 ? STR("")
			     : str_fmt(a, "/AcroForm <</Fields [%u 0 R] /SigFlags 3>>\n", s->field);
}

void pdf_sign_fill(
	const struct pdf_sign *s, const struct pdf_objects *f, struct draw_pieces *pieces)
{
	uint64_t place, before, after;
	char range[RANGE_LEN + 1];

	if (s->field == 0)
		return;
	place = pdf_object_place(f, s->value);
	/* The angle brackets are part of what is left out. */
	before = place + s->contents_at - 1;
	after = place + s->contents_at + s->contents_len + 1;
	(void)text_fmt(range, sizeof range, "0 %llu %llu %llu", (unsigned long long)before,
		(unsigned long long)after, (unsigned long long)(pieces->total_len - after));
	draw_piece_patch(pieces, place + s->range_at, bytes_of(str_of(range)));
}
