// SPDX-License-Identifier: Apache-2.0
/*
 * The command line: finds the command, reads its options, runs it.
 *
 * Runs in:  certfill, with the operator's own rights.
 * Trusts:   its arguments, environment and configuration; control's answers.
 * Holds:    nothing. Opens the files that the operator names, writes below --out.
 * If taken: the operator's own rights.
 */
#include "base/log.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/help.h"
#include "cli/options.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The longest command name that argv begins with; *used says how many words it took. */
static const struct cli_command *find_command(char **argv, int argc, int *used)
{
	char two[128];

	if (argc >= 2) {
		text_fmt(two, sizeof two, "%s %s", argv[0], argv[1]);
		for (size_t i = 0; i < cli_command_count; i++)
			if (strcmp(cli_commands[i].name, two) == 0) {
				*used = 2;
				return &cli_commands[i];
			}
	}
	for (size_t i = 0; argc >= 1 && i < cli_command_count; i++)
		if (strcmp(cli_commands[i].name, argv[0]) == 0) {
			*used = 1;
			return &cli_commands[i];
		}
	return NULL;
}

static enum exit_code run_command(struct cli *cli, const struct cli_command *c, struct options *o)
{
	struct err err;

	if (o->help) {
		help_print_command(c);
		return EXIT_DONE;
	}
	if (config_apply(cli, o, &err) != RC_OK)
		return cli_fail(cli, EXIT_USAGE, "%s", err.text);
	if (cli->word_count < c->words_min || cli->word_count > c->words_max)
		return cli_fail(cli, EXIT_USAGE, "usage: certfill %s %s", c->name, c->usage);
	return c->run(cli);
}

static bool is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static enum exit_code refuse_unknown(
	struct cli *cli, const char *family, const char *unknown, const char *second)
{
	const char *near;

	help_print_commands(family, stderr);
	if (family == NULL && unknown[0] == '-')
		return cli_fail(cli, EXIT_USAGE, "there is no option %s", unknown);
	near = help_suggest(cli->arena, family, unknown, second);
	return cli_fail(cli, EXIT_USAGE, "there is no command \"%s%s%s\"%s%s%s",
		family != NULL ? family : "", family != NULL ? " " : "", unknown,
		near != NULL ? "; did you mean certfill " : "", near != NULL ? near : "",
		near != NULL ? "?" : "");
}

/* No command was found: either help was asked for, or it is a mistake. asked: by an option in front. */
static enum exit_code print_help(struct cli *cli, bool asked, int argc, char **argv)
{
	const char *family = argc > 0 && help_is_family(argv[0]) ? argv[0] : NULL;
	const char *second = argc > 1 && !is_help(argv[1]) ? argv[1] : NULL;
	const char *unknown = family != NULL ? second : argc > 0 ? argv[0] : NULL;

	if (unknown != NULL)
		return refuse_unknown(cli, family, unknown, second);
	asked = asked || argc > 1;
	help_print_commands(family, asked ? stdout : stderr);
	return asked ? EXIT_DONE : EXIT_USAGE;
}

/* A caller may have closed 0, 1 or 2. The next file would take its place, and talk go into that file. */
static bool fill_standard(void)
{
	int fd = 0;

	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = open("/dev/null", O_RDWR);
	return fd >= 0 && close(fd) == 0;
}

/* The last word when what was to be said did not all get out. */
static enum exit_code flush(struct cli *cli, enum exit_code code)
{
	struct pollfd out = {.fd = STDOUT_FILENO};

	errno = 0;
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return code;
	if (code == EXIT_DONE)
		code = EXIT_UNEXPECTED;
	/* Whoever hung up, as head(1) does, has read what they wanted. */
	if (poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0)
		return code;
	/* A line that failed earlier left no errno. */
	return cli_fail(cli, code, "not everything could be written to standard output%s%s",
		errno != 0 ? ": " : "", errno != 0 ? strerrordesc_np(errno) : "");
}

int main(int argc, char **argv)
{
	struct cli cli = {.arena = arena_new((size_t)256 << 20)};
	const struct cli_command *c;
	struct options o = {.cli = &cli};
	struct err err;
	enum exit_code code;
	int skipped;
	int used = 0;

	(void)signal(SIGPIPE, SIG_IGN);
	if (!fill_standard())
		return EXIT_UNEXPECTED;
	log_open("certfill", LOG_WARN);
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return (int)cmd_version(&cli);
	skipped = options_leading(&o, argc - 1, argv + 1);
	argc -= 1 + skipped;
	argv += 1 + skipped;
	/* "certfill help batch list" is "certfill batch list --help". */
	if (argc > 0 && strcmp(argv[0], "help") == 0) {
		o.help = true;
		argc--;
		argv++;
	}
	c = find_command(argv, argc, &used);
	if (c == NULL)
		code = print_help(&cli, o.help, argc, argv);
	else if (options_parse(&o, c->options, argc - used, argv + used, &err) != RC_OK)
		code = cli_fail(&cli, EXIT_USAGE, "%s (certfill %s --help lists the options)",
			err.text, c->name);
	else
		code = run_command(&cli, c, &o);
	code = flush(&cli, code);
	arena_free(&cli.arena);
	return (int)code;
}
