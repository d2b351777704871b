// SPDX-License-Identifier: Apache-2.0
/*
 * From a stranger's SVG to a design: clean by allow-list, then split into artwork and text. What
 * comes out holds no script, style trick, reference or byte of an image that we did not write
 * ourselves; what was taken out is told note by note. Runs in intake, nowhere else.
 */
#ifndef TEMPLATES_CLEAN_H
#define TEMPLATES_CLEAN_H

#include "templates/design.h"
#include "templates/font_names.h"

enum template_note_kind {
	TEMPLATE_NOTE_REMOVED, /* was in the file, is not in the result */
	TEMPLATE_NOTE_WARNING, /* is in the result, but may not look as the designer expects */
};

/* One thing to tell the designer. Texts are clipped at whole characters. */
struct template_note {
	uint8_t kind; /* enum template_note_kind */
	uint32_t line; /* of the template's source, from 1; 0: the file as a whole */
	struct str element; /* <=64: "rect", or "rect#id" */
	struct str what; /* <=128: what was removed or looked at: "attribute onload" */
	struct str why; /* <=255: a sentence without its dot, for a person */
};

/* A font of the bundle that texts can ask for by any of its names. */
struct template_font {
	struct str file; /* <=255: "fonts/Name.ttf" */
	struct font_names names;
	struct bytes content; /* written anew by font_check.c */
};

/*
 * clean: the whole cleaned SVG, or bundle; cleaning it again gives the same bytes.
 * art: the same without the objects that went into design, for librsvg: one document, or one for each of
 * design.layers. Shows no text of ours.
 * fields: names of {{placeholders}} in use, each once, in the order of their first use.
 * families: font families that the text of design asks for, each once, generic ones included.
 * fonts: of a bundle, by file name; those that no text asks for are left out here, with a note.
 * unfilled: the first {{...}} in drawn text that no value can fill, as a sentence with its line; empty: none. Such a
 * template is clean, but nothing should be issued with it.
 * pass: the "pass" of a bundle's template.json, an object as JSON text that nobody has read yet; empty: none.
 * has_qr: the design asks for a verification code.
 */
struct template_cleaned {
	struct bytes clean;
	struct bytes art;
	struct design design;
	LIST_OF(struct template_note)
	notes; /* <=500; the last one tells how many more there were */
	LIST_OF(struct str) fields; /* <=200 */
	LIST_OF(struct str) families; /* <=100 */
	LIST_OF(struct template_font) fonts; /* <=20 */
	struct str unfilled; /* <=255 */
	struct str pass; /* no longer than template.json */
	bool has_qr;
};

/* What an arena for template_clean should allow: enough for any input within templates/limits.h. */
#define TEMPLATE_ARENA_LEN ((size_t)768 * 1024 * 1024)

/*
 * Cleans and reads input, the bytes of an SVG file or of a bundle (bundle.h). *out and all it holds live in a; nothing
 * borrows from input. INPUT: it is no SVG or cannot be made safe; LIMIT: it is over a limit of
 * templates/limits.h. Either way err->text is the sentence to show, and *out is cleared.
 */
enum rc template_clean(struct bytes input, struct arena *a, struct template_cleaned *out,
	struct err *err) MUST_CHECK;

#endif
