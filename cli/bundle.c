// SPDX-License-Identifier: Apache-2.0
/* Asking control for a bundle's parts and putting them together. Runs in: the command line. */
#include "cli/bundle.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "cli/key_files.h"
#include "cli/link.h"
#include "formats/token.h"

#include <string.h>

#define DOCUMENTS_MAX 256

struct document {
	struct str name;
	struct str text;
};

struct parts {
	struct document items[DOCUMENTS_MAX];
	size_t count;
};

bool bundle_is_id(const char *word)
{
	uint8_t ulid[ULID_LEN];
	uint8_t tag[TOKEN_TAG_LEN];
	struct err ignored;

	return ulid_parse(str_of(word), ulid, &ignored) == RC_OK
		|| token_parse(str_of(word), ulid, tag, &ignored) == RC_OK;
}

/* "ULID", or "ULID HASH" of a token: the tag itself stays here. */
static const char *option_of(struct cli *cli, const char *word)
{
	uint8_t ulid[ULID_LEN];
	uint8_t tag[TOKEN_TAG_LEN];
	uint8_t digest[HASH_SHA256_LEN];
	char hex[2 * HASH_SHA256_LEN + 1];
	char text[ULID_TEXT_LEN + 1];
	struct err ignored;

	if (token_parse(str_of(word), ulid, tag, &ignored) != RC_OK)
		return word;
	hash_sha256((struct bytes){tag, sizeof tag}, digest);
	text_hex((struct bytes){digest, sizeof digest}, hex);
	ulid_text(ulid, text);
	return str_fmt(cli->arena, "%s %s", text, hex).p;
}

static enum rc take_files(
	struct cli *cli, int fd, const struct wire_files *files, void *context, struct err *err)
{
	struct parts *parts = context;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < files->files.count; i++) {
		const struct wire_file *f = &files->files.items[i];
		uint8_t *text;

		if (parts->count == DOCUMENTS_MAX || f->len > BUNDLE_LEN_MAX)
			return err_set(err, RC_LIMIT, "the bundle is too large");
		text = arena_alloc(cli->arena, (size_t)f->len + 1);
		rc = file_pread(fd, "the bundle", f->offset, text, (size_t)f->len, err);
		parts->items[parts->count++] = (struct document){
			str_dup(cli->arena, f->path), {(const char *)text, (size_t)f->len}};
	}
	return rc;
}

static void put_document(struct jsonw *w, struct str name, struct str text)
{
	jsonw_open(w, '{');
	jsonw_key_str(w, "name", name);
	jsonw_key_str(w, "text", text);
	jsonw_close(w, '}');
}

static void put_bundle(
	struct cli *cli, const struct key_files *keys, const struct parts *parts, struct buf *out)
{
	struct key_file_list documents = key_files_make(cli, keys);
	struct jsonw w = jsonw_new(out);
	char made[CLOCK_ISO_LEN];

	clock_iso(clock_wall_s(), made);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "format", STR("certfill-bundle/1"));
	jsonw_key_str(&w, "issuer", keys->issuer.id);
	jsonw_key_str(&w, "made", str_of(made));
	jsonw_key_open(&w, "documents", '[');
	/* The two that hold all keys; a file for each is for servers. */
	for (size_t i = 0; i < documents.count; i++)
		if (strchr(documents.items[i].path, '/') == NULL)
			put_document(&w, str_of(documents.items[i].path),
				bytes_text(documents.items[i].content));
	for (size_t i = 0; i < parts->count; i++)
		put_document(&w, parts->items[i].name, parts->items[i].text);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	buf_put_char(out, '\n');
}

enum exit_code bundle_make(struct cli *cli, const struct bundle_ask *ask, struct bundle *out)
{
	struct key_files *keys = arena_zalloc(cli->arena, 1, sizeof *keys);
	struct parts *parts = arena_zalloc(cli->arena, 1, sizeof *parts);
	struct link_command bundle = {.name = "cred bundle",
		.needs_data = true,
		.on_files = take_files,
		.context = parts};
	enum exit_code code = key_files_ask(cli, keys);

	if (code != EXIT_DONE)
		return code;
	for (size_t i = 0; i < ask->count; i++)
		link_option(&bundle, "id", option_of(cli, ask->ids[i]));
	code = link_run(cli, &bundle);
	if (code != EXIT_DONE)
		return code;
	out->text = buf_new(BUNDLE_LEN_MAX);
	put_bundle(cli, keys, parts, &out->text);
	out->credential = parts->count != 0 ? parts->items[0].text : (struct str){NULL, 0};
	if (out->text.full)
		return cli_fail(cli, EXIT_INPUT,
			"the bundle would be over %zu MiB: ask for fewer credentials at once",
			BUNDLE_LEN_MAX >> 20);
	return EXIT_DONE;
}
