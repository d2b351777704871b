// SPDX-License-Identifier: Apache-2.0
/* What the pages share. Runs in: verify. */
#include "base/clock.h"
#include "serve/page_parts.h"

void page_text(const struct page *p, enum text_key key)
{
	html_put_text(p->out, catalog_text(p->language, key));
}

void page_pattern(const struct page *p, enum text_key key, struct str part)
{
	html_put_pattern(p->out, catalog_text(p->language, key), part);
}

static void put_languages(const struct page *p)
{
	html_put(p->out, "<nav aria-label=\"");
	page_text(p, TEXT_LANGUAGES);
	html_put(p->out, "\"><ul>");
	for (enum language l = 0; l < LANGUAGE_COUNT; l++) {
		html_put(p->out, "<li><a hreflang=\"");
		html_put(p->out, language_tag(l));
		html_put(p->out, "\" lang=\"");
		html_put(p->out, language_tag(l));
		html_put(p->out, "\" href=\"?lang=");
		html_put(p->out, language_tag(l));
		html_put(p->out, l == p->language ? "\" aria-current=\"true\">" : "\">");
		html_put(p->out, language_name(l));
		html_put(p->out, "</a></li>");
	}
	html_put(p->out, "</ul></nav>");
}

void page_open(const struct page *p, struct str title, struct str institution)
{
	html_put(p->out, "<!DOCTYPE html>\n<html lang=\"");
	html_put(p->out, language_tag(p->language));
	html_put(p->out, language_is_rtl(p->language) ? "\" dir=\"rtl\">" : "\">");
	html_put(p->out,
		"<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
		"content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" "
		"content=\"noindex\"><link rel=\"icon\" type=\"image/svg+xml\" "
		"href=\"/icon.svg\"><title>");
	html_put_text(p->out, title);
	if (institution.n != 0) {
		html_put(p->out, " · ");
		html_put_text(p->out, institution);
	}
	html_put(p->out, "</title><style>");
	html_put(p->out, page_style);
	html_put(p->out, "</style></head><body><header><span class=\"who\">");
	if (institution.n != 0)
		html_put_words(p->out, institution);
	else
		page_text(p, TEXT_TITLE_VERIFY);
	html_put(p->out, "</span>");
	if (p->languages)
		put_languages(p);
	html_put(p->out, "</header><main>");
}

void page_close(const struct page *p)
{
	html_put(p->out, "</body></html>\n");
}

void page_time(const struct page *p, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];
	char day[CATALOG_DATE_LEN];

	clock_iso(wall_s, iso);
	catalog_date(p->language, wall_s, day);
	html_put(p->out, "<time datetime=\"");
	html_put(p->out, iso);
	html_put(p->out, "\">");
	html_put_text(p->out, str_of(day));
	html_put(p->out, "</time>");
}

void page_pattern_day(const struct page *p, enum text_key key, int64_t wall_s)
{
	char day[CATALOG_DATE_LEN] = "";

	if (wall_s != VIEW_NO_TIME)
		catalog_date(p->language, wall_s, day);
	page_pattern(p, key, str_of(day));
}

/* Drawn with strokes, so that forced colours and print keep them; each verdict has a shape of its own. */
static const char *const icons[VERDICT_COUNT] = {
	[VERDICT_VALID] = "<path d=\"M14 25l7 7 14-15\"/>",
	[VERDICT_EXPIRED] = "<path d=\"M24 13v11l7 5\"/>",
	[VERDICT_SUSPENDED] = "<path d=\"M19 15v18M29 15v18\"/>",
	[VERDICT_REVOKED] = "<path d=\"M16 16l16 16M32 16L16 32\"/>",
	[VERDICT_SUPERSEDED] = "<path d=\"M14 24h19M26 16l8 8-8 8\"/>",
	[VERDICT_NOT_GENUINE] = "<path d=\"M16 16l16 16M32 16L16 32\"/>",
	[VERDICT_UNDETERMINED] = "<path d=\"M18 19a6 6 0 1 1 8 6c-2 1-2 2-2 4M24 34v.5\"/>",
	[VERDICT_EARLY] = "<path d=\"M24 13v11l7 5\"/>",
};

static const char *mood_of(enum verdict verdict)
{
	if (verdict == VERDICT_VALID)
		return "good";
	return verdict == VERDICT_REVOKED || verdict == VERDICT_NOT_GENUINE ? "bad" : "wait";
}

static int64_t day_of(const struct view_standing *standing)
{
	if (standing->verdict == VERDICT_EARLY)
		return standing->starts_s;
	return standing->verdict == VERDICT_EXPIRED ? standing->expires_s : standing->changed_s;
}

void page_banner(const struct page *p, const struct view_standing *standing)
{
	enum verdict verdict = standing->verdict;

	html_put(p->out, "<section class=\"card verdict ");
	html_put(p->out, mood_of(verdict));
	html_put(p->out,
		"\"><svg viewBox=\"0 0 48 48\" fill=\"none\" stroke=\"currentColor\" "
		"stroke-width=\"4\" "
		"stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\"><circle "
		"cx=\"24\" "
		"cy=\"24\" r=\"21\" stroke-width=\"3\"/>");
	html_put(p->out, icons[verdict]);
	html_put(p->out, "</svg><div><h1>");
	page_pattern_day(p, TEXT_VALID + verdict, day_of(standing));
	html_put(p->out, "</h1><p>");
	page_text(p, TEXT_VALID_MEANS + verdict);
	html_put(p->out, "</p></div></section>");
}

static void put_row(const struct page *p, const char *open, enum text_key key, struct str words)
{
	if (words.n == 0)
		return;
	html_put(p->out, open);
	page_text(p, key);
	html_put(p->out, "</dt><dd>");
	html_put_words(p->out, words);
	html_put(p->out, "</dd></div>");
}

void page_row(const struct page *p, enum text_key key, struct str words)
{
	put_row(p, "<div><dt>", key, words);
}

void page_row_big(const struct page *p, enum text_key key, struct str words)
{
	put_row(p, "<div class=\"big\"><dt>", key, words);
}

void page_row_day(const struct page *p, enum text_key key, int64_t wall_s)
{
	html_put(p->out, "<div><dt>");
	page_text(p, key);
	html_put(p->out, "</dt><dd>");
	page_time(p, wall_s);
	html_put(p->out, "</dd></div>");
}

void page_home_link(const struct page *p)
{
	html_put(p->out, "<p class=\"nope\"><a href=\"/?lang=");
	html_put(p->out, language_tag(p->language));
	html_put(p->out, "\">");
	page_text(p, TEXT_HOME);
	html_put(p->out, "</a></p>");
}

void page_put_home(struct buf *out, enum language language)
{
	struct page p = {out, language, true};

	page_open(&p, catalog_text(language, TEXT_HOME), STR(""));
	html_put(out, "<section class=\"card\"><h1>");
	page_text(&p, TEXT_HOME);
	html_put(out, "</h1><p>");
	page_text(&p, TEXT_HOME_HOW);
	html_put(out, "</p><form action=\"/verify\"><input type=\"hidden\" name=\"lang\" value=\"");
	html_put(out, language_tag(language));
	html_put(out, "\"><label for=\"code\">");
	page_text(&p, TEXT_HOME_CODE);
	html_put(out,
		"</label><input id=\"code\" name=\"code\" required maxlength=\"500\" dir=\"ltr\" "
		"autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\"><button>");
	page_text(&p, TEXT_HOME_CHECK);
	html_put(out, "</button></form></section></main>");
	page_close(&p);
}

void page_put_notice(struct buf *out, enum text_key title, enum language language)
{
	struct page p = {out, language, false};

	page_open(&p, catalog_text(language, title), STR(""));
	html_put(out, "<section class=\"card\"><h1>");
	page_text(&p, title);
	html_put(out, "</h1><p>");
	page_text(&p, title + 1);
	html_put(out, "</p></section></main><footer>");
	page_home_link(&p);
	html_put(out, "</footer>");
	page_close(&p);
}
