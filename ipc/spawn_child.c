// SPDX-License-Identifier: Apache-2.0
/* Between clone and exec of a worker. Runs in: control, and a child that is about to be a worker. */
#include "ipc/spawn_child.h"

#include "base/file.h"
#include "base/text.h"
#include "ipc/confine_parts.h"
#include "ipc/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Descriptors are first moved out of the way of 0 to WORKER_DIR_FD. */
#define FD_FLOOR 10
#define YIELD_NICENESS 10

enum step {
	STEP_MAP, /* waiting for the id maps; the parent knows why */
	STEP_USER,
	STEP_CAPABILITIES,
	STEP_DESCRIPTORS,
	STEP_EXEC,
};

const char *spawn_child_step(int step)
{
	static const char *const names[] = {"get its user ids mapped", "change its user id",
		"keep its capabilities", "arrange its descriptors", "execute its program"};

	return step >= 0 && (size_t)step < ARRAY_COUNT(names) ? names[step] : "start";
}

static enum rc write_proc(pid_t pid, const char *name, const char *text, struct err *err)
{
	char path[64];
	AUTO_FD fd = -1;

	(void)text_fmt(path, sizeof path, "/proc/%d/%s", pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot write %s", path);
	return RC_OK;
}

static void format_map(const struct spawn_plan *plan, unsigned outer, char *out, size_t out_len)
{
	size_t used;

	(void)text_fmt(out, out_len, "%d %u 1\n", CONFINE_ID_WORKER, outer);
	used = strlen(out);
	if (plan->outsider)
		(void)text_fmt(out + used, out_len - used, "%d 65534 1\n", CONFINE_ID_OUTSIDER);
}

enum rc spawn_child_map(const struct spawn_plan *plan, pid_t pid, struct err *err)
{
	char map[128];
	enum rc rc = RC_OK;

	if (!plan->set_groups)
		rc = write_proc(pid, "setgroups", "deny", err);
	format_map(plan, plan->outer_uid, map, sizeof map);
	if (rc == RC_OK)
		rc = write_proc(pid, "uid_map", map, err);
	format_map(plan, plan->outer_gid, map, sizeof map);
	if (rc == RC_OK)
		rc = write_proc(pid, "gid_map", map, err);
	return rc;
}

static void fail(const struct spawn_plan *plan, enum step step)
{
	struct spawn_failure failure = {(int)step, errno};
	ssize_t ignored = write(plan->sync_fd, &failure, sizeof failure);

	(void)ignored;
	_exit(127);
}

/*
 * The parent's descriptor of the directory belongs to the parent's mount namespace: from it ".." climbs
 * out of whatever root the worker has later. So it is opened again by path, if that leads to the same.
 */
static int open_directory(const struct spawn_plan *plan)
{
	struct stat given;
	struct stat found;
	int fd;

	if (plan->dir_fd < 0 || !plan->namespaces || plan->dir_path[0] == '\0')
		return plan->dir_fd;
	fd = open(plan->dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return plan->dir_fd;
	if (fstat(plan->dir_fd, &given) == 0 && fstat(fd, &found) == 0
		&& given.st_dev == found.st_dev && given.st_ino == found.st_ino)
		return fd;
	(void)close(fd);
	return plan->dir_fd;
}

static bool become_worker(const struct spawn_plan *plan)
{
	/* The system calls themselves: glibc's versions want the other threads to do the same. */
	if (plan->set_groups && syscall(SYS_setgroups, 0, NULL) != 0)
		return false;
	return syscall(SYS_setresgid, CONFINE_ID_WORKER, CONFINE_ID_WORKER, CONFINE_ID_WORKER) == 0
		&& syscall(SYS_setresuid, CONFINE_ID_WORKER, CONFINE_ID_WORKER, CONFINE_ID_WORKER)
		== 0;
}

/* What the worker needs to confine itself, in its own namespaces only; ambient, so that exec keeps it. */
static bool keep_capabilities(void)
{
	static const unsigned kept[] = {CAP_SYS_ADMIN, CAP_SETPCAP, CAP_SETUID, CAP_SETGID};
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct caps[2] = {{0, 0, 0}, {0, 0, 0}};

	for (size_t i = 0; i < ARRAY_COUNT(kept); i++)
		caps[0].permitted |= 1U << kept[i];
	caps[0].effective = caps[0].permitted;
	caps[0].inheritable = caps[0].permitted;
	if (syscall(SYS_capset, &head, caps) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(kept); i++)
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept[i], 0, 0) != 0)
			return false;
	return true;
}

static bool place(int from, int to)
{
	return dup2(from, to) == to;
}

/* 0 to 2 on nothing, the channel on 3, the directory on 4; all others go at exec. */
static bool arrange_descriptors(struct spawn_plan *plan, int dir_fd)
{
	int *const movable[] = {&plan->exec_fd, &plan->channel_fd, &plan->sync_fd, &dir_fd,
		&plan->last_fd, &plan->secret_fds[0], &plan->secret_fds[1]};
	int nothing;

	for (size_t i = 0; i < ARRAY_COUNT(movable); i++) {
		if (*movable[i] < 0)
			continue;
		*movable[i] = fcntl(*movable[i], F_DUPFD_CLOEXEC, FD_FLOOR);
		if (*movable[i] < 0)
			return false;
	}
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nothing < 0 || !place(nothing, STDIN_FILENO) || !place(nothing, STDOUT_FILENO))
		return false;
	if (!plan->debug && !place(nothing, STDERR_FILENO))
		return false;
	if (!place(plan->channel_fd, WORKER_CHANNEL_FD))
		return false;
	/* Taken in any case, so that no descriptor received later bears this number. */
	if (!place(dir_fd >= 0 ? dir_fd : nothing, WORKER_DIR_FD))
		return false;
	if (syscall(SYS_close_range, WORKER_DIR_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		return false;
	for (int i = 0; i < WORKER_SECRETS; i++)
		if (plan->secret_fds[i] >= 0 && !place(plan->secret_fds[i], WORKER_SECRET_FD + i))
			return false;
	return place(plan->last_fd, WORKER_LAST_FD);
}

static void reset_signals(void)
{
	sigset_t none;

	for (int s = 1; s < 32; s++)
		(void)signal(s, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Out of the terminal's reach: control decides when a worker ends. A group, not a session of its own: Linux gives
 * every session an equal share of the processor and heeds niceness within one alone (sched(7), autogroup).
 */
static void leave_terminal(bool yields)
{
	(void)setpgid(0, 0);
	/* A lower priority that we were given stays. */
	if (yields && getpriority(PRIO_PROCESS, 0) < YIELD_NICENESS)
		(void)setpriority(PRIO_PROCESS, 0, YIELD_NICENESS);
}

void spawn_child_run(const struct spawn_plan *given)
{
	struct spawn_plan plan = *given;
	char debug[] = WORKER_DEBUG_ARGUMENT;
	char *argv[] = {plan.argument, plan.debug ? debug : NULL, NULL};
	char *environment[] = {NULL};
	char go;
	int dir_fd;

	reset_signals();
	leave_terminal(plan.yields);
	(void)close(plan.parent_sync_fd);
	if (read(plan.sync_fd, &go, 1) != 1)
		fail(&plan, STEP_MAP);
	dir_fd = open_directory(&plan);
	if (plan.namespaces && !become_worker(&plan))
		fail(&plan, STEP_USER);
	if (plan.namespaces && !keep_capabilities())
		fail(&plan, STEP_CAPABILITIES);
	/* After the change of user, which clears it. That the parent is gone already shows on the channel. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!arrange_descriptors(&plan, dir_fd))
		fail(&plan, STEP_DESCRIPTORS);
	(void)syscall(SYS_execveat, plan.exec_fd, "", argv, environment, AT_EMPTY_PATH);
	fail(&plan, STEP_EXEC);
	_exit(127);
}
