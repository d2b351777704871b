// SPDX-License-Identifier: Apache-2.0
/* /verify/TOKEN: the verdict, what was published, the checks, how to check without us. Runs in: verify. */
#include "base/clock.h"
#include "serve/page_parts.h"

/* After a wrong signature nothing of the content is shown. */
static bool shows_content(const struct verify_view *v)
{
	return v->standing.verdict != VERDICT_NOT_GENUINE
		&& v->standing.verdict != VERDICT_UNDETERMINED;
}

/* "field.final_grade" is a column's name; people read "Final grade". */
static void put_key(const struct page *p, struct str key)
{
	if (str_starts(key, STR("field.")))
		key = str_slice(key, 6, key.n);
	html_put(p->out, "<bdi>");
	if (key.n > 0 && key.p[0] >= 'a' && key.p[0] <= 'z') {
		buf_put_char(p->out, (char)(key.p[0] - 'a' + 'A'));
		key = str_slice(key, 1, key.n);
	}
	for (size_t at = 0; at < key.n;) {
		size_t end = str_find(key, '_', at);

		html_put_text(p->out, str_slice(key, at, end));
		if (end < key.n)
			buf_put_char(p->out, ' ');
		at = end + 1;
	}
	html_put(p->out, "</bdi>");
}

static void put_fields(const struct page *p, const struct verify_view *v)
{
	for (size_t i = 0; i < v->field_count; i++) {
		const struct view_field *f = &v->fields[i];

		html_put(p->out, "<div><dt>");
		put_key(p, f->key);
		html_put(p->out, "</dt><dd>");
		html_put_words(p->out, f->value);
		html_put(p->out, "</dd></div>");
	}
}

static void put_content(const struct page *p, const struct verify_view *v)
{
	html_put(p->out, "<div class=\"card\"><dl>");
	/* Right below the verdict that it explains. */
	page_row(p, TEXT_REASON, catalog_word(p->language, v->reason));
	page_row_big(p, TEXT_AWARDED_TO, v->recipient);
	page_row_big(p, TEXT_AWARD, v->achievement);
	page_row(p, TEXT_AWARDED_BY, v->issuer_name);
	page_row(p, TEXT_KIND, catalog_word(p->language, v->achievement_type));
	page_row_day(p, TEXT_ISSUED_ON, v->issued_s);
	if (v->standing.expires_s != VIEW_NO_TIME)
		page_row_day(p, TEXT_EXPIRES_ON, v->standing.expires_s);
	put_fields(p, v);
	page_row(p, TEXT_CRITERIA, v->criteria);
	html_put(p->out, "</dl></div>");
	page_picture(p, &v->picture);
}

static enum text_key why_text(enum check_why why)
{
	return TEXT_WHY_CHANGED + (enum text_key)(why - WHY_CHANGED);
}

static void put_checks(const struct page *p, const struct verify_view *v)
{
	html_put(p->out, "<section class=\"card\"><table><caption><h2>");
	page_text(p, TEXT_CHECKS);
	html_put(p->out, "</h2></caption><thead><tr><th scope=\"col\">");
	page_text(p, TEXT_CHECK);
	html_put(p->out, "</th><th scope=\"col\">");
	page_text(p, TEXT_RESULT);
	html_put(p->out, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < v->check_count; i++) {
		const struct view_check *c = &v->checks[i];

		html_put(p->out, "<tr><th scope=\"row\">");
		page_text(p, TEXT_CHECK_TOKEN + c->kind);
		if (c->why != WHY_NONE) {
			html_put(p->out, "<p class=\"hint\">");
			page_text(p, why_text(c->why));
			html_put(p->out, "</p>");
		}
		html_put(p->out, "</th><td class=\"");
		html_put(p->out, view_state_name(c->state));
		html_put(p->out,
			c->state == CHECK_OK ? "\"><span aria-hidden=\"true\">✓ </span>"
				: c->state == CHECK_FAILED
				? "\"><span aria-hidden=\"true\">✗ </span>"
				: "\"><span aria-hidden=\"true\">– </span>");
		page_text(p, TEXT_STATE_OK + c->state);
		html_put(p->out, "</td></tr>");
	}
	html_put(p->out, "</tbody></table></section>");
}

static void put_yourself(const struct page *p, const struct verify_view *v)
{
	html_put(p->out, "<details class=\"card\"><summary><h2>");
	page_text(p, TEXT_YOURSELF);
	html_put(p->out, "</h2></summary><p>");
	page_text(p, TEXT_YOURSELF_HOW);
	html_put(p->out, "</p><pre><code>certfill verify --online ");
	html_put_text(p->out, v->permalink);
	html_put(p->out, "</code></pre>");
	if (v->credential_url.n != 0) {
		html_put(p->out, "<p><a");
		html_put_url(p->out, " href", v->credential_url);
		html_put(p->out, ">");
		page_text(p, TEXT_SIGNED_CREDENTIAL);
		html_put(p->out, "</a></p>");
	}
	html_put(p->out, "</details>");
}

static void put_code_row(const struct page *p, enum text_key key, struct str code)
{
	if (code.n == 0)
		return;
	html_put(p->out, "<div><dt>");
	page_text(p, key);
	html_put(p->out, "</dt><dd><code>");
	html_put_text(p->out, code);
	html_put(p->out, "</code></dd></div>");
}

static void put_issuer(const struct page *p, const struct verify_view *v)
{
	html_put(p->out, "<section class=\"card\"><h2>");
	page_text(p, TEXT_ISSUER);
	html_put(p->out, "</h2><dl><div><dt>");
	page_text(p, TEXT_AWARDED_BY);
	html_put(p->out, "</dt><dd>");
	if (v->issuer_url.n != 0) {
		html_put(p->out, "<a rel=\"noreferrer\"");
		html_put_url(p->out, " href", v->issuer_url);
		html_put(p->out, ">");
		html_put_words(p->out, v->issuer_name);
		html_put(p->out, "</a>");
	} else {
		html_put_words(p->out, v->issuer_name);
	}
	html_put(p->out, "</dd></div>");
	put_code_row(p, TEXT_ISSUER_ID, v->issuer_id);
	put_code_row(p, TEXT_KEY_ID, v->kid);
	html_put(p->out, "</dl></section>");
}

static void put_foot(const struct page *p, const struct verify_view *v, struct str address)
{
	html_put(p->out, "</main><footer>");
	if (v->permalink.n != 0) {
		html_put(p->out, "<p>");
		page_text(p, TEXT_PERMALINK);
		html_put(p->out, "<br><a");
		html_put_url(p->out, " href", v->permalink);
		html_put(p->out, "><code>");
		html_put_text(p->out, v->permalink);
		html_put(p->out, "</code></a></p>");
	}
	if (address.n != 0) {
		html_put(p->out, "<p class=\"nope\"><a type=\"application/json\" href=\"");
		html_put_text(p->out, address);
		html_put(p->out, ".json\">");
		page_text(p, TEXT_AS_JSON);
		html_put(p->out, "</a></p>");
	}
	html_put(p->out, "<p>");
	page_text(p, TEXT_PROBLEM);
	html_put(p->out, "</p>");
	page_home_link(p);
}

void page_put_checked(struct buf *out, enum language language, int64_t checked_s)
{
	struct page p = {out, language, false};
	char when[CATALOG_TIME_LEN];

	catalog_time(language, checked_s, when);
	html_put(out, "<p>");
	page_pattern(&p, TEXT_CHECKED_AT, str_of(when));
	html_put(out, "</p></footer>");
	page_close(&p);
}

void page_put_verify(
	struct buf *out, const struct verify_view *v, enum language language, struct str address)
{
	struct page p = {out, language, true};
	struct str who = shows_content(v) ? v->issuer_name : STR("");

	page_open(&p, catalog_text(language, TEXT_TITLE_VERIFY), who);
	if (v->demo && shows_content(v)) {
		html_put(out, "<p class=\"card demo\">");
		page_text(&p, TEXT_DEMO);
		html_put(out, "</p>");
	}
	page_banner(&p, &v->standing);
	if (shows_content(v))
		put_content(&p, v);
	if (v->check_count != 0)
		put_checks(&p, v);
	if (shows_content(v)) {
		put_yourself(&p, v);
		put_issuer(&p, v);
	}
	put_foot(&p, v, address);
}

/* ---- JSON ---- */

static void put_time(struct jsonw *w, const char *key, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	if (wall_s == VIEW_NO_TIME)
		return;
	clock_iso(wall_s, iso);
	jsonw_key_str(w, key, str_of(iso));
}

static void put_json_content(struct jsonw *w, const struct verify_view *v)
{
	jsonw_key_str(w, "achievement", v->achievement);
	jsonw_key_str_if(w, "achievement_type", v->achievement_type);
	jsonw_key_str_if(w, "recipient", v->recipient);
	jsonw_key_str_if(w, "criteria", v->criteria);
	put_time(w, "issued", v->issued_s);
	put_time(w, "starts", v->standing.starts_s);
	put_time(w, "expires", v->standing.expires_s);
	put_time(w, "changed", v->standing.changed_s);
	jsonw_key_str_if(w, "reason", v->reason);
	jsonw_key_open(w, "fields", '{');
	for (size_t i = 0; i < v->field_count; i++) {
		jsonw_key_of(w, v->fields[i].key);
		jsonw_str(w, v->fields[i].value);
	}
	jsonw_close(w, '}');
	jsonw_key_open(w, "issuer", '{');
	jsonw_key_str(w, "name", v->issuer_name);
	jsonw_key_str_if(w, "id", v->issuer_id);
	jsonw_key_str_if(w, "url", v->issuer_url);
	jsonw_key_str_if(w, "kid", v->kid);
	jsonw_close(w, '}');
	jsonw_key_str_if(w, "credential", v->credential_url);
	jsonw_key_str_if(w, "permalink", v->permalink);
	if (v->demo)
		jsonw_key_bool(w, "demo", true);
}

void page_put_verify_json(struct buf *out, const struct verify_view *v)
{
	struct jsonw w = jsonw_new(out);
	/* Seven words, the same that certfill verify has. */
	enum verdict told =
		v->standing.verdict == VERDICT_EARLY ? VERDICT_UNDETERMINED : v->standing.verdict;

	jsonw_open(&w, '{');
	jsonw_key_str(&w, "verdict", str_of(view_verdict_name(told)));
	if (shows_content(v))
		put_json_content(&w, v);
	jsonw_key_open(&w, "checks", '[');
	for (size_t i = 0; i < v->check_count; i++) {
		jsonw_open(&w, '{');
		jsonw_key_str(&w, "check", str_of(view_check_name(v->checks[i].kind)));
		jsonw_key_str(&w, "state", str_of(view_state_name(v->checks[i].state)));
		if (v->checks[i].why != WHY_NONE)
			jsonw_key_str(
				&w, "why", catalog_text(LANGUAGE_EN, why_text(v->checks[i].why)));
		jsonw_close(&w, '}');
	}
	jsonw_close(&w, ']');
}

void page_put_json_checked(struct buf *out, int64_t checked_s)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(checked_s, iso);
	buf_put_cz(out, ",\"checked\":\"");
	buf_put_cz(out, iso);
	buf_put_cz(out, "\"}\n");
}
