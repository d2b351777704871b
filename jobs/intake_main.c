// SPDX-License-Identifier: Apache-2.0
/*
 * Intake worker: reads a customer's manifest, cohort and template and hands on only what is in order.
 *
 * Runs in:  certfill-intake, one job, then exits.
 * Trusts:   nothing it receives; every byte of the three files may be hostile.
 * Holds:    that job's files, as memory. No keys, no paths, no network.
 * If taken: that job's own input is wrong; control checks every frame and signs nothing by its word alone.
 */
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "ipc/worker.h"
#include "jobs/intake_change.h"
#include "jobs/intake_check.h"
#include "jobs/intake_guess.h"
#include "jobs/intake_list.h"
#include "jobs/intake_manifest.h"
#include "jobs/intake_manifest_pass.h"
#include "jobs/intake_rows.h"
#include "jobs/intake_text.h"
#include "jobs/intake_unicode.h"
#include "templates/clean.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KINDS (INTAKE_TEMPLATE + 1)
#define COHORT_MAX ((size_t)256 * 1024 * 1024)
#define TEMPLATE_MAX ((size_t)64 * 1024 * 1024)
#define DESIGN_MAX ((size_t)32 * 1024 * 1024)
/* What TEMPLATE_IS can carry. */
#define FRAME_MAX ((size_t)65000)
#define NOTES_MAX 100
#define FAMILIES_MAX 50

/* One customer's file: mapped when it is sealed, else copied, so that it cannot change under us. */
struct input {
	bool there;
	char name[256];
	struct bytes bytes;
	struct buf copy;
};

static struct intake {
	struct input inputs[KINDS]; /* by enum intake_input */
	int result_fd;
	bool opened;
	char encoding[65];
	char delimiter[9];
	char date_format[33];
	char profile[65];
	int64_t now_s;
	struct arena *manifest_arena;
	bool manifest_read;
	struct wire_manifest manifest;
	struct intake_source source;
	struct intake_rows *rows;
	struct intake_list *list;
	bool cleaned;
} state = {.result_fd = -1};

static const struct {
	const char *what;
	size_t max;
} kinds[KINDS] = {
	[INTAKE_MANIFEST] = {"the manifest", INTAKE_MANIFEST_MAX},
	[INTAKE_COHORT] = {"the cohort", COHORT_MAX},
	[INTAKE_TEMPLATE] = {"the template", TEMPLATE_MAX},
};

static enum rc load(struct intake *in, const struct wire_input *given, int fd, struct err *err)
{
	struct input *input;
	enum rc rc;

	if (given->kind < INTAKE_MANIFEST || given->kind > INTAKE_TEMPLATE
		|| in->inputs[given->kind].there)
		return err_set(err, RC_PEER, "an input is of an unknown kind or comes twice");
	input = &in->inputs[given->kind];
	memcpy(input->name, given->name.p != NULL ? given->name.p : "", given->name.n);
	input->there = true;
	if (file_is_sealed(fd))
		return file_map(
			fd, kinds[given->kind].what, kinds[given->kind].max, &input->bytes, err);
	if (lseek(fd, 0, SEEK_SET) != 0)
		return err_set(err, RC_INPUT, "%s is not a plain file", kinds[given->kind].what);
	input->copy = buf_new(kinds[given->kind].max);
	rc = file_read_all(fd, kinds[given->kind].what, kinds[given->kind].max, &input->copy, err);
	input->bytes = buf_bytes(&input->copy);
	return rc;
}

/* Descriptors: one for each input, in order, then the one that takes results. */
static enum rc open_inputs(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_intake_open *open = request;
	struct intake *in = worker_state(w);
	enum rc rc = RC_OK;

	if (in->opened || frame->fd_count != open->inputs.count + 1)
		return err_set(err, RC_PEER,
			"INTAKE_OPEN came twice, or with the wrong number of descriptors");
	in->opened = true;
	in->now_s = open->now_s;
	(void)text_fmt(in->encoding, sizeof in->encoding, STR_FMT, STR_ARG(open->encoding));
	(void)text_fmt(in->delimiter, sizeof in->delimiter, STR_FMT, STR_ARG(open->delimiter));
	(void)text_fmt(
		in->date_format, sizeof in->date_format, STR_FMT, STR_ARG(open->date_format));
	(void)text_fmt(in->profile, sizeof in->profile, STR_FMT, STR_ARG(open->profile));
	for (uint32_t i = 0; rc == RC_OK && i < open->inputs.count; i++)
		rc = load(in, &open->inputs.items[i], frame->fds[i], err);
	if (rc != RC_OK)
		return rc;
	in->result_fd = frame_take_fd(frame, open->inputs.count);
	return worker_done(w, err);
}

static enum rc need(const struct intake *in, enum intake_input kind, struct err *err)
{
	if (!in->inputs[kind].there)
		return err_set(err, RC_PEER, "%s was not handed in", kinds[kind].what);
	return RC_OK;
}

static enum rc manifest_read(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct intake *in = worker_state(w);
	enum rc rc = need(in, INTAKE_MANIFEST, err);

	(void)frame;
	(void)request;
	if (rc == RC_OK && in->manifest_arena != NULL)
		rc = err_set(err, RC_PEER, "the manifest was read already");
	if (rc != RC_OK)
		return rc;
	in->manifest_arena = arena_new(INTAKE_MANIFEST_ARENA);
	rc = intake_manifest_read(in->inputs[INTAKE_MANIFEST].bytes, in->manifest_arena,
		&in->manifest, &in->source, err);
	if (rc != RC_OK)
		return rc;
	in->manifest_read = true;
	return worker_reply(w, MESSAGE_MANIFEST_IS, &in->manifest, err);
}

/* The people stand in a file, or in the manifest, never in both. */
static enum rc need_cohort(const struct intake *in, struct err *err)
{
	bool in_manifest = in->manifest_read && in->source.rows.n != 0;

	if (in_manifest && in->inputs[INTAKE_COHORT].there)
		return err_set(err, RC_INPUT,
			"the manifest has rows of its own; leave the cohort file out, or take rows "
			"out of the manifest");
	return in_manifest ? RC_OK : need(in, INTAKE_COHORT, err);
}

static enum rc cohort_open(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct intake *in = worker_state(w);
	bool in_manifest = in->manifest_read && in->source.rows.n != 0;
	struct intake_rows_options o = {
		.file_name = in_manifest ? STR("manifest") : str_of(in->inputs[INTAKE_COHORT].name),
		.input = in_manifest ? in->source.rows : in->inputs[INTAKE_COHORT].bytes,
		.first_line = in_manifest ? in->source.rows_line : 0,
		.encoding = in_manifest ? STR("") : str_of(in->encoding),
		.delimiter = str_of(in->delimiter),
		.date_format = str_of(in->date_format),
		.profile = str_of(in->profile),
		.manifest = in->manifest_read ? &in->manifest : NULL,
		.source = in->manifest_read ? &in->source : NULL,
		.now_s = in->now_s};
	struct wire_cohort answer;
	enum rc rc = need_cohort(in, err);

	(void)frame;
	(void)request;
	if (rc == RC_OK && in->rows != NULL)
		rc = err_set(err, RC_PEER, "the cohort is open already");
	if (rc == RC_OK && in->inputs[INTAKE_MANIFEST].there && !in->manifest_read)
		rc = err_set(err, RC_PEER, "the manifest comes before the cohort");
	if (rc == RC_OK)
		rc = intake_rows_open(&o, &in->rows, err);
	if (rc != RC_OK)
		return rc;
	intake_rows_describe(in->rows, &answer);
	return worker_reply(w, MESSAGE_COHORT_IS, &answer, err);
}

static enum rc cohort_look(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct intake *in = worker_state(w);
	struct wire_look answer;
	enum rc rc = need(in, INTAKE_COHORT, err);

	(void)frame;
	(void)request;
	if (rc != RC_OK)
		return rc;
	intake_guess(in->inputs[INTAKE_COHORT].bytes, str_of(in->inputs[INTAKE_COHORT].name),
		worker_arena(w), &answer);
	return worker_reply(w, MESSAGE_COHORT_LOOKS, &answer, err);
}

static enum rc rows_next(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct intake *in = worker_state(w);
	struct wire_rows answer;
	enum rc rc;

	(void)frame;
	(void)request;
	if (in->rows == NULL)
		return err_set(err, RC_PEER, "the cohort is not open");
	rc = intake_rows_next(in->rows, worker_arena(w), &answer, err);
	return rc == RC_OK ? worker_reply(w, MESSAGE_ROWS_ARE, &answer, err) : rc;
}

/* The cohort's place takes a list of credentials, too; who asks says which it is. */
static enum rc changes_next(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct intake *in = worker_state(w);
	struct wire_changes answer;
	enum rc rc = need(in, INTAKE_COHORT, err);

	(void)frame;
	(void)request;
	if (rc == RC_OK && in->rows != NULL)
		rc = err_set(err, RC_PEER, "the file was opened as a cohort already");
	if (rc == RC_OK && in->list == NULL)
		rc = intake_list_open(str_of(in->inputs[INTAKE_COHORT].name),
			in->inputs[INTAKE_COHORT].bytes, str_of(in->encoding), &in->list, err);
	if (rc == RC_OK)
		rc = intake_list_next(in->list, worker_arena(w), &answer, err);
	return rc == RC_OK ? worker_reply(w, MESSAGE_CHANGES_ARE, &answer, err) : rc;
}

static enum rc row_change(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct intake *in = worker_state(w);
	struct arena *a = arena_new(INTAKE_CHECK_ARENA + ((size_t)16 << 20));
	struct wire_rows answer;
	enum rc rc;

	(void)frame;
	intake_change_row(request, in->now_s, a, &answer);
	rc = worker_reply(w, MESSAGE_ROW_CHANGED, &answer, err);
	arena_free(&a);
	return rc;
}

static enum rc put_result(
	struct intake *in, struct bytes content, uint64_t *offset, uint64_t *len, struct err *err)
{
	off_t at = lseek(in->result_fd, 0, SEEK_CUR);

	if (at < 0)
		return err_set(err, RC_SYSTEM, "the result has no position");
	*offset = (uint64_t)at;
	*len = content.n;
	return file_write_all(in->result_fd, "the result", content, err);
}

static enum rc put_results(struct intake *in, const struct template_cleaned *cleaned,
	struct wire_template *answer, struct err *err)
{
	struct buf design = buf_new(DESIGN_MAX);
	enum rc rc = wire_encode(&design_type, &cleaned->design, &design, err);

	if (rc == RC_OK)
		rc = put_result(in, cleaned->clean, &answer->clean_offset, &answer->clean_len, err);
	if (rc == RC_OK)
		rc = put_result(in, cleaned->art, &answer->art_offset, &answer->art_len, err);
	if (rc == RC_OK)
		rc = put_result(
			in, buf_bytes(&design), &answer->design_offset, &answer->design_len, err);
	buf_free(&design);
	return rc;
}

static enum rc put_fonts(struct worker *w, const struct template_cleaned *cleaned,
	struct wire_template *answer, struct err *err)
{
	enum rc rc = RC_OK;

	answer->fonts.items = arena_zalloc(
		worker_arena(w), cleaned->fonts.count, sizeof(struct wire_template_font));
	for (uint32_t i = 0; rc == RC_OK && i < cleaned->fonts.count; i++) {
		const struct template_font *from = &cleaned->fonts.items[i];
		struct wire_template_font *to = &answer->fonts.items[answer->fonts.count++];

		to->file = from->file;
		to->names.items = from->names.names.items;
		to->names.count = from->names.names.count;
		to->weight = from->names.weight;
		to->italic = from->names.italic;
		rc = put_result(worker_state(w), from->content, &to->offset, &to->len, err);
	}
	return rc;
}

/* All else first, then as many notes as the frame has room for. */
static enum rc list_notes(struct arena *a, const struct template_cleaned *cleaned,
	struct wire_template *answer, struct err *err)
{
	struct buf b = buf_new(FRAME_MAX);
	uint32_t count = cleaned->notes.count < NOTES_MAX ? cleaned->notes.count : NOTES_MAX;
	enum rc rc;

	answer->notes_total = cleaned->notes.count;
	answer->notes.items = arena_zalloc(a, NOTES_MAX, sizeof(struct wire_note));
	for (uint32_t i = 0; i < count; i++) {
		const struct template_note *n = &cleaned->notes.items[i];

		answer->notes.items[i] = (struct wire_note){
			n->kind == TEMPLATE_NOTE_REMOVED ? NOTE_REMOVED : NOTE_WARNING, n->line,
			n->element, n->what, n->why};
	}
	answer->notes.count = count;
	while ((rc = wire_encode(&wire_template_type, answer, &b, NULL)) != RC_OK
		&& answer->notes.count > 0) {
		answer->notes.count--;
		buf_reset(&b);
	}
	buf_free(&b);
	return rc == RC_OK ? RC_OK
			   : err_set(err, RC_LIMIT,
				   "the template has more fields, fonts and texts of the wallet "
				   "pass than can be told of together; word fewer labels in "
				   "template.json");
}

static enum rc answer_cleaned(
	struct worker *w, const struct template_cleaned *cleaned, struct err *err)
{
	struct wire_template answer = {.accepted = true,
		.unfilled = cleaned->unfilled,
		.has_qr = cleaned->has_qr,
		.width = cleaned->design.width,
		.height = cleaned->design.height};
	enum rc rc =
		intake_manifest_pass_of_template(cleaned->pass, worker_arena(w), &answer.pass, err);

	if (rc == RC_OK)
		rc = put_results(worker_state(w), cleaned, &answer, err);

	if (rc == RC_OK)
		rc = put_fonts(w, cleaned, &answer, err);
	if (rc != RC_OK)
		return rc;
	hash_sha256(cleaned->clean, answer.sha256);
	answer.fields.items = cleaned->fields.items;
	answer.fields.count = cleaned->fields.count;
	answer.families.items = cleaned->families.items;
	answer.families.count =
		cleaned->families.count < FAMILIES_MAX ? cleaned->families.count : FAMILIES_MAX;
	rc = list_notes(worker_arena(w), cleaned, &answer, err);
	if (rc != RC_OK)
		return rc;
	return worker_reply(w, MESSAGE_TEMPLATE_IS, &answer, err);
}

static enum rc template_read(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct intake *in = worker_state(w);
	struct template_cleaned cleaned;
	struct wire_template refused = {0};
	struct arena *a;
	enum rc rc = need(in, INTAKE_TEMPLATE, err);

	(void)frame;
	(void)request;
	if (rc == RC_OK && in->cleaned)
		rc = err_set(err, RC_PEER, "the template was cleaned already");
	if (rc != RC_OK)
		return rc;
	in->cleaned = true;
	a = arena_new(TEMPLATE_ARENA_LEN);
	rc = template_clean(in->inputs[INTAKE_TEMPLATE].bytes, a, &cleaned, err);
	if (rc == RC_OK)
		rc = answer_cleaned(w, &cleaned, err);
	if (rc == RC_INPUT || rc == RC_LIMIT) {
		refused.refusal = str_of(err->text);
		rc = worker_reply(w, MESSAGE_TEMPLATE_IS, &refused, err);
	}
	arena_free(&a);
	return rc;
}

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Whatever libraries do on first use, they do now: open tables, ask the machine, seed. */
static enum rc warm_up(struct worker *w, struct err *err)
{
	static const char svg[] =
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\">"
		"<text x=\"1\" y=\"5\">{{recipient.name}}</text></svg>";
	struct template_cleaned cleaned;
	struct arena *a;
	int numbers[600] = {0};
	enum rc rc;

	(void)w;
	if (!state.opened)
		return err_set(err, RC_PEER, "an intake worker was locked without a job");
	/* glibc's qsort asks for the size of the machine's memory when it sorts over 1 KiB. */
	qsort(numbers, ARRAY_COUNT(numbers), sizeof *numbers, compare_ints);
	xmlInitParser();
	intake_manifest_warm_up();
	rc = intake_text_warm_up(err);
	if (rc == RC_OK)
		rc = intake_unicode_warm_up(err);
	if (rc != RC_OK)
		return rc;
	a = arena_new(TEMPLATE_ARENA_LEN);
	rc = template_clean(bytes_of(str_of(svg)), a, &cleaned, err);
	arena_free(&a);
	return rc;
}

static const struct confine_profile profile = {
	.name = "intake",
	/* The largest cohort, twice when it is converted, its doubles, or the largest template. */
	.memory_max = UINT64_C(2) << 30,
	/* A cleaned bundle, its artwork with images in it, its fonts once more. */
	.file_max = UINT64_C(192) << 20,
	.cpu_max_s = 300,
	.open_max = 16,
};

static const struct worker_message messages[] = {
	{MESSAGE_INTAKE_OPEN, open_inputs},
	{MESSAGE_MANIFEST_READ, manifest_read},
	{MESSAGE_TEMPLATE_CLEAN, template_read},
	{MESSAGE_COHORT_LOOK, cohort_look},
	{MESSAGE_COHORT_OPEN, cohort_open},
	{MESSAGE_ROWS_NEXT, rows_next},
	{MESSAGE_CHANGES_NEXT, changes_next},
	{MESSAGE_ROW_CHANGE, row_change},
};

static const struct worker_role role = {
	.role = ROLE_INTAKE,
	.messages = messages,
	.message_count = ARRAY_COUNT(messages),
	.profile = &profile,
	.warm_up = warm_up,
	.frame_arena_len = (size_t)8 << 20,
	.state = &state,
};

int main(int argc, char **argv)
{
	return worker_run(&role, argc, argv);
}
