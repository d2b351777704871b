// SPDX-License-Identifier: Apache-2.0
/* What the program says about itself and its commands. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/cli.h"

#include <stdio.h>

/* All commands, or those whose first word is family; NULL: all. */
void help_print_commands(const char *family, FILE *to);
/* One command with its options, to stdout. */
void help_print_command(const struct cli_command *c);
/*
 * The command that somebody may have meant by wrong, as a whole: "cred revoke"; NULL when none is near.
 * family: the word in front of it, or NULL; next: the word behind it, or NULL. May live in a.
 */
const char *help_suggest(struct arena *a, const char *family, const char *wrong, const char *next);
/* True for the first word of commands of two: "batch". */
bool help_is_family(const char *word);

#endif
