// SPDX-License-Identifier: Apache-2.0
/* What control said, for a person: words and a progress bar; or the JSON line as it is. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "cli/cli.h"

/* Prints one JSON object of control's. Data to stdout, talk to stderr. */
void show_line(struct cli *cli, struct str json);
/* A line of data on stdout, the progress bar out of its way. */
void show_data(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Without a terminal: one progress line every ten seconds. Call now and then. */
void show_tick(struct cli *cli);
/* Removes the progress bar. */
void show_clear(struct cli *cli);

/* Members of a parsed object; empty string, 0, false when absent. */
const char *show_text(const json_t *o, const char *key);
int64_t show_number(const json_t *o, const char *key);
bool show_flag(const json_t *o, const char *key);

#endif
