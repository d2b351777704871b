// SPDX-License-Identifier: Apache-2.0
/* Documents given to a verification, told apart by what they say. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/material.h"

#include "base/clock.h"
#include "base/credential_id.h"
#include "base/mem.h"
#include "base/text.h"
#include "formats/jws_read.h"

#include <stdlib.h>
#include <string.h>

/* Bytes in all. Every text is kept once, its JSON tree takes several times as much. */
#define ARENA_MAX ((size_t)1 << 30)

static const struct jsonr_limits limits = {MATERIAL_TEXT_MAX, 1000000};

struct certfill_material *certfill_material_new(void)
{
	struct certfill_material *m = mem_zalloc(1, sizeof *m);

	m->a = arena_new(ARENA_MAX);
	return m;
}

void certfill_material_free(struct certfill_material *material)
{
	if (material == NULL)
		return;
	arena_free(&material->a);
	MEM_FREE(material->items);
	MEM_FREE(material->proofs.items);
	MEM_FREE(material->events.items);
	MEM_FREE(material->credentials.items);
	material_free_passes(&material->passes);
	material_free_certificates(&material->certificates);
	MEM_FREE(material);
}

int certfill_material_add(struct certfill_material *material, const char *name, const void *data,
	size_t len, char *why, size_t why_len)
{
	struct err err = {0};
	enum rc rc = material_add(material, str_of(name), (struct str){data, len}, &err);

	if (why != NULL && why_len != 0)
		(void)text_copy(why, why_len, err.text);
	return rc == RC_OK;
}

static enum rc push(struct certfill_material *m, const struct material_item *item, struct err *err)
{
	if (m->count == MATERIAL_ITEMS_MAX)
		return err_set(err, RC_LIMIT, "more than %d documents", MATERIAL_ITEMS_MAX);
	if (m->count == m->room) {
		m->room = m->room == 0 ? 16 : m->room * 2;
		m->items = mem_resize(m->items, m->room, sizeof *m->items);
	}
	/* Whoever found one keeps it while others are added. */
	m->items[m->count++] = arena_dup(m->a, item, sizeof *item);
	return RC_OK;
}

/* ---- what is it? ---- */

static struct str text_member(const struct jsonr_value *json, const char *name)
{
	const struct jsonr_value *v = jsonr_find(json, name);

	return v != NULL && v->kind == JSONR_STRING ? v->text : (struct str){NULL, 0};
}

static bool is_receipt(const struct jsonr_value *json)
{
	return str_starts(text_member(json, "format"), STR("certfill-receipt/"));
}

static enum material_kind kind_of(const struct jsonr_value *json)
{
	static const struct {
		const char *member;
		enum material_kind kind;
	} signs[] = {
		{"keys", MATERIAL_KEYS},
		{"kty", MATERIAL_KEY},
		{"revokedCredential", MATERIAL_REVOCATIONS},
		{"credentialSubject", MATERIAL_CREDENTIAL},
		{"verificationMethod", MATERIAL_DID},
		{"assertionMethod", MATERIAL_DID},
		{"record", MATERIAL_PROOFS},
	};
	struct str format = text_member(json, "format");

	if (str_eq_cz(format, "certfill-bundle/1"))
		return MATERIAL_BUNDLE;
	if (is_receipt(json))
		return MATERIAL_NONE;
	for (size_t i = 0; i < ARRAY_COUNT(signs); i++)
		if (jsonr_find(json, signs[i].member) != NULL)
			return signs[i].kind;
	if (str_eq_cz(text_member(json, "type"), "1EdTechRevocationList"))
		return MATERIAL_REVOCATIONS;
	if (str_eq_cz(text_member(json, "type"), "EnvelopedVerifiableCredential"))
		return MATERIAL_CREDENTIAL;
	return MATERIAL_NONE;
}

/* The address that a document has by its own word. */
static struct str own_name(enum material_kind kind, const struct jsonr_value *json)
{
	if (kind == MATERIAL_KEY)
		return text_member(json, "kid");
	return text_member(json, "id");
}

/* ---- lines about credentials ---- */

static const char proof_head[] = "{\"credential\":\"";
static const char event_head[] = "{\"event\":\"";

static void keep_line(struct material_lines *lines, const struct material_line *line)
{
	if (lines->count == lines->room) {
		lines->room = lines->room == 0 ? 64 : lines->room * 2;
		lines->items = mem_resize(lines->items, lines->room, sizeof *lines->items);
	}
	lines->items[lines->count++] = *line;
	lines->sorted = false;
}

static enum rc add_line(
	struct material_lines *lines, struct str line, const char *head, struct err *err)
{
	struct material_line item = {.line = line};
	size_t head_len = strlen(head);

	if (!str_starts(line, str_of(head)) || line.n < head_len + ULID_TEXT_LEN + 1
		|| line.p[head_len + ULID_TEXT_LEN] != '"')
		return err_set(err, RC_INPUT, "a line of the records begins otherwise than ours");
	if (ulid_parse(str_slice(line, head_len, head_len + ULID_TEXT_LEN), item.ulid, err)
		!= RC_OK)
		return err_wrap(err, "a line of the records");
	keep_line(lines, &item);
	return RC_OK;
}

static enum rc add_lines(
	struct material_lines *lines, struct str text, const char *head, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t at = 0; rc == RC_OK && at < text.n;) {
		size_t end = str_find(text, '\n', at);
		struct str line = str_trim(str_slice(text, at, end));

		if (line.n != 0)
			rc = add_line(lines, line, head, err);
		at = end + 1;
	}
	return rc;
}

/* Lines lie in one text or in several, each in its order: earlier addresses first will do. */
static int compare_lines(const void *a, const void *b)
{
	const struct material_line *one = a;
	const struct material_line *other = b;
	int order = memcmp(one->ulid, other->ulid, ULID_LEN);

	if (order != 0)
		return order;
	return (one->line.p > other->line.p) - (one->line.p < other->line.p);
}

const struct material_line *material_find_lines(
	struct material_lines *lines, const uint8_t ulid[ULID_LEN], size_t *count)
{
	size_t from = 0;
	size_t to = lines->count;

	if (!lines->sorted && lines->count != 0)
		qsort(lines->items, lines->count, sizeof *lines->items, compare_lines);
	lines->sorted = true;
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (memcmp(lines->items[middle].ulid, ulid, ULID_LEN) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (*count = 0; from + *count < lines->count; (*count)++)
		if (memcmp(lines->items[from + *count].ulid, ulid, ULID_LEN) != 0)
			break;
	return *count != 0 ? &lines->items[from] : NULL;
}

bool material_find_line(
	struct material_lines *lines, const uint8_t ulid[ULID_LEN], struct str *line)
{
	size_t count;
	const struct material_line *found = material_find_lines(lines, ulid, &count);

	if (found != NULL)
		*line = found->line;
	return found != NULL;
}

/* ---- adding ---- */

static enum rc add_one(struct certfill_material *m, struct str name, struct str text,
	struct material_item *item, struct err *err);

static enum rc add_document(
	struct certfill_material *m, const struct jsonr_value *document, struct err *err)
{
	struct material_item item = {.kind = MATERIAL_NONE};
	struct str name = text_member(document, "name");
	struct str text = text_member(document, "text");
	enum rc rc;

	if (text.n == 0)
		return err_set(err, RC_INPUT, "a document of the bundle has no text");
	rc = add_one(m, (struct str){NULL, 0}, text, &item, err);
	if (rc == RC_OK && item.kind == MATERIAL_BUNDLE)
		rc = err_set(err, RC_INPUT, "a bundle holds another one");
	return rc == RC_OK
		? rc
		: err_wrap(err, "document \"" STR_FMT "\"", STR_ARG(str_slice(name, 0, 80)));
}

static enum rc add_bundle(
	struct certfill_material *m, const struct jsonr_value *bundle, struct err *err)
{
	const struct jsonr_value *documents = jsonr_find(bundle, "documents");
	int64_t made_s;
	enum rc rc = clock_parse_iso(text_member(bundle, "made"), &made_s, err);

	if (rc != RC_OK)
		return err_wrap(err, "when the bundle was made");
	if (documents == NULL || documents->kind != JSONR_ARRAY)
		return err_set(err, RC_INPUT, "the bundle has no documents");
	m->made_s = made_s;
	for (const struct jsonr_value *d = documents->first; rc == RC_OK && d != NULL; d = d->next)
		rc = add_document(m, d, err);
	return rc;
}

/* A JWT's payload tells its address. */
static struct str jwt_name(struct arena *a, struct str text)
{
	const struct jsonr_value *body;
	struct jws jws;
	struct err ignored;

	if (jws_read(a, text, &jws, &ignored) != RC_OK
		|| jsonr_parse(a, bytes_text(jws.payload), &limits, &body, &ignored) != RC_OK)
		return (struct str){NULL, 0};
	return text_member(body, "id");
}

struct str material_credential_name(struct arena *a, struct str text)
{
	const struct jsonr_value *json;
	struct err ignored;

	if (str_starts(text, STR("eyJ")))
		return jwt_name(a, text);
	if (jsonr_parse(a, text, &limits, &json, &ignored) != RC_OK)
		return (struct str){NULL, 0};
	return text_member(json, "id");
}

static bool is_one_json(struct str text)
{
	size_t end = str_find(text, '\n', 0);

	/* Lines of records: a whole object stands on the first line and more follows. */
	return end == text.n || text.p[end - (end != 0)] != '}'
		|| str_trim(str_slice(text, end, text.n)).n == 0;
}

/* The kind of what is no JSON; of other texts NONE. */
static enum material_kind kind_of_text(struct str text)
{
	if (str_starts(text, STR("-----BEGIN CERTIFICATE-----")))
		return MATERIAL_ANCHORS;
	if (str_starts(text, STR("eyJ")))
		return MATERIAL_CREDENTIAL;
	if (str_starts(text, str_of(event_head)))
		return MATERIAL_EVENTS;
	if (str_starts(text, str_of(proof_head)) || !is_one_json(text))
		return MATERIAL_PROOFS;
	return MATERIAL_NONE;
}

/*
 * An address speaks for itself. Whatever could speak for others, a bundle above all, or roots of passes,
 * is taken from whoever asked for the verdict, and from nobody that was fetched from on the way.
 */
static bool may_be_fetched(enum material_kind kind)
{
	return kind == MATERIAL_DID || kind == MATERIAL_KEYS || kind == MATERIAL_KEY
		|| kind == MATERIAL_CREDENTIAL || kind == MATERIAL_REVOCATIONS;
}

static enum rc read_item(struct certfill_material *m, struct material_item *item, struct err *err)
{
	struct str own = {NULL, 0};
	enum rc rc = RC_OK;

	item->kind = kind_of_text(item->text);
	if (item->kind == MATERIAL_NONE) {
		rc = jsonr_parse(m->a, item->text, &limits, &item->json, err);
		if (rc != RC_OK)
			return rc;
		item->kind = kind_of(item->json);
		own = own_name(item->kind, item->json);
	} else if (item->kind == MATERIAL_CREDENTIAL) {
		own = jwt_name(m->a, item->text);
	}
	if (!item->is_fetched)
		item->name = own;
	else if (!may_be_fetched(item->kind))
		return err_set(err, RC_INPUT,
			"it is no key, no DID document and no status list, and nothing else is "
			"taken from an address");
	else if (item->kind != MATERIAL_KEYS && item->kind != MATERIAL_KEY && own.n != 0
		&& !str_eq(own, item->name))
		return err_set(err, RC_INPUT, "it says to be \"" STR_FMT "\"",
			STR_ARG(str_slice(own, 0, 120)));
	return rc;
}

static enum rc keep_item(
	struct certfill_material *m, const struct material_item *item, struct err *err)
{
	struct material_line line = {.line = item->text};

	if (item->kind == MATERIAL_EVENTS)
		return add_lines(&m->events, item->text, event_head, err);
	if (item->kind == MATERIAL_PROOFS)
		return add_lines(&m->proofs, item->text, proof_head, err);
	if (item->kind == MATERIAL_BUNDLE)
		return RC_OK;
	if (item->kind == MATERIAL_CREDENTIAL && credential_id_ulid(item->name, line.ulid))
		keep_line(&m->credentials, &line);
	return push(m, item, err);
}

/* Takes no bundle in: that is for the caller, once. */
static enum rc add_one(struct certfill_material *m, struct str name, struct str text,
	struct material_item *item, struct err *err)
{
	enum rc rc;

	*item = (struct material_item){.name = name, .is_fetched = name.n != 0, .text = text};
	rc = read_item(m, item, err);
	return rc == RC_OK ? keep_item(m, item, err) : rc;
}

enum rc material_add(struct certfill_material *m, struct str name, struct str text, struct err *err)
{
	struct material_item item;
	struct str kept;
	enum rc rc;

	if (text.n > MATERIAL_TEXT_MAX || text.n * 16 > arena_left_len(m->a))
		return err_set(err, RC_LIMIT, "it is too large to be taken in");
	/* Trees borrow from the text, so it is copied first. */
	kept = str_trim(str_dup(m->a, text));
	rc = add_one(m, str_dup(m->a, name), kept, &item, err);
	if (rc == RC_OK && item.kind == MATERIAL_BUNDLE)
		rc = add_bundle(m, item.json, err);
	if (rc == RC_OK && item.kind == MATERIAL_NONE && !is_receipt(item.json))
		rc = err_set(err, RC_INPUT,
			"it is no bundle, key, DID document, status list, record or credential");
	return rc;
}

struct material_item *material_find(
	struct certfill_material *m, enum material_kind kind, struct str name)
{
	if (name.n == 0)
		return NULL;
	for (size_t i = m->count; i-- > 0;)
		if (m->items[i]->kind == kind && str_eq(m->items[i]->name, name))
			return m->items[i];
	return NULL;
}
