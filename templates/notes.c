// SPDX-License-Identifier: Apache-2.0
/* Notes for the designer. Runs in: intake. */
#include "templates/notes.h"

#include "base/text.h"
#include "templates/limits.h"
#include "templates/rules.h"
#include "templates/value.h"

#include <stdarg.h>

/* Field sizes of struct template_note, and their NUL. */
enum { ELEMENT_LEN = 65, WHAT_LEN = 129, WHY_LEN = 256 };

/* Names are the stranger's: what could move a cursor or turn a line round becomes a question mark. */
struct str notes_printable(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t len = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t c = str_next_char(s, &at);

		len += str_put_char(
			!RULE_ON(RULE_TELL_PRINTABLE) || c == ' ' || value_is_visible(c) ? c : '?',
			out + len);
	}
	return (struct str){out, len};
}

static struct str element_label(struct arena *a, const struct tree_node *at)
{
	char label[ELEMENT_LEN];
	struct str id = tree_value(at, "id");

	if (id.n > 0)
		text_fmt(label, sizeof label, STR_FMT "#" STR_FMT, STR_ARG(at->name), STR_ARG(id));
	else
		text_fmt(label, sizeof label, STR_FMT, STR_ARG(at->name));
	return notes_printable(a, str_of(label));
}

static void add(struct notes *n, enum template_note_kind kind, const struct tree_node *at,
	const char *why, struct str what)
{
	struct template_note *note;

	if (n->items == NULL) {
		n->items = arena_zalloc(n->a, LIMIT_NOTES, sizeof *n->items);
		n->times = arena_zalloc(n->a, LIMIT_NOTES, sizeof *n->times);
	}
	/* The last place is for saying how many are missing. */
	if (n->count == LIMIT_NOTES - 1) {
		n->lost++;
		return;
	}
	while (at != NULL && at->is_text)
		at = at->parent;
	n->times[n->count] = 1;
	note = &n->items[n->count++];
	note->kind = (uint8_t)kind;
	note->line = at != NULL ? at->line : 0;
	note->element = at != NULL ? element_label(n->a, at) : STR("");
	note->what = notes_printable(n->a, what);
	note->why = str_of(why);
}

void notes_removed(
	struct notes *n, const struct tree_node *at, const char *why, const char *what, ...)
{
	char text[WHAT_LEN];
	va_list args;

	va_start(args, what);
	text_vfmt(text, sizeof text, what, args);
	va_end(args);
	if (RULE_ON(RULE_TELL_REMOVED))
		add(n, TEMPLATE_NOTE_REMOVED, at, why, str_of(text));
}

void notes_warned(
	struct notes *n, const struct tree_node *at, const char *why, const char *what, ...)
{
	char text[WHAT_LEN];
	va_list args;

	va_start(args, what);
	text_vfmt(text, sizeof text, what, args);
	va_end(args);
	add(n, TEMPLATE_NOTE_WARNING, at, why, str_of(text));
}

void notes_leftover(
	struct notes *n, const struct tree_node *at, const char *why, const char *what, ...)
{
	char text[WHAT_LEN];
	va_list args;

	va_start(args, what);
	text_vfmt(text, sizeof text, what, args);
	va_end(args);
	if (!RULE_ON(RULE_TELL_LEFTOVER))
		return;
	for (uint32_t i = 0; i < n->count; i++)
		if (str_eq_cz(n->items[i].what, text) && str_eq_cz(n->items[i].why, why)) {
			n->times[i]++;
			return;
		}
	add(n, TEMPLATE_NOTE_REMOVED, at, why, str_of(text));
}

static struct str counted(struct arena *a, struct str why, uint32_t times)
{
	char text[WHY_LEN];

	text_fmt(text, sizeof text, STR_FMT " (%u times)", STR_ARG(why), times);
	return str_dup(a, str_of(text));
}

void notes_take(struct notes *n, struct template_cleaned *out)
{
	for (uint32_t i = 0; i < n->count; i++)
		if (n->times[i] > 1)
			n->items[i].why = counted(n->a, n->items[i].why, n->times[i]);
	if (n->lost > 0) {
		n->items[n->count] = (struct template_note){.kind = TEMPLATE_NOTE_WARNING,
			.what = str_fmt(n->a, "%u more notes", n->lost),
			.why = STR("only the first are listed; clean the file and look again")};
		n->count++;
	}
	out->notes.items = n->items;
	out->notes.count = n->count;
}
