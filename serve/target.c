// SPDX-License-Identifier: Apache-2.0
/* The request target. Runs in: verify, console. */
#include "serve/target.h"

#include "base/text.h"

#include <string.h>

/* RFC 3986, 3.3: pchar without pct-encoded. */
static const bool pchars[256] = {['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true,
	['-'] = true,
	['.'] = true,
	['_'] = true,
	['~'] = true,
	['!'] = true,
	['$'] = true,
	['&'] = true,
	['\''] = true,
	['('] = true,
	[')'] = true,
	['*'] = true,
	['+'] = true,
	[','] = true,
	[';'] = true,
	['='] = true,
	[':'] = true,
	['@'] = true};

static bool all_legal(struct str s, const char *also)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t byte;

		if (pchars[(uint8_t)s.p[i]] || (s.p[i] != 0 && strchr(also, s.p[i]) != NULL))
			continue;
		if (s.p[i] != '%' || !text_from_hex(str_slice(s, i + 1, i + 3), &byte, 1))
			return false;
		i += 2;
	}
	return true;
}

/* s is legal, so each % has its two digits. form: "+" is a space. */
static struct str unescape(struct arena *a, struct str s, bool form)
{
	if (memchr(s.p, '%', s.n) == NULL && (!form || memchr(s.p, '+', s.n) == NULL))
		return s;
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t byte = (uint8_t)s.p[i];

		if (byte == '+' && form)
			byte = ' ';
		if (byte == '%') {
			(void)text_from_hex(str_slice(s, i + 1, i + 3), &byte, 1);
			i += 2;
		}
		out[n++] = (char)byte;
	}
	return (struct str){out, n};
}

static bool is_plain_segment(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] < 0x20 || s.p[i] == 0x7f || s.p[i] == '/' || s.p[i] == '\\')
			return false;
	return str_is_utf8(s) && !str_eq_cz(s, ".") && !str_eq_cz(s, "..");
}

static unsigned read_path(struct arena *a, struct http_request *r)
{
	struct str path = r->path;
	struct str *segments = arena_alloc(a, sizeof *segments * TARGET_SEGMENTS_MAX);
	uint32_t count = 0;

	if (!all_legal(path, "/"))
		return 400;
	for (size_t at = 1;;) {
		size_t end = str_find(path, '/', at);
		struct str s = unescape(a, str_slice(path, at, end), false);

		if (count == TARGET_SEGMENTS_MAX || !is_plain_segment(s))
			return 400;
		if (s.n == 0 && end < path.n)
			return 400;
		segments[count++] = s;
		if (end == path.n)
			break;
		at = end + 1;
	}
	r->segments = segments;
	r->segment_count = count;
	return 0;
}

static unsigned read_query(struct arena *a, struct http_request *r)
{
	struct str q = r->query;
	uint32_t count = 0;

	if (q.n == 0)
		return 0;
	if (!all_legal(q, "/?"))
		return 400;
	struct http_param *params = arena_alloc(a, sizeof *params * TARGET_PARAMS_MAX);

	for (size_t at = 0; at <= q.n;) {
		size_t end = str_find(q, '&', at);
		size_t equals = str_find(q, '=', at);
		struct http_param p;

		equals = equals < end ? equals : end;
		p.name = unescape(a, str_slice(q, at, equals), true);
		p.value = unescape(a, str_slice(q, equals + (equals < end), end), true);
		if (count == TARGET_PARAMS_MAX || !str_is_utf8(p.name) || !str_is_utf8(p.value)
			|| str_find(p.name, 0, 0) < p.name.n || str_find(p.value, 0, 0) < p.value.n)
			return 400;
		params[count++] = p;
		at = end + 1;
	}
	r->params = params;
	r->param_count = count;
	return 0;
}

/* RFC 9112, 3.2.2. Takes "http://host" off the front; the rest may be empty. */
static bool take_authority(struct str *target, struct str host)
{
	size_t at = 0;

	if (str_eq_nocase(str_slice(*target, 0, 7), STR("http://")))
		at = 7;
	else if (str_eq_nocase(str_slice(*target, 0, 8), STR("https://")))
		at = 8;
	else
		return false;
	size_t slash = str_find(*target, '/', at);
	size_t mark = str_find(*target, '?', at);
	size_t end = slash < mark ? slash : mark;

	if (!str_eq_nocase(str_slice(*target, at, end), host))
		return false;
	*target = str_slice(*target, end, target->n);
	return true;
}

unsigned target_parse(struct arena *a, struct str target, struct http_request *r)
{
	if (target.n == 0)
		return 400;
	if (r->verb == VERB_OPTIONS && str_eq_cz(target, "*")) {
		r->path = target;
		return 0;
	}
	if (target.p[0] != '/' && !take_authority(&target, r->host))
		return 400;
	size_t mark = str_find(target, '?', 0);

	r->path = mark == 0 ? STR("/") : str_slice(target, 0, mark);
	r->query = str_slice(target, mark + (mark < target.n), target.n);
	unsigned status = read_path(a, r);

	return status != 0 ? status : read_query(a, r);
}
