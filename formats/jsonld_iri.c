// SPDX-License-Identifier: Apache-2.0
/* IRIs and terms of JSON-LD. Runs in: as jsonld.c. */
#include "formats/jsonld_iri.h"

#include "formats/uri.h"

#include <string.h>

bool jsonld_iri_is_keyword(struct str s)
{
	if (s.n < 2 || s.p[0] != '@')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
			return false;
	}
	return true;
}

bool jsonld_iri_is_language(struct str s)
{
	size_t part = 0;
	bool digits = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '-') {
			if (part == 0)
				return false;
			part = 0;
			digits = true;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			    || (c >= '0' && c <= '9' && digits))
			|| ++part > 8)
			return false;
	}
	return part != 0;
}

/* prefix:suffix put together; false when text is none. */
static bool join_prefix(
	struct arena *a, const struct jsonld_active *active, struct str text, struct str *out)
{
	size_t colon = str_find(text, ':', 0);
	struct str suffix = str_slice(text, colon + 1, text.n);
	const struct jsonld_def *def;
	size_t len;
	char *p;

	if (colon == 0 || colon >= text.n || str_starts(suffix, STR("//")))
		return false;
	def = jsonld_active_find(active, str_slice(text, 0, colon));
	if (def == NULL || (def->flags & JSONLD_PREFIX) == 0)
		return false;
	len = strlen(def->iri);
	p = arena_alloc(a, len + suffix.n);
	memcpy(p, def->iri, len);
	if (suffix.n != 0)
		memcpy(p + len, suffix.p, suffix.n);
	*out = (struct str){p, len + suffix.n};
	return true;
}

/* A label of the document's own; canonical names never show it, so plain characters do. */
static bool is_label(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
			    || c == '_' || c == '-'))
			return false;
	}
	return s.n != 0 && s.n <= 128;
}

enum rc jsonld_iri_expand(struct arena *a, const struct jsonld_active *active, struct str text,
	bool vocab, struct nquads_term *out, struct err *err)
{
	const struct jsonld_def *def = vocab ? jsonld_active_find(active, text) : NULL;
	struct str iri = text;

	/* No prefix of the contexts is anywhere near so long. */
	if (arena_left_len(a) < text.n + 1024)
		return err_set(err, RC_LIMIT, "a document larger than fits in memory");
	/* What contexts say was checked when their tables were made; keywords are no IRIs. */
	if (def != NULL && def->iri[0] != '@') {
		*out = (struct nquads_term){.kind = NQUADS_IRI, .value = str_of(def->iri)};
		return RC_OK;
	}
	(void)join_prefix(a, active, text, &iri);
	if (str_starts(iri, STR("_:"))) {
		struct str label = str_slice(iri, 2, iri.n);

		if (!is_label(label))
			return err_set(err, RC_INPUT,
				"a blank node label with other than letters and digits");
		*out = (struct nquads_term){
			.kind = NQUADS_BLANK, .value = str_fmt(a, "u" STR_FMT, STR_ARG(label))};
		return RC_OK;
	}
	if (!uri_is_absolute(iri))
		return err_set(err, RC_INPUT,
			"neither an absolute IRI (no spaces, no <>\"{}|^`\\) nor a known term");
	*out = (struct nquads_term){.kind = NQUADS_IRI, .value = iri};
	return RC_OK;
}
