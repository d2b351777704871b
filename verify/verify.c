// SPDX-License-Identifier: Apache-2.0
/*
 * The library's entry: what kind of file it is, the credential in it, the checks, the verdict.
 * Runs in: check, and programs that use libcertfill-verify.
 */
#include "base/mem.h"

#include <string.h>

#include "verify/attachment.h"
#include "verify/bake_png.h"
#include "verify/bake_svg.h"
#include "verify/certfill-verify.h"
#include "verify/credential.h"
#include "verify/page.h"
#include "verify/passfile.h"

struct certfill_result {
	struct arena *a;
	struct report report;
	enum certfill_verdict verdict;
	const char *summary;
};

const char *certfill_verify_verdict_name(enum certfill_verdict verdict)
{
	static const char *const names[] = {[CERTFILL_VALID] = "valid",
		[CERTFILL_EXPIRED] = "expired",
		[CERTFILL_SUSPENDED] = "suspended",
		[CERTFILL_REVOKED] = "revoked",
		[CERTFILL_SUPERSEDED] = "superseded",
		[CERTFILL_NOT_GENUINE] = "not-genuine",
		[CERTFILL_UNDETERMINED] = "undetermined"};

	return (size_t)verdict < ARRAY_COUNT(names) ? names[verdict] : "undetermined";
}

const char *certfill_verify_outcome_name(enum certfill_outcome outcome)
{
	static const char *const names[] = {[CERTFILL_OK] = "ok",
		[CERTFILL_FAILED] = "failed",
		[CERTFILL_NOT_CHECKED] = "not-checked"};

	return (size_t)outcome < ARRAY_COUNT(names) ? names[outcome] : "not-checked";
}

/* ---- kinds of input ---- */

typedef enum rc find_credential(
	struct arena *a, struct bytes file, struct str *out, struct err *err);

static enum rc find_in_png(struct arena *a, struct bytes file, struct str *out, struct err *err)
{
	(void)a;
	return bake_png_find(file, out, err);
}

static enum rc find_in_text(struct arena *a, struct bytes file, struct str *out, struct err *err)
{
	(void)a;
	(void)err;
	*out = str_trim(bytes_text(file));
	return RC_OK;
}

struct kind {
	const char *name;
	const char *head; /* the first bytes */
	const char *article; /* for people */
	find_credential *find; /* NULL: a pass, which goes its own way */
};

static const struct kind kinds[] = {
	{"png", "\x89PNG", "a picture (PNG) with a credential in it", find_in_png},
	{"pdf", "%PDF-", "a PDF with a credential attached", attachment_find},
	{"pkpass", "PK\3\4", "a wallet pass", NULL},
	{"json", "{", "a credential as JSON", find_in_text},
	{"jwt", "eyJ", "a credential as a signed token (JWT)", find_in_text},
	{"svg", "<", "a picture (SVG) with a credential in it", bake_svg_find},
};

static const struct kind *kind_of(struct bytes file)
{
	struct str bom = STR("\xEF\xBB\xBF");
	struct str text = bytes_text(file);

	if (str_starts(text, bom))
		text = str_slice(text, bom.n, text.n);
	text = str_trim(text);
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (str_starts(text, str_of(kinds[i].head)))
			return &kinds[i];
	return NULL;
}

static void check(struct context *c)
{
	const struct kind *kind = kind_of(c->file);
	struct str text;
	struct err err;

	if (c->file.n > CERTFILL_VERIFY_INPUT_MAX) {
		report_add(c->report, "format", REPORT_FORGED,
			"the file is over %zu MiB, larger than anything that is read here",
			CERTFILL_VERIFY_INPUT_MAX >> 20);
		return;
	}
	if (kind == NULL) {
		report_add(c->report, "format", REPORT_FORGED,
			"this is no credential as JSON or JWT, and no PNG, SVG, PDF or pass with "
			"one");
		return;
	}
	c->report->kind = kind->name;
	if (kind->find == NULL) {
		passfile_check(c);
		return;
	}
	/* A record will be compared with it. Hashing takes a file from memory at less cost than any parser. */
	if (c->material->proofs.count != 0)
		(void)context_file_digest(c);
	if (kind->find(c->a, c->file, &text, &err) != RC_OK) {
		report_add(c->report, "format", REPORT_FORGED, "%s", err.text);
		return;
	}
	report_add(c->report, "format", REPORT_OK, "%s", kind->article);
	credential_check(c, text);
}

/* ---- the interface ---- */

struct certfill_result *certfill_verify(
	const void *data, size_t len, const struct certfill_verify_options *options)
{
	struct certfill_result *result = mem_zalloc(1, sizeof *result);
	struct certfill_material *own = options->material == NULL ? certfill_material_new() : NULL;
	struct arena *work = arena_new(CONTEXT_ARENA_LEN);
	struct context c = {.a = work,
		.material = own != NULL ? own : options->material,
		.options = options,
		.report = &result->report,
		.file = {data, len}};

	result->a = arena_new((size_t)4 << 20);
	result->report.a = result->a;
	result->report.kind = "unknown";
	check(&c);
	page_check(&c);
	result->verdict = report_verdict(&result->report);
	result->summary = report_summary(&result->report);
	if (result->verdict == CERTFILL_NOT_GENUINE || !result->report.trusted)
		result->report.fact_count = 0;
	arena_free(&work);
	certfill_material_free(own);
	return result;
}

void certfill_result_free(struct certfill_result *result)
{
	if (result == NULL)
		return;
	arena_free(&result->a);
	MEM_FREE(result);
}

enum certfill_verdict certfill_result_verdict(const struct certfill_result *result)
{
	return result->verdict;
}

const char *certfill_result_kind(const struct certfill_result *result)
{
	return result->report.kind;
}

const char *certfill_result_summary(const struct certfill_result *result)
{
	return result->summary;
}

size_t certfill_result_check_count(const struct certfill_result *result)
{
	return result->report.check_count;
}

struct certfill_check certfill_result_check(const struct certfill_result *result, size_t index)
{
	static const enum certfill_outcome outcomes[] = {[REPORT_OK] = CERTFILL_OK,
		[REPORT_FORGED] = CERTFILL_FAILED,
		[REPORT_FAILED] = CERTFILL_FAILED,
		[REPORT_UNKNOWN] = CERTFILL_NOT_CHECKED,
		[REPORT_SKIPPED] = CERTFILL_NOT_CHECKED};
	const struct report_check *found = &result->report.checks[index];

	CHECK(index < result->report.check_count);
	return (struct certfill_check){found->name, outcomes[found->outcome], found->why};
}

size_t certfill_result_fact_count(const struct certfill_result *result)
{
	return result->report.fact_count;
}

struct certfill_fact certfill_result_fact(const struct certfill_result *result, size_t index)
{
	CHECK(index < result->report.fact_count);
	return result->report.facts[index];
}

size_t certfill_result_wanted_count(const struct certfill_result *result)
{
	return result->report.wanted_count;
}

const char *certfill_result_wanted(const struct certfill_result *result, size_t index)
{
	CHECK(index < result->report.wanted_count);
	return result->report.wanted[index];
}
