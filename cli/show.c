// SPDX-License-Identifier: Apache-2.0
/* Words and progress. Runs in: the command line. */
#include "cli/show.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/show_csv.h"
#include "cli/show_preview.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct {
	bool drawn; /* a bar stands on the terminal's last line */
	int64_t started_ms;
	int64_t last_ms; /* when something about progress was last written */
	char phase[32];
	int64_t done;
	int64_t total;
	int64_t failed;
	int64_t first_done; /* done when the phase began: the rate counts from there */
} progress;

const char *show_text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

int64_t show_number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

bool show_flag(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

void show_clear(struct cli *cli)
{
	if (progress.drawn && cli->progress)
		(void)fputs("\r\033[K", stderr);
	progress.drawn = false;
}

/* What it says may come from a worker, or from whoever wrote a cohort, a template or a credential. */
static PRINTF_LIKE(2, 0) void put_line(FILE *to, const char *fmt, va_list args)
{
	va_list again;
	int n;
	char *line;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	CHECK(n >= 0);
	line = mem_alloc((size_t)n + 1);
	CHECK(vsnprintf(line, (size_t)n + 1, fmt, args) == n);
	text_make_line(line, (size_t)n);
	line[n] = '\n';
	(void)fwrite(line, 1, (size_t)n + 1, to);
	MEM_FREE(line);
}

void show_data(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	show_clear(cli);
	va_start(args, fmt);
	put_line(stdout, fmt, args);
	va_end(args);
}

PRINTF_LIKE(2, 3) static void show_talk(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	show_clear(cli);
	va_start(args, fmt);
	put_line(stderr, fmt, args);
	va_end(args);
}

static void time_left(int64_t seconds, char *out, size_t out_len)
{
	if (seconds >= 60)
		text_fmt(out, out_len, "%" PRId64 "m%02" PRId64 "s", seconds / 60, seconds % 60);
	else
		text_fmt(out, out_len, "%" PRId64 "s", seconds);
}

static void draw_bar(struct cli *cli, int64_t now)
{
	double seconds = (double)(now - progress.started_ms) / 1000.0;
	double rate = seconds > 0.2 ? (double)(progress.done - progress.first_done) / seconds : 0;
	char left[32] = "";
	char bar[25];
	size_t filled = progress.total > 0 ? (size_t)(progress.done * 24 / progress.total) : 0;

	for (size_t i = 0; i < 24; i++)
		bar[i] = i < filled ? '#' : '-';
	bar[24] = '\0';
	if (rate > 0 && progress.total > 0)
		time_left((int64_t)((double)(progress.total - progress.done) / rate), left,
			sizeof left);
	(void)fprintf(stderr, "%s%s ", cli->progress ? "\r\033[K" : "", progress.phase);
	if (progress.total > 0)
		(void)fprintf(
			stderr, "[%s] %" PRId64 "/%" PRId64, bar, progress.done, progress.total);
	else
		(void)fprintf(stderr, "%" PRId64, progress.done);
	(void)fprintf(stderr, "  %.0f/s  %s%s", rate, left, left[0] != '\0' ? " left" : "");
	if (progress.failed != 0)
		(void)fprintf(stderr, "  failed %" PRId64, progress.failed);
	if (!cli->progress)
		(void)fputc('\n', stderr);
	(void)fflush(stderr);
	progress.drawn = cli->progress;
	progress.last_ms = now;
}

void show_tick(struct cli *cli)
{
	int64_t now = clock_mono_ms();

	if (cli->json || cli->quiet || cli->progress || progress.total == 0)
		return;
	if (now - progress.last_ms >= 10000 && progress.done < progress.total)
		draw_bar(cli, now);
}

static void take_progress(struct cli *cli, const json_t *o)
{
	int64_t now = clock_mono_ms();
	const char *phase = show_text(o, "phase");

	progress.done = show_number(o, "done");
	if (strcmp(phase, progress.phase) != 0) {
		text_copy(progress.phase, sizeof progress.phase, phase);
		progress.started_ms = now;
		progress.last_ms = now;
		progress.first_done = progress.done;
	}
	progress.total = show_number(o, "total");
	progress.failed = show_number(o, "failed");
	if (cli->progress)
		draw_bar(cli, now);
}

static void say_note(struct cli *cli, const json_t *o)
{
	const char *level = show_text(o, "level");
	bool bad = strcmp(level, "error") == 0;

	if (cli->quiet && !bad)
		return;
	show_clear(cli);
	if (strcmp(level, "info") != 0)
		(void)fprintf(stderr, "%s%s:%s ", cli->color ? (bad ? "\033[31m" : "\033[33m") : "",
			level, cli->color ? "\033[0m" : "");
	show_talk(cli, "%s", show_text(o, "text"));
}

static void say_problem(struct cli *cli, const json_t *o)
{
	show_talk(cli, "  %-7s line %5" PRId64 "  %-18s %-20s %s",
		show_flag(o, "warning") ? "warning" : "error", show_number(o, "line"),
		show_text(o, "column"), show_text(o, "code"), show_text(o, "message"));
}

static void print_check(struct cli *cli, const json_t *o)
{
	show_data(cli, "%-5s %-11s %s", show_text(o, "state"), show_text(o, "name"),
		show_text(o, "text"));
}

static void print_removal(struct cli *cli, const json_t *o)
{
	char line[24] = "";

	/* 0: the file as a whole, or a font. */
	if (show_number(o, "line") > 0)
		text_fmt(line, sizeof line, "line %4" PRId64, show_number(o, "line"));
	show_data(cli, "%-8s %-9s  <%s>  %s: %s", show_text(o, "kind"), line,
		show_text(o, "element"), show_text(o, "what"), show_text(o, "why"));
}

/* What the template says of wallet passes, if it does. */
static void print_pass(struct cli *cli, json_t *pass)
{
	const char *name;
	size_t i;
	json_t *value;
	json_t *lang;

	json_object_foreach(pass, name, value)
	{
		if (json_is_string(value))
			show_data(cli, "pass     %-10s %s", name, json_string_value(value));
		json_array_foreach(value, i, lang)
			show_data(cli, "pass     texts in   %s", json_string_value(lang));
	}
}

static void print_template(struct cli *cli, const json_t *o)
{
	size_t i;
	json_t *field;

	show_data(cli, "page %s   QR code: %s   removed: %" PRId64, show_text(o, "page"),
		show_flag(o, "qr") ? "yes" : "no", show_number(o, "removed"));
	json_array_foreach(json_object_get(o, "fields"), i, field)
		show_data(cli, "field    {{%s}}", json_string_value(field));
	print_pass(cli, json_object_get(o, "pass"));
}

static void print_template_version(struct cli *cli, const json_t *o)
{
	show_data(cli, "%-24s @%-3" PRId64 " sha256:%.16s  %.10s  %s", show_text(o, "name"),
		show_number(o, "version"), show_text(o, "sha256"), show_text(o, "added"),
		show_text(o, "state"));
}

static void print_redrawn(struct cli *cli, const json_t *o)
{
	show_data(cli, "%-12s %-10s sha256 %.64s", show_text(o, "kind"), show_text(o, "state"),
		show_text(o, "issued"));
	if (show_text(o, "drawn")[0] != '\0')
		show_data(cli, "%-12s %-10s sha256 %.64s", "", "now", show_text(o, "drawn"));
}

static void print_difference(struct cli *cli, const json_t *o)
{
	show_data(cli, "%s", show_text(o, "what"));
	if (show_text(o, "before")[0] != '\0')
		show_data(cli, "  - %s", show_text(o, "before"));
	if (show_text(o, "after")[0] != '\0')
		show_data(cli, "  + %s", show_text(o, "after"));
}

static void print_summary(struct cli *cli, const json_t *o)
{
	show_clear(cli);
	if (cli->quiet)
		return;
	show_talk(cli,
		"Batch %s: %" PRId64 " rows, %" PRId64 " issued, %" PRId64 " unchanged, %" PRId64
		" failed, %" PRId64 " left out",
		show_text(o, "batch"), show_number(o, "rows"), show_number(o, "issued"),
		show_number(o, "unchanged"), show_number(o, "failed"), show_number(o, "left_out"));
	if (show_number(o, "held") != 0)
		show_talk(cli, "%" PRId64 " of them are on hold.", show_number(o, "held"));
	if (show_number(o, "workers_lost") != 0)
		show_talk(cli,
			"%" PRId64 " worker processes were lost and replaced; the log says why.",
			show_number(o, "workers_lost"));
}

static void say_plan(struct cli *cli, const json_t *o)
{
	if (show_flag(o, "frozen_only"))
		show_data(cli,
			"Plan %s is frozen: %" PRId64
			" rows. The same command without --plan-only issues it.",
			show_text(o, "batch"), show_number(o, "rows"));
}

static void print_batch(struct cli *cli, const json_t *o)
{
	show_data(cli,
		"%-26s %-20s %-9s rows %" PRId64 "  issued %" PRId64 "  failed %" PRId64 "  %s",
		show_text(o, "batch"), show_text(o, "created"), show_text(o, "state"),
		show_number(o, "rows"), show_number(o, "issued"), show_number(o, "failed"),
		show_text(o, "name"));
}

static void print_row(struct cli *cli, const json_t *o)
{
	show_data(cli, "%6" PRId64 "  %-10s %-26s %s", show_number(o, "row"),
		show_text(o, "outcome"), show_text(o, "credential"), show_text(o, "message"));
}

static void print_target(struct cli *cli, const json_t *o)
{
	show_data(cli, "%-8s %-9s %-26s %s%s%s%s%s", show_text(o, "action"), show_text(o, "state"),
		show_text(o, "credential"), show_text(o, "name"),
		show_text(o, "detail")[0] != '\0' ? "  " : "", show_text(o, "detail"),
		show_text(o, "why")[0] != '\0' ? "  " : "", show_text(o, "why"));
}

static void print_counts(struct cli *cli, const json_t *o, const char *verb)
{
	if (cli->quiet)
		return;
	show_talk(cli,
		"cred %s: %" PRId64 " %s, %" PRId64 " unchanged, %" PRId64 " refused, %" PRId64
		" unknown",
		show_text(o, "action"), show_number(o, "change"), verb, show_number(o, "unchanged"),
		show_number(o, "refused"), show_number(o, "unknown"));
}

static void print_preview(struct cli *cli, const json_t *o)
{
	print_counts(cli, o, "would change");
}

static void print_result(struct cli *cli, const json_t *o)
{
	print_counts(cli, o, "changed");
}

static void print_status_list(struct cli *cli, const json_t *o)
{
	show_data(cli, "list %-6" PRId64 " %-11s %6" PRId64 " places taken  built %s  until %s",
		show_number(o, "list"), show_text(o, "purpose"), show_number(o, "used"),
		show_text(o, "built"), show_text(o, "valid_until"));
}

static void print_credential(struct cli *cli, const json_t *o)
{
	static const char *const names[] = {"credential", "verdict", "recipient_id", "name",
		"batch", "issued", "valid_from", "valid_until", "superseded_by"};
	json_t *x;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(names); i++)
		if (show_text(o, names[i])[0] != '\0')
			show_data(cli, "%-14s %s", names[i], show_text(o, names[i]));
	show_data(cli, "%-14s %" PRId64 ", generation %" PRId64, "row", show_number(o, "row"),
		show_number(o, "generation"));
	json_array_foreach(json_object_get(o, "events"), i, x)
		show_data(cli, "%-14s %-10s %s  %s  %s", "event", show_text(x, "event"),
			show_text(x, "at"), show_text(x, "reason"), show_text(x, "note"));
	json_array_foreach(json_object_get(o, "artifacts"), i, x)
		show_data(cli, "%-14s %-10s %9" PRId64 " bytes  sha256 %s", "artifact",
			show_text(x, "kind"), show_number(x, "bytes"), show_text(x, "sha256"));
}

/* The address alone on stdout, so that it can be handed on. */
static void print_link(struct cli *cli, const json_t *o)
{
	show_data(cli, "%s", show_text(o, "url"));
	if (show_text(o, "expires")[0] != '\0')
		cli_say(cli, "It works until %s.", show_text(o, "expires"));
	else
		cli_say(cli,
			"Who has this address has the certificate: hand it to its recipient "
			"alone.");
}

static void print_key(struct cli *cli, const json_t *o)
{
	const char *state = show_text(o, "state");
	bool over = strcmp(state, "compromised") == 0;

	show_data(cli, "%-8s %-43s %-11s %s %.10s%s", show_text(o, "purpose"), show_text(o, "kid"),
		state,
		over                                      ? "since"
			: strcmp(state, "announced") == 0 ? "signs from"
							  : "signs until",
		show_text(o,
			over                                      ? "compromised_at"
				: strcmp(state, "announced") == 0 ? "signs_from"
								  : "signs_until"),
		show_flag(o, "held") ? ", held back until it has been published for two days" : "");
}

static void print_issuer(struct cli *cli, const json_t *o)
{
	show_data(cli, "%s  %s  %s", show_text(o, "id"), show_text(o, "base_url"),
		show_text(o, "name"));
}

/* Every member on a line of its own: receipts. */
static void print_members(struct cli *cli, const json_t *o)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)o, key, value)
	{
		char *text;

		if (strcmp(key, "message_type") == 0)
			continue;
		if (json_is_string(value)) {
			show_data(cli, "%-14s %s", key, json_string_value(value));
			continue;
		}
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		show_data(cli, "%-14s %s", key, text != NULL ? text : "");
		MEM_FREE(text);
	}
}

void show_line(struct cli *cli, struct str json)
{
	static const struct {
		const char *type;
		void (*show)(struct cli *cli, const json_t *o);
	} table[] = {
		{"status", take_progress},
		{"note", say_note},
		{"problem", say_problem},
		{"check", print_check},
		{"removal", print_removal},
		{"template", print_template},
		{"preview_page", show_preview_page},
		{"template_version", print_template_version},
		{"difference", print_difference},
		{"redrawn", print_redrawn},
		{"file", show_csv_file},
		{"cohort", show_csv_cohort},
		{"map", show_csv_map},
		{"csv", show_csv_counts},
		{"plan", say_plan},
		{"summary", print_summary},
		{"batch", print_batch},
		{"credential", print_credential},
		{"target", print_target},
		{"preview", print_preview},
		{"result", print_result},
		{"status_list", print_status_list},
		{"link", print_link},
		{"row", print_row},
		{"key", print_key},
		{"issuer", print_issuer},
	};
	json_t *o;
	const char *type;

	if (cli->json) {
		/* A program reads along: it wants each line when it is there. */
		(void)fprintf(stdout, "%.*s\n", (int)json.n, json.p);
		(void)fflush(stdout);
		return;
	}
	o = json_loadb(json.p, json.n, 0, NULL);
	type = o != NULL ? show_text(o, "message_type") : "";
	for (size_t i = 0; i < ARRAY_COUNT(table); i++)
		if (strcmp(table[i].type, type) == 0) {
			table[i].show(cli, o);
			json_decref(o);
			return;
		}
	print_members(cli, o);
	json_decref(o);
}
