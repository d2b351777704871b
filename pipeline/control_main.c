// SPDX-License-Identifier: Apache-2.0
/*
 * Control: starts the other processes, passes frames and descriptors between them, keeps the ledger.
 *
 * Runs in:  certfill-control, one per data directory, for as long as commands are under way.
 * Trusts:   its operator's command line. Never parses a customer's bytes: intake's frames only.
 * Holds:    the ledger and the data keys. No signing key.
 * If taken: jobs altered within the signer's policy; names and rows readable.
 */
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/cgroup.h"
#include "pipeline/control.h"
#include "pipeline/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS_MAX 64
#define FIRST_CLIENT_FD 3
/* About a hundred fonts, and three for every worker. */
#define OPEN_FILES_MIN 256

static struct control control;
static struct client *clients[CLIENTS_MAX];
static struct client *waiting[CLIENTS_MAX]; /* jobs, in the order they came */
static size_t waiting_count;
static int listen_fd = -1;
static uv_poll_t listen_poll;
static bool job_runs;

static const struct command *find_command(const struct client *c)
{
	for (size_t i = 0; i < control_command_count; i++)
		if (str_eq_cz(client_command(c)->name, control_commands[i].name))
			return &control_commands[i];
	return NULL;
}

static void on_command(struct client *c)
{
	const struct command *command = find_command(c);

	if (client_command(c)->form != message_form())
		client_end(c, EXIT_CONFLICT,
			"certfill and certfill-control are of different builds; let running "
			"commands end, then install or build all programs together");
	else if (command == NULL)
		client_end(c, EXIT_USAGE, "control does not know this command");
	else if (command->needs_data && !control.has_house)
		client_end(c, EXIT_USAGE, "this command needs a data directory");
	else if (job_runs && command->quick_when_busy && control.at_work != NULL)
		command->run(&control, c);
	else
		waiting[waiting_count++] = c;
}

static bool add_client(int fd)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (clients[i] == NULL) {
			clients[i] = client_new(fd, on_command);
			return true;
		}
	return false;
}

static void on_connection(uv_poll_t *handle, int status, int events)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);

	(void)handle;
	(void)status;
	(void)events;
	if (fd >= 0 && !add_client(fd))
		(void)close(fd);
}

/*
 * <data>/run/control.sock: only the owner reaches it, the directory is 0700. Named through our
 * descriptor, for a socket's name may not be longer than 107 bytes and a path may.
 */
static enum rc open_socket(const struct house *h, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	AUTO_FD run = -1;

	if (mkdirat(h->data_fd, "run", 0700) != 0 && errno != EEXIST)
		return err_errno(err, RC_SYSTEM, errno, "cannot make %s/run", h->data);
	run = openat(h->data_fd, "run", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (run < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open %s/run", h->data);
	(void)text_fmt(
		address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/control.sock", run);
	(void)unlinkat(run, "control.sock", 0);
	listen_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (listen_fd < 0 || bind(listen_fd, (struct sockaddr *)&address, sizeof address) != 0
		|| listen(listen_fd, 16) != 0)
		return err_errno(
			err, RC_SYSTEM, errno, "cannot listen on %s/run/control.sock", h->data);
	CHECK(uv_poll_init(loop_of(), &listen_poll, listen_fd) == 0);
	CHECK(uv_poll_start(&listen_poll, UV_READABLE, on_connection) == 0);
	return RC_OK;
}

static void drop_ended(void)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (clients[i] != NULL && client_ended(clients[i])) {
			for (size_t k = 0; k < waiting_count; k++)
				if (waiting[k] == clients[i]) {
					waiting_count--;
					memmove(&waiting[k], &waiting[k + 1],
						(waiting_count - k) * sizeof(struct client *));
					k--;
				}
			client_free(&clients[i]);
		}
}

static bool any_client(void)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (clients[i] != NULL)
			return true;
	return false;
}

static void serve(void)
{
	while (any_client()) {
		if (waiting_count != 0) {
			struct client *c = waiting[0];
			const struct command *command = find_command(c);

			CHECK(command != NULL);
			waiting_count--;
			memmove(&waiting[0], &waiting[1], waiting_count * sizeof(struct client *));
			job_runs = true;
			command->run(&control, c);
			job_runs = false;
		} else {
			loop_turn();
		}
		drop_ended();
		loop_poll();
	}
}

/* The lock of a control that is just ending is free in a moment. */
static enum rc open_house(const char *data, struct err *err)
{
	enum rc rc = RC_AGAIN;

	for (int i = 0; i < 500 && rc == RC_AGAIN; i++) {
		struct timespec pause = {0, 10000000};

		rc = house_open(data, &control.house, err);
		if (rc == RC_AGAIN)
			(void)nanosleep(&pause, NULL);
	}
	return rc;
}

static enum rc allow_files(struct err *err)
{
	uint64_t allowed = file_raise_limit();

	if (allowed < OPEN_FILES_MIN)
		return err_set(err, RC_SYSTEM,
			"only %llu files may be open at once here, and certfill needs %d: "
			"raise the hard limit (ulimit -Hn, LimitNOFILE= of a service)",
			(unsigned long long)allowed, OPEN_FILES_MIN);
	return RC_OK;
}

static int fail_first(int fd, uint8_t code, const char *text)
{
	struct wire_end end = {.exit_code = code, .text = str_of(text)};
	struct channel *c = channel_new(fd, ROLE_CONTROL, ROLE_CLI);
	struct pollfd command = {.fd = fd, .events = POLLIN};
	struct frame f;
	struct err err;

	/* Whoever hangs up on an unread command resets the socket, and the answer may go with it. */
	if (poll(&command, 1, 5000) > 0 && channel_receive(c, &f, &err) == RC_OK)
		frame_close_fds(&f);
	if (channel_send(c, MESSAGE_END, 1, &end, NULL, 0, &err) != RC_OK)
		log_line(LOG_ERROR, "%s", text);
	channel_free(&c);
	return code;
}

int main(int argc, char **argv)
{
	const char *data = argc >= 2 ? argv[1] : "-";
	struct err err = {0};
	enum rc rc;

	log_open("control", argc >= 3 && strcmp(argv[2], "debug") == 0 ? LOG_DEBUG : LOG_WARN);
	(void)signal(SIGPIPE, SIG_IGN);
	/* Stopping is the command line's business: it asks for a drain. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	umask(077);
	rc = allow_files(&err);
	if (rc == RC_OK) {
		loop_open();
		rc = spawn_find_workers(&err);
	}
	if (rc == RC_OK && strcmp(data, "-") != 0) {
		rc = open_house(data, &err);
		control.has_house = rc == RC_OK;
	}
	if (rc == RC_OK && control.has_house)
		rc = open_socket(&control.house, &err);
	if (rc != RC_OK && control.has_house)
		house_close(&control.house);
	if (rc != RC_OK)
		return fail_first(
			FIRST_CLIENT_FD, rc == RC_AGAIN ? EXIT_TEMPORARY : EXIT_INPUT, err.text);
	if (!add_client(FIRST_CLIENT_FD))
		return EXIT_UNEXPECTED;
	/* Most machines delegate nothing, and doctor says so: no line for every command. */
	cgroup_want(LOG_INFO);
	serve();
	cgroup_close();
	if (control.has_house) {
		(void)unlinkat(control.house.data_fd, "run/control.sock", 0);
		house_close(&control.house);
	}
	return EXIT_DONE;
}
