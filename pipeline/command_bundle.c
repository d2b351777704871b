// SPDX-License-Identifier: Apache-2.0
/*
 * cred bundle: what somebody needs to verify credentials without us. Credentials, records with their
 * paths, signed events, status lists, roots of passes; keys the command line asks for itself.
 * Runs in: control.
 */
#include "base/credential_id.h"
#include "base/file.h"
#include "base/seal.h"
#include "base/text.h"
#include "ipc/wire_store.h"
#include "pipeline/out_lists.h"
#include "pipeline/status.h"

#include <string.h>
#include <unistd.h>

#define CREDENTIALS_MAX 60
#define TEXTS_MAX ((size_t)64 << 20)

/* texts: everything but the credentials, which the store unseals; the files follow each other there. */
struct bundle {
	struct control *control;
	struct client *client;
	struct tenant *tenant;
	struct arena *a;
	struct out_job out;
	struct credential credentials[CREDENTIALS_MAX];
	uint32_t count;
	struct buf texts;
	struct wire_files files;
	uint8_t exit_code;
};

static void name_text(struct bundle *b, struct str name, size_t from)
{
	struct wire_file *f = &b->files.files.items[b->files.files.count];

	if (b->texts.n == from)
		return;
	*f = (struct wire_file){.path = name, .offset = from, .len = b->texts.n - from};
	b->files.files.count++;
}

/* "ULID" or "ULID TAGHASH": who comes with a token shows that it is the credential's. */
static enum rc find_one(struct bundle *b, struct str wanted, struct err *err)
{
	size_t space = str_find(wanted, ' ', 0);
	struct str hash = str_slice(wanted, space + 1, wanted.n);
	struct credential *c = &b->credentials[b->count];
	uint8_t tag_hash[32];
	uint8_t ulid[16];
	bool found = false;
	enum rc rc = RC_OK;

	if (b->count == CREDENTIALS_MAX)
		return err_set(
			err, RC_LIMIT, "a bundle holds at most %d credentials", CREDENTIALS_MAX);
	if (credential_id_named(str_slice(wanted, 0, space), ulid))
		rc = ledger_credential_find(b->tenant->ledger, b->a, ulid, c, &found, err);
	if (rc != RC_OK)
		return rc;
	if (found && hash.n != 0)
		found = text_from_hex(hash, tag_hash, sizeof tag_hash)
			&& hash_equal(tag_hash, c->tag_hash, sizeof tag_hash);
	if (!found || c->wrapped_key.n == 0) {
		b->exit_code = EXIT_NOT_FOUND;
		return err_set(err, RC_INPUT,
			found ? "the recipient's data of one of these credentials was erased"
			      : "there is no such credential here");
	}
	b->count++;
	return RC_OK;
}

static enum rc find_all(struct bundle *b, struct err *err)
{
	const struct wire_command *command = client_command(b->client);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < command->options.count; i++)
		if (str_eq_cz(command->options.items[i].name, "id"))
			rc = find_one(b, command->options.items[i].text, err);
	return rc;
}

/* ---- credentials, out of the store ---- */

static bool add_item(struct bundle *b, const struct credential *c, struct wire_fetch *fetch)
{
	for (uint32_t k = 0; k < c->artifact_count; k++)
		if (c->artifacts[k].kind == ARTIFACT_BADGE) {
			struct wire_fetch_item *x = &fetch->items.items[fetch->items.count++];
			struct err ignored;

			x->kind = ARTIFACT_BADGE;
			memcpy(x->ulid, c->ulid, sizeof x->ulid);
			memcpy(x->sha256, c->artifacts[k].sha256, sizeof x->sha256);
			return issue_unwrap(b->tenant, c->wrapped_key, c->recipient_tag, x->key,
				       &ignored)
				== RC_OK;
		}
	return true;
}

static enum rc take_credentials(
	struct bundle *b, const struct wire_fetched *fetched, int fd, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < fetched->items.count; i++) {
		const struct wire_fetched_item *x = &fetched->items.items[i];
		size_t from = b->texts.n;
		uint8_t *room;

		if (!x->found || x->len > TEXTS_MAX)
			return err_set(err, RC_SYSTEM, "the store lost a credential");
		room = buf_grow(&b->texts, (size_t)x->len);
		if (room == NULL)
			return err_set(err, RC_LIMIT, "the bundle is over %zu bytes", TEXTS_MAX);
		rc = file_pread(fd, "the credentials", x->offset, room, (size_t)x->len, err);
		name_text(b, STR("credential.json"), from);
	}
	return rc;
}

static enum rc add_credentials(struct bundle *b, struct err *err)
{
	struct wire_fetch fetch = {0};
	struct wire_fetched fetched;
	AUTO_FD fd = -1;
	enum rc rc = file_memory("bundle", &fd, err);

	fetch.items.items = arena_zalloc(b->a, b->count, sizeof *fetch.items.items);
	for (uint32_t i = 0; rc == RC_OK && i < b->count; i++)
		if (!add_item(b, &b->credentials[i], &fetch))
			rc = err_set(err, RC_SYSTEM, "a recipient's key cannot be opened");
	if (rc == RC_OK && fetch.items.count != 0) {
		rc = peer_ask(b->tenant->store, PEER_MESSAGE_FDS(MESSAGE_FETCH, &fetch, &fd, 1),
			b->a, &fetched, err);
		if (rc == RC_OK)
			rc = take_credentials(b, &fetched, fd, err);
	}
	seal_wipe(fetch.items.items, fetch.items.count * sizeof *fetch.items.items);
	return rc;
}

/* ---- what the ledger knows ---- */

static enum rc add_records(struct bundle *b, struct err *err)
{
	size_t from = b->texts.n;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < b->count; i++)
		rc = out_put_proof(&b->out, &b->credentials[i], &b->texts, err);
	name_text(b, STR("proofs.jsonl"), from);
	return rc;
}

static enum rc add_events(struct bundle *b, struct err *err)
{
	size_t from = b->texts.n;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < b->count; i++)
		rc = out_put_events(&b->out, b->a, &b->credentials[i], &b->texts, err);
	name_text(b, STR("events.jsonl"), from);
	return rc;
}

static bool list_is_new(const struct bundle *b, uint32_t which)
{
	for (uint32_t i = 0; i < which; i++)
		if (b->credentials[i].status_list == b->credentials[which].status_list)
			return false;
	return true;
}

static enum rc add_lists(struct bundle *b, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < b->count; i++) {
		uint32_t list = b->credentials[i].status_list;
		size_t from = b->texts.n;
		struct status_doc doc;
		bool found = false;

		if (!list_is_new(b, i))
			continue;
		rc = ledger_status_doc_find(b->tenant->ledger, b->a, list, &doc, &found, err);
		if (rc == RC_OK && found)
			buf_put_bytes(&b->texts, doc.content);
		name_text(b, str_fmt(b->a, "status/%u", list), from);
	}
	return rc;
}

static enum rc add_chains(struct bundle *b, struct err *err)
{
	size_t from = b->texts.n;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < b->count; i++)
		rc = out_add_chain(&b->out, b->a, b->credentials[i].batch, err);
	buf_put(&b->texts, b->out.chains.p, b->out.chains.n);
	name_text(b, STR("pass-chain.pem"), from);
	return rc;
}

static enum rc send_all(struct bundle *b, struct err *err)
{
	AUTO_FD fd = -1;
	enum rc rc;

	if (b->texts.full)
		return err_set(err, RC_LIMIT, "the bundle is over %zu bytes", TEXTS_MAX);
	rc = file_memory("bundle", &fd, err);
	if (rc == RC_OK)
		rc = file_write_all(fd, "the bundle", buf_bytes(&b->texts), err);
	if (rc == RC_OK)
		rc = client_send_files(b->client, fd, &b->files, err);
	return rc;
}

static enum rc make(struct bundle *b, struct err *err)
{
	enum rc rc = find_all(b, err);

	b->files.files.items =
		arena_zalloc(b->a, (size_t)b->count * 2 + 8, sizeof *b->files.files.items);
	/* Lists that are behind, or end soon, are made anew first: the bundle is to last. */
	if (rc == RC_OK)
		rc = status_publish(b->tenant, false, &(uint32_t){0}, err);
	if (rc == RC_OK)
		rc = add_credentials(b, err);
	if (rc == RC_OK)
		rc = add_records(b, err);
	if (rc == RC_OK)
		rc = add_events(b, err);
	if (rc == RC_OK)
		rc = add_lists(b, err);
	if (rc == RC_OK)
		rc = add_chains(b, err);
	return rc == RC_OK ? send_all(b, err) : rc;
}

void command_cred_bundle(struct control *control, struct client *client)
{
	struct tenant t;
	struct bundle *b;
	struct arena *a;
	struct err err;
	enum rc rc;

	if (!control_open_tenant(control, client, (struct str){NULL, 0}, false, &t))
		return;
	a = arena_new((size_t)256 << 20);
	b = arena_zalloc(a, 1, sizeof *b);
	*b = (struct bundle){.control = control,
		.client = client,
		.tenant = &t,
		.a = a,
		.texts = buf_new(TEXTS_MAX)};
	b->out = (struct out_job){
		.client = client, .tenant = &t, .roots_arena = arena_new((size_t)4 << 20)};
	b->out.chains = buf_new((size_t)4 << 20);
	rc = make(b, &err);
	client_end(client,
		rc == RC_OK ? EXIT_DONE : (b->exit_code != 0 ? b->exit_code : control_exit_of(rc)),
		rc == RC_OK ? NULL : err.text);
	buf_free(&b->texts);
	buf_free(&b->out.chains);
	arena_free(&b->out.roots_arena);
	arena_free(&a);
	control->at_work = NULL;
	tenant_close(&t);
}
