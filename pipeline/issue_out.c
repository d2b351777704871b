// SPDX-License-Identifier: Apache-2.0
/* What --out gets: everybody's files, a page of credentials at a time. Runs in: control. */
#include "pipeline/issue_out.h"

#include "base/file.h"
#include "pipeline/out_lists.h"

#include <string.h>

#define PAGE 20

static const struct {
	uint8_t kind;
	const char *name;
} file_names[] = {
	{ARTIFACT_PDF, "certificate.pdf"},
	{ARTIFACT_PNG, "certificate.png"},
	{ARTIFACT_BADGE, "credential.json"},
	{ARTIFACT_JWT, "credential.jwt"},
	{ARTIFACT_PASS, "pass.pkpass"},
	{ARTIFACT_JWT_1EDTECH, "credential-1edtech.jwt"},
};

static const char *name_of(uint8_t kind)
{
	for (size_t i = 0; i < ARRAY_COUNT(file_names); i++)
		if (file_names[i].kind == kind)
			return file_names[i].name;
	return "other.bin";
}

/*
 * A recipient id as one part of a path: letters, digits, dash and underscore stay, and a dot that is not
 * first; everything else is %XX. Different ids never meet, because % itself is encoded. Over 180 bytes
 * the rest is replaced by a digest, marked by a character that no encoded id holds.
 */
/* Names of the batch's own lists; somebody's id may be one of them. */
static bool is_list_name(struct str id)
{
	static const char *const names[] = {"errors.csv", "links.csv", "receipt.json", "jwks.json",
		"did.json", "proofs.jsonl", "events.jsonl", "pass-chain.pem", ".certfill-part"};
	static const char *const heads[] = {"status-list-", "revocation-list-"};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_eq_nocase(id, str_of(names[i])))
			return true;
	for (size_t i = 0; i < ARRAY_COUNT(heads); i++)
		if (str_eq_nocase(str_slice(id, 0, strlen(heads[i])), str_of(heads[i])))
			return true;
	return false;
}

struct str out_folder(struct arena *a, struct str id)
{
	struct buf b = buf_new(4096);
	bool listed = is_list_name(id);
	struct str out;

	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			|| (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '.' && i != 0);

		if (plain && !(listed && i == 0))
			buf_put_char(&b, c);
		else
			buf_fmt(&b, "%%%02X", (unsigned char)c);
	}
	if (b.n > 180) {
		uint8_t digest[HASH_SHA256_LEN];
		char hex[2 * HASH_SHA256_LEN + 1];

		hash_sha256(bytes_of(id), digest);
		text_hex((struct bytes){digest, sizeof digest}, hex);
		b.n = 100;
		buf_fmt(&b, "~%s", hex);
	}
	out = str_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

/* One folder a recipient; below it one a credential when the manifest has several. */
static struct str folder_of(const struct out_job *o, struct arena *a, const struct wire_row *row)
{
	struct str folder = out_folder(a, row->recipient_id);

	if (o->credential_count <= 1)
		return folder;
	return str_fmt(
		a, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(out_folder(a, row->credential)));
}

struct page {
	struct arena *arena;
	struct credential_list credentials;
	bool more; /* the list goes on, though this page may hold no credential */
	struct wire_row rows[PAGE];
	uint8_t keys[PAGE][SEAL_KEY_LEN];
	bool erased[PAGE];
};

static enum rc open_page_rows(const struct out_job *o, struct page *p, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < p->credentials.count; i++) {
		const struct credential *c = &p->credentials.items[i];

		p->erased[i] = c->wrapped_key.n == 0;
		if (p->erased[i])
			continue;
		rc = issue_unwrap(o->tenant, c->wrapped_key, c->recipient_tag, p->keys[i], err);
		if (rc == RC_OK)
			rc = issue_open_row(o->tenant, p->keys[i], c->ulid, c->sealed, p->arena,
				&p->rows[i], err);
	}
	return rc;
}

static void fill_fetch(const struct page *p, struct wire_fetch *fetch)
{
	fetch->items.items = arena_zalloc(
		p->arena, (size_t)p->credentials.count * 8, sizeof *fetch->items.items);
	for (uint32_t i = 0; i < p->credentials.count; i++) {
		const struct credential *c = &p->credentials.items[i];

		for (uint32_t k = 0; !p->erased[i] && k < c->artifact_count; k++) {
			struct wire_fetch_item *x = &fetch->items.items[fetch->items.count++];

			x->kind = c->artifacts[k].kind;
			memcpy(x->ulid, c->ulid, 16);
			memcpy(x->key, p->keys[i], sizeof x->key);
			memcpy(x->sha256, c->artifacts[k].sha256, 32);
		}
	}
}

static enum rc fill_files(const struct out_job *o, const struct page *p,
	const struct wire_fetched *fetched, struct wire_files *files, struct err *err)
{
	uint32_t at = 0;

	files->files.items =
		arena_zalloc(p->arena, fetched->items.count, sizeof *files->files.items);
	for (uint32_t i = 0; i < p->credentials.count; i++) {
		const struct credential *c = &p->credentials.items[i];

		for (uint32_t k = 0; !p->erased[i] && k < c->artifact_count; k++, at++) {
			struct wire_file *f = &files->files.items[files->files.count++];

			if (at >= fetched->items.count || !fetched->items.items[at].found)
				return err_set(err, RC_SYSTEM,
					"the store lost an artifact of row %u", c->row_no);
			f->path = str_fmt(p->arena, STR_FMT "/%s",
				STR_ARG(folder_of(o, p->arena, &p->rows[i])),
				name_of(c->artifacts[k].kind));
			f->offset = fetched->items.items[at].offset;
			f->len = fetched->items.items[at].len;
		}
	}
	return RC_OK;
}

static enum rc send_page(struct out_job *o, struct page *p, struct err *err)
{
	struct wire_fetch fetch = {0};
	struct wire_fetched fetched;
	struct wire_files files = {0};
	AUTO_FD fd = -1;
	enum rc rc;

	fill_fetch(p, &fetch);
	if (fetch.items.count == 0)
		return RC_OK;
	rc = file_memory("export", &fd, err);
	if (rc == RC_OK)
		rc = peer_ask(o->tenant->store, PEER_MESSAGE_FDS(MESSAGE_FETCH, &fetch, &fd, 1),
			p->arena, &fetched, err);
	seal_wipe(fetch.items.items, fetch.items.count * sizeof *fetch.items.items);
	if (rc == RC_OK)
		rc = fill_files(o, p, &fetched, &files, err);
	if (rc == RC_OK)
		rc = client_send_files(o->client, fd, &files, err);
	return rc;
}

static enum rc list_page(struct out_job *o, struct page *p, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < p->credentials.count; i++)
		rc = out_add_proof(o, p->arena, &p->credentials.items[i], err);
	for (uint32_t i = 0; rc == RC_OK && i < p->credentials.count; i++)
		rc = out_add_chain(o, p->arena, p->credentials.items[i].batch, err);
	for (uint32_t i = 0; rc == RC_OK && i < p->credentials.count; i++)
		rc = out_add_status(o, p->arena, &p->credentials.items[i], err);
	if (rc == RC_OK)
		rc = out_add_links(o, p->arena, p->credentials.items, p->rows, p->erased,
			p->credentials.count, err);
	return rc;
}

static enum rc send_credentials(struct out_job *o, struct page *p, struct err *err)
{
	enum rc rc = open_page_rows(o, p, err);

	if (rc == RC_OK)
		rc = send_page(o, p, err);
	if (rc == RC_OK && p->credentials.count != 0)
		rc = list_page(o, p, err);
	seal_wipe(p->keys, sizeof p->keys);
	return rc;
}

/* The batch's own credentials, those above *after. */
static enum rc export_issued(struct out_job *o, struct page *p, uint32_t *after, struct err *err)
{
	enum rc rc = ledger_credential_list(
		o->tenant->ledger, p->arena, o->batch, *after, PAGE, &p->credentials, err);

	if (rc == RC_OK && p->credentials.count != 0)
		*after = p->credentials.items[p->credentials.count - 1].row_no;
	return rc == RC_OK ? send_credentials(o, p, err) : rc;
}

/* Records of the cohort whose credential an earlier batch issued: the folder is to be complete. */
static enum rc export_unchanged(struct out_job *o, struct page *p, uint32_t *after, struct err *err)
{
	struct batch_left_outs left;
	enum rc rc = ledger_batch_left_outs(
		o->tenant->ledger, p->arena, o->batch, *after, PAGE, &left, err);

	if (rc != RC_OK || left.count == 0)
		return rc;
	*after += left.count;
	p->credentials.items = arena_zalloc(p->arena, left.count, sizeof *p->credentials.items);
	for (uint32_t i = 0; rc == RC_OK && i < left.count; i++) {
		bool found = false;

		if (left.items[i].kind != LEFT_OUT_UNCHANGED)
			continue;
		rc = ledger_credential_find(o->tenant->ledger, p->arena, left.items[i].ulid,
			&p->credentials.items[p->credentials.count], &found, err);
		p->credentials.count += found;
	}
	p->more = true;
	return rc == RC_OK ? send_credentials(o, p, err) : rc;
}

typedef enum rc export_page(struct out_job *o, struct page *p, uint32_t *after, struct err *err);

static enum rc export_all(struct out_job *o, export_page *one, uint64_t *done, struct err *err)
{
	struct arena *a = arena_new((size_t)64 << 20);
	uint32_t after = 0;
	bool more = true;
	enum rc rc = RC_OK;

	while (rc == RC_OK && more) {
		struct page *p;

		arena_reset(a);
		p = arena_zalloc(a, 1, sizeof *p);
		p->arena = a;
		rc = one(o, p, &after, err);
		*done += p->credentials.count;
		more = p->more || p->credentials.count != 0;
		client_progress(o->client, "export", *done, o->total, 0);
	}
	arena_free(&a);
	return rc;
}

enum rc out_export(struct out_job *o, struct err *err)
{
	uint64_t done = 0;
	enum rc rc = out_begin(o, err);

	if (rc == RC_OK)
		rc = export_all(o, export_issued, &done, err);
	if (rc == RC_OK)
		rc = export_all(o, export_unchanged, &done, err);
	if (rc == RC_OK)
		rc = out_finish(o, err);
	out_close(o);
	return rc;
}
