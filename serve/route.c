// SPDX-License-Identifier: Apache-2.0
/* Which line of the route table a request is for. Runs in: verify, console. */
#include "serve/route.h"

#include "base/buf.h"

static bool matches(const char *pattern, const struct http_request *r)
{
	char first = r->segments[0].n != 0 ? r->segments[0].p[0] : 0;
	struct str p;
	size_t at = 1;

	/* Most lines of the table differ in their first letter. */
	if (pattern[1] != first && pattern[1] != '{' && pattern[1] != '*' && first != 0)
		return false;
	p = str_of(pattern);

	for (uint32_t i = 0; i < r->segment_count; i++) {
		if (at > p.n)
			return false;
		size_t end = str_find(p, '/', at);
		struct str want = str_slice(p, at, end);

		if (str_eq_cz(want, "*"))
			return true;
		bool any = str_eq_cz(want, "{}") && r->segments[i].n > 0;
		if (!any && !str_eq(want, r->segments[i]))
			return false;
		at = end + 1;
	}
	return at > p.n || str_eq_cz(str_slice(p, at, p.n), "*");
}

const struct http_route *route_find(
	const struct http_routes *routes, const struct http_request *r, unsigned *allow)
{
	const struct http_route *found = NULL;

	*allow = 0;
	for (uint32_t i = 0; i < routes->count; i++) {
		const struct http_route *route = &routes->items[i];
		unsigned verbs = route->verbs;

		if (!matches(route->pattern, r))
			continue;
		if (verbs & VERB_GET)
			verbs |= VERB_HEAD;
		*allow |= verbs | VERB_OPTIONS;
		if (found == NULL && (verbs & (unsigned)r->verb) != 0)
			found = route;
	}
	return found;
}

struct str route_allow_text(struct arena *a, unsigned allow)
{
	static const struct {
		unsigned verb;
		const char *name;
	} names[] = {
		{VERB_GET, "GET"},
		{VERB_HEAD, "HEAD"},
		{VERB_POST, "POST"},
		{VERB_PUT, "PUT"},
		{VERB_DELETE, "DELETE"},
		{VERB_PATCH, "PATCH"},
		{VERB_OPTIONS, "OPTIONS"},
	};
	char room[64];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if ((allow & names[i].verb) == 0)
			continue;
		struct str name = str_of(names[i].name);

		if (n > 0) {
			room[n++] = ',';
			room[n++] = ' ';
		}
		for (size_t k = 0; k < name.n; k++)
			room[n++] = name.p[k];
	}
	return str_dup(a, (struct str){room, n});
}
