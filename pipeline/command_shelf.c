// SPDX-License-Identifier: Apache-2.0
/* template import, list, show, diff: templates with names and versions. Runs in: control. */
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "jobs/design_diff.h"
#include "pipeline/shelf.h"
#include "pipeline/stage_template.h"

#include <string.h>

#define DESIGN_MAX ((size_t)32 << 20)

static bool open_tenant(
	struct control *control, struct client *client, bool create, struct tenant *t)
{
	return control_open_tenant_as(control, client,
		&(struct control_ask){.role = STR("template:write"), .create = create}, t);
}

static void close_tenant(struct control *control, struct tenant *t)
{
	control->at_work = NULL;
	tenant_close(t);
}

static void say_version(struct client *client, const struct ledger_template *t, const char *state)
{
	struct jsonw *w = client_say(client, "template_version");
	char hex[65];
	char added[CLOCK_ISO_LEN];

	text_hex((struct bytes){t->sha256, 32}, hex);
	clock_iso(t->added_s, added);
	jsonw_key_str(w, "name", t->name);
	jsonw_key_i64(w, "version", t->version);
	jsonw_key_str(w, "sha256", str_of(hex));
	jsonw_key_str(w, "added", str_of(added));
	jsonw_key_str(w, "state", str_of(state));
	client_said(client);
}

/* ---- import ---- */

/* The next batch finds it compiled as hard as can be; whoever imports has the time (ADR 0008). */
static enum rc compile_hard(struct tenant *t, const struct stage_cleaned *cleaned, struct arena *a,
	uint8_t *exit_code, struct err *err)
{
	struct stage_compile_ask ask = {
		.tier = STAGE_TIER_HARD, .dpi = 150, .pass = cleaned->info.pass};
	struct stage_compiled compiled;
	enum rc rc = stage_compile(t, cleaned, &ask, a, &compiled, exit_code, err);

	if (rc == RC_OK)
		stage_compiled_close(&compiled);
	return rc;
}

static enum rc import(struct client *client, struct tenant *t, struct str name,
	const struct stage_cleaned *cleaned, uint8_t *exit_code, struct err *err)
{
	const struct wire_template *info = &cleaned->info;
	struct ledger_template before;
	struct ledger_template now;
	bool found = false;
	enum rc rc = compile_hard(t, cleaned, client_arena(client), exit_code, err);

	if (rc != RC_OK)
		return rc;
	*exit_code = EXIT_UNEXPECTED;
	rc = ledger_template_find(t->ledger, client_arena(client), name, 0, &before, &found, err);
	/* First the bytes, then the name: a name never leads nowhere. */
	if (rc == RC_OK)
		rc = shelf_add(t, cleaned->result_fd, info->clean_offset, info->clean_len,
			info->sha256, err);
	if (rc == RC_OK)
		rc = ledger_template_add(t->ledger, &t->actor, name, info->sha256, &now, err);
	if (rc == RC_OK)
		say_version(client, &now,
			found && before.version == now.version ? "unchanged" : "imported");
	return rc;
}

void command_template_import(struct control *control, struct client *client)
{
	struct str name = client_option(client, "as");
	struct stage_cleaned cleaned;
	uint8_t exit_code = EXIT_UNEXPECTED;
	struct tenant t;
	struct err err;
	enum rc rc;

	if (!shelf_name_ok(name)) {
		client_end(client, EXIT_USAGE,
			"--name wants at most 64 letters, digits, dots, dashes and underscores");
		return;
	}
	if (!stage_template_open(client, NULL, "template", &cleaned))
		return;
	stage_template_say(client, &cleaned.info);
	if (!open_tenant(control, client, true, &t)) {
		stage_cleaned_close(&cleaned);
		return;
	}
	rc = import(client, &t, name, &cleaned, &exit_code, &err);
	client_end_job(client, rc == RC_OK ? EXIT_DONE : exit_code, rc, &err);
	stage_cleaned_close(&cleaned);
	close_tenant(control, &t);
}

/* ---- list ---- */

void command_template_list(struct control *control, struct client *client)
{
	struct ledger_templates all;
	struct tenant t;
	struct err err;
	enum rc rc;

	if (!control_open_tenant_as(control, client,
		    &(struct control_ask){.role = STR("read"), .ledger_only = true}, &t))
		return;
	rc = ledger_template_versions(
		t.ledger, client_arena(client), client_option(client, "name"), &all, &err);
	for (uint32_t i = 0; rc == RC_OK && i < all.count; i++)
		say_version(client, &all.items[i],
			shelf_has(&t, all.items[i].sha256) ? "kept" : "hash only");
	client_end(client, rc == RC_OK ? EXIT_DONE : control_exit_of(rc),
		rc == RC_OK ? NULL : err.text);
	tenant_close(&t);
}

/* ---- show ---- */

void command_template_show(struct control *control, struct client *client)
{
	struct str asked = client_option(client, "template");
	struct stage_cleaned cleaned;
	struct ledger_template found;
	bool there = false;
	struct tenant t;
	struct err err;

	if (!open_tenant(control, client, false, &t))
		return;
	if (shelf_find_pin(&t, client_arena(client), asked, &found, &there, &err) != RC_OK
		|| !there)
		client_end(client, EXIT_NOT_FOUND, err.text);
	else if (stage_template_open(client, &t, "template", &cleaned)) {
		say_version(client, &found, "kept");
		stage_template_say(client, &cleaned.info);
		client_end(client, EXIT_DONE, NULL);
		stage_cleaned_close(&cleaned);
	}
	close_tenant(control, &t);
}

/* ---- diff ---- */

static enum rc read_design(
	const struct stage_cleaned *c, struct arena *a, struct bytes *out, struct err *err)
{
	uint8_t *p;

	if (c->info.design_len > DESIGN_MAX)
		return err_set(err, RC_PEER, "a template's design is impossibly large");
	p = arena_alloc(a, (size_t)c->info.design_len);
	*out = (struct bytes){p, (size_t)c->info.design_len};
	return file_pread(c->result_fd, "a design", c->info.design_offset, p, out->n, err);
}

static void say_difference(void *context, const char *what, struct str before, struct str after)
{
	struct jsonw *w = client_say(context, "difference");

	jsonw_key_str(w, "what", str_of(what));
	jsonw_key_str(w, "before", before);
	jsonw_key_str(w, "after", after);
	client_said(context);
}

static enum rc hash_art(
	const struct stage_cleaned *c, struct str *out, struct arena *a, struct err *err)
{
	uint8_t sha256[HASH_SHA256_LEN];
	char hex[2 * HASH_SHA256_LEN + 1];
	struct bytes content;
	AUTO_FD fd = -1;
	enum rc rc =
		stage_copy_part(c->result_fd, "art", c->info.art_offset, c->info.art_len, &fd, err);

	if (rc == RC_OK)
		rc = file_map(fd, "art", (size_t)128 << 20, &content, err);
	if (rc != RC_OK)
		return rc;
	hash_sha256(content, sha256);
	file_unmap(&content);
	text_hex((struct bytes){sha256, sizeof sha256}, hex);
	*out = str_dup(a, (struct str){hex, 16});
	return RC_OK;
}

static struct str font_line(struct arena *a, const struct wire_template_font *f)
{
	return str_fmt(a, STR_FMT " (" STR_FMT ", %u%s)", STR_ARG(f->file),
		STR_ARG(f->names.count != 0 ? f->names.items[0] : STR("")), f->weight,
		f->italic ? " italic" : "");
}

static void diff_fonts(struct client *client, struct arena *a, const struct wire_template *x,
	const struct wire_template *y, bool added)
{
	for (uint32_t i = 0; i < x->fonts.count; i++) {
		struct str line = font_line(a, &x->fonts.items[i]);
		bool there = false;

		for (uint32_t k = 0; k < y->fonts.count; k++)
			there = there || str_eq(line, font_line(a, &y->fonts.items[k]));
		if (!there)
			say_difference(
				client, "font", added ? STR("") : line, added ? line : STR(""));
	}
}

static void diff_colour(
	struct client *client, const char *what, struct str before, struct str after)
{
	if (!str_eq(before, after))
		say_difference(client, what, before, after);
}

static void diff_wordings(struct client *client, struct arena *a, const struct wire_pass_style *x,
	const struct wire_pass_style *y, bool added)
{
	for (uint32_t i = 0; i < x->wordings.count; i++) {
		const struct wire_pass_wording *w = &x->wordings.items[i];
		struct str line = str_fmt(a, STR_FMT ", " STR_FMT ": " STR_FMT, STR_ARG(w->lang),
			STR_ARG(w->label), STR_ARG(w->text));
		bool there = false;

		for (uint32_t k = 0; k < y->wordings.count && !there; k++)
			there = str_eq(w->lang, y->wordings.items[k].lang)
				&& str_eq(w->label, y->wordings.items[k].label)
				&& str_eq(w->text, y->wordings.items[k].text);
		if (!there)
			say_difference(client, "pass text", added ? STR("") : line,
				added ? line : STR(""));
	}
}

static void diff_pass(struct client *client, struct arena *a, const struct wire_pass_style *x,
	const struct wire_pass_style *y)
{
	diff_colour(client, "pass background", x->background, y->background);
	diff_colour(client, "pass foreground", x->foreground, y->foreground);
	diff_colour(client, "pass label", x->label, y->label);
	diff_wordings(client, a, x, y, false);
	diff_wordings(client, a, y, x, true);
}

static enum rc diff(struct client *client, const struct stage_cleaned *x,
	const struct stage_cleaned *y, struct err *err)
{
	struct arena *a = arena_new((size_t)256 << 20);
	struct bytes designs[2];
	struct str art[2];
	enum rc rc = read_design(x, a, &designs[0], err);

	if (rc == RC_OK)
		rc = read_design(y, a, &designs[1], err);
	if (rc == RC_OK)
		rc = hash_art(x, &art[0], a, err);
	if (rc == RC_OK)
		rc = hash_art(y, &art[1], a, err);
	if (rc == RC_OK && !str_eq(art[0], art[1]))
		say_difference(client, "artwork", art[0], art[1]);
	if (rc == RC_OK) {
		diff_fonts(client, a, &x->info, &y->info, false);
		diff_fonts(client, a, &y->info, &x->info, true);
		diff_pass(client, a, &x->info.pass, &y->info.pass);
		rc = design_diff(a, designs, say_difference, client, err);
	}
	arena_free(&a);
	return rc;
}

void command_template_diff(struct control *control, struct client *client)
{
	struct stage_cleaned x;
	struct stage_cleaned y;
	struct tenant t;
	struct err err;
	enum rc rc;

	if (!open_tenant(control, client, false, &t))
		return;
	if (stage_template_open(client, &t, "template", &x)) {
		if (stage_template_open(client, &t, "other", &y)) {
			rc = diff(client, &x, &y, &err);
			client_end(client, rc == RC_OK ? EXIT_DONE : control_exit_of(rc),
				rc == RC_OK ? NULL : err.text);
			stage_cleaned_close(&y);
		}
		stage_cleaned_close(&x);
	}
	close_tenant(control, &t);
}
