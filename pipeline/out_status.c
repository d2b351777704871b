// SPDX-License-Identifier: Apache-2.0
/* What became of exported credentials: events.jsonl, and the status lists that they name. Runs in: control. */
#include "base/file.h"
#include "pipeline/out_lists.h"
#include "pipeline/status.h"

static void put_hex(struct jsonw *w, const char *name, struct bytes value)
{
	char hex[2 * 128 + 1];

	CHECK(value.n <= 128);
	text_hex(value, hex);
	jsonw_key_str(w, name, str_of(hex));
}

static void put_event(struct buf *b, struct str tenant, const struct status_event *e)
{
	struct jsonw w = jsonw_new(b);
	uint8_t note[HASH_SHA256_LEN] = {0};
	char id[ULID_TEXT_LEN + 1];

	if (e->sealed_note.n != 0)
		hash_sha256(e->sealed_note, note);
	ulid_text(e->ulid, id);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "event", str_of(id));
	jsonw_key_str(&w, "tenant", tenant);
	jsonw_key_i64(&w, "kind", e->kind);
	jsonw_key_str(&w, "reason", e->reason);
	jsonw_key_i64(&w, "at", e->at_s);
	put_hex(&w, "note", (struct bytes){note, sizeof note});
	jsonw_key_str(&w, "kid", e->kid);
	put_hex(&w, "signature", e->signature);
	jsonw_close(&w, '}');
	buf_put_char(b, '\n');
}

enum rc out_put_events(struct out_job *o, struct arena *a, const struct credential *c,
	struct buf *b, struct err *err)
{
	struct status_events events = {0};
	enum rc rc;

	/* Most have none, and need no look into the ledger. */
	if (!c->has_events)
		return RC_OK;
	rc = ledger_status_list(o->tenant->ledger, a, c->ulid, &events, err);
	for (uint32_t i = 0; rc == RC_OK && i < events.count; i++)
		put_event(b, o->tenant->settings.name, &events.items[i]);
	return rc;
}

static enum rc note_list(struct out_job *o, uint32_t list, struct err *err)
{
	for (uint32_t i = 0; i < o->status_list_count; i++)
		if (o->status_lists[i] == list)
			return RC_OK;
	if (o->status_list_count == OUT_STATUS_LISTS_MAX)
		return err_set(err, RC_LIMIT,
			"the batch's credentials stand in more than %d status lists",
			OUT_STATUS_LISTS_MAX);
	o->status_lists[o->status_list_count++] = list;
	return RC_OK;
}

enum rc out_add_status(
	struct out_job *o, struct arena *a, const struct credential *c, struct err *err)
{
	struct buf b = buf_new((size_t)2 << 20);
	enum rc rc = note_list(o, c->status_list, err);

	if (rc == RC_OK)
		rc = out_put_events(o, a, c, &b, err);
	if (rc == RC_OK && b.n != 0)
		rc = out_stream_add(&o->events, buf_bytes(&b), err);
	buf_free(&b);
	return rc;
}

enum rc out_send_list(struct client *client, struct tenant *t, uint32_t list, out_list_name *name,
	struct err *err)
{
	struct arena *a = arena_new(STATUS_DOC_MAX + ((size_t)1 << 20));
	struct wire_file file = {0};
	struct wire_files files = {.files = {&file, 1}};
	struct status_doc doc;
	AUTO_FD fd = -1;
	bool found = false;
	enum rc rc = ledger_status_doc_find(t->ledger, a, list, &doc, &found, err);

	if (rc == RC_OK && found) {
		file.path = name(a, &doc);
		file.len = doc.content.n;
		rc = file_memory("status", &fd, err);
		if (rc == RC_OK)
			rc = file_write_all(fd, "a status list", doc.content, err);
		if (rc == RC_OK)
			rc = client_send_files(client, fd, &files, err);
	}
	arena_free(&a);
	return rc;
}

/* A file, not a folder: folders of an export are recipients. */
static struct str name_of(struct arena *a, const struct status_doc *doc)
{
	return str_fmt(a, "%s-list-%u.json",
		str_eq_cz(doc->purpose, "1edtech") ? "revocation" : "status", doc->list);
}

enum rc out_send_lists(struct out_job *o, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < o->status_list_count; i++)
		rc = out_send_list(o->client, o->tenant, o->status_lists[i], name_of, err);
	return rc;
}
