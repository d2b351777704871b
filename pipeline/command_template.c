// SPDX-License-Identifier: Apache-2.0
/* template lint, clean. No data directory, no keys. Runs in: control. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "pipeline/stage_template.h"

#include <string.h>

/* Which font each family is drawn with: its own, the machine's, or one that stands in. */
static enum rc say_fonts(struct client *client, const struct stage_cleaned *c, struct err *err)
{
	struct fonts_list fonts;
	enum rc rc = stage_fonts(c, NULL, client_arena(client), &fonts, err);

	for (uint32_t i = 0; rc == RC_OK && i < fonts.missing.count; i++) {
		struct jsonw *w = client_say(client, "removal");

		jsonw_key_str(w, "kind", STR("warning"));
		jsonw_key_i64(w, "line", 0);
		jsonw_key_str(w, "element", STR("font"));
		jsonw_key_str(w, "what", fonts.missing.items[i]);
		jsonw_key_str(w, "why",
			STR("the font is not here; the next of its list, or a font of Noto, stands "
			    "in. Put its .ttf or .otf file into the bundle's fonts/"));
		client_said(client);
	}
	if (rc == RC_OK)
		fonts_close(&fonts);
	return rc;
}

/* What only shows once it is drawn: contrast, what a code hides, what librsvg cannot do. */
static enum rc say_look(
	struct client *client, const struct stage_cleaned *c, uint8_t *exit_code, struct err *err)
{
	struct stage_compile_ask ask = {.dpi = 150, .pass = c->info.pass};
	struct stage_compiled compiled;
	enum rc rc = stage_compile(NULL, c, &ask, client_arena(client), &compiled, exit_code, err);

	if (rc != RC_OK)
		return rc;
	stage_template_say_notes(client, compiled.info.notes.items, compiled.info.notes.count);
	stage_compiled_close(&compiled);
	return RC_OK;
}

void command_template_lint(struct control *control, struct client *client)
{
	uint8_t exit_code = EXIT_UNEXPECTED;
	struct stage_cleaned c;
	struct err err;
	enum rc rc;

	if (!stage_template_open_any(control, client, &c))
		return;
	rc = say_fonts(client, &c, &err);
	if (rc == RC_OK)
		rc = say_look(client, &c, &exit_code, &err);
	else
		exit_code = control_exit_of(rc);
	stage_template_say(client, &c.info);
	client_end_job(client, rc == RC_OK ? EXIT_DONE : exit_code, rc, &err);
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
