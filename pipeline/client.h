// SPDX-License-Identifier: Apache-2.0
/* A command line that asked for something: what it asked, and what is said to it. */
#ifndef PIPELINE_CLIENT_H
#define PIPELINE_CLIENT_H

#include "base/exit.h"
#include "base/jsonw.h"
#include "ipc/channel.h"
#include "ipc/wire_cli.h"

struct client;

#define CLIENT_FILES_MAX 8

/* Takes the descriptor. on_command runs in a turn when the command has come. */
struct client *client_new(int own_fd, void (*on_command)(struct client *c));
/* Frees once it is closed; nothing may use it afterwards. */
void client_free(struct client **own);

/* The command; valid after on_command, as long as the client. */
const struct wire_command *client_command(const struct client *c);
struct arena *client_arena(struct client *c);
/* An option's text; empty when it was not given. */
struct str client_option(const struct client *c, const char *name);
bool client_has(const struct client *c, const char *name);
/* Descriptor and base name of a file by role ("cohort"); -1 when it was not sent. Stays the client's. */
int client_file(const struct client *c, const char *role, struct str *name);

/* The command line is gone, or asked to stop: finish what is in work and end. */
bool client_cancelled(const struct client *c);
bool client_ended(const struct client *c);

/* One JSON object: open with client_say, put members, then client_said. Dropped when it is gone. */
struct jsonw *client_say(struct client *c, const char *message_type);
void client_said(struct client *c);
/* level: info, warning, error. */
void client_note(struct client *c, const char *level, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A "status" object, at most five in a second unless last. */
void client_progress(
	struct client *c, const char *phase, uint64_t done, uint64_t total, uint64_t failed);

/* For jobs: turns the loop until the answer is there. AGAIN when the command line is gone. */
enum rc client_need(struct client *c, const char *what, struct str name, int *fd,
	struct str *base_name, struct err *err) MUST_CHECK;
enum rc client_send_files(
	struct client *c, int fd, const struct wire_files *files, struct err *err) MUST_CHECK;

/* The last word. text may be NULL. */
void client_end(struct client *c, uint8_t exit_code, const char *text);
/* The last word of a job that ended with rc, and exit_code; AGAIN makes "unexpected" a 75. err is read unless rc is OK. */
void client_end_job(struct client *c, uint8_t exit_code, enum rc rc, const struct err *err);

#endif
