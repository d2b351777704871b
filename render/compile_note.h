// SPDX-License-Identifier: Apache-2.0
/* What compile has to tell the template's author. */
#ifndef RENDER_COMPILE_NOTE_H
#define RENDER_COMPILE_NOTE_H

#include "ipc/wire_render.h"

#define COMPILE_NOTES_MAX 100

/* Strings live in a. Further notes are counted, not kept. */
struct compile_notes {
	struct arena *a;
	struct wire_note items[COMPILE_NOTES_MAX];
	uint32_t count;
	uint32_t total;
};

/* A warning. element, what, why: clipped to the record's limits. line 0: not known. */
void compile_note_add(struct compile_notes *n, uint32_t line, struct str element, struct str what,
	struct str why);

#endif
