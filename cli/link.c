// SPDX-License-Identifier: Apache-2.0
/* Finding or starting control, and the conversation with it. Runs in: the command line. */
#include "cli/link.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/files.h"
#include "cli/folder.h"
#include "cli/passphrase.h"
#include "cli/show.h"
#include "ipc/channel.h"
#include "ipc/wire_cli.h"
#include "ipc/wire_common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t stop_signal;

static void note_signal(int number)
{
	stop_signal = number;
}

void link_option(struct link_command *command, const char *name, const char *value)
{
	if (value != NULL && command->option_count < CLI_VALUES_MAX)
		command->options[command->option_count++] = (struct cli_value){name, value};
}

void link_cohort_options(struct cli *cli, struct link_command *command)
{
	static const char *const names[] = {"encoding", "delimiter", "date-format", "profile"};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		link_option(command, names[i], cli_value(cli, names[i]));
}

/* "sample:classic", as a manifest may say it. */
static enum exit_code open_sample(
	struct cli *cli, struct link_command *command, const char *role, const char *name)
{
	struct str base;
	struct err err;
	int fd = -1;

	if (files_open_template(cli->arena, NULL, str_of(name), &fd, &base, &err) != RC_OK)
		return cli_fail(cli, EXIT_NOT_FOUND, "%s", err.text);
	command->files[command->file_count++] = (struct link_file){role, name, fd};
	return EXIT_DONE;
}

/* A folder stands for the bundle that it would be when packed. */
static enum exit_code pack_folder(struct cli *cli, const char *path, int *fd)
{
	struct err err;
	int packed = -1;
	enum rc rc = folder_pack(*fd, path, &packed, &err);

	file_auto_close(fd);
	*fd = packed;
	return rc == RC_OK ? EXIT_DONE : cli_fail(cli, EXIT_INPUT, "%s", err.text);
}

enum exit_code link_open_file(
	struct cli *cli, struct link_command *command, const char *role, const char *path)
{
	bool template = strcmp(role, "template") == 0 || strcmp(role, "other") == 0;
	const char *slash = strrchr(path, '/');
	struct stat st;
	int fd;

	CHECK(command->file_count < LINK_FILES_MAX);
	if (template && strncmp(path, "sample:", 7) == 0)
		return open_sample(cli, command, role, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* "diploma@3" is a version that control has, unless there is such a file. */
	if (template && fd < 0 && errno == ENOENT && strchr(path, '@') != NULL) {
		link_option(command, role, path);
		command->needs_data = true;
		return EXIT_DONE;
	}
	if (fd < 0)
		return cli_fail(cli, errno == ENOENT ? EXIT_NOT_FOUND : EXIT_INPUT,
			"cannot open the %s %s: %s", role, path, strerrordesc_np(errno));
	if (template && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		enum exit_code code = pack_folder(cli, path, &fd);

		if (code != EXIT_DONE)
			return code;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return cli_fail(cli, EXIT_INPUT, "the %s %s is not a plain file", role, path);
	}
	command->files[command->file_count++] =
		(struct link_file){role, slash != NULL ? slash + 1 : path, fd};
	return EXIT_DONE;
}

void link_close_files(struct link_command *command)
{
	for (size_t i = 0; i < command->file_count; i++)
		file_auto_close(&command->files[i].fd);
	command->file_count = 0;
}

/* ---- reaching control ---- */

static int connect_running(const char *data)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char path[4096];
	AUTO_FD run = -1;
	int fd;

	if (!text_fmt(path, sizeof path, "%s/run", data))
		return -1;
	/* Through a descriptor: a socket's name may not be longer than 107 bytes. */
	run = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (run < 0
		|| !text_fmt(address.sun_path, sizeof address.sun_path,
			"/proc/self/fd/%d/control.sock", run))
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
		file_auto_close(&fd);
	return fd;
}

const char *link_program(struct cli *cli, const char *name)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *path;

	if (n > 0) {
		char *slash;

		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL)
			*slash = '\0';
		path = str_fmt(cli->arena, "%s/%s", self, name).p;
		if (access(path, X_OK) == 0)
			return path;
	}
	return str_fmt(cli->arena, "%s/%s", CERTFILL_LIBEXECDIR, name).p;
}

/* Child side: channel on 3, everything above closed, then control. */
static void become_control(const char *path, int fd, const char *data, const char *verbose)
{
	char *const argv[] = {(char *)(uintptr_t) "certfill-control", (char *)(uintptr_t)data,
		(char *)(uintptr_t)verbose, NULL};

	if (fd == 3)
		(void)fcntl(fd, F_SETFD, 0);
	else if (dup2(fd, 3) < 0)
		_exit(127);
	(void)close_range(4, ~0U, 0);
	/* Ctrl-C is for us: control drains when we ask it to. */
	(void)setpgid(0, 0);
	execv(path, argv);
	_exit(127);
}

static int start_control(struct cli *cli, bool needs_data, pid_t *pid)
{
	const char *path = link_program(cli, "certfill-control");
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	*pid = fork();
	if (*pid == 0)
		become_control(path, pair[1], needs_data ? cli->data : "-",
			cli->verbose ? "debug" : "warn");
	(void)close(pair[1]);
	if (*pid < 0)
		file_auto_close(&pair[0]);
	return pair[0];
}

/* ---- the conversation ---- */

static const char *principal_name(struct cli *cli)
{
	struct passwd entry;
	struct passwd *found = NULL;
	char text[4096];

	if (getpwuid_r(getuid(), &entry, text, sizeof text, &found) == 0 && found != NULL)
		return str_fmt(cli->arena, "%s@local", found->pw_name).p;
	return str_fmt(cli->arena, "uid%u@local", (unsigned)getuid()).p;
}

static enum rc send_command(struct cli *cli, struct channel *channel,
	const struct link_command *command, struct err *err)
{
	struct wire_command m = {.form = message_form(),
		.name = str_of(command->name),
		.principal = str_of(principal_name(cli)),
		.tenant = str_of(cli->tenant)};
	int fds[LINK_FILES_MAX];

	m.options.items = arena_zalloc(cli->arena, command->option_count, sizeof *m.options.items);
	m.options.count = (uint32_t)command->option_count;
	for (size_t i = 0; i < command->option_count; i++)
		m.options.items[i] = (struct wire_value){
			str_of(command->options[i].name), str_of(command->options[i].value)};
	m.files.items = arena_zalloc(cli->arena, command->file_count, sizeof *m.files.items);
	m.files.count = (uint32_t)command->file_count;
	for (size_t i = 0; i < command->file_count; i++) {
		m.files.items[i] = (struct wire_value){
			str_of(command->files[i].role), str_of(command->files[i].name)};
		fds[i] = command->files[i].fd;
	}
	return channel_send(
		channel, MESSAGE_COMMAND, 1, &m, fds, (uint32_t)command->file_count, err);
}

struct talk {
	struct cli *cli;
	struct link_command *command;
	struct channel *channel;
	struct arena *arena; /* one frame */
	bool over;
	bool heard; /* control has answered anything */
	enum exit_code code;
};

static enum rc answer_need(struct talk *t, const struct frame *f, struct err *err)
{
	struct wire_need need;
	struct wire_give give = {0};
	struct err why;
	AUTO_FD fd = -1;
	enum rc rc = frame_decode(f, t->arena, &need, err);

	if (rc != RC_OK)
		return rc;
	if (str_eq_cz(need.what, "passphrase"))
		rc = passphrase_ask(t->cli, false, &fd, &why);
	else
		rc = files_open_template(
			t->arena, t->command->manifest_dir, need.name, &fd, &give.name, &why);
	if (rc != RC_OK)
		give = (struct wire_give){
			.problem = str_of(why.text), .again = rc == RC_AGAIN, .name = give.name};
	return channel_send(t->channel, MESSAGE_GIVE, f->request, &give, &fd, fd >= 0 ? 1 : 0, err);
}

static enum rc answer_files(struct talk *t, struct frame *f, struct err *err)
{
	struct wire_files files;
	struct wire_give give = {0};
	struct err why;
	AUTO_FD fd = -1;
	enum rc rc = frame_decode(f, t->arena, &files, err);

	if (rc != RC_OK)
		return rc;
	if (f->fd_count != 1 || (t->command->out_dir == NULL && t->command->on_files == NULL))
		return err_set(err, RC_PEER, "control sent files that nobody asked for");
	fd = frame_take_fd(f, 0);
	if (t->command->on_files != NULL)
		rc = t->command->on_files(t->cli, fd, &files, t->command->context, &why);
	else
		rc = files_write(t->command->out_dir, fd, &files, &why);
	if (rc != RC_OK)
		give = (struct wire_give){
			.problem = str_of(why.text), .again = rc == RC_AGAIN, .name = give.name};
	return channel_send(t->channel, MESSAGE_FILES_DONE, f->request, &give, NULL, 0, err);
}

static enum rc take_line(struct talk *t, const struct frame *f, struct err *err)
{
	struct wire_line line;
	enum rc rc = frame_decode(f, t->arena, &line, err);

	if (rc == RC_OK && t->command->on_line != NULL)
		t->command->on_line(t->cli, line.json, t->command->context);
	else if (rc == RC_OK)
		show_line(t->cli, line.json);
	return rc;
}

static enum rc take_end(struct talk *t, const struct frame *f, struct err *err)
{
	struct wire_end end;
	enum rc rc = frame_decode(f, t->arena, &end, err);

	if (rc != RC_OK)
		return rc;
	show_clear(t->cli);
	t->over = true;
	t->code = (enum exit_code)end.exit_code;
	if (end.text.n != 0)
		(void)cli_fail(t->cli, t->code, STR_FMT, STR_ARG(end.text));
	return RC_OK;
}

static enum rc take_frame(struct talk *t, struct err *err)
{
	struct frame f;
	enum rc rc = channel_receive(t->channel, &f, err);

	if (rc != RC_OK)
		return rc;
	arena_reset(t->arena);
	t->heard = true;
	if (f.info->number == MESSAGE_END)
		rc = take_end(t, &f, err);
	else if (f.info->number == MESSAGE_NEED)
		rc = answer_need(t, &f, err);
	else if (f.info->number == MESSAGE_FILES)
		rc = answer_files(t, &f, err);
	else if (f.info->number == MESSAGE_LINE)
		rc = take_line(t, &f, err);
	else
		rc = err_set(err, RC_PEER, "control sent %s out of turn", f.info->name);
	frame_close_fds(&f);
	return rc;
}

static enum rc talk(struct talk *t, struct err *err)
{
	struct wire_nothing nothing = {0};
	bool cancelled = false;
	enum rc rc = RC_OK;

	while (rc == RC_OK && !t->over) {
		struct pollfd p = {.fd = channel_fd(t->channel), .events = POLLIN};
		int n = poll(&p, 1, 200);

		if (stop_signal != 0 && !cancelled) {
			cancelled = true;
			cli_say(t->cli, "stopping: the shards in work are finished first");
			rc = channel_send(t->channel, MESSAGE_CANCEL, 2, &nothing, NULL, 0, err);
		}
		if (rc == RC_OK && n > 0)
			rc = take_frame(t, err);
		show_tick(t->cli);
	}
	if (rc == RC_OK && stop_signal != 0 && t->code == EXIT_DONE)
		t->code = stop_signal == SIGTERM ? EXIT_SIGTERM : EXIT_SIGINT;
	return rc;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = note_signal};

	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

/* How the control that we started ended, when it ended without END. */
static enum exit_code explain_end(struct cli *cli, pid_t pid, const struct err *err)
{
	int status = 0;

	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status)
		&& WEXITSTATUS(status) == 127)
		return cli_fail(cli, EXIT_UNEXPECTED,
			access("/proc/self/exe", F_OK) == 0
				? "cannot start certfill-control; is the installation complete?"
				: "cannot start certfill-control: /proc is not mounted here, and "
				  "its workers need it");
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) != 0)
		return (enum exit_code)WEXITSTATUS(status);
	if (pid > 0 && WIFSIGNALED(status))
		return cli_fail(cli, EXIT_UNEXPECTED,
			"certfill-control was killed by signal %d; run the same command again, "
			"nothing is lost",
			WTERMSIG(status));
	return cli_fail(cli, EXIT_UNEXPECTED, "%s", err->text);
}

/* One attempt over a connected socket. AGAIN in *err, and nothing heard: the other side was just ending. */
static enum rc attempt(struct talk *t, int own_fd, struct err *err)
{
	enum rc rc;

	t->arena = arena_new((size_t)16 << 20);
	t->channel = channel_new(own_fd, ROLE_CLI, ROLE_CONTROL);
	/* A control that could not start has said why before it hung up: listen even when sending failed. */
	rc = send_command(t->cli, t->channel, t->command, err);
	if (rc != RC_OK)
		t->command->on_line = NULL;
	rc = talk(t, err);
	channel_free(&t->channel);
	arena_free(&t->arena);
	show_clear(t->cli);
	return rc;
}

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum exit_code link_add_passphrase(
	struct cli *cli, struct link_command *command, const char *role, const char *path)
{
	struct err err;
	int fd = -1;

	CHECK(command->file_count < LINK_FILES_MAX);
	if (passphrase_of_file(path, &fd, &err) != RC_OK)
		return cli_fail(cli, EXIT_KEY, "%s", err.text);
	command->files[command->file_count++] = (struct link_file){role, role, fd};
	return EXIT_DONE;
}

static enum exit_code run(struct cli *cli, struct link_command *command)
{
	struct talk t = {.cli = cli, .command = command, .code = EXIT_UNEXPECTED};
	struct link_command original = *command;
	struct err err = {0};
	pid_t pid = -1;
	int fd = command->needs_data ? connect_running(cli->data) : -1;
	enum rc rc = RC_AGAIN;

	if (command->needs_data && !command->makes_data && !is_dir(cli->data)) {
		link_close_files(command);
		return cli_fail(cli, EXIT_NOT_FOUND,
			"there is no data directory %s; certfill init or the first issue makes one",
			cli->data);
	}
	catch_signals();
	if (fd >= 0)
		rc = attempt(&t, fd, &err);
	if (rc != RC_OK && !t.heard) {
		*command = original;
		fd = start_control(cli, command->needs_data, &pid);
		if (fd < 0)
			return cli_fail(cli, EXIT_UNEXPECTED, "cannot start certfill-control: %s",
				strerrordesc_np(errno));
		rc = attempt(&t, fd, &err);
	}
	link_close_files(command);
	if (rc != RC_OK)
		return explain_end(cli, pid, &err);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	return t.code;
}

/* Control takes UTF-8 alone, and could not say which word it is that is none. */
static enum exit_code check_words(struct cli *cli, const struct link_command *command)
{
	if (!str_is_utf8(str_of(cli->tenant)))
		return cli_fail(
			cli, EXIT_USAGE, "--tenant is not UTF-8: no tenant has such a name");
	for (size_t i = 0; i < command->option_count; i++)
		if (!str_is_utf8(str_of(command->options[i].value)))
			return cli_fail(cli, EXIT_USAGE,
				"%s is not UTF-8: type it in a terminal whose locale is UTF-8",
				command->options[i].name);
	for (size_t i = 0; i < command->file_count; i++)
		if (!str_is_utf8(str_of(command->files[i].name)))
			return cli_fail(cli, EXIT_USAGE,
				"the name of a file is not UTF-8: give it another name");
	return EXIT_DONE;
}

enum exit_code link_run(struct cli *cli, struct link_command *command)
{
	const char *path = command->needs_data ? passphrase_path(cli) : NULL;
	enum exit_code code = check_words(cli, command);

	if (code == EXIT_DONE && path != NULL)
		code = link_add_passphrase(cli, command, "passphrase", path);
	if (code == EXIT_DONE)
		return run(cli, command);
	link_close_files(command);
	return code;
}
