// SPDX-License-Identifier: Apache-2.0
/*
 * Any text as a document to rely on, and as a credential to verify with it; a line of dashes parts
 * them. A document whose first line is "@NAME" was fetched from there; one that begins with "&ADDRESS"
 * lies beside the file: a pass's credential, or what the page of that address answered. One that begins
 * with "?NAME" is there for whoever asks for that name. Verified twice: what was kept of the first time
 * makes no difference. Runs in: fuzz.
 */
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "verify/certfill-verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What may be asked for. */
struct had {
	const char *name;
	struct str text;
};

static int find(void *context, const char *name, const void **data, size_t *len)
{
	const struct had *had = context;

	if (had->name == NULL || strcmp(had->name, name) != 0)
		return 0;
	*data = had->text.p;
	*len = had->text.n;
	return 1;
}

static void take(struct arena *a, struct certfill_verify_options *options, struct str part)
{
	size_t end = str_find(part, '\n', 0);
	struct str rest = str_slice(part, end + 1, part.n);
	const char *name = NULL;
	bool is_named = part.n != 0 && (part.p[0] == '@' || part.p[0] == '&' || part.p[0] == '?');

	if (is_named && str_cz(a, str_slice(part, 1, end), &name, NULL) != RC_OK)
		return;
	if (!is_named || part.p[0] == '@') {
		rest = is_named ? rest : part;
		(void)certfill_material_add(options->material, name, rest.p, rest.n, NULL, 0);
		return;
	}
	if (part.p[0] == '?') {
		*(struct had *)options->context = (struct had){name, rest};
		return;
	}
	options->page_credential = name[0] != '\0' ? name : NULL;
	options->companion = rest.p;
	options->companion_len = rest.n;
}

static void check(const struct certfill_result *r)
{
	CHECK(certfill_result_summary(r)[0] != '\0');
	for (size_t i = 0; i < certfill_result_check_count(r); i++)
		CHECK(str_is_utf8(str_of(certfill_result_check(r, i).why)));
	if (certfill_result_verdict(r) == CERTFILL_NOT_GENUINE)
		CHECK(certfill_result_fact_count(r) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct str parting = STR("\n----\n");
	struct certfill_material *m = certfill_material_new();
	struct had had = {NULL, {NULL, 0}};
	struct certfill_verify_options options = {
		.now_s = 1800000000, .material = m, .find = find, .context = &had};
	struct arena *a = arena_new((size_t)64 << 20);
	struct certfill_result *r;
	struct certfill_result *again;
	size_t at = 0;

	for (size_t next = str_find_str(text, parting); next < text.n;) {
		take(a, &options, str_slice(text, at, next));
		at = next + parting.n;
		next = at + str_find_str(str_slice(text, at, text.n), parting);
	}
	r = certfill_verify(text.p + at, text.n - at, &options);
	again = certfill_verify(text.p + at, text.n - at, &options);
	check(r);
	check(again);
	CHECK(certfill_result_verdict(r) == certfill_result_verdict(again));
	CHECK(certfill_result_check_count(r) == certfill_result_check_count(again));
	certfill_result_free(again);
	certfill_result_free(r);
	certfill_material_free(m);
	arena_free(&a);
	return 0;
}
