// SPDX-License-Identifier: Apache-2.0
/* What the pages share: head, banner, rows, foot. For page*.c alone. */
#ifndef SERVE_PAGE_PARTS_H
#define SERVE_PAGE_PARTS_H

#include "serve/html.h"
#include "serve/page.h"

struct page {
	struct buf *out;
	enum language language;
	bool languages; /* the same page in the others: its address with another query */
};

/* head and body up to <main>; title: text of the tab. */
void page_open(const struct page *p, struct str title, struct str institution);
void page_close(const struct page *p);
void page_text(const struct page *p, enum text_key key);
void page_pattern(const struct page *p, enum text_key key, struct str part);
/* <time datetime>; */
void page_time(const struct page *p, int64_t wall_s);
/* pattern with the day put in. */
void page_pattern_day(const struct page *p, enum text_key key, int64_t wall_s);
/* The verdict: icon, heading with the day that it turns on, sentence. */
void page_banner(const struct page *p, const struct view_standing *standing);
/* <div><dt>..</dt><dd>words</dd></div>; nothing when words is empty. */
void page_row(const struct page *p, enum text_key key, struct str words);
/* The same, larger. */
void page_row_big(const struct page *p, enum text_key key, struct str words);
/* page_picture.c: nothing when there is none. */
void page_picture(const struct page *p, const struct view_picture *v);
/* The way to the next certificate. */
void page_home_link(const struct page *p);
void page_row_day(const struct page *p, enum text_key key, int64_t wall_s);
extern const char page_style[];

#endif
