// SPDX-License-Identifier: Apache-2.0
/* Notes for the template's author. Runs in: compile. */
#include "render/compile_note.h"

/* At most max bytes, cut between characters. */
static struct str clip(struct arena *a, struct str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;

	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_dup(a, str_slice(s, 0, n));
}

void compile_note_add(
	struct compile_notes *n, uint32_t line, struct str element, struct str what, struct str why)
{
	n->total++;
	if (n->count == COMPILE_NOTES_MAX)
		return;
	n->items[n->count++] = (struct wire_note){.kind = NOTE_WARNING,
		.line = line,
		.element = clip(n->a, element, 64),
		.what = clip(n->a, what, 128),
		.why = clip(n->a, why, 255)};
}
