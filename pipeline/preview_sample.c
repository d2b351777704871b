// SPDX-License-Identifier: Apache-2.0
/* Sample values. Runs in: control. */
#include "pipeline/preview_sample.h"

#include "pipeline/issue.h"

static const struct {
	const char *name;
	const char *text;
} samples[] = {
	{"recipient.name", "Zo\xc3\xab Alexandra Lindqvist"},
	{"recipient.name_latin", "Zoe Alexandra Lindqvist"},
	{"recipient.id", "S-2026-0042"},
	{"issued_on", "2026-06-30"},
	{"valid_until", "2029-06-30"},
	{"achievement.name", "Applied Statistics"},
	{"achievement.description", "Probability, inference and linear models"},
	{"issuer.name", "Demonstration University"},
	{"credential.id", "urn:uuid:00000000-0000-4000-8000-000000000000"},
	{"verify.url", "https://certfill-demo.invalid/verify/" ISSUE_SAMPLE_TOKEN},
	{"verify.token", "vt_" ISSUE_SAMPLE_TOKEN},
};

static struct str sample_of(struct arena *a, struct str field)
{
	size_t dot = str_find(field, '.', 0);

	for (size_t i = 0; i < ARRAY_COUNT(samples); i++)
		if (str_eq_cz(field, samples[i].name))
			return str_of(samples[i].text);
	return str_fmt(a, "(" STR_FMT ")",
		STR_ARG(dot != field.n ? str_slice(field, dot + 1, field.n) : field));
}

void preview_sample_fill(const struct wire_template *t, struct arena *a, struct wire_draw_row *out)
{
	*out = (struct wire_draw_row){.lang = STR("en"),
		.credential_id = STR("urn:uuid:00000000-0000-4000-8000-000000000000"),
		.verify_url = STR("HTTPS://CERTFILL-DEMO.INVALID/VERIFY/" ISSUE_SAMPLE_TOKEN),
		.verify_link = STR("https://certfill-demo.invalid/"),
		.issued_s = 1782777600};
	out->values.items = arena_zalloc(a, t->fields.count, sizeof *out->values.items);
	for (uint32_t i = 0; i < t->fields.count; i++)
		out->values.items[out->values.count++] =
			(struct wire_value){t->fields.items[i], sample_of(a, t->fields.items[i])};
}
