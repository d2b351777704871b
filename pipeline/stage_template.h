// SPDX-License-Identifier: Apache-2.0
/* The template a command is about: a file, or a version that has a name; and what is said of it. */
#ifndef PIPELINE_STAGE_TEMPLATE_H
#define PIPELINE_STAGE_TEMPLATE_H

#include "pipeline/stage.h"

/*
 * Cleans the client's file of that role, else the version that its option of that name pins; t: NULL
 * when the command has no tenant. False: the client was ended, with why; else the caller closes *out.
 */
bool stage_template_open(
	struct client *client, struct tenant *t, const char *role, struct stage_cleaned *out);
/* The same for commands that open a tenant only for a version that has a name. */
bool stage_template_open_any(
	struct control *control, struct client *client, struct stage_cleaned *out);
/* Notes, page, fields. */
void stage_template_say(struct client *client, const struct wire_template *t);
void stage_template_say_notes(struct client *client, const struct wire_note *notes, uint32_t count);

#endif
