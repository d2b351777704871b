// SPDX-License-Identifier: Apache-2.0
/*
 * The public pages: HTML without script, one inline style sheet (allowed by its hash), nothing from
 * elsewhere. They work at 320 px, by keyboard and screen reader, in forced colours, right to left, on paper
 * (WCAG 2.2 AA). Pure functions of a view and a language.
 */
#ifndef SERVE_PAGE_H
#define SERVE_PAGE_H

#include "base/buf.h"
#include "base/jsonw.h"
#include "serve/catalog.h"
#include "serve/view.h"

/* A page is far below this. */
#define PAGE_MAX ((size_t)256 << 10)

/*
 * The Content-Security-Policy of every page: the style by hash, pictures and forms of this host alone.
 * form_targets: further origins a form may lead to (a redirect counts), as CSP wants them; may be empty.
 */
void page_put_policy(struct buf *out, struct str form_targets);

/*
 * /verify/TOKEN. address: the page's own path, for the answer as JSON; may be empty. What stands as long as nothing happens;
 * page_put_checked ends it with the time of the check.
 */
void page_put_verify(
	struct buf *out, const struct verify_view *v, enum language language, struct str address);
void page_put_checked(struct buf *out, enum language language, int64_t checked_s);
/* The same answer as JSON, times in RFC 3339, and its end with the time of the check. */
void page_put_verify_json(struct buf *out, const struct verify_view *v);
void page_put_json_checked(struct buf *out, int64_t checked_s);
/* /c/CLAIM, the recipient's page. */
void page_put_claim(struct buf *out, const struct claim_view *v, enum language language);
/* /, where a printed code is entered. */
void page_put_home(struct buf *out, enum language language);
/* A page of one heading and one sentence: TEXT_NOT_FOUND, TEXT_LINK_DEAD, TEXT_BUSY; means: the key after. */
void page_put_notice(struct buf *out, enum text_key title, enum language language);

#endif
