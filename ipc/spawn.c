// SPDX-License-Identifier: Apache-2.0
/* Starting, locking and ending workers. Runs in: control, and tests. */
#include "ipc/spawn.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/cgroup.h"
#include "ipc/confine.h"
#include "ipc/patience.h"
#include "ipc/spawn_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMESPACES \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS \
		| CLONE_NEWCGROUP)
#define NOBODY 65534

/* Where the workers' executables lie; "" before spawn_find_workers(). */
static char workers_path[PATH_MAX];

static bool has_workers(const char *path)
{
	char name[PATH_MAX + 32];

	return text_fmt(name, sizeof name, "%s/certfill-null", path) && access(name, X_OK) == 0;
}

/* The folder of this executable, links resolved: build/certfill points into build/release. */
static bool find_own_folder(char *out, size_t out_len)
{
	ssize_t n = readlink("/proc/self/exe", out, out_len - 1);
	char *slash;

	if (n <= 0)
		return false;
	out[n] = '\0';
	slash = strrchr(out, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

enum rc spawn_find_workers(struct err *err)
{
	char own[PATH_MAX];

	/* Tests lie deeper than the programs: build/VARIANT/tests/unit/FOLDER. */
	for (bool more = find_own_folder(own, sizeof own); more && own[0] != '\0';) {
		char *slash = strrchr(own, '/');

		if (has_workers(own)) {
			(void)text_copy(workers_path, sizeof workers_path, own);
			return RC_OK;
		}
		more = strstr(own, "/tests") != NULL && slash != NULL;
		if (more)
			*slash = '\0';
	}
	if (!has_workers(CERTFILL_LIBEXECDIR))
		return err_set(err, RC_SYSTEM,
			"no worker programs beside this one nor in %s: is certfill installed "
			"completely?",
			CERTFILL_LIBEXECDIR);
	(void)text_copy(workers_path, sizeof workers_path, CERTFILL_LIBEXECDIR);
	return RC_OK;
}

static enum rc open_program(enum role role, int *out, struct err *err)
{
	char path[PATH_MAX + 32];

	if (workers_path[0] == '\0') {
		enum rc rc = spawn_find_workers(err);

		if (rc != RC_OK)
			return rc;
	}
	(void)text_fmt(path, sizeof path, "%s/certfill-%s", workers_path, role_name(role));
	*out = open(path, O_RDONLY | O_CLOEXEC);
	if (*out < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open the worker program %s", path);
	return RC_OK;
}

/*
 * Who the worker is outside. An ordinary user's worker is that user: nothing else can be mapped. Root's
 * is nobody, but one with a directory is the directory's owner, because user ids decide what may be
 * read and written there; after lockdown it is nobody too unless it keeps writing (confine.c).
 */
static enum rc choose_ids(struct spawn_plan *plan, struct err *err)
{
	struct stat st;

	plan->outer_uid = geteuid();
	plan->outer_gid = getegid();
	plan->set_groups = plan->outer_uid == 0;
	if (plan->outer_uid != 0)
		return RC_OK;
	plan->outer_uid = NOBODY;
	plan->outer_gid = NOBODY;
	if (plan->dir_fd < 0)
		return RC_OK;
	if (fstat(plan->dir_fd, &st) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot look at a worker's directory");
	plan->outer_uid = st.st_uid;
	plan->outer_gid = st.st_gid;
	plan->outsider = st.st_uid != NOBODY && st.st_gid != NOBODY;
	return RC_OK;
}

static void find_directory_path(struct spawn_plan *plan)
{
	char link[64];
	ssize_t n;

	if (plan->dir_fd < 0)
		return;
	(void)text_fmt(link, sizeof link, "/proc/self/fd/%d", plan->dir_fd);
	n = readlink(link, plan->dir_path, sizeof plan->dir_path - 1);
	plan->dir_path[n > 0 ? n : 0] = '\0';
}

/* fork(2) with flags and a pidfd; the child shares nothing but copies everything. */
static pid_t clone_process(unsigned long flags, int *pidfd)
{
	return (pid_t)syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, 0, pidfd, 0, 0);
}

static enum rc report_failure(const struct spawn_failure *f, enum role role, struct err *err)
{
	return err_errno(err, RC_SYSTEM, f->error, "the %s process cannot %s", role_name(role),
		spawn_child_step(f->step));
}

/* Lets the child go on, then waits until it executes its program or says why not. */
static enum rc release_child(
	const struct spawn_plan *plan, int sync_fd, pid_t pid, enum role role, struct err *err)
{
	struct spawn_failure failure;
	enum rc rc = RC_OK;
	ssize_t n;

	if (plan->namespaces)
		rc = spawn_child_map(plan, pid, err);
	if (rc != RC_OK)
		return rc;
	if (send(sync_fd, "", 1, MSG_NOSIGNAL) != 1)
		return err_errno(
			err, RC_SYSTEM, errno, "the %s process is gone at once", role_name(role));
	do
		n = read(sync_fd, &failure, sizeof failure);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof failure)
		return report_failure(&failure, role, err);
	return RC_OK;
}

static enum rc launch(struct spawn_plan *plan, struct spawn_child *out, struct err *err)
{
	AUTO_FD sync_fd = -1;
	/* Before there is a child: where it may be, nobody else may live. */
	bool grouped = cgroup_open(err) == RC_OK;
	int sync[2];
	enum rc rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot make a socket");
	sync_fd = sync[0];
	plan->parent_sync_fd = sync[0];
	plan->sync_fd = sync[1];
	out->pid = clone_process(plan->namespaces ? NAMESPACES : 0, &out->pidfd);
	if (out->pid == 0)
		spawn_child_run(plan);
	(void)close(sync[1]);
	/* user_namespaces(7): a limit of namespaces answers ENOSPC, which says nothing of the kind. */
	if (out->pid < 0 && plan->namespaces && errno == ENOSPC)
		return err_set(err, RC_SYSTEM,
			"user namespaces are switched off or used up here "
			"(/proc/sys/user/max_user_namespaces)");
	if (out->pid < 0)
		return err_errno(
			err, RC_SYSTEM, errno, "cannot start the %s process", role_name(out->role));
	out->group = grouped ? cgroup_place(out->role, out->pid) : 0;
	rc = release_child(plan, sync_fd, out->pid, out->role, err);
	if (rc != RC_OK) {
		(void)kill(out->pid, SIGKILL);
		(void)spawn_reap(out);
	}
	return rc;
}

/* In a container that maps few ids not even root may map nobody: then the worker is who we are. */
static bool be_ourselves(struct spawn_plan *plan)
{
	if (!plan->set_groups)
		return false;
	plan->set_groups = false;
	plan->outsider = false;
	plan->outer_uid = geteuid();
	plan->outer_gid = getegid();
	return true;
}

/* Machines that refuse namespaces still have Landlock and the system call filter. */
static enum rc launch_anyhow(struct spawn_plan *plan, struct spawn_child *out, struct err *err)
{
	static bool warned;
	struct err first;

	if (plan->namespaces) {
		if (launch(plan, out, &first) == RC_OK)
			return RC_OK;
		if (be_ourselves(plan) && launch(plan, out, err) == RC_OK)
			return RC_OK;
		if (!warned)
			log_line(LOG_WARN, "starting without namespaces: %s", first.text);
		warned = true;
		plan->namespaces = false;
	}
	return launch(plan, out, err);
}

static enum rc greet(struct spawn_child *child, struct err *err)
{
	struct wire_hello hello = {message_form(), (uint8_t)child->role, child->layers_off};
	struct wire_welcome welcome;
	struct arena *a = arena_new(8192);
	enum rc rc = channel_ask(
		child->channel, MESSAGE_HELLO, &hello, NULL, 0, MESSAGE_WELCOME, a, &welcome, err);

	if (rc == RC_OK && (welcome.form != message_form() || welcome.role != child->role))
		rc = err_set(err, RC_PEER,
			"the %s process is of another build; install or build all programs "
			"together",
			role_name(child->role));
	arena_free(&a);
	return rc;
}

enum rc spawn_start(const struct spawn_options *o, struct spawn_child *out, struct err *err)
{
	struct spawn_plan plan = {.dir_fd = o->dir_fd,
		.yields = o->yields,
		.debug = o->debug,
		.namespaces = (o->layers_off & LAYER_NAMESPACES) == 0};
	AUTO_FD exec_fd = -1;
	AUTO_FD ours = -1;
	AUTO_FD theirs = -1;
	int pair[2];
	enum rc rc;

	*out = (struct spawn_child){.pid = -1,
		.pidfd = -1,
		.role = o->role,
		.layers_off = o->layers_off,
		.last_fd = -1,
		.forbidden_call = -1};
	rc = open_program(o->role, &exec_fd, err);
	if (rc == RC_OK)
		rc = choose_ids(&plan, err);
	if (rc != RC_OK)
		return rc;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot make a channel");
	ours = pair[0];
	theirs = pair[1];
	for (int i = 0; i < WORKER_SECRETS; i++)
		plan.secret_fds[i] = o->secret_fds != NULL ? o->secret_fds[i] : -1;
	out->last_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (out->last_fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot make an event counter");
	plan.last_fd = out->last_fd;
	plan.exec_fd = exec_fd;
	plan.channel_fd = theirs;
	find_directory_path(&plan);
	(void)text_fmt(plan.argument, sizeof plan.argument, "certfill-%s", role_name(o->role));
	rc = launch_anyhow(&plan, out, err);
	if (rc != RC_OK) {
		file_auto_close(&out->last_fd);
		return rc;
	}
	/* Closed before the greeting: if the worker dies, we must see its end of the channel close. */
	file_auto_close(&theirs);
	out->channel = channel_new(file_take(&ours), ROLE_CONTROL, o->role);
	channel_limit(out->channel, out->pid, patience_usual_ms());
	rc = greet(out, err);
	if (rc != RC_OK)
		spawn_kill(out);
	return rc;
}

enum rc spawn_check_ready(
	const struct spawn_child *child, const struct wire_ready *ready, struct err *err)
{
	const char *missing = confine_missing_layer(ready->layers, child->layers_off);

	if (missing != NULL)
		return err_set(err, RC_SYSTEM, "the %s process runs without %s: " STR_FMT,
			role_name(child->role), missing, STR_ARG(ready->note));
	return RC_OK;
}

enum rc spawn_lock(
	struct spawn_child *child, struct arena *a, struct wire_ready *ready, struct err *err)
{
	enum rc rc = channel_ask(child->channel, MESSAGE_LOCK, &(struct wire_nothing){0}, NULL, 0,
		MESSAGE_READY, a, ready, err);

	/* A job that is too large says so when its worker warms up, which is no matter of confinement. */
	if (rc == RC_LIMIT)
		return rc;
	if (rc != RC_OK)
		return err_wrap(err, "confining the %s process", role_name(child->role));
	return spawn_check_ready(child, ready, err);
}

static int read_last_words(int fd)
{
	uint64_t words;

	if (fd < 0 || read(fd, &words, sizeof words) != (ssize_t)sizeof words || words > 4096)
		return -1;
	return (int)(words - 1);
}

int spawn_reap(struct spawn_child *child)
{
	int status = 0;

	channel_free(&child->channel);
	if (child->pid > 0)
		while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
			continue;
	child->pid = -1;
	child->out_of_memory = cgroup_leave(child->group);
	child->group = 0;
	child->forbidden_call = read_last_words(child->last_fd);
	file_auto_close(&child->last_fd);
	file_auto_close(&child->pidfd);
	return status;
}

void spawn_kill(struct spawn_child *child)
{
	if (child->pid > 0)
		(void)kill(child->pid, SIGKILL);
	(void)spawn_reap(child);
}

static void describe_call(int call, char *out, size_t out_len)
{
	char *name;

	if (call < 0) {
		(void)text_copy(out, out_len, "made a forbidden system call");
		return;
	}
	/* How abort(3) begins; no list has either for it. */
	if (call == SYS_tgkill || call == SYS_gettid) {
		(void)text_copy(out, out_len,
			"ended itself: a check of its own failed, or its memory was used up");
		return;
	}
	name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
	(void)text_fmt(out, out_len, "made the forbidden system call %s (%d)",
		name != NULL ? name : "of a newer kernel", call);
	mem_release(name);
}

/* The signal that child ended of, by itself or by its handler at a limit (confine.c); 0: none. */
static int ending_signal(int status)
{
	int by_handler = WIFEXITED(status) ? WEXITSTATUS(status) - CONFINE_LIMIT_STATUS : 0;

	if (by_handler == SIGXCPU || by_handler == SIGXFSZ)
		return by_handler;
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

void spawn_describe_end(const struct spawn_child *child, int status, char *out, size_t out_len)
{
	static const struct {
		int signal;
		const char *text;
	} causes[] = {
		{SIGSYS, "killed by SIGSYS: it made a system call that its confinement forbids"},
		{SIGXCPU, "used up its CPU time"},
		{SIGXFSZ, "wrote more than it may"},
		{SIGKILL,
			"killed: its CPU time was used up, the machine ran out of memory, or we "
			"ended it"},
		{SIGSEGV,
			"killed by SIGSEGV: it touched memory that is not its own, or a check of "
			"its own failed"},
		{SIGABRT, "killed by SIGABRT: a check of its own failed"},
	};

	if (WIFEXITED(status) && WEXITSTATUS(status) == CONFINE_FORBIDDEN_STATUS) {
		describe_call(child->forbidden_call, out, out_len);
		return;
	}
	if (child->out_of_memory) {
		(void)text_copy(out, out_len, "killed: it used more memory than its cgroup allows");
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(causes); i++)
		if (ending_signal(status) == causes[i].signal) {
			(void)text_copy(out, out_len, causes[i].text);
			return;
		}
	if (WIFEXITED(status))
		(void)text_fmt(out, out_len, "ended with status %d", WEXITSTATUS(status));
	else
		(void)text_fmt(out, out_len, "killed by signal %d", ending_signal(status));
}
