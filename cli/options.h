// SPDX-License-Identifier: Apache-2.0
/* Reading the command's words: long options, a few short ones, positional words. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/cli.h"

#include <stdio.h>

struct options {
	struct cli *cli;
	const char *config; /* -C */
	bool help;
	bool no_color;
	bool no_progress;
	bool no_input;
};

extern const struct cli_option options_global[];

/* Reads global options in front of the command; returns how many words it took. */
int options_leading(struct options *o, int argc, char **argv);
/* Reads the rest; known: the command's own options. INPUT names an option nobody knows. */
enum rc options_parse(struct options *o, const struct cli_option *known, int argc, char **argv,
	struct err *err) MUST_CHECK;
void options_print(const struct cli_option *list, FILE *to);

#endif
