// SPDX-License-Identifier: Apache-2.0
/* Stages that a template goes through: cleaned by intake, compiled once, opened by render workers. */
#ifndef PIPELINE_STAGE_H
#define PIPELINE_STAGE_H

#include "ipc/wire_render.h"
#include "jobs/fonts.h"
#include "pipeline/control.h"

/* A cleaned template; result_fd holds the bytes that info names. */
struct stage_cleaned {
	struct wire_template info;
	int result_fd;
};

/* name: base name, for sentences. info.accepted may be false: then info.refusal says why. */
enum rc stage_clean(int template_fd, struct str name, struct arena *a, struct stage_cleaned *out,
	uint8_t *exit_code, struct err *err) MUST_CHECK;
void stage_cleaned_close(struct stage_cleaned *c);

/* ADR 0008: compiled fast for whoever waits, hard for whoever comes later. */
enum stage_tier {
	STAGE_TIER_READY, /* hard when that is in the cache, else fast */
	STAGE_TIER_FAST,
	STAGE_TIER_HARD,
};

/* What decides a compiled template beside the template itself. */
struct stage_compile_ask {
	enum stage_tier tier;
	uint16_t dpi;
	struct wire_pass_style pass;
	const struct wire_text *names; /* of the achievement, when there are passes */
	uint32_t name_count;
	const struct wire_fit *layout;
	uint32_t layout_count;
	uint32_t signature_room; /* not of the template, but of what is drawn with it */
};

/* A render worker with the descriptor it writes to. */
struct stage_drawer {
	struct peer *peer;
	int result_fd;
};

struct stage_compiled {
	int fd; /* sealed memory descriptor */
	uint8_t sha256[32];
	struct fonts_list fonts;
	struct wire_compiled_is info; /* empty when it came from the cache */
	bool from_cache;
	uint8_t tier; /* as in wire_compile_open */
	uint32_t signature_room; /* as asked */
	/* The worker that opened what was made anew, for its tenant's first drawer. */
	struct stage_drawer tried;
};

/* The fonts for a cleaned template, its own among them. hashes: may be NULL, as in jobs/fonts.h. */
enum rc stage_fonts(const struct stage_cleaned *cleaned, struct font_hashes *hashes,
	struct arena *a, struct fonts_list *out, struct err *err) MUST_CHECK;
/* t: NULL for previews, which use no cache. Kept for later only after a render worker opened it. */
enum rc stage_compile(struct tenant *t, const struct stage_cleaned *cleaned,
	const struct stage_compile_ask *ask, struct arena *a, struct stage_compiled *out,
	uint8_t *exit_code, struct err *err) MUST_CHECK;
void stage_compiled_close(struct stage_compiled *c);

/* issuer_name, demo: of the tenant that it was compiled for, where it was for one. */
enum rc stage_draw_open(struct stage_compiled *compiled, struct str issuer_name, bool demo,
	struct stage_drawer *out, uint8_t *exit_code, struct err *err) MUST_CHECK;
void stage_drawer_close(struct stage_drawer *d);

/*
 * Makes a descriptor known to the tenant's store under a number that PUTs name; the store closes the one it
 * had under it. sha256: of a compiled template; NULL: a render worker's results.
 */
enum rc stage_tell_source(const struct tenant *t, int fd, uint32_t number, const uint8_t *sha256,
	struct err *err) MUST_CHECK;

/* An artifact's pieces, one after the other, in a memory descriptor of their own. */
enum rc stage_join(const struct wire_artifact *x, const struct stage_compiled *compiled,
	const struct stage_drawer *drawer, int *out, uint64_t *len, struct err *err) MUST_CHECK;

/* Part of a memory descriptor as a sealed one of its own. */
enum rc stage_copy_part(int fd, const char *name, uint64_t offset, uint64_t len, int *out,
	struct err *err) MUST_CHECK;

#endif
