// SPDX-License-Identifier: Apache-2.0
/* The manifest as a whole: JSON, its top level, policy and delivery. Runs in: certfill-intake. */
#include "jobs/intake_manifest.h"

#include "base/hash.h"
#include "base/mem.h"
#include "jobs/intake_json.h"
#include "jobs/intake_manifest_schema.h"
#include "jobs/intake_text.h"

#include <string.h>

/* The schema is eight levels deep; x- keys may hold a little more. */
#define DEPTH_MAX 32
#define WARNINGS_MAX 50
#define LINK_TTL_S 600
/* What MANIFEST_IS can carry. */
#define FRAME_MAX ((size_t)65000)

static void warn(struct schema *s, const char *text)
{
	struct wire_manifest *m = s->manifest;

	if (m->warnings.count < WARNINGS_MAX)
		m->warnings.items[m->warnings.count++] = str_of(text);
}

/* ---- policy ---- */

struct policy_object {
	uint32_t on_error;
	uint32_t duplicate;
	uint32_t missing_email;
	double max_error_ratio;
	double link_ttl_s;
};

static const struct schema_choice on_error_choices[] = {
	{"accept-valid", 0}, {"stop", 1}, {NULL, 0}};
static const struct schema_choice missing_email_choices[] = {
	{"issue-without-mail", 0}, {"reject", 1}, {NULL, 0}};
static const struct schema_choice duplicate_choices[] = {
	{"skip", DUPLICATE_SKIP},
	{"supersede", DUPLICATE_SUPERSEDE},
	{"reject", DUPLICATE_REJECT},
	{"allow", DUPLICATE_ALLOW},
	{NULL, 0},
};

#define P(member) offsetof(struct policy_object, member)

static const struct schema_key policy_keys[] = {
	{.name = "on_error",
		.read = schema_choose,
		.offset = P(on_error),
		.choices = on_error_choices},
	{.name = "max_error_ratio", .read = schema_number, .offset = P(max_error_ratio), .max = 1},
	{.name = "duplicate",
		.read = schema_choose,
		.offset = P(duplicate),
		.choices = duplicate_choices},
	{.name = "missing_email",
		.read = schema_choose,
		.offset = P(missing_email),
		.choices = missing_email_choices},
	{.name = "two_person",
		.read = schema_unbuilt,
		.says = "release by two people is not built yet; leave it out or say false"},
	{.name = "artifact_link_ttl_s",
		.read = schema_number,
		.offset = P(link_ttl_s),
		.min = 1,
		.max = 86400},
};
SCHEMA_OBJECT(policy_schema, policy_keys);

static enum rc read_policy(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_manifest *m = out;
	struct policy_object p = {.max_error_ratio = 1, .link_ttl_s = LINK_TTL_S};
	enum rc rc = schema_read_object(s, value, &policy_schema, &p);

	(void)key;
	if (rc != RC_OK)
		return rc;
	if (p.link_ttl_s < LINK_TTL_S || p.link_ttl_s > LINK_TTL_S)
		return schema_fail(s,
			"artifact_link_ttl_s: links live %d seconds; other times are not built yet",
			LINK_TTL_S);
	m->all_or_nothing = p.on_error == 1;
	m->email_required = p.missing_email == 1;
	m->duplicate = (uint8_t)p.duplicate;
	m->max_error_ratio = p.max_error_ratio;
	return RC_OK;
}

/* ---- delivery and print: known, and mostly not built yet ---- */

static const struct schema_key delivery_keys[] = {
	{.name = "mail",
		.read = schema_unbuilt,
		.says = "mail is not built yet; say null and send links.csv with your own mail "
			"merge"},
	{.name = "webhook", .read = schema_unbuilt, .says = "webhooks are not built yet; say null"},
};
SCHEMA_OBJECT(delivery_schema, delivery_keys);

static enum rc read_delivery(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	(void)key;
	return schema_read_object(s, value, &delivery_schema, out);
}

struct print_object {
	uint32_t impose;
	struct wire_list sort;
	double bleed_mm;
};

static const struct schema_choice impose_choices[] = {{"none", 0}, {NULL, 0}};

static enum rc read_impose(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	if (json_is_string(value) && strcmp(json_string_value(value), "none") != 0)
		return schema_fail(s, "imposing sheets is not built yet; say \"none\"");
	return schema_choose(s, value, key, out);
}

static const struct schema_key print_keys[] = {
	{.name = "impose",
		.read = read_impose,
		.offset = offsetof(struct print_object, impose),
		.choices = impose_choices},
	{.name = "sort",
		.read = schema_strs,
		.offset = offsetof(struct print_object, sort),
		.max = 20,
		.null = true},
	{.name = "bleed_mm",
		.read = schema_number,
		.offset = offsetof(struct print_object, bleed_mm),
		.max = 20,
		.null = true},
};
SCHEMA_OBJECT(print_schema, print_keys);

static enum rc read_print(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct print_object p = {0};
	enum rc rc = schema_read_object(s, value, &print_schema, &p);

	(void)key;
	(void)out;
	if (rc == RC_OK && (p.sort.count != 0 || p.bleed_mm > 0))
		warn(s,
			"print.sort and print.bleed_mm have no effect while print.impose is "
			"\"none\"");
	return rc;
}

/* ---- the top level ---- */

static enum rc read_format(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	(void)key;
	(void)out;
	if (!json_is_string(value) || strcmp(json_string_value(value), "certfill-manifest/1") != 0)
		return schema_fail(s, "must be \"certfill-manifest/1\"");
	return RC_OK;
}

static enum rc read_tenant(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct str *tenant = schema_member(key, out);
	enum rc rc = schema_take_str(s, value, key, tenant);

	for (size_t i = 0; rc == RC_OK && i < tenant->n; i++) {
		char c = tenant->p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
			    || (c == '-' && i != 0 && i + 1 < tenant->n)))
			rc = schema_fail(
				s, "has lower-case letters, digits and \"-\" between them");
	}
	return rc;
}

static enum rc read_source(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	(void)key;
	(void)out;
	return schema_read_object(s, value, &schema_source_object, s->source);
}

/* Only counted: each row is read and judged like a row of a file. */
static enum rc read_rows(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_manifest *m = out;

	(void)key;
	if (!json_is_array(value))
		return schema_fail(s, "must be a list of people, not %s", schema_type_name(value));
	if (json_array_size(value) > INTAKE_MANIFEST_ROWS_MAX)
		return schema_fail(s, "has more than %d people; put them into a file of their own",
			INTAKE_MANIFEST_ROWS_MAX);
	m->row_count = (uint32_t)json_array_size(value);
	return RC_OK;
}

#define M(member) offsetof(struct wire_manifest, member)

static const struct schema_key manifest_keys[] = {
	{.name = "format", .read = read_format, .required = true},
	{.name = "name", .read = schema_str, .offset = M(name), .min = 1, .max = 255, .null = true},
	{.name = "tenant",
		.read = read_tenant,
		.offset = M(tenant),
		.min = 1,
		.max = 64,
		.null = true},
	{.name = "idempotency_key",
		.read = schema_str,
		.offset = M(idempotency_key),
		.min = 1,
		.max = 128,
		.null = true},
	{.name = "source", .read = read_source, .null = true},
	{.name = "credentials", .read = schema_credentials, .required = true},
	{.name = "policy", .read = read_policy, .null = true},
	{.name = "delivery", .read = read_delivery, .null = true},
	{.name = "print", .read = read_print, .null = true},
	{.name = "schedule",
		.read = schema_unbuilt,
		.says = "schedules are not built yet; say null"},
	{.name = "rows", .read = read_rows, .null = true},
};
SCHEMA_OBJECT(manifest_schema, manifest_keys);

static enum rc parse(struct bytes *in, json_t **out, struct err *err)
{
	json_error_t fault;

	if (in->n > INTAKE_MANIFEST_MAX)
		return err_set(err, RC_LIMIT, "the manifest is larger than %zu MiB",
			INTAKE_MANIFEST_MAX >> 20);
	if (in->n >= 3 && memcmp(in->p, "\xEF\xBB\xBF", 3) == 0)
		*in = (struct bytes){in->p + 3, in->n - 3};
	if (in->n == 0)
		return err_set(err, RC_INPUT,
			"the manifest is empty: it needs a JSON object, see sample/manifest.json");
	/* jansson goes down one C frame a level. */
	if (!intake_json_depth_within(bytes_text(*in), DEPTH_MAX))
		return err_set(
			err, RC_LIMIT, "the manifest is nested deeper than %d levels", DEPTH_MAX);
	*out = intake_json_load(bytes_text(*in), &fault);
	if (*out != NULL)
		return RC_OK;
	return err_set(err, RC_INPUT, "line %d, column %d of the manifest: %s", fault.line,
		fault.column, fault.text);
}

/* The people as they stand in the file, so that messages can name lines. */
static enum rc find_rows(struct bytes in, const struct wire_manifest *m,
	struct intake_source *source, struct err *err)
{
	struct str text = bytes_text(in);
	size_t from;

	if (m->row_count == 0)
		return RC_OK;
	from = intake_json_find_member(text, STR("rows"));
	if (from == text.n)
		return err_set(err, RC_INPUT, "rows: write the key without escapes");
	source->rows = bytes_of(str_slice(text, from, from + intake_json_value_len(text, from)));
	source->rows_line = intake_text_line_of(text, from);
	return RC_OK;
}

static enum rc check_size(const struct wire_manifest *m, struct err *err)
{
	struct buf b = buf_new(FRAME_MAX);
	enum rc rc = wire_encode(&wire_manifest_type, m, &b, NULL);

	buf_free(&b);
	if (rc != RC_OK)
		return err_set(err, RC_LIMIT,
			"the manifest's texts are longer than 64 KiB in all; shorten descriptions");
	return RC_OK;
}

enum rc intake_manifest_read(struct bytes input, struct arena *a, struct wire_manifest *out,
	struct intake_source *source, struct err *err)
{
	struct schema s = {.a = a, .err = err, .manifest = out, .source = source};
	json_t *root = NULL;
	enum rc rc;

	*out = (struct wire_manifest){.max_error_ratio = 1};
	*source = (struct intake_source){0};
	out->warnings.items = arena_zalloc(a, WARNINGS_MAX, sizeof(struct str));
	hash_sha256(input, out->sha256);
	rc = parse(&input, &root, err);
	if (rc != RC_OK)
		return rc;
	rc = schema_read_object(&s, root, &manifest_schema, out);
	json_decref(root);
	if (rc == RC_OK)
		rc = find_rows(input, out, source, err);
	return rc == RC_OK ? check_size(out, err) : rc;
}

static void *take_memory(size_t len)
{
	return mem_alloc(len);
}

void intake_manifest_warm_up(void)
{
	json_set_alloc_funcs(take_memory, mem_release);
	json_object_seed(0);
}
