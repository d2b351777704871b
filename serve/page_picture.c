// SPDX-License-Identifier: Apache-2.0
/* The certificate on a page: small, with its place kept free, and the whole of it behind it. Runs in: verify. */
#include "formats/thumbnail.h"
#include "serve/page_parts.h"

/* As page_style sets figures: up to the thumbnail's own size, else the width between main's paddings. */
static void put_sizes(struct buf *out, const struct view_picture *v, struct thumbnail_size size)
{
	buf_fmt(out, " width=\"%u\" height=\"%u\"", size.width, size.height);
	if (size.width == v->width)
		return;
	html_put(out, " srcset=\"");
	html_put_text(out, v->thumbnail_url);
	buf_fmt(out, " %uw, ", size.width);
	html_put_text(out, v->url);
	buf_fmt(out, " %uw\" sizes=\"(min-width:%upx) %upx, calc(100vw - 2rem)\"", v->width,
		size.width + 32, size.width);
}

void page_picture(const struct page *p, const struct view_picture *v)
{
	if (v->url.n == 0)
		return;
	html_put(p->out, "<figure><a");
	html_put_url(p->out, " href", v->url);
	html_put(p->out, "><img");
	html_put_url(p->out, " src", v->thumbnail_url);
	if (v->width != 0 && v->height != 0)
		put_sizes(p->out, v, thumbnail_fit(v->width, v->height));
	html_put(p->out, " alt=\"");
	page_text(p, TEXT_PICTURE_ALT);
	html_put(p->out, "\"></a></figure>");
}
