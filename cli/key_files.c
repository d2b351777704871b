// SPDX-License-Identifier: Apache-2.0
/* From what control says to the documents that are published. Runs in: the command line. */
#include "cli/key_files.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/link.h"
#include "cli/show.h"

#include <string.h>

#define DOCUMENT_MAX ((size_t)1 << 20)

static struct str keep(struct cli *cli, const char *text)
{
	return str_dup(cli->arena, str_of(text));
}

static enum rc take_key(struct cli *cli, const json_t *o, struct key_files *all, struct err *err)
{
	const char *purpose = show_text(o, "purpose");
	const char *compromised = show_text(o, "compromised_at");
	struct keydoc_key key = {.kid = keep(cli, show_text(o, "kid")),
		.credentials = strcmp(purpose, "assert") == 0 || strcmp(purpose, "jwt") == 0,
		.compromised_s = KEYDOC_NOT_COMPROMISED};
	enum rc rc = text_from_base64url(
		cli->arena, str_of(show_text(o, "public_key")), &key.public_key, err);

	if (rc == RC_OK && compromised[0] != '\0')
		rc = clock_parse_iso(str_of(compromised), &key.compromised_s, err);
	if (rc == RC_OK
		&& (jwk_alg_of(key.public_key) == JWK_NONE || all->count == KEY_FILES_KEYS_MAX))
		rc = err_set(err, RC_PEER, "control named a key of no known kind");
	if (rc != RC_OK)
		return rc;
	all->keys[all->count++] = key;
	if (key.credentials && strcmp(show_text(o, "state"), "announced") == 0) {
		all->waiting = key.kid;
		all->signs_from = keep(cli, show_text(o, "signs_from"));
	}
	return RC_OK;
}

static void take_line(struct cli *cli, struct str json, void *context)
{
	struct key_files *all = context;
	json_t *o = json_loadb(json.p, json.n, 0, NULL);
	const char *type = o != NULL ? show_text(o, "message_type") : "";

	if (strcmp(type, "issuer") == 0) {
		all->issuer.id = keep(cli, show_text(o, "id"));
		all->issuer.base_url = keep(cli, show_text(o, "base_url"));
	} else if (strcmp(type, "key") == 0) {
		if (all->rc == RC_OK)
			all->rc = take_key(cli, o, all, &all->err);
	} else {
		show_line(cli, json);
	}
	json_decref(o);
}

enum exit_code key_files_ask(struct cli *cli, struct key_files *keys)
{
	struct link_command command = {
		.name = "key list", .needs_data = true, .on_line = take_line, .context = keys};
	enum exit_code code = link_run(cli, &command);

	if (code == EXIT_DONE && keys->rc != RC_OK)
		return cli_fail(cli, EXIT_UNEXPECTED, "%s", keys->err.text);
	return code;
}

static void add(struct cli *cli, struct key_file_list *list, const char *path, struct buf *content)
{
	CHECK(!content->full);
	list->items[list->count++] = (struct key_file){
		path, {arena_dup(cli->arena, content->p, content->n), content->n}};
	buf_reset(content);
}

struct key_file_list key_files_make(struct cli *cli, const struct key_files *keys)
{
	struct key_file_list list = {
		arena_zalloc(cli->arena, keys->count + 2, sizeof(struct key_file)), 0};
	struct buf b = buf_new(DOCUMENT_MAX);

	for (size_t i = 0; i < keys->count; i++) {
		keydoc_put_jwk(&b, &keys->issuer, &keys->keys[i]);
		add(cli, &list,
			str_fmt(cli->arena, "keys/" STR_FMT ".json", STR_ARG(keys->keys[i].kid)).p,
			&b);
	}
	keydoc_put_did(&b, &keys->issuer, keys->keys, keys->count);
	add(cli, &list, "did.json", &b);
	keydoc_put_set(&b, &keys->issuer, keys->keys, keys->count);
	add(cli, &list, "jwks.json", &b);
	buf_free(&b);
	return list;
}
