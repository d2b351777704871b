// SPDX-License-Identifier: Apache-2.0
/* Which credentials a command is about. Runs in: control. */
#include "pipeline/targets.h"

#include "base/clock.h"
#include "base/credential_id.h"
#include "base/file.h"
#include "ipc/wire_common.h"
#include "pipeline/issue.h"

#include <stdlib.h>
#include <string.h>

/* Room that a page of lines may take. */
#define PAGE_ROOM ((size_t)1 << 20)

/* Lines as they come, page by page. */
struct page {
	struct page *next;
	struct wire_changes changes;
};

/* ---- intake ---- */

static enum rc start_intake(
	struct targets *t, struct client *client, int file_fd, struct str name, struct err *err)
{
	struct wire_input input = {INTAKE_COHORT, name};
	struct wire_intake_open open = {.inputs = {&input, file_fd >= 0 ? 1 : 0},
		.encoding = client_option(client, "encoding"),
		.now_s = t->now_s};
	AUTO_FD result = -1;
	int fds[2];
	enum rc rc = file_memory("intake", &result, err);

	fds[0] = file_fd >= 0 ? file_fd : result;
	fds[1] = result;
	if (rc == RC_OK)
		rc = peer_start(ROLE_INTAKE, -1, &t->intake, err);
	if (rc != RC_OK)
		return rc;
	return peer_open_ask(t->intake,
		PEER_MESSAGE_FDS(MESSAGE_INTAKE_OPEN, &open, fds, open.inputs.count + 1),
		MESSAGE_DONE, client_arena(client), NULL, err);
}

static enum rc open_intake(struct targets *t, struct client *client, int file_fd, struct str name,
	uint8_t *exit_code, struct err *err)
{
	bool unconfined = false;
	enum rc rc = start_intake(t, client, file_fd, name, err);

	if (rc != RC_OK) {
		*exit_code = control_exit_of(rc);
		return rc;
	}
	rc = peer_lock(t->intake, &unconfined, err);
	if (unconfined)
		*exit_code = EXIT_SANDBOX;
	return rc;
}

enum rc targets_need_intake(
	struct targets *t, struct client *client, uint8_t *exit_code, struct err *err)
{
	return t->intake != NULL ? RC_OK : open_intake(t, client, -1, STR(""), exit_code, err);
}

/* ---- a file ---- */

static void say_refused(struct client *client, const struct wire_row_error *e, uint32_t shown)
{
	struct jsonw *w;

	if (shown >= TARGETS_SHOWN)
		return;
	w = client_say(client, "problem");
	jsonw_key_i64(w, "record", e->record);
	jsonw_key_i64(w, "line", e->line);
	jsonw_key_str(w, "column", e->column);
	jsonw_key_str(w, "code", e->code);
	jsonw_key_str(w, "message", e->message);
	jsonw_key_bool(w, "warning", false);
	client_said(client);
}

static enum rc read_pages(struct targets *t, struct client *client, struct arena *a,
	struct page **first, uint8_t *exit_code, struct err *err)
{
	struct wire_nothing nothing = {0};
	struct page **end = first;
	enum rc rc = RC_OK;

	*first = NULL;
	do {
		if (arena_left_len(a) < PAGE_ROOM || t->count > TARGETS_MAX) {
			*exit_code = EXIT_INPUT;
			return err_set(err, RC_LIMIT,
				"the list is too long: hand it in in parts of at most %u lines",
				TARGETS_MAX);
		}
		*end = arena_zalloc(a, 1, sizeof **end);
		rc = peer_ask(t->intake, PEER_MESSAGE(MESSAGE_CHANGES_NEXT, &nothing), a,
			&(*end)->changes, err);
		if (rc != RC_OK) {
			*exit_code = rc == RC_PEER ? EXIT_INPUT : control_exit_of(rc);
			return err_wrap(err, "the list");
		}
		for (uint32_t i = 0; i < (*end)->changes.errors.count; i++)
			say_refused(client, &(*end)->changes.errors.items[i], t->lines_refused++);
		t->count += (*end)->changes.changes.count;
		if ((*end)->changes.end)
			return RC_OK;
		end = &(*end)->next;
	} while (rc == RC_OK);
	return rc;
}

static enum rc read_file(struct targets *t, struct client *client, struct arena *a, int fd,
	struct str name, uint8_t *exit_code, struct err *err)
{
	struct page *pages = NULL;
	uint32_t n = 0;
	enum rc rc = open_intake(t, client, fd, name, exit_code, err);

	if (rc == RC_OK)
		rc = read_pages(t, client, a, &pages, exit_code, err);
	if (rc != RC_OK)
		return rc;
	t->items = arena_zalloc(a, (size_t)t->count + 1, sizeof *t->items);
	for (struct page *p = pages; p != NULL; p = p->next)
		for (uint32_t i = 0; i < p->changes.changes.count; i++) {
			const struct wire_change *c = &p->changes.changes.items[i];

			t->items[n++] = (struct target){.line = c->line,
				.id = c->id,
				.reason = c->reason,
				.note = c->note,
				.values = c->values.items,
				.value_count = c->values.count};
		}
	return RC_OK;
}

/* ---- the command line ---- */

static enum rc read_sets(struct client *client, struct arena *a, struct target *t, struct err *err)
{
	const struct wire_command *c = client_command(client);

	t->values = arena_zalloc(a, (size_t)c->options.count + 1, sizeof *t->values);
	for (uint32_t i = 0; i < c->options.count; i++) {
		struct str text = c->options.items[i].text;
		size_t equals = str_find(text, '=', 0);

		if (!str_eq_cz(c->options.items[i].name, "set"))
			continue;
		if (equals == 0 || equals == text.n || equals > 128)
			return err_set(err, RC_INPUT,
				"--set wants NAME=VALUE, such as --set name=\"Ada Lovelace\"");
		t->values[t->value_count++] = (struct wire_value){
			str_slice(text, 0, equals), str_trim(str_slice(text, equals + 1, text.n))};
	}
	return RC_OK;
}

static int compare_targets(const void *a, const void *b)
{
	const struct target *x = *(const struct target *const *)a;
	const struct target *y = *(const struct target *const *)b;
	int order = memcmp(x->ulid, y->ulid, sizeof x->ulid);

	return order != 0 ? order : (x > y) - (x < y);
}

/* Two lines about one credential: which of them would be meant? */
static void refuse_doubles(struct targets *t, struct arena *a)
{
	struct target **sorted = arena_zalloc(a, (size_t)t->count + 1, sizeof *sorted);
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->count; i++)
		if (t->items[i].state == TARGET_CHANGE)
			sorted[n++] = &t->items[i];
	qsort(sorted, n, sizeof *sorted, compare_targets);
	for (uint32_t i = 1; i < n; i++)
		if (memcmp(sorted[i]->ulid, sorted[i - 1]->ulid, 16) == 0) {
			sorted[i]->state = TARGET_REFUSED;
			sorted[i]->why = STR("named on an earlier line already");
		}
}

enum rc targets_read(struct client *client, struct arena *a, struct targets *out,
	uint8_t *exit_code, struct err *err)
{
	struct str name;
	int fd = client_file(client, "list", &name);
	enum rc rc = RC_OK;

	*out = (struct targets){.now_s = clock_wall_s()};
	*exit_code = EXIT_USAGE;
	if (fd >= 0) {
		rc = read_file(out, client, a, fd, name, exit_code, err);
	} else {
		out->items = arena_zalloc(a, 1, sizeof *out->items);
		out->items[0].id = client_option(client, "id");
		out->count = 1;
		rc = read_sets(client, a, &out->items[0], err);
	}
	if (rc != RC_OK)
		return rc;
	*exit_code = EXIT_UNEXPECTED;
	for (uint32_t i = 0; i < out->count; i++) {
		struct target *t = &out->items[i];

		if (t->reason.n == 0)
			t->reason = client_option(client, "reason");
		if (t->note.n == 0)
			t->note = client_option(client, "note");
		t->state = credential_id_named(t->id, t->ulid) ? TARGET_CHANGE : TARGET_UNKNOWN;
	}
	refuse_doubles(out, a);
	return RC_OK;
}

/* ---- what is said ---- */

static const char *state_name(enum target_state state)
{
	static const char *const names[] = {[TARGET_CHANGE] = "change",
		[TARGET_SAME] = "unchanged",
		[TARGET_REFUSED] = "refused",
		[TARGET_UNKNOWN] = "unknown"};

	return names[state];
}

void targets_say(struct client *client, const struct target *t, const char *action,
	const struct credential *c, struct str name, struct str detail)
{
	struct jsonw *w = client_say(client, "target");
	char id[ULID_TEXT_LEN + 1];

	jsonw_key_str(w, "action", str_of(action));
	jsonw_key_str(w, "state", str_of(state_name(t->state)));
	if (c != NULL) {
		ulid_text(c->ulid, id);
		jsonw_key_str(w, "credential", str_of(id));
		jsonw_key_str(w, "batch", c->batch);
	} else {
		jsonw_key_str(w, "credential", t->id);
	}
	if (t->line != 0)
		jsonw_key_i64(w, "line", t->line);
	jsonw_key_str_if(w, "name", name);
	jsonw_key_str_if(w, "detail", detail);
	jsonw_key_str_if(w, "why",
		t->state == TARGET_UNKNOWN && t->why.n == 0
			? STR("there is no such credential; certfill cred find looks by recipient "
			      "id")
			: t->why);
	client_said(client);
}

struct targets_count targets_count(const struct targets *t)
{
	struct targets_count n = {.refused = t->lines_refused};

	for (uint32_t i = 0; i < t->count; i++) {
		n.change += t->items[i].state == TARGET_CHANGE;
		n.same += t->items[i].state == TARGET_SAME;
		n.refused += t->items[i].state == TARGET_REFUSED;
		n.unknown += t->items[i].state == TARGET_UNKNOWN;
	}
	return n;
}

void targets_say_counts(
	struct client *client, const char *type, const char *action, const struct targets_count *n)
{
	struct jsonw *w = client_say(client, type);

	jsonw_key_str(w, "action", str_of(action));
	jsonw_key_i64(w, "change", n->change);
	jsonw_key_i64(w, "unchanged", n->same);
	jsonw_key_i64(w, "refused", n->refused);
	jsonw_key_i64(w, "unknown", n->unknown);
	client_said(client);
}

bool targets_confirmed(struct client *client, const struct targets_count *n, const char *sentence)
{
	if (client_has(client, "yes") || n->change == 0)
		return true;
	client_end(client, EXIT_CONFIRM, client_has(client, "ask") ? NULL : sentence);
	return false;
}

uint8_t targets_exit(const struct targets_count *n)
{
	if (n->refused == 0 && n->unknown == 0)
		return EXIT_DONE;
	if (n->change != 0 || n->same != 0)
		return EXIT_SOME_FAILED;
	return n->refused != 0 ? EXIT_CONFLICT : EXIT_NOT_FOUND;
}
