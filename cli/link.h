// SPDX-License-Identifier: Apache-2.0
/* The link to control: the one that runs on this data directory, else one started for this command. */
#ifndef CLI_LINK_H
#define CLI_LINK_H

#include "cli/cli.h"
#include "ipc/wire_cli.h"

#define LINK_FILES_MAX 8

/* A file to hand over; fd stays the caller's. */
struct link_file {
	const char *role; /* "cohort", "manifest", "template" */
	const char *name; /* base name */
	int fd;
};

struct link_command {
	const char *name;
	struct cli_value options[CLI_VALUES_MAX];
	size_t option_count;
	struct link_file files[LINK_FILES_MAX];
	size_t file_count;
	const char *out_dir; /* where FILES go; NULL: none expected */
	const char *manifest_dir; /* where names in the manifest are looked up; NULL: none */
	bool needs_data; /* false: no data directory is opened or made */
	bool makes_data; /* the data directory is made when it is missing */
	/* Every JSON object that control says; the default prints it. */
	void (*on_line)(struct cli *cli, struct str json, void *context);
	/* Takes files that control sends instead of writing them below out_dir; NULL: writes them. */
	enum rc (*on_files)(struct cli *cli, int fd, const struct wire_files *files, void *context,
		struct err *err);
	void *context;
};

/* Runs the command to its end and says what control said last. */
enum exit_code link_run(struct cli *cli, struct link_command *command);

/* Adds an option when value is not NULL. */
void link_option(struct link_command *command, const char *name, const char *value);
/* The options that say how a cohort is to be read, as they were given. */
void link_cohort_options(struct cli *cli, struct link_command *command);
/* Opens a file for the command; an exit code other than EXIT_DONE was already explained. */
enum exit_code link_open_file(
	struct cli *cli, struct link_command *command, const char *role, const char *path);
/* Adds the passphrase in that file; an exit code other than EXIT_DONE was already explained. */
enum exit_code link_add_passphrase(
	struct cli *cli, struct link_command *command, const char *role, const char *path);
void link_close_files(struct link_command *command);

/* Where a program of ours lies: beside this one, else in LIBEXECDIR. Lives in cli->arena. */
const char *link_program(struct cli *cli, const char *name);

#endif
