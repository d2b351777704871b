// SPDX-License-Identifier: Apache-2.0
/*
 * The catalogue of pinned fonts: which files the drawing processes get, in which order, with their
 * hashes. Only fonts of the Debian packages fonts-noto-core and fonts-noto-cjk are used, never
 * what fontconfig finds, so that two machines draw the same bytes. Runs in control.
 */
#ifndef JOBS_FONTS_H
#define JOBS_FONTS_H

#include "ipc/wire_render.h"
#include "jobs/font_hashes.h"

/* As many as COMPILE_OPEN and RENDER_OPEN carry. */
#define FONTS_MAX 80

/* Shown wherever fonts are missing. */
#define FONTS_APT_LINE "apt-get install -y --no-install-recommends fonts-noto-core fonts-noto-cjk"

/* Fonts that came with the template: their bytes lie in fd, borrowed. */
struct fonts_own {
	const struct wire_template_font *items;
	uint32_t count;
	int fd;
};

/* families: CSS names or generic ones, any case, as the template names them. */
struct fonts_ask {
	const struct str *families;
	size_t count;
	struct fonts_own own;
	struct font_hashes *hashes; /* NULL: every file is read */
};

/*
 * fonts, fds: count entries each, in the order of the messages' font list; the families asked for
 * come first, then the fallback for every script. fonts[i].sha256 is of the whole file, also for
 * one face of a collection.
 */
struct fonts_list {
	struct wire_font *fonts;
	int *fds;
	uint32_t count;
	LIST_OF(struct str) missing; /* asked for, and neither the template's nor ours */
};

/*
 * Selects and opens fonts for the families a template names. The template's own come first, as memory
 * descriptors and under the name that was asked for. Lists live in a; the descriptors are the caller's
 * until fonts_close. SYSTEM when not a single catalogued font is installed (the sentence holds the
 * apt line) or a file cannot be read.
 */
enum rc fonts_select(const struct fonts_ask *ask, struct arena *a, struct fonts_list *out,
	struct err *err) MUST_CHECK;
/* True for a font that came with a template, by its key in a list. */
bool fonts_is_own(struct str key);
/* Closes all descriptors; the list is empty afterwards. */
void fonts_close(struct fonts_list *list);

/* One script for doctor. package: where its font comes from. */
struct fonts_script {
	const char *script; /* "Georgian" */
	const char *package;
	bool covered; /* a readable font file is there */
};

struct fonts_report {
	LIST_OF(struct fonts_script) scripts;
	uint32_t covered_count;
};

/* Looks at the disk; never fails. The report lives in a. */
void fonts_check(struct arena *a, struct fonts_report *out);

#endif
