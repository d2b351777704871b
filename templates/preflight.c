// SPDX-License-Identifier: Apache-2.0
/* Refusals before the XML parser. Runs in: intake. */
#include "templates/preflight.h"

#include "templates/limits.h"
#include "templates/rules.h"

#include <string.h>

/* First bytes that say "not UTF-8" or "not text", with what to do about it. */
static const struct {
	const char *first;
	size_t first_len;
	const char *sentence;
} wrong_starts[] = {
	{"\xff\xfe", 2, "the template is UTF-16; save it as UTF-8"},
	{"\xfe\xff", 2, "the template is UTF-16; save it as UTF-8"},
	{"\0\0\xfe\xff", 4, "the template is UTF-32; save it as UTF-8"},
	{"+/v", 3, "the template is UTF-7; save it as UTF-8"},
	{"\x1f\x8b", 2, "the template is compressed (.svgz); save it as plain SVG"},
	{"%PDF", 4, "the template is a PDF; export it as SVG"},
	{"%!PS", 4, "the template is PostScript; export it as SVG"},
	{"\x89PNG", 4, "the template is a picture; export the design as SVG"},
	{"\xff\xd8\xff", 3, "the template is a picture; export the design as SVG"},
	{"PK\x03\x04", 4, "the template is a ZIP file; hand in the SVG file itself"},
};

static enum rc check_bytes(struct bytes in, struct err *err)
{
	if (in.n == 0)
		return err_set(err, RC_INPUT, "the template is empty");
	if (RULE_ON(RULE_INPUT_LEN) && in.n > LIMIT_INPUT_LEN)
		return err_set(err, RC_LIMIT,
			"the template has %zu bytes; at most %u are accepted, so make its images "
			"smaller",
			in.n, LIMIT_INPUT_LEN);
	for (size_t i = 0; i < ARRAY_COUNT(wrong_starts); i++)
		if (RULE_ON(RULE_START_BYTES) && in.n >= wrong_starts[i].first_len
			&& memcmp(in.p, wrong_starts[i].first, wrong_starts[i].first_len) == 0)
			return err_set(err, RC_INPUT, "%s", wrong_starts[i].sentence);
	if (RULE_ON(RULE_NUL) && memchr(in.p, 0, in.n) != NULL)
		return err_set(
			err, RC_INPUT, "the template holds a NUL byte; save it as UTF-8 text");
	if (RULE_ON(RULE_UTF8) && !str_is_utf8(bytes_text(in)))
		return err_set(err, RC_INPUT, "the template is not valid UTF-8; save it as UTF-8");
	return RC_OK;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_space(struct str s, size_t at)
{
	while (at < s.n && is_space(s.p[at]))
		at++;
	return at;
}

/* The quoted value after name in an XML declaration; empty when it is not there. */
static struct str pseudo_attribute(struct str decl, struct str name)
{
	size_t at = str_find_str(decl, name) + name.n;
	size_t end;

	if (at >= decl.n)
		return STR("");
	at = skip_space(decl, at);
	if (at >= decl.n || decl.p[at] != '=')
		return STR("");
	at = skip_space(decl, at + 1);
	if (at >= decl.n || (decl.p[at] != '"' && decl.p[at] != '\''))
		return STR("");
	end = str_find(decl, decl.p[at], at + 1);
	return str_slice(decl, at + 1, end);
}

static enum rc check_declaration(struct str s, struct err *err)
{
	struct str decl;
	struct str encoding;

	if (!str_starts(s, STR("<?xml")))
		return RC_OK;
	decl = str_slice(s, 0, str_find_str(s, STR("?>")));
	encoding = pseudo_attribute(decl, STR("encoding"));
	if (RULE_ON(RULE_ENCODING) && encoding.n > 0 && !str_eq_nocase(encoding, STR("utf-8"))
		&& !str_eq_nocase(encoding, STR("utf8"))
		&& !str_eq_nocase(encoding, STR("us-ascii")))
		return err_set(err, RC_INPUT,
			"the template says it is encoded as " STR_FMT "; save it as UTF-8",
			STR_ARG(str_slice(encoding, 0, 40)));
	return RC_OK;
}

/* From "<!DOCTYPE" at start: refuses an internal subset and strange identifiers, blanks the rest. */
static enum rc blank_doctype(char *p, size_t n, size_t start, size_t *end, struct err *err)
{
	struct str whole;
	char quote = 0;
	size_t at = start;

	for (; at < n; at++) {
		if (quote != 0) {
			quote = p[at] == quote ? 0 : quote;
			continue;
		}
		if (p[at] == '"' || p[at] == '\'')
			quote = p[at];
		if (RULE_ON(RULE_DOCTYPE_SUBSET) && p[at] == '[')
			return err_set(err, RC_INPUT,
				"the template's DOCTYPE declares entities or more of its own; "
				"export it again as plain SVG"
				" (Illustrator: without \"Preserve Illustrator Editing "
				"Capabilities\")");
		if (p[at] == '>')
			break;
	}
	if (at >= n)
		return err_set(err, RC_INPUT, "the template's DOCTYPE does not end");
	whole = (struct str){p + start, at - start};
	if (RULE_ON(RULE_DOCTYPE_ID)
		&& (str_find_str(whole, STR("SYSTEM")) < whole.n
			|| str_find_str(whole, STR("PUBLIC")) < whole.n)
		&& str_find_str(whole, STR("//www.w3.org/")) == whole.n)
		return err_set(err, RC_INPUT,
			"the template's DOCTYPE is not that of SVG; remove the line");
	for (size_t i = start; i <= at; i++)
		if (p[i] != '\n')
			p[i] = ' ';
	*end = at + 1;
	return RC_OK;
}

/* Walks comments, processing instructions and the document type up to the root element. */
static enum rc walk_prolog(char *p, size_t n, bool *doctype, struct err *err)
{
	struct str s = {p, n};
	size_t at = 0;

	for (;;) {
		struct str rest;

		at = skip_space(s, at);
		rest = str_slice(s, at, n);
		if (rest.n == 0 || rest.p[0] != '<')
			return err_set(
				err, RC_INPUT, "the template is not XML: it must begin with <svg");
		if (str_starts(rest, STR("<!--"))) {
			at += str_find_str(rest, STR("-->")) + 3;
		} else if (str_starts(rest, STR("<?"))) {
			at += str_find_str(rest, STR("?>")) + 2;
		} else if (str_eq_nocase(str_slice(rest, 0, 9), STR("<!DOCTYPE"))) {
			enum rc rc = blank_doctype(p, n, at, &at, err);

			if (rc != RC_OK)
				return rc;
			*doctype = true;
		} else {
			return RC_OK;
		}
	}
}

enum rc preflight_check(
	struct bytes input, struct arena *a, struct str *out, bool *doctype, struct err *err)
{
	struct str s;
	char *copy;
	enum rc rc = check_bytes(input, err);

	*doctype = false;
	if (rc != RC_OK)
		return rc;
	s = bytes_text(input);
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_slice(s, 3, s.n);
	rc = check_declaration(s, err);
	if (rc != RC_OK)
		return rc;
	copy = arena_dup(a, s.p, s.n);
	rc = walk_prolog(copy, s.n, doctype, err);
	*out = (struct str){copy, s.n};
	return rc;
}
