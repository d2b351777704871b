// SPDX-License-Identifier: Apache-2.0
/* template lint, clean, preview. No data directory, no keys. Runs in: control. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "pipeline/stage_template.h"

#include <string.h>

/* Which font each family is drawn with: its own, the machine's, or one that stands in. */
static enum rc say_fonts(struct client *client, const struct stage_cleaned *c, struct err *err)
{
	struct fonts_list fonts;
	enum rc rc = stage_fonts(c, client_arena(client), &fonts, err);

	for (uint32_t i = 0; rc == RC_OK && i < fonts.substitutes.count; i++) {
		struct jsonw *w = client_say(client, "removal");

		jsonw_key_str(w, "kind", STR("warning"));
		jsonw_key_i64(w, "line", 0);
		jsonw_key_str(w, "element", STR("font"));
		jsonw_key_str(w, "what", fonts.substitutes.items[i].asked);
		jsonw_key_str(w, "why",
			str_fmt(client_arena(client),
				"the font is not here; " STR_FMT
				" stands in. Put its .ttf or .otf file into the bundle's fonts/",
				STR_ARG(fonts.substitutes.items[i].used)));
		client_said(client);
	}
	if (rc == RC_OK)
		fonts_close(&fonts);
	return rc;
}

void command_template_lint(struct control *control, struct client *client)
{
	struct stage_cleaned c;
	struct err err;
	enum rc rc;

	if (!stage_template_open_any(control, client, &c))
		return;
	stage_template_say(client, &c.info);
	rc = say_fonts(client, &c, &err);
	client_end(client, rc == RC_OK ? EXIT_DONE : control_exit_of(rc),
		rc == RC_OK ? NULL : err.text);
	stage_cleaned_close(&c);
}

void command_template_clean(struct control *control, struct client *client)
{
	struct wire_file file = {.path = client_option(client, "output")};
	struct wire_files files = {{&file, 1}};
	struct stage_cleaned c;
	struct err err;

	if (!stage_template_open_any(control, client, &c))
		return;
	stage_template_say(client, &c.info);
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
		rc = stage_join(&drawn.rows.items[0].artifacts.items[0], compiled, &drawer, &fd,
			&file.len, err);
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

	if (!stage_template_open_any(control, client, &cleaned))
		return;
	rc = stage_compile(NULL, &cleaned, &ask, client_arena(client), &compiled, &exit_code, &err);
	if (rc == RC_OK) {
		stage_template_say_notes(
			client, compiled.info.notes.items, compiled.info.notes.count);
		exit_code = EXIT_UNEXPECTED;
		rc = draw_sample(client, &cleaned, &compiled, &exit_code, &err);
		stage_compiled_close(&compiled);
	}
	client_end_job(client, rc == RC_OK ? EXIT_DONE : exit_code, rc, &err);
	stage_cleaned_close(&cleaned);
}
