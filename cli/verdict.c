// SPDX-License-Identifier: Apache-2.0
/* Printing verdicts. Runs in: the command line. */
#include "cli/verdict.h"

#include "base/jsonw.h"
#include "cli/show.h"

#include <stdio.h>
#include <string.h>

/* As in verify/certfill-verify.h, which this side does not include: it links none of it. */
static const struct {
	const char *name;
	const char *shown;
	const char *color;
	enum exit_code exit;
} verdicts[] = {
	{"valid", "VALID", "32", EXIT_DONE},
	{"expired", "EXPIRED", "33", EXIT_VERIFY_BAD},
	{"suspended", "SUSPENDED", "33", EXIT_VERIFY_BAD},
	{"revoked", "REVOKED", "31", EXIT_VERIFY_BAD},
	{"superseded", "SUPERSEDED", "33", EXIT_VERIFY_BAD},
	{"not-genuine", "NOT GENUINE", "31", EXIT_VERIFY_BAD},
	{"undetermined", "UNDETERMINED", "33", EXIT_VERIFY_UNKNOWN},
};
#define UNDETERMINED 6

static const struct {
	const char *name;
	const char *shown;
} outcomes[] = {{"ok", "ok"}, {"failed", "FAILED"}, {"not-checked", "not checked"}};

static uint8_t known(uint8_t verdict)
{
	return verdict < ARRAY_COUNT(verdicts) ? verdict : UNDETERMINED;
}

static uint8_t known_outcome(uint8_t outcome)
{
	return outcome < ARRAY_COUNT(outcomes) ? outcome : ARRAY_COUNT(outcomes) - 1;
}

enum exit_code verdict_exit(uint8_t verdict)
{
	return verdicts[known(verdict)].exit;
}

enum exit_code verdict_worse(enum exit_code one, enum exit_code other)
{
	if (one == EXIT_VERIFY_BAD || other == EXIT_VERIFY_BAD)
		return EXIT_VERIFY_BAD;
	if (one == EXIT_VERIFY_UNKNOWN || other == EXIT_VERIFY_UNKNOWN)
		return EXIT_VERIFY_UNKNOWN;
	return one != EXIT_DONE ? one : other;
}

static void put_checks(struct jsonw *w, const struct wire_checked *c)
{
	jsonw_key_open(w, "checks", '[');
	for (uint32_t i = 0; i < c->checks.count; i++) {
		const struct wire_check_item *x = &c->checks.items[i];

		jsonw_open(w, '{');
		jsonw_key_str(w, "name", x->name);
		jsonw_key_str(w, "outcome", str_of(outcomes[known_outcome(x->outcome)].name));
		jsonw_key_str(w, "why", x->text);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void print_json(const char *label, const struct wire_checked *c)
{
	struct buf b = buf_new((size_t)1 << 20);
	struct jsonw w = jsonw_new(&b);

	jsonw_open(&w, '{');
	jsonw_key_str(&w, "message_type", STR("verdict"));
	jsonw_key_str(&w, "file", str_is_utf8(str_of(label)) ? str_of(label) : STR("?"));
	jsonw_key_str(&w, "verdict", str_of(verdicts[known(c->verdict)].name));
	jsonw_key_str(&w, "kind", c->kind);
	jsonw_key_str(&w, "summary", c->summary);
	put_checks(&w, c);
	jsonw_key_open(&w, "facts", '{');
	for (uint32_t i = 0; i < c->facts.count; i++)
		jsonw_key_of(&w, c->facts.items[i].name), jsonw_str(&w, c->facts.items[i].text);
	jsonw_close(&w, '}');
	jsonw_key_open(&w, "missing", '[');
	for (uint32_t i = 0; i < c->wanted.count; i++)
		jsonw_str(&w, c->wanted.items[i]);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	(void)fwrite(b.p, 1, b.n, stdout);
	(void)fputc('\n', stdout);
	buf_free(&b);
}

static void print_head(struct cli *cli, const struct wire_checked *c, const char *label)
{
	uint8_t v = known(c->verdict);

	(void)printf("%s%s%s%-12s%s  ", cli->color ? "\033[1;" : "",
		cli->color ? verdicts[v].color : "", cli->color ? "m" : "", verdicts[v].shown,
		cli->color ? "\033[0m" : "");
	show_data(cli, "%s%s" STR_FMT, label != NULL ? label : "", label != NULL ? ": " : "",
		STR_ARG(c->summary));
}

static void print_words(struct cli *cli, const struct wire_checked *c)
{
	print_head(cli, c, NULL);
	for (uint32_t i = 0; i < c->checks.count; i++) {
		const struct wire_check_item *x = &c->checks.items[i];

		show_data(cli, "  %-12s " STR_FMT "%*s " STR_FMT,
			outcomes[known_outcome(x->outcome)].shown, STR_ARG(x->name),
			x->name.n < 10 ? (int)(10 - x->name.n) : 0, "", STR_ARG(x->text));
	}
	for (uint32_t i = 0; i < c->facts.count; i++)
		show_data(cli, "  %-12s " STR_FMT ": " STR_FMT, "", STR_ARG(c->facts.items[i].name),
			STR_ARG(c->facts.items[i].text));
	if (c->wanted.count == 0)
		return;
	cli_say(cli, "missing, and to be had with --online or from a bundle (--offline):");
	for (uint32_t i = 0; i < c->wanted.count; i++)
		cli_say(cli, "  " STR_FMT, STR_ARG(c->wanted.items[i]));
}

void verdict_print(
	struct cli *cli, const char *label, const struct wire_checked *checked, bool many)
{
	if (cli->json)
		print_json(label, checked);
	else if (many)
		print_head(cli, checked, label);
	else
		print_words(cli, checked);
}

void verdict_print_unknown(struct cli *cli, const char *label, const char *why, bool many)
{
	struct wire_check_item format = {STR("format"), 2, str_of(why)};
	struct wire_checked checked = {
		.verdict = UNDETERMINED, .kind = STR("unknown"), .summary = str_of(why)};

	checked.checks.items = &format;
	checked.checks.count = 1;
	verdict_print(cli, label, &checked, many);
}
