// SPDX-License-Identifier: Apache-2.0
/* What every command shares: global options, the command table, talking to a person or a program. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/arena.h"
#include "base/exit.h"
#include "base/str.h"

#include <jansson.h>

#define CLI_VALUES_MAX 64
#define CLI_WORDS_MAX 4096

/* An option given: name without dashes, value "" for switches. */
struct cli_value {
	const char *name;
	const char *value;
};

/* An option that a command knows. value: what stands for its value in the help, NULL for a switch. */
struct cli_option {
	const char *name;
	const char *value;
	const char *help;
};

struct cli {
	struct arena *arena;
	bool json;
	bool quiet;
	bool verbose;
	bool color;
	bool progress; /* draw a bar: stderr is a terminal that can */
	bool input; /* questions may be asked: stdin is a terminal */
	bool yes;
	const char *data; /* data directory */
	const char *passphrase_file; /* NULL: not given */
	const char *tenant; /* NULL: the manifest's, or the only one */
	struct cli_value values[CLI_VALUES_MAX];
	size_t value_count;
	const char *words[CLI_WORDS_MAX]; /* positional */
	size_t word_count;
};

struct cli_command {
	const char *name; /* "issue", "batch status" */
	const char *usage; /* positional part: "COHORT" */
	const char *help;
	const struct cli_option *options; /* ends with a NULL name */
	size_t words_min;
	size_t words_max;
	enum exit_code (*run)(struct cli *cli);
};

extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

/* Value of an option of the command; NULL when it was not given. */
const char *cli_value(const struct cli *cli, const char *name);

/* A sentence on stderr (or an error object with --json); returns code. */
enum exit_code cli_fail(struct cli *cli, enum exit_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* A sentence on stderr unless --quiet. */
void cli_say(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
