// SPDX-License-Identifier: Apache-2.0
/* Joining the manifest's and the template's style of passes. Runs in: control. */
#include "pipeline/plan_style.h"

#include <string.h>

static bool is_worded(const struct wire_pass_style *style, const struct wire_pass_wording *w)
{
	for (uint32_t i = 0; i < style->wordings.count; i++)
		if (str_eq_nocase(style->wordings.items[i].lang, w->lang)
			&& str_eq(style->wordings.items[i].label, w->label))
			return true;
	return false;
}

static enum rc add_wordings(struct wire_pass_style *style, const struct wire_pass_style *from,
	struct arena *a, struct err *err)
{
	struct wire_pass_wording *items = arena_zalloc(a, WIRE_PASS_WORDINGS_MAX, sizeof *items);

	if (style->wordings.count != 0)
		memcpy(items, style->wordings.items, style->wordings.count * sizeof *items);
	style->wordings.items = items;
	for (uint32_t i = 0; i < from->wordings.count; i++) {
		const struct wire_pass_wording *w = &from->wordings.items[i];

		if (is_worded(style, w))
			continue;
		if (style->wordings.count == WIRE_PASS_WORDINGS_MAX)
			return err_set(err, RC_LIMIT,
				"pass.texts of the manifest and of template.json have more than "
				"sixteen languages together; leave some out of one of them");
		items[style->wordings.count++] = *w;
	}
	return RC_OK;
}

static void fill(struct str *said, struct str otherwise)
{
	if (said->n == 0)
		*said = otherwise;
}

enum rc plan_style_fill(struct issue *job, const struct issue_credential *c, struct err *err)
{
	struct wire_pass_style *style = &job->manifest.credentials.items[c - job->credentials].pass;
	const struct wire_pass_style *from = &c->cleaned.info.pass;
	enum rc rc = RC_OK;

	fill(&style->background, from->background);
	fill(&style->foreground, from->foreground);
	fill(&style->label, from->label);
	if (from->wordings.count != 0)
		rc = add_wordings(style, from, job->arena, err);
	if (rc == RC_LIMIT) {
		job->exit_code = EXIT_INPUT;
		return err_wrap(err, "template " STR_FMT ", credential \"" STR_FMT "\"",
			STR_ARG(c->template_name), STR_ARG(c->asked->key));
	}
	return rc;
}
