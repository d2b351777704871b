// SPDX-License-Identifier: Apache-2.0
/*
 * template preview: sample data, and the rows of a cohort that are hardest to set. Every page is marked as
 * DEMO, its code leads nowhere, it holds no credential; no key is touched and no ledger. Runs in: control.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "pipeline/plan_rows.h"
#include "pipeline/preview_pick.h"
#include "pipeline/preview_sample.h"
#include "pipeline/stage_bind.h"
#include "pipeline/stage_drawn.h"
#include "pipeline/stage_intake.h"
#include "pipeline/stage_template.h"

#include <string.h>

#define PAGE_ARENA_LEN ((size_t)32 << 20)

struct preview {
	struct issue job;
	struct tenant tenant; /* settings of a demonstration issuer; no ledger, no keys */
	struct stage_cleaned cleaned;
	struct wire_credential plain; /* in the place of a manifest's, when there is none */
	struct stage_bind_ask bound;
	struct arena *page;
	struct preview_pick *pick;
	bool has_rows;
	bool bind; /* several pages in one document */
	uint32_t outputs;
	uint32_t page_count;
	uint64_t rows; /* that would be issued */
	uint64_t refused;
	uint32_t last_refused;
};

/* ---- templates ---- */

static enum rc open_credential(struct preview *p, uint32_t index, struct err *err)
{
	struct issue_credential *c = &p->job.credentials[index];
	struct stage_compile_ask ask = issue_compile_ask(c->asked);
	struct client *client = p->job.client;
	enum rc rc;

	if (c->open)
		return RC_OK;
	ask.name_count = 0;
	rc = stage_compile(
		NULL, &p->cleaned, &ask, p->job.arena, &c->compiled, &p->job.exit_code, err);
	if (rc != RC_OK)
		return rc;
	if (index == 0)
		stage_template_say_notes(
			client, c->compiled.info.notes.items, c->compiled.info.notes.count);
	c->open = true;
	return stage_draw_open(&c->compiled, p->tenant.settings.issuer_name, true, &c->measurer,
		&p->job.exit_code, err);
}

/* ---- the cohort ---- */

static void refuse(struct preview *p, const struct wire_row_error *e)
{
	if (e->held)
		return;
	issue_say_problem(&p->job, e);
	/* A record may have several faults but is one bad row. */
	if (!e->warning && e->record != p->last_refused)
		p->refused++;
	if (!e->warning)
		p->last_refused = e->record;
}

static enum rc open_for(struct preview *p, struct wire_rows *page, struct err *err)
{
	struct issue *job = &p->job;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < page->rows.count; i++) {
		struct wire_row *row = &page->rows.items[i];

		for (uint32_t c = 0; rc == RC_OK && c < job->credential_count; c++)
			if (str_eq(job->credentials[c].asked->key, row->credential)) {
				plan_fix_dates(job, job->credentials[c].asked, row);
				rc = open_credential(p, c, err);
			}
	}
	return rc;
}

static enum rc look_at_page(struct preview *p, bool *end, struct err *err)
{
	struct issue *job = &p->job;
	struct plan_verdict *v;
	struct wire_rows page;
	enum rc rc = stage_intake_ask(
		job->intake, MESSAGE_ROWS_NEXT, p->page, &page, &job->exit_code, err);

	if (rc == RC_OK)
		rc = plan_check_page(&page, err);
	if (rc != RC_OK)
		return err_wrap(err, "cohort");
	*end = page.end;
	rc = open_for(p, &page, err);
	if (rc == RC_OK)
		rc = plan_measure(job, page.rows.items, page.rows.count, p->page, &v, err);
	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; i < page.errors.count; i++)
		refuse(p, &page.errors.items[i]);
	for (uint32_t i = 0; i < page.rows.count; i++) {
		const struct wire_row *row = &page.rows.items[i];

		if (v[i].ok && v[i].traits != NULL) {
			p->rows++;
			preview_pick_look(p->pick, row, &v[i]);
			continue;
		}
		refuse(p,
			&(struct wire_row_error){.record = row->record,
				.line = row->line,
				.column = v[i].column,
				.code = v[i].code,
				.message = v[i].message});
	}
	return RC_OK;
}

static enum rc look_at_cohort(struct preview *p, struct err *err)
{
	struct issue *job = &p->job;
	bool end = false;
	enum rc rc = RC_OK;

	p->pick = preview_pick_new(
		p->cleaned.info.fields.items, p->cleaned.info.fields.count, job->credential_count);
	while (rc == RC_OK && !end) {
		arena_reset(p->page);
		rc = look_at_page(p, &end, err);
		if (rc == RC_OK && client_cancelled(job->client)) {
			job->exit_code = EXIT_SIGINT;
			rc = err_set(err, RC_AGAIN, "stopped before anything was drawn");
		}
		client_progress(job->client, "measure", p->rows + p->refused, 0, p->refused);
	}
	return rc;
}

/* ---- pages ---- */

/* "recipient.name" as part of a file's name: letters and digits, else dashes. */
static void put_part(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		struct str one = {&s.p[i], 1};

		if (c == '.' || c == '_' || c == ' ')
			buf_put_char(b, '-');
		else
			text_put_percent(b, one);
	}
}

/* "longest-recipient-name"; with the credential's key before it when the manifest has several. */
static struct str stem_of(const struct preview *p, const struct preview_page *page, struct arena *a)
{
	const struct preview_reason *first = &page->reasons.items[0];
	struct buf b = buf_new(4096);
	struct str out;

	if (p->job.credential_count > 1) {
		put_part(&b, p->job.credentials[page->credential].asked->key);
		buf_put_char(&b, '-');
	}
	put_part(&b, str_of(first->name));
	if (first->field.n != 0) {
		buf_put_char(&b, '-');
		put_part(&b, first->field);
	}
	out = str_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static void say_page(struct preview *p, const struct preview_page *page, struct str stem)
{
	struct jsonw *w = client_say(p->job.client, "preview_page");

	jsonw_key_i64(w, "page", ++p->page_count);
	if ((p->outputs & OUTPUT_PNG) != 0)
		jsonw_key_str(w, "file", str_fmt(p->page, STR_FMT ".png", STR_ARG(stem)));
	if (p->has_rows && page->row.record != 0) {
		jsonw_key_str(w, "credential", page->row.credential);
		jsonw_key_i64(w, "record", page->row.record);
		jsonw_key_i64(w, "line", page->row.line);
	}
	jsonw_key_open(w, "reasons", '[');
	for (uint32_t i = 0; i < page->reasons.count; i++) {
		const struct preview_reason *r = &page->reasons.items[i];

		jsonw_open(w, '{');
		jsonw_key_str(w, "reason", str_of(r->name));
		jsonw_key_str(w, "field", r->field);
		if (r->measure[0] != '\0')
			jsonw_key_i64(w, r->measure, r->amount);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	client_said(p->job.client);
}

static struct str label_of(struct arena *a, const struct preview_page *page)
{
	struct buf b = buf_new(8192);
	struct str out;

	if (page->row.record != 0)
		buf_fmt(&b, "record %u: ", page->row.record);
	for (uint32_t i = 0; i < page->reasons.count; i++) {
		const struct preview_reason *r = &page->reasons.items[i];

		buf_fmt(&b, "%s%s%s" STR_FMT, i != 0 ? ", " : "", r->name,
			r->field.n != 0 ? " " : "", STR_ARG(r->field));
		if (r->measure[0] != '\0')
			buf_fmt(&b, " (%s %u)", r->measure, r->amount);
	}
	out = buf_str(&b);
	/* A bookmark's room, at the end of a character. */
	while (out.n > 255 || (out.n > 0 && out.n < b.n && (out.p[out.n] & 0xC0) == 0x80))
		out.n--;
	out = str_dup(a, out);
	buf_free(&b);
	return out;
}

/* The picture goes out at once, the document waits for the others. */
static enum rc take_artifact(struct preview *p, const struct issue_credential *c,
	const struct wire_artifact *x, struct str stem, struct err *err)
{
	struct wire_file file = {.offset = 0};
	struct wire_files files = {{&file, 1}};
	struct str output = client_option(p->job.client, "output");
	AUTO_FD fd = -1;
	enum rc rc = stage_join(x, &c->compiled, &c->measurer, &fd, &file.len, err);

	if (rc != RC_OK)
		return rc;
	if (x->kind == ARTIFACT_PNG) {
		file.path =
			output.n != 0 ? output : str_fmt(p->page, STR_FMT ".png", STR_ARG(stem));
		return client_send_files(p->job.client, fd, &files, err);
	}
	rc = file_seal(fd, err);
	if (rc == RC_OK)
		p->bound.fds[p->bound.count++] = file_take(&fd);
	return rc;
}

static enum rc draw_page(struct preview *p, const struct preview_page *page,
	struct wire_draw_row *row, struct str stem, struct err *err)
{
	struct issue_credential *c = &p->job.credentials[page->credential];
	struct wire_draw ask = {.rewind = true, .rows = {row, 1}};
	struct wire_drawn drawn;
	struct stage_drawn_frame frame;
	uint32_t at = p->bound.count;
	enum rc rc;

	CHECK(at < WIRE_BIND_MAX);
	row->row = page->row.record;
	row->outputs = p->outputs;
	row->title = STR("Preview");
	rc = peer_ask(c->measurer.peer, PEER_MESSAGE(MESSAGE_DRAW, &ask), p->page, &drawn, err);
	if (rc != RC_OK)
		return rc;
	if (drawn.rows.count != 1 || !drawn.rows.items[0].ok) {
		p->job.exit_code = EXIT_INPUT;
		return err_set(err, RC_INPUT, "%s cannot be drawn: " STR_FMT,
			page->row.record != 0 ? "a row" : "the sample",
			STR_ARG(drawn.rows.count == 1 ? drawn.rows.items[0].message
						      : STR("no answer")));
	}
	frame = (struct stage_drawn_frame){c->compiled.fd, c->measurer.result_fd, p->outputs};
	rc = stage_drawn_check(&frame, &drawn.rows.items[0], err);
	if (rc != RC_OK)
		return err_wrap(err, "the render process broke the protocol");
	p->bound.labels[at] = label_of(p->job.arena, page);
	say_page(p, page, stem);
	for (uint32_t i = 0; rc == RC_OK && i < drawn.rows.items[0].artifacts.count; i++)
		rc = take_artifact(p, c, &drawn.rows.items[0].artifacts.items[i], stem, err);
	return rc;
}

static enum rc draw_sample(struct preview *p, struct err *err)
{
	struct preview_reason reason = {"sample", {NULL, 0}, "", 0};
	struct preview_page page = {.reasons = {&reason, 1}};
	struct wire_draw_row row;
	enum rc rc = open_credential(p, 0, err);

	if (rc != RC_OK)
		return rc;
	arena_reset(p->page);
	preview_sample_fill(&p->cleaned.info, p->page, &row);
	rc = draw_page(p, &page, &row, STR("sample"), err);
	/* A cohort is previewed also with a template that the sample does not suit. */
	if (rc == RC_INPUT && p->has_rows) {
		client_note(p->job.client, "warning", "%s", err->text);
		rc = RC_OK;
	}
	return rc;
}

static enum rc draw_rows(struct preview *p, struct err *err)
{
	static const uint8_t no_ulid[16];
	struct preview_pages pages = preview_pick_take(p->pick, WIRE_BIND_MAX - 1, p->job.arena);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < pages.count; i++) {
		const struct preview_page *page = &pages.items[i];
		struct issue_drawing drawing = {
			&page->row, page->credential, no_ulid, STR(ISSUE_SAMPLE_TOKEN)};
		struct wire_draw_row row;

		arena_reset(p->page);
		rc = issue_draw_row(&p->job, &drawing, p->page, &row, err);
		if (rc == RC_OK)
			rc = draw_page(p, page, &row, stem_of(p, page, p->page), err);
	}
	if (pages.lost != 0)
		client_note(p->job.client, "info",
			"%u more rows are worth a look; fewer credentials or fields at a time "
			"show them",
			pages.lost);
	return rc;
}

static enum rc send_document(struct preview *p, struct err *err)
{
	struct str output = client_option(p->job.client, "output");
	struct wire_file file = {.path = output.n != 0 ? output : STR("preview.pdf")};
	struct wire_files files = {{&file, 1}};
	AUTO_FD fd = -1;
	enum rc rc = RC_OK;

	if (p->bound.count == 0)
		return RC_OK;
	if (p->bind)
		rc = stage_bind(&p->bound, p->job.arena, &fd, &file.len, &p->job.exit_code, err);
	else if (!file_len(p->bound.fds[0], &file.len))
		rc = err_set(err, RC_SYSTEM, "cannot tell how long the document is");
	return rc == RC_OK
		? client_send_files(p->job.client, p->bind ? fd : p->bound.fds[0], &files, err)
		: rc;
}

/* ---- the command ---- */

/* Demonstration all through: a preview belongs to no tenant. */
static void set_up(struct preview *p, struct control *control, struct client *client)
{
	struct issue *job = &p->job;
	struct str output = client_option(client, "output");
	struct str name;

	*job = (struct issue){.control = control,
		.client = client,
		.tenant = &p->tenant,
		.arena = arena_new((size_t)256 << 20),
		.looks = true,
		.exit_code = EXIT_UNEXPECTED};
	p->tenant.settings = (struct ledger_tenant){.issuer_name = STR("Demonstration University"),
		.base_url = STR("https://certfill-demo.invalid"),
		.demo = true};
	job->policy.issuer.base_url = p->tenant.settings.base_url;
	job->policy.issuer.demo = true;
	job->batch.issued_s = clock_wall_s();
	p->page = arena_new(PAGE_ARENA_LEN);
	p->has_rows = client_file(client, "manifest", &name) >= 0;
	p->bind = p->has_rows || output.n == 0;
	p->outputs = output.n == 0              ? OUTPUT_PDF | OUTPUT_PNG
		: str_ends(output, STR(".pdf")) ? OUTPUT_PDF
						: OUTPUT_PNG;
	p->bound.title = STR("Preview, no certificates");
	p->plain.png_dpi = 150;
	if (!p->has_rows) {
		job->manifest.credentials.items = &p->plain;
		job->manifest.credentials.count = 1;
		issue_list_credentials(job);
	}
}

static enum rc run(struct preview *p, struct err *err)
{
	enum rc rc = p->has_rows ? issue_open(&p->job, err) : RC_OK;

	if (rc != RC_OK)
		return rc;
	p->job.exit_code = EXIT_UNEXPECTED;
	rc = draw_sample(p, err);
	if (rc == RC_OK && p->has_rows && p->cleaned.info.unfilled.n != 0) {
		p->job.exit_code = EXIT_INPUT;
		rc = err_set(err, RC_INPUT, "the template's " STR_FMT,
			STR_ARG(p->cleaned.info.unfilled));
	}
	if (rc == RC_OK && p->has_rows)
		rc = look_at_cohort(p, err);
	if (rc == RC_OK && p->has_rows)
		rc = draw_rows(p, err);
	if (rc == RC_OK)
		rc = send_document(p, err);
	return rc;
}

static void end(struct preview *p, enum rc rc, struct err *err)
{
	struct client *client = p->job.client;

	if (rc != RC_OK) {
		client_end_job(client, p->job.exit_code, rc, err);
	} else if (p->has_rows && p->rows == 0) {
		client_end(client, EXIT_INPUT, "no row of the cohort would be issued");
	} else if (p->refused != 0) {
		err_set(err, RC_INPUT, "%llu of %llu rows would be refused",
			(unsigned long long)p->refused, (unsigned long long)p->rows + p->refused);
		client_end(client, EXIT_SOME_FAILED, err->text);
	} else {
		client_end(client, EXIT_DONE, NULL);
	}
}

void command_template_preview(struct control *control, struct client *client)
{
	struct preview *p = mem_zalloc(1, sizeof *p);
	struct err err;

	if (stage_template_open_any(control, client, &p->cleaned)) {
		set_up(p, control, client);
		end(p, run(p, &err), &err);
		issue_close(&p->job);
		for (uint32_t i = 0; i < p->bound.count; i++)
			file_auto_close(&p->bound.fds[i]);
		preview_pick_free(&p->pick);
		stage_cleaned_close(&p->cleaned);
		arena_free(&p->page);
		arena_free(&p->job.arena);
	}
	MEM_FREE(p);
}
