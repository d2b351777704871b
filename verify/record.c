// SPDX-License-Identifier: Apache-2.0
/* Records, their place in a signed tree, and the files they name. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/record.h"

#include "base/credential_id.h"
#include "base/merkle.h"
#include "base/text.h"
#include "formats/ed25519.h"
#include "formats/record.h"

#include <string.h>

#include "verify/issuer.h"

#define LINE_MAX ((size_t)65536)
#define PATH_MAX_COUNT 64

static const struct jsonr_limits limits = {LINE_MAX, 512};

/* A line of proofs.jsonl, read. */
struct line {
	struct str batch;
	struct str kid;
	struct str record;
	uint64_t shard;
	uint64_t leaf;
	uint64_t count;
	uint8_t root[HASH_SHA256_LEN];
	uint8_t signature[ED25519_SIGNATURE_LEN];
	struct merkle_hash path[PATH_MAX_COUNT];
	size_t path_count;
};

static bool number(const struct jsonr_value *json, const char *name, uint64_t max, uint64_t *out)
{
	const struct jsonr_value *v = jsonr_find(json, name);

	return v != NULL && v->kind == JSONR_NUMBER && str_to_u64(v->text, max, out);
}

static bool read_path(const struct jsonr_value *path, struct line *out)
{
	if (path == NULL || path->kind != JSONR_ARRAY || path->count > PATH_MAX_COUNT)
		return false;
	for (const struct jsonr_value *v = path->first; v != NULL; v = v->next)
		if (v->kind != JSONR_STRING
			|| !text_from_hex(v->text, out->path[out->path_count++].b, HASH_SHA256_LEN))
			return false;
	return true;
}

static bool read_line(struct arena *a, struct str text, struct line *out)
{
	const struct jsonr_value *json;
	struct err ignored;

	if (jsonr_parse(a, text, &limits, &json, &ignored) != RC_OK)
		return false;
	*out = (struct line){.batch = context_text(json, "batch"),
		.kid = context_text(json, "kid"),
		.record = context_text(json, "record")};
	return number(json, "shard", UINT32_MAX, &out->shard)
		&& number(json, "leaf", UINT32_MAX, &out->leaf)
		&& number(json, "count", UINT32_MAX, &out->count) && out->leaf < out->count
		&& text_from_hex(context_text(json, "root"), out->root, sizeof out->root)
		&& text_from_hex(
			context_text(json, "signature"), out->signature, sizeof out->signature)
		&& read_path(jsonr_find(json, "path"), out);
}

static bool is_in_tree(const struct line *line)
{
	struct merkle_hash leaf;
	struct merkle_hash root;

	memcpy(root.b, line->root, sizeof root.b);
	merkle_leaf(bytes_of(line->record), &leaf);
	return merkle_check(&leaf, line->leaf, line->count, line->path, line->path_count, &root);
}

static enum issuer_answer check_root(
	struct context *c, const struct line *line, struct str issuer, struct err *err)
{
	struct buf text = buf_new(4096);
	struct issuer_key key;
	enum issuer_answer answer =
		issuer_find_key(c, issuer, line->kid, ISSUER_RECORDS, &key, err);

	if (answer == ISSUER_FOUND) {
		record_put_shard_text(&text, line->batch, (uint32_t)line->shard,
			(uint32_t)line->count, line->root);
		if (text.full || key.key.kind != JWK_ED25519 || key.revoked_s != ISSUER_NO_TIME
			|| !memo_verify(&c->material->roots, key.key.point.p, buf_bytes(&text),
				line->signature)) {
			(void)err_set(err, RC_INPUT, "the signature of its tree is bad");
			answer = ISSUER_REFUSED;
		}
	}
	buf_free(&text);
	return answer;
}

/* ---- the file ---- */

/* ["pdf", length, "SHA-256 in base64url"] */
static const struct jsonr_value *find_artifact(const struct jsonr_value *record, const char *kind)
{
	const struct jsonr_value *list = jsonr_find(record, "artifacts");

	if (list == NULL || list->kind != JSONR_ARRAY)
		return NULL;
	for (const struct jsonr_value *v = list->first; v != NULL; v = v->next)
		if (v->kind == JSONR_ARRAY && v->count == 3 && v->first->kind == JSONR_STRING
			&& str_eq_cz(v->first->text, kind))
			return v->first->next->next;
	return NULL;
}

static bool is_artifact(struct context *c, const struct jsonr_value *wanted)
{
	struct buf text = buf_new(64);
	bool same;

	text_put_base64url(&text, (struct bytes){context_file_digest(c), HASH_SHA256_LEN});
	same = str_eq(wanted->text, buf_str(&text));
	buf_free(&text);
	return same;
}

static void check_file(struct context *c, const struct jsonr_value *record, const char *kind)
{
	const struct jsonr_value *wanted = find_artifact(record, kind);
	const struct jsonr_value *other;
	bool is_text = strcmp(kind, "badge") == 0 || strcmp(kind, "jwt") == 0;

	if (wanted == NULL || wanted->kind != JSONR_STRING) {
		report_add(c->report, "file", is_text ? REPORT_SKIPPED : REPORT_UNKNOWN,
			"the issuer's record names no file of this kind");
		return;
	}
	/* A token may be of either profile. */
	other = strcmp(kind, "jwt") == 0 ? find_artifact(record, "jwt-1edtech") : NULL;
	if (is_artifact(c, wanted)
		|| (other != NULL && other->kind == JSONR_STRING && is_artifact(c, other)))
		report_add(c->report, "file", REPORT_OK, "byte for byte what the issuer gave out");
	else if (is_text)
		report_add(c->report, "file", REPORT_SKIPPED,
			"written another way than the issuer's file; what is signed is the same");
	else
		report_add(c->report, "file", REPORT_FORGED,
			"the file was changed after it was issued; only the credential inside is "
			"genuine");
}

static const char *kind_name(const char *kind)
{
	static const struct {
		const char *kind;
		const char *name;
	} names[] = {{"json", "badge"}, {"jwt", "jwt"}, {"png", "png"}, {"pdf", "pdf"},
		{"pkpass", "pass"}, {"svg", "svg"}};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (strcmp(names[i].kind, kind) == 0)
			return names[i].name;
	return kind;
}

/*
 * Without a record nothing vouches for what a page or picture shows, for the credential inside holds no
 * name. Of a certificate that matters; a plain Open Badge's picture says no more than its credential.
 * Ours are known by what is signed: their id, and a demonstration by its host.
 */
static bool needs_record(const char *kind, struct str id, struct str issuer)
{
	uint8_t ulid[ULID_LEN];

	if (strcmp(kind, "json") == 0 || strcmp(kind, "jwt") == 0)
		return false;
	if (strcmp(kind, "pdf") == 0)
		return true;
	return str_ends(issuer, STR(".invalid"))
		|| (str_starts(id, STR("https://")) && credential_id_ulid(id, ulid));
}

static void without_record(struct context *c, const char *kind, bool needed)
{
	if (strcmp(kind, "json") == 0 || strcmp(kind, "jwt") == 0)
		return;
	report_add(c->report, "file", needed ? REPORT_UNKNOWN : REPORT_SKIPPED,
		"the credential inside is what was checked; whether the picture around it was "
		"changed only the issuer's record could tell, which is not at hand");
}

bool record_contradicts(struct context *c, const uint8_t ulid[ULID_LEN], const char *kind)
{
	const struct jsonr_value *record;
	const struct jsonr_value *wanted;
	struct line line;
	struct str text;
	struct err ignored;

	if (c->is_void || !material_find_line(&c->material->proofs, ulid, &text)
		|| !read_line(c->a, text, &line) || !is_in_tree(&line)
		|| jsonr_parse(c->a, line.record, &limits, &record, &ignored) != RC_OK)
		return false;
	wanted = find_artifact(record, kind_name(kind));
	if (wanted == NULL || wanted->kind != JSONR_STRING || is_artifact(c, wanted))
		return false;
	report_add(c->report, "file", REPORT_FORGED,
		"the file is not the one that the issuer's record of this credential names");
	return true;
}

void record_check(struct context *c, struct str id, struct str issuer, const char *kind)
{
	const struct jsonr_value *record = NULL;
	uint8_t ulid[ULID_LEN];
	uint8_t inside[ULID_LEN];
	struct line line;
	struct str text;
	struct err err;

	if (!credential_id_ulid(id, ulid)
		|| !material_find_line(&c->material->proofs, ulid, &text)) {
		without_record(c, kind, needs_record(kind, id, issuer));
		return;
	}
	if (!read_line(c->a, text, &line) || !is_in_tree(&line)
		|| jsonr_parse(c->a, line.record, &limits, &record, &err) != RC_OK
		|| ulid_parse(context_text(record, "id"), inside, &err) != RC_OK
		|| memcmp(ulid, inside, ULID_LEN) != 0) {
		report_add(c->report, "record", REPORT_UNKNOWN,
			"the record at hand does not lie in its tree, or is another credential's");
		return;
	}
	switch (check_root(c, &line, issuer, &err)) {
	case ISSUER_FOUND:
		report_add(c->report, "record", REPORT_OK,
			"leaf %llu of %llu in a tree that the issuer signed",
			(unsigned long long)line.leaf, (unsigned long long)line.count);
		check_file(c, record, c->is_void ? "pass-voided" : kind_name(kind));
		return;
	case ISSUER_REFUSED:
	case ISSUER_MISSING:
	default:
		report_add(c->report, "record", REPORT_UNKNOWN, "%s", err.text);
		without_record(c, kind, true);
		return;
	}
}
