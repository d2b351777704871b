// SPDX-License-Identifier: Apache-2.0
/* /c/CLAIM: what the graduate sees. Buttons post, so that nothing which follows links makes any. Runs in: verify. */
#include "serve/page_parts.h"

static const char *const item_names[CLAIM_ITEM_COUNT] = {
	"pdf", "png", "credential", "pass", "jwt-1edtech"};

static void put_item(const struct page *p, const struct claim_view *v, enum claim_item item)
{
	enum text_key label = TEXT_GET_PDF + item;
	enum text_key hint = TEXT_PDF_HINT + item;

	if (item == CLAIM_PASS && v->pass_is_void) {
		label = TEXT_GET_PASS_VOID;
		hint = TEXT_PASS_VOID_HINT;
	} else if (item == CLAIM_PASS && v->pass_is_demo) {
		label = TEXT_GET_PASS_DEMO;
		hint = TEXT_PASS_DEMO_HINT;
	}

	html_put(p->out, "<li><form method=\"post\"");
	html_put_url(p->out, " action", v->action);
	html_put(p->out, "><input type=\"hidden\" name=\"artifact\" value=\"");
	html_put(p->out, item_names[item]);
	html_put(p->out, item == CLAIM_PDF ? "\"><button>" : "\"><button class=\"second\">");
	page_text(p, label);
	html_put(p->out, "</button></form><p class=\"hint\">");
	page_text(p, hint);
	html_put(p->out, "</p></li>");
}

static void put_downloads(const struct page *p, const struct claim_view *v)
{
	html_put(p->out, "<section class=\"card nope\"><h2>");
	page_text(p, TEXT_DOWNLOADS);
	html_put(p->out, "</h2><ul class=\"get\">");
	for (enum claim_item i = 0; i < CLAIM_ITEM_COUNT; i++)
		if (v->offers[i])
			put_item(p, v, i);
	html_put(p->out, "</ul><p class=\"hint\">");
	page_text(p, TEXT_DOWNLOADS_HINT);
	html_put(p->out, "</p></section>");
}

static void put_share(const struct page *p, const struct claim_view *v)
{
	html_put(p->out, "<section class=\"card\"><h2>");
	page_text(p, TEXT_SHARE);
	html_put(p->out, "</h2><p>");
	page_text(p, TEXT_SHARE_HINT);
	html_put(p->out, "</p><a class=\"link\"");
	html_put_url(p->out, " href", v->verify_url);
	html_put(p->out, "><code>");
	html_put_text(p->out, v->verify_url);
	html_put(p->out, "</code></a>");
	if (v->linkedin_url.n != 0) {
		html_put(p->out, "<a class=\"button second nope\" rel=\"noreferrer\"");
		html_put_url(p->out, " href", v->linkedin_url);
		html_put(p->out, ">");
		page_text(p, TEXT_LINKEDIN);
		html_put(p->out, "</a>");
	}
	html_put(p->out, "</section>");
}

static void put_hello(const struct page *p, const struct claim_view *v)
{
	/* Nobody is congratulated below a verdict that is bad news; the verdict is the heading then. */
	if (v->standing.verdict == VERDICT_VALID) {
		html_put(p->out, "<section class=\"card hello\"><h1>");
		page_pattern(p, TEXT_GREETING, v->recipient);
		html_put(p->out, "</h1><p>");
	} else {
		html_put(p->out, "<section class=\"card hello\"><h2>");
		html_put_words(p->out, v->recipient);
		html_put(p->out, "</h2><p>");
	}
	page_pattern(p, TEXT_CLAIM_INTRO, v->issuer_name);
	html_put(p->out, "</p><p class=\"award\">");
	html_put_words(p->out, v->achievement);
	html_put(p->out, "</p><p class=\"hint\">");
	page_text(p, TEXT_ISSUED_ON);
	html_put(p->out, " ");
	page_time(p, v->issued_s);
	if (v->standing.expires_s != VIEW_NO_TIME) {
		html_put(p->out, "</p><p class=\"hint\">");
		page_text(p, TEXT_EXPIRES_ON);
		html_put(p->out, " ");
		page_time(p, v->standing.expires_s);
	}
	html_put(p->out, "</p></section>");
}

void page_put_claim(struct buf *out, const struct claim_view *v, enum language language)
{
	struct page p = {out, language, true};

	page_open(&p, catalog_text(language, TEXT_TITLE_CLAIM), v->issuer_name);
	if (v->demo) {
		html_put(out, "<p class=\"card demo\">");
		page_text(&p, TEXT_DEMO);
		html_put(out, "</p>");
	}
	/* A graduate with a good certificate is congratulated; for any other the verdict comes first. */
	if (v->standing.verdict != VERDICT_VALID)
		page_banner(&p, &v->standing);
	put_hello(&p, v);
	page_picture(&p, &v->picture);
	put_downloads(&p, v);
	put_share(&p, v);
	html_put(out, "</main><footer><p>");
	page_text(&p, TEXT_WRONG_NAME);
	html_put(out, "</p><p>");
	page_text(&p, TEXT_KEEP_SECRET);
	html_put(out, "</p></footer>");
	page_close(&p);
}
