// SPDX-License-Identifier: Apache-2.0
/* template lint, clean, preview. No data directory, no keys. Runs in: control. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "pipeline/stage.h"

#include <string.h>

static void say_notes(struct client *client, const struct wire_note *notes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct jsonw *w = client_say(client, "removal");

		jsonw_key_str(
			w, "kind", notes[i].kind == NOTE_REMOVED ? STR("removed") : STR("warning"));
		jsonw_key_i64(w, "line", notes[i].line);
		jsonw_key_str(w, "element", notes[i].element);
		jsonw_key_str(w, "what", notes[i].what);
		jsonw_key_str(w, "why", notes[i].why);
		client_said(client);
	}
}

/* CSS pixels are 1/96 inch. */
static struct str page_size(struct arena *a, const struct wire_template *t)
{
	return str_fmt(a, "%.0f x %.0f mm", t->width * 25.4 / 96, t->height * 25.4 / 96);
}

static void say_template(struct client *client, const struct wire_template *t)
{
	struct jsonw *w;

	say_notes(client, t->notes.items, t->notes.count);
	if (t->notes_total > t->notes.count)
		client_note(client, "info", "and %u more", t->notes_total - t->notes.count);
	w = client_say(client, "template");
	jsonw_key_bool(w, "accepted", t->accepted);
	jsonw_key_str(w, "page", page_size(client_arena(client), t));
	jsonw_key_bool(w, "qr", t->has_qr);
	jsonw_key_i64(w, "removed", t->notes_total);
	jsonw_key_open(w, "fields", '[');
	for (uint32_t i = 0; i < t->fields.count; i++)
		jsonw_str(w, t->fields.items[i]);
	jsonw_close(w, ']');
	jsonw_key_open(w, "families", '[');
	for (uint32_t i = 0; i < t->families.count; i++)
		jsonw_str(w, t->families.items[i]);
	jsonw_close(w, ']');
	client_said(client);
}

/* Ends the client and says false when the template cannot be used. */
static bool clean(struct client *client, struct stage_cleaned *out)
{
	struct str name = {NULL, 0};
	int fd = client_file(client, "template", &name);
	uint8_t exit_code = EXIT_INPUT;
	struct err err;

	if (fd < 0) {
		client_end(client, EXIT_USAGE, "a template is needed");
		return false;
	}
	if (stage_clean(fd, name, client_arena(client), out, &exit_code, &err) != RC_OK) {
		client_end(client, exit_code, err.text);
		return false;
	}
	if (!out->info.accepted) {
		err_set(&err, RC_INPUT, STR_FMT " is refused: " STR_FMT, STR_ARG(name),
			STR_ARG(out->info.refusal));
		stage_cleaned_close(out);
		client_end(client, EXIT_INPUT, err.text);
		return false;
	}
	return true;
}

void command_template_lint(struct control *control, struct client *client)
{
	struct stage_cleaned c;

	(void)control;
	if (!clean(client, &c))
		return;
	say_template(client, &c.info);
	client_end(client, EXIT_DONE, NULL);
	stage_cleaned_close(&c);
}

void command_template_clean(struct control *control, struct client *client)
{
	struct wire_file file = {.path = client_option(client, "output")};
	struct wire_files files = {{&file, 1}};
	struct stage_cleaned c;
	struct err err;

	(void)control;
	if (!clean(client, &c))
		return;
	say_template(client, &c.info);
	file.offset = c.info.clean_offset;
	file.len = c.info.clean_len;
	if (client_send_files(client, c.result_fd, &files, &err) != RC_OK)
		client_end(client, EXIT_UNEXPECTED, err.text);
	else
		client_end(client, EXIT_DONE, NULL);
	stage_cleaned_close(&c);
}

/* ---- preview ---- */

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
	{"verify.url",
		"https://certfill-demo.invalid/verify/"
		"01H0WM8Q0WG0MQ0W0GM0QW0HMG0W0MQ0GW0QM0H0WM8Q0WG0MQ0W0GM0QW0HMG0W0MQ0GW0QM"},
	{"verify.token",
		"vt_01H0WM8Q0WG0MQ0W0GM0QW0HMG0W0MQ0GW0QM0H0WM8Q0WG0MQ0W0GM0QW0HMG0W0MQ0GW0QM"},
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

static void fill_sample(
	struct arena *a, const struct wire_template *t, uint32_t outputs, struct wire_draw_row *row)
{
	*row = (struct wire_draw_row){.row = 1,
		.outputs = outputs,
		.lang = STR("en"),
		.title = STR("Preview"),
		.credential_id = STR("urn:uuid:00000000-0000-4000-8000-000000000000"),
		.verify_url = STR("HTTPS://CERTFILL-DEMO.INVALID/VERIFY/"
				  "01H0WM8Q0WG0MQ0W0GM0QW0HMG0W0MQ0GW0QM0H0WM8Q0WG0MQ0W0GM0QW0HMG0W"
				  "0MQ0GW0QM"),
		.verify_link = STR("https://certfill-demo.invalid/"),
		.issued_s = 1782777600};
	row->values.items = arena_zalloc(a, t->fields.count, sizeof *row->values.items);
	for (uint32_t i = 0; i < t->fields.count; i++)
		row->values.items[row->values.count++] =
			(struct wire_value){t->fields.items[i], sample_of(a, t->fields.items[i])};
}

/* An artifact's pieces, one after the other, in a descriptor of their own. */
static enum rc join(const struct wire_artifact *x, int compiled_fd, int result_fd, int *out,
	uint64_t *len, struct err *err)
{
	AUTO_FD fd = -1;
	enum rc rc = file_memory("preview", &fd, err);

	*len = 0;
	for (uint32_t i = 0; rc == RC_OK && i < x->pieces.count; i++) {
		const struct wire_piece *p = &x->pieces.items[i];
		uint8_t *content = mem_alloc(p->len);

		rc = file_pread(p->source == PIECE_COMPILED ? compiled_fd : result_fd,
			"a drawn piece", p->offset, content, p->len, err);
		if (rc == RC_OK)
			rc = file_write_all(fd, "preview", (struct bytes){content, p->len}, err);
		*len += p->len;
		MEM_FREE(content);
	}
	if (rc == RC_OK)
		*out = file_take(&fd);
	return rc;
}

static enum rc draw_sample(struct client *client, const struct stage_cleaned *cleaned,
	const struct stage_compiled *compiled, uint8_t *exit_code, struct err *err)
{
	struct arena *a = client_arena(client);
	struct wire_file file = {.path = client_option(client, "output")};
	bool pdf = str_ends(file.path, STR(".pdf"));
	struct wire_files files = {{&file, 1}};
	struct wire_draw_row row;
	struct wire_draw ask = {.rows = {&row, 1}};
	struct wire_drawn drawn;
	struct stage_drawer drawer;
	AUTO_FD fd = -1;
	enum rc rc = stage_draw_open(
		compiled, STR("Demonstration University"), true, &drawer, exit_code, err);

	if (rc != RC_OK)
		return rc;
	fill_sample(a, &cleaned->info, pdf ? OUTPUT_PDF : OUTPUT_PNG, &row);
	rc = peer_ask(drawer.peer, PEER_MESSAGE(MESSAGE_DRAW, &ask), a, &drawn, err);
	if (rc == RC_OK
		&& (drawn.rows.count != 1 || !drawn.rows.items[0].ok
			|| drawn.rows.items[0].artifacts.count == 0)) {
		*exit_code = EXIT_INPUT;
		rc = err_set(err, RC_INPUT, "the sample cannot be drawn: " STR_FMT,
			STR_ARG(drawn.rows.count == 1 ? drawn.rows.items[0].message
						      : STR("no answer")));
	}
	if (rc == RC_OK)
		rc = join(&drawn.rows.items[0].artifacts.items[0], compiled->fd, drawer.result_fd,
			&fd, &file.len, err);
	if (rc == RC_OK)
		rc = client_send_files(client, fd, &files, err);
	stage_drawer_close(&drawer);
	return rc;
}

void command_template_preview(struct control *control, struct client *client)
{
	struct stage_compile_ask ask = {.dpi = 150};
	struct stage_cleaned cleaned;
	struct stage_compiled compiled;
	uint8_t exit_code = EXIT_UNEXPECTED;
	struct err err;
	enum rc rc;

	(void)control;
	if (!clean(client, &cleaned))
		return;
	rc = stage_compile(NULL, &cleaned, &ask, client_arena(client), &compiled, &exit_code, &err);
	if (rc == RC_OK) {
		say_notes(client, compiled.info.notes.items, compiled.info.notes.count);
		exit_code = EXIT_UNEXPECTED;
		rc = draw_sample(client, &cleaned, &compiled, &exit_code, &err);
		stage_compiled_close(&compiled);
	}
	client_end(client, rc == RC_OK ? EXIT_DONE : exit_code, rc == RC_OK ? NULL : err.text);
	stage_cleaned_close(&cleaned);
}
