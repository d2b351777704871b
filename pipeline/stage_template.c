// SPDX-License-Identifier: Apache-2.0
/* Opening the template of a command. Runs in: control. */
#include "pipeline/stage_template.h"

#include "base/file.h"
#include "pipeline/shelf.h"

#include <string.h>

void stage_template_say_notes(struct client *client, const struct wire_note *notes, uint32_t count)
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

/* Those beyond the list are counted as removals, which are what comes in thousands. */
static uint32_t removed_count(const struct wire_template *t)
{
	uint32_t n = t->notes_total;

	for (uint32_t i = 0; i < t->notes.count; i++)
		n -= t->notes.items[i].kind == NOTE_WARNING;
	return n;
}

/* Colours and languages of the passes; nothing when the template leaves them to the manifest. */
static void say_pass(struct jsonw *w, const struct wire_pass_style *style)
{
	const struct {
		const char *name;
		struct str colour;
	} colours[] = {{"background", style->background}, {"foreground", style->foreground},
		{"label", style->label}};
	struct str lang = {NULL, 0};

	jsonw_key_open(w, "pass", '{');
	for (size_t i = 0; i < ARRAY_COUNT(colours); i++)
		if (colours[i].colour.n != 0)
			jsonw_key_str(w, colours[i].name, colours[i].colour);
	if (style->wordings.count != 0) {
		jsonw_key_open(w, "languages", '[');
		/* Those of one language stand together. */
		for (uint32_t i = 0; i < style->wordings.count; i++) {
			if (!str_eq(lang, style->wordings.items[i].lang))
				jsonw_str(w, style->wordings.items[i].lang);
			lang = style->wordings.items[i].lang;
		}
		jsonw_close(w, ']');
	}
	jsonw_close(w, '}');
}

void stage_template_say(struct client *client, const struct wire_template *t)
{
	struct jsonw *w;

	stage_template_say_notes(client, t->notes.items, t->notes.count);
	if (t->notes_total > t->notes.count)
		client_note(client, "info", "and %u more", t->notes_total - t->notes.count);
	w = client_say(client, "template");
	jsonw_key_bool(w, "accepted", t->accepted);
	jsonw_key_str(w, "page", page_size(client_arena(client), t));
	jsonw_key_bool(w, "qr", t->has_qr);
	jsonw_key_i64(w, "removed", removed_count(t));
	jsonw_key_open(w, "fields", '[');
	for (uint32_t i = 0; i < t->fields.count; i++)
		jsonw_str(w, t->fields.items[i]);
	jsonw_close(w, ']');
	jsonw_key_open(w, "families", '[');
	for (uint32_t i = 0; i < t->families.count; i++)
		jsonw_str(w, t->families.items[i]);
	jsonw_close(w, ']');
	jsonw_key_open(w, "fonts", '[');
	for (uint32_t i = 0; i < t->fonts.count; i++)
		jsonw_str(w, t->fonts.items[i].file);
	jsonw_close(w, ']');
	say_pass(w, &t->pass);
	client_said(client);
}

/* own_fd: -1 when it is the client's. */
static bool find(struct client *client, struct tenant *t, const char *role, int *own_fd, int *fd,
	struct str *name)
{
	struct str pin = client_option(client, role);
	struct ledger_template found;
	struct err err;

	*fd = client_file(client, role, name);
	if (*fd >= 0)
		return true;
	if (pin.n == 0 || t == NULL) {
		client_end(client, EXIT_USAGE, "a template is needed");
		return false;
	}
	*name = pin;
	if (shelf_open_pin(t, client_arena(client), pin, &found, own_fd, &err) != RC_OK) {
		client_end(client, EXIT_NOT_FOUND, err.text);
		return false;
	}
	*fd = *own_fd;
	return true;
}

bool stage_template_open(
	struct client *client, struct tenant *t, const char *role, struct stage_cleaned *out)
{
	struct str name = {NULL, 0};
	AUTO_FD own = -1;
	int fd = -1;
	uint8_t exit_code = EXIT_INPUT;
	struct err err;

	if (!find(client, t, role, &own, &fd, &name))
		return false;
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

bool stage_template_open_any(
	struct control *control, struct client *client, struct stage_cleaned *out)
{
	struct tenant t;
	bool good;

	if (client_option(client, "template").n == 0 || !control->has_house)
		return stage_template_open(client, NULL, "template", out);
	if (!control_open_tenant_as(
		    control, client, &(struct control_ask){.role = STR("template:write")}, &t))
		return false;
	good = stage_template_open(client, &t, "template", out);
	control->at_work = NULL;
	tenant_close(&t);
	return good;
}
