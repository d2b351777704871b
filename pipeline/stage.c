// SPDX-License-Identifier: Apache-2.0
/* The template's stages. Runs in: control. */
#include "pipeline/stage.h"

#include "base/exit.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "jobs/design_digest.h"
#include "jobs/engine.h"

#include <string.h>

#define PART_MAX ((uint64_t)512 << 20)
#define FDS_MAX (FONTS_MAX + 4)

/* LOCK, with the exit code for a missing layer. */
static enum rc lock(struct peer *p, uint8_t *exit_code, struct err *err)
{
	bool unconfined = false;
	enum rc rc = peer_lock(p, &unconfined, err);

	if (unconfined)
		*exit_code = EXIT_SANDBOX;
	return rc;
}

enum rc stage_copy_part(
	int fd, const char *name, uint64_t offset, uint64_t len, int *out, struct err *err)
{
	uint8_t *content;
	enum rc rc;

	if (len > PART_MAX)
		return err_set(err, RC_PEER, "%s is impossibly large", name);
	content = mem_alloc((size_t)len);
	rc = file_pread(fd, name, offset, content, (size_t)len, err);
	if (rc == RC_OK)
		rc = file_memory_of(name, (struct bytes){content, (size_t)len}, out, err);
	MEM_FREE(content);
	return rc;
}

/* ---- clean ---- */

enum rc stage_clean(int template_fd, struct str name, struct arena *a, struct stage_cleaned *out,
	uint8_t *exit_code, struct err *err)
{
	struct wire_input input = {INTAKE_TEMPLATE, name};
	struct wire_intake_open open = {.inputs = {&input, 1}};
	struct wire_nothing nothing = {0};
	struct peer *p = NULL;
	int fds[2] = {template_fd, -1};
	enum rc rc = file_memory_shared("cleaned", &out->result_fd, err);

	*exit_code = EXIT_UNEXPECTED;
	fds[1] = out->result_fd;
	if (rc == RC_OK)
		rc = peer_start(ROLE_INTAKE, -1, &p, err);
	if (rc == RC_OK)
		rc = peer_open_ask(p, PEER_MESSAGE_FDS(MESSAGE_INTAKE_OPEN, &open, fds, 2),
			MESSAGE_DONE, a, NULL, err);
	if (rc == RC_OK)
		rc = lock(p, exit_code, err);
	if (rc == RC_OK)
		rc = peer_ask(
			p, PEER_MESSAGE(MESSAGE_TEMPLATE_CLEAN, &nothing), a, &out->info, err);
	peer_free(&p);
	if (rc != RC_OK) {
		stage_cleaned_close(out);
		if (*exit_code == EXIT_UNEXPECTED)
			*exit_code = rc == RC_PEER ? EXIT_INPUT : control_exit_of(rc);
		return err_wrap(err, "template " STR_FMT, STR_ARG(name));
	}
	return RC_OK;
}

void stage_cleaned_close(struct stage_cleaned *c)
{
	file_auto_close(&c->result_fd);
}

/* ---- compile ---- */

/* One compile: the request, both its descriptors, and where the answer goes. */
struct compile_job {
	struct tenant *tenant; /* NULL: no cache */
	struct arena *a;
	struct wire_compile_open open;
	int art;
	int design;
	struct stage_compiled *out;
	uint8_t *exit_code;
};

/* Names the compiled form before it exists: everything that compile is given. */
static enum rc hash_inputs(const struct compile_job *job, uint8_t out[32], struct err *err)
{
	struct hash_stream h;
	struct buf b = buf_new((size_t)1 << 20);
	struct bytes art = {NULL, 0};
	struct bytes design = {NULL, 0};
	uint8_t digest[32];
	enum rc rc = wire_encode(&wire_compile_open_type, &job->open, &b, err);

	if (rc == RC_OK)
		rc = file_map(job->art, "a cleaned template", (size_t)PART_MAX, &art, err);
	if (rc == RC_OK)
		rc = file_map(job->design, "a cleaned template", (size_t)PART_MAX, &design, err);
	if (rc == RC_OK)
		rc = design_digest(job->a, design, digest, err);
	if (rc == RC_OK) {
		hash_start(&h);
		hash_add(&h, bytes_of(STR("certfill-compile-v3")));
		hash_add(&h, bytes_of(engine_version()));
		hash_add(&h, buf_bytes(&b));
		hash_add(&h, art);
		hash_add(&h, (struct bytes){digest, sizeof digest});
		hash_finish(&h, out);
	}
	file_unmap(&design);
	file_unmap(&art);
	buf_free(&b);
	return rc;
}

static enum rc take_compiled(int result, uint64_t len, struct stage_compiled *out, struct err *err)
{
	struct bytes content;
	enum rc rc = stage_copy_part(result, "compiled", 0, len, &out->fd, err);

	if (rc == RC_OK)
		rc = file_map(out->fd, "compiled", (size_t)PART_MAX, &content, err);
	if (rc == RC_OK) {
		hash_sha256(content, out->sha256);
		file_unmap(&content);
	}
	return rc;
}

/* *fell: the worker's end was its own, while it worked on the template. */
static enum rc run_compile(struct compile_job *job, bool *fell, struct err *err)
{
	struct stage_compiled *out = job->out;
	struct wire_nothing nothing = {0};
	struct peer *p = NULL;
	AUTO_FD result = -1;
	int fds[FDS_MAX];
	uint32_t n = 0;
	enum rc rc = file_memory_shared("compiled", &result, err);

	*fell = false;
	fds[n++] = job->art;
	fds[n++] = job->design;
	for (uint32_t i = 0; i < out->fonts.count; i++)
		fds[n++] = out->fonts.fds[i];
	fds[n++] = result;
	if (rc == RC_OK)
		rc = peer_start(ROLE_COMPILE, -1, &p, err);
	if (rc == RC_OK)
		rc = peer_open_ask(p, PEER_MESSAGE_FDS(MESSAGE_COMPILE_OPEN, &job->open, fds, n),
			MESSAGE_DONE, job->a, NULL, err);
	if (rc == RC_OK)
		rc = lock(p, job->exit_code, err);
	if (rc == RC_OK) {
		rc = peer_ask(
			p, PEER_MESSAGE(MESSAGE_COMPILE_RUN, &nothing), job->a, &out->info, err);
		*fell = peer_fell(p);
	}
	peer_free(&p);
	if (rc == RC_OK)
		rc = take_compiled(result, out->info.len, out, err);
	return rc;
}

/* A template that fells two workers in the same way is what fells them; anything else may be the machine's doing. */
static enum rc run_compile_twice(struct compile_job *job, struct err *err)
{
	struct err first = {0};
	bool fell;
	enum rc rc = run_compile(job, &fell, &first);

	if (rc == RC_OK)
		return RC_OK;
	*err = first;
	if (!fell)
		return rc;
	rc = run_compile(job, &fell, err);
	if (rc == RC_OK || !fell || strcmp(first.text, err->text) != 0)
		return rc;
	(void)err_wrap(err,
		"the template cannot be drawn; look at its filters (feTile above all), then its "
		"masks and patterns, then the bundle's fonts");
	err->kind = RC_INPUT;
	return RC_INPUT;
}

static enum rc find_cached(
	struct tenant *t, const uint8_t input[32], struct stage_compiled *out, struct err *err)
{
	bool found = false;
	enum rc rc;

	if (t == NULL)
		return RC_OK;
	rc = ledger_compiled_find(t->ledger, input, out->sha256, &found, err);
	if (rc == RC_OK && found)
		rc = house_cache_find(t->house, out->sha256, &out->fd, err);
	out->from_cache = rc == RC_OK && out->fd >= 0;
	return rc;
}

/* A compile worker that was taken over may leave anything: what no render worker opens is never kept. */
static enum rc try_compiled(
	const struct tenant *t, struct stage_compiled *c, uint8_t *exit_code, struct err *err)
{
	struct stage_drawer drawer;
	enum rc rc = stage_draw_open(
		c, t->settings.issuer_name, t->settings.demo, &drawer, exit_code, err);

	if (rc == RC_OK)
		c->tried = drawer;
	/* Too large is the design's fault. */
	if (rc != RC_OK && rc != RC_SYSTEM && rc != RC_LIMIT) {
		(void)err_wrap(err, "what was compiled cannot be opened; try again");
		err->kind = RC_PEER;
		return RC_PEER;
	}
	return rc;
}

static enum rc keep_compiled(
	struct tenant *t, const uint8_t input[32], struct stage_compiled *c, struct err *err)
{
	struct bytes content;
	enum rc rc = file_map(c->fd, "compiled", (size_t)PART_MAX, &content, err);

	if (rc != RC_OK)
		return rc;
	rc = house_cache_add(t->house, c->sha256, content, err);
	file_unmap(&content);
	if (rc == RC_OK)
		rc = ledger_compiled_add(t->ledger, &t->actor, input, c->sha256, err);
	return rc;
}

enum rc stage_fonts(const struct stage_cleaned *cleaned, struct font_hashes *hashes,
	struct arena *a, struct fonts_list *out, struct err *err)
{
	const struct wire_template *info = &cleaned->info;
	struct fonts_ask ask = {info->families.items, info->families.count,
		{info->fonts.items, info->fonts.count, cleaned->result_fd}, hashes};

	return fonts_select(&ask, a, out, err);
}

static enum rc prepare(struct compile_job *job, const struct stage_cleaned *cleaned,
	const struct stage_compile_ask *ask, struct err *err)
{
	const struct wire_template *info = &cleaned->info;
	struct fonts_list *fonts = &job->out->fonts;
	struct font_hashes *hashes = job->tenant != NULL ? &job->tenant->house->fonts : NULL;
	enum rc rc = stage_fonts(cleaned, hashes, job->a, fonts, err);

	if (fonts->count == 0)
		*job->exit_code = EXIT_NOT_FOUND;
	job->open = (struct wire_compile_open){.dpi = ask->dpi, .pass = ask->pass};
	job->open.layout.items = (struct wire_fit *)(uintptr_t)ask->layout;
	job->open.layout.count = ask->layout_count;
	job->open.names.items = (struct wire_text *)(uintptr_t)ask->names;
	job->open.names.count = ask->name_count;
	job->open.fonts.items = fonts->fonts;
	job->open.fonts.count = fonts->count;
	if (rc == RC_OK)
		rc = stage_copy_part(
			cleaned->result_fd, "art", info->art_offset, info->art_len, &job->art, err);
	if (rc == RC_OK)
		rc = stage_copy_part(cleaned->result_fd, "design", info->design_offset,
			info->design_len, &job->design, err);
	return rc;
}

/* From the cache; else made and kept, when make is set. job->out->fd stays -1 otherwise. */
static enum rc compile_tier(struct compile_job *job, uint8_t tier, bool make, struct err *err)
{
	struct stage_compiled *out = job->out;
	uint8_t input[32];
	enum rc rc;

	job->open.tier = tier;
	out->tier = tier;
	rc = hash_inputs(job, input, err);
	if (rc == RC_OK)
		rc = find_cached(job->tenant, input, out, err);
	if (rc != RC_OK || out->fd >= 0 || !make)
		return rc;
	rc = run_compile_twice(job, err);
	if (rc == RC_OK && job->tenant != NULL)
		rc = try_compiled(job->tenant, out, job->exit_code, err);
	if (rc == RC_OK && job->tenant != NULL)
		rc = keep_compiled(job->tenant, input, out, err);
	return rc;
}

enum rc stage_compile(struct tenant *t, const struct stage_cleaned *cleaned,
	const struct stage_compile_ask *ask, struct arena *a, struct stage_compiled *out,
	uint8_t *exit_code, struct err *err)
{
	struct compile_job job = {
		.tenant = t, .a = a, .art = -1, .design = -1, .out = out, .exit_code = exit_code};
	enum rc rc;

	*exit_code = EXIT_UNEXPECTED;
	*out = (struct stage_compiled){.fd = -1, .signature_room = ask->signature_room};
	rc = prepare(&job, cleaned, ask, err);
	if (rc == RC_OK && ask->tier != STAGE_TIER_FAST)
		rc = compile_tier(&job, 1, ask->tier == STAGE_TIER_HARD, err);
	if (rc == RC_OK && out->fd < 0)
		rc = compile_tier(&job, 0, true, err);
	file_auto_close(&job.art);
	file_auto_close(&job.design);
	if (rc != RC_OK) {
		stage_compiled_close(out);
		if (*exit_code == EXIT_UNEXPECTED)
			*exit_code = control_exit_of(rc);
	}
	return rc;
}

void stage_compiled_close(struct stage_compiled *c)
{
	if (c->tried.peer != NULL)
		stage_drawer_close(&c->tried);
	file_auto_close(&c->fd);
	fonts_close(&c->fonts);
}

/* ---- draw ---- */

/* NULL peer when there is none that is still alive. */
static struct stage_drawer take_tried(struct stage_compiled *c)
{
	struct stage_drawer d = c->tried;

	c->tried = (struct stage_drawer){NULL, -1};
	if (d.peer != NULL && !peer_alive(d.peer))
		stage_drawer_close(&d);
	return d;
}

enum rc stage_draw_open(struct stage_compiled *compiled, struct str issuer_name, bool demo,
	struct stage_drawer *out, uint8_t *exit_code, struct err *err)
{
	struct wire_render_open open = {.fonts = {compiled->fonts.fonts, compiled->fonts.count},
		.issuer_name = issuer_name,
		.producer = STR("certfill " CERTFILL_VERSION),
		.demo = demo,
		.signature_room = compiled->signature_room};
	struct arena *a = arena_new((size_t)1 << 20);
	int fds[FDS_MAX];
	uint32_t n = 0;
	enum rc rc;

	*exit_code = EXIT_UNEXPECTED;
	*out = take_tried(compiled);
	if (out->peer != NULL) {
		arena_free(&a);
		return RC_OK;
	}
	*out = (struct stage_drawer){.result_fd = -1};
	rc = file_memory_shared("drawn", &out->result_fd, err);
	fds[n++] = compiled->fd;
	for (uint32_t i = 0; i < compiled->fonts.count; i++)
		fds[n++] = compiled->fonts.fds[i];
	fds[n++] = out->result_fd;
	if (rc == RC_OK)
		rc = peer_start(ROLE_RENDER, -1, &out->peer, err);
	if (rc == RC_OK)
		rc = peer_open_ask(out->peer, PEER_MESSAGE_FDS(MESSAGE_RENDER_OPEN, &open, fds, n),
			MESSAGE_DONE, a, NULL, err);
	if (rc == RC_OK)
		rc = lock(out->peer, exit_code, err);
	arena_free(&a);
	if (rc != RC_OK)
		stage_drawer_close(out);
	return rc;
}

void stage_drawer_close(struct stage_drawer *d)
{
	peer_free(&d->peer);
	file_auto_close(&d->result_fd);
}

enum rc stage_tell_source(
	const struct tenant *t, int fd, uint32_t number, const uint8_t *sha256, struct err *err)
{
	struct wire_store_source m = {.source = number, .compiled = sha256 != NULL};

	if (sha256 != NULL)
		memcpy(m.sha256, sha256, sizeof m.sha256);
	return peer_tell(t->store, PEER_MESSAGE_FDS(MESSAGE_STORE_SOURCE, &m, &fd, 1), err);
}

enum rc stage_join(const struct wire_artifact *x, const struct stage_compiled *compiled,
	const struct stage_drawer *drawer, int *out, uint64_t *len, struct err *err)
{
	AUTO_FD fd = -1;
	enum rc rc = file_memory("artifact", &fd, err);

	*len = 0;
	for (uint32_t i = 0; rc == RC_OK && i < x->pieces.count; i++) {
		const struct wire_piece *p = &x->pieces.items[i];
		uint8_t *content;

		if (p->len > PART_MAX)
			return err_set(err, RC_PEER, "a drawn piece is impossibly large");
		content = mem_alloc(p->len);
		rc = file_pread(p->source == PIECE_COMPILED ? compiled->fd : drawer->result_fd,
			"a drawn piece", p->offset, content, p->len, err);
		if (rc == RC_OK)
			rc = file_write_all(fd, "artifact", (struct bytes){content, p->len}, err);
		*len += p->len;
		MEM_FREE(content);
	}
	if (rc == RC_OK)
		*out = file_take(&fd);
	return rc;
}
