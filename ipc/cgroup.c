// SPDX-License-Identifier: Apache-2.0
/* Groups for workers below a delegated one. Runs in: control, serve, the command line. */
#include "ipc/cgroup.h"

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define PREFIX "certfill."
#define MAIN "main"
#define MIB (UINT64_C(1) << 20)
/* Control and its command line. More are not ours, and we would have to move them. */
#define PROCESSES_MAX 2
#define NAMES_MAX 8
/* Of a file of /proc. */
#define PROC_MAX ((size_t)1 << 20)

/*
 * memory: not below what the role's RLIMIT_AS lets it map, so that honest work meets only one of the two; but it
 * counts what that limit cannot see: memory descriptors, page tables, sockets. processes: a worker is one.
 */
static const struct limits {
	uint64_t memory;
	uint32_t processes;
	uint32_t cores;
} limits_of[ROLE_COUNT] = {
	[ROLE_INTAKE] = {2048 * MIB, 1, 1},
	/* Its libraries start threads (RLIMIT_NPROC 64). */
	[ROLE_COMPILE] = {3072 * MIB, 80, 2},
	[ROLE_RENDER] = {1536 * MIB, 1, 1},
	[ROLE_SIGN] = {512 * MIB, 1, 1},
	/* The page cache of its segments counts, and is given back before anything is killed. */
	[ROLE_STORE] = {1024 * MIB, 1, 1},
	[ROLE_CHECK] = {2048 * MIB, 1, 1},
	[ROLE_VERIFY] = {4096 * MIB, 8, 2},
	[ROLE_THUMBNAIL] = {512 * MIB, 1, 1},
	[ROLE_NULL] = {256 * MIB, 1, 1},
};

static struct {
	bool wanted;
	enum log_level level;
	bool tried;
	bool moved; /* we and our command line are in own/main */
	bool has_cpu;
	int parent_fd; /* the delegated group; -1: none */
	int own_fd; /* certfill.PID in it */
	uint32_t last; /* number of the newest group */
	char name[32];
	struct err why; /* there is none */
} tree = {.parent_fd = -1, .own_fd = -1};

/* 0 or an errno. */
static int try_put(int dir_fd, const char *name, const char *text)
{
	AUTO_FD fd = openat(dir_fd, name, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;
}

static enum rc put(int dir_fd, const char *name, const char *text, struct err *err)
{
	int error = try_put(dir_fd, name, text);

	if (error != 0)
		return err_errno(err, RC_SYSTEM, error, "cannot write %s to %s", text, name);
	return RC_OK;
}

/* What stands in name, NUL at its end; "" when it cannot be read. */
static const char *look(int dir_fd, const char *name, char *out, size_t out_len)
{
	AUTO_FD fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, out_len - 1);

	out[n > 0 ? n : 0] = '\0';
	return out;
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\n' || p[n] == '\0'))
			return true;
	return false;
}

/* ---- whose the group is ---- */

/*
 * systemd marks what it delegates; an ordinary user's own group is his. Where another systemd's groups are not
 * marked they are its own, and writing there would be against its rules. Without one nobody else minds.
 */
static bool is_delegated(int fd)
{
	char mark[2] = "";
	struct stat st;

	if ((fgetxattr(fd, "trusted.delegate", mark, 1) == 1
		    || fgetxattr(fd, "user.delegate", mark, 1) == 1)
		&& mark[0] == '1')
		return true;
	if (geteuid() != 0)
		return fstat(fd, &st) == 0 && st.st_uid == geteuid();
	return access("/run/systemd/system", F_OK) != 0;
}

static enum rc check_offer(int fd, const char *path, struct err *err)
{
	char controllers[256];

	(void)look(fd, "cgroup.controllers", controllers, sizeof controllers);
	controllers[strcspn(controllers, "\n")] = '\0';
	if (!has_word(controllers, "memory") || !has_word(controllers, "pids"))
		return err_set(err, RC_SYSTEM,
			"cgroup v2 has no memory and pids controllers here (%s lists: %s)", path,
			controllers[0] != '\0' ? controllers : "none");
	if (!is_delegated(fd))
		return err_set(err, RC_SYSTEM,
			"the cgroup %s is not delegated to us (systemd: Delegate=yes)", path);
	return RC_OK;
}

/* ---- what killed processes left ---- */

/* Its empty groups, one level deep. False when something lives in it. */
static bool remove_below(int fd)
{
	AUTO_FD again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	bool empty = true;

	if (dir == NULL)
		return false;
	(void)file_take(&again);
	for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
		if (e->d_type == DT_DIR && e->d_name[0] != '.')
			empty = unlinkat(fd, e->d_name, AT_REMOVEDIR) == 0 && empty;
	(void)closedir(dir);
	return empty;
}

/* A living owner has it locked. */
static void remove_stale(int parent_fd, const char *name)
{
	AUTO_FD fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0)
		return;
	if (remove_below(fd))
		(void)unlinkat(parent_fd, name, AT_REMOVEDIR);
}

static void remove_all_stale(int parent_fd)
{
	AUTO_FD again = openat(parent_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 || !is_delegated(again) ? NULL : fdopendir(again);

	if (dir == NULL)
		return;
	(void)file_take(&again);
	for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) == 0)
			remove_stale(parent_fd, e->d_name);
	(void)closedir(dir);
}

static void remove_stale_in(const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		remove_all_stale(fd);
}

/* ---- our own group ---- */

/* Makes and locks it. Whoever removes stale groups may come in between: then the next name is tried. */
static enum rc make_own(int parent_fd, struct err *err)
{
	for (int i = 0; i < NAMES_MAX; i++) {
		AUTO_FD fd = -1;
		struct stat here;
		struct stat there;

		(void)text_fmt(tree.name, sizeof tree.name, PREFIX "%d.%d", getpid(), i);
		if (mkdirat(parent_fd, tree.name, 0755) != 0) {
			if (errno == EEXIST)
				continue;
			return err_errno(err, RC_SYSTEM, errno, "cannot make a cgroup of our own");
		}
		fd = openat(parent_fd, tree.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0
			|| fstatat(parent_fd, tree.name, &there, 0) != 0 || fstat(fd, &here) != 0
			|| here.st_ino != there.st_ino)
			continue;
		tree.own_fd = file_take(&fd);
		return RC_OK;
	}
	return err_set(err, RC_SYSTEM, "cannot keep a cgroup of our own");
}

/* Reads who is in the group; false when it is anybody but us and who started us. */
static bool list_ours(int fd, pid_t out[PROCESSES_MAX], size_t *count)
{
	char text[256];
	struct str rest;

	*count = 0;
	(void)look(fd, "cgroup.procs", text, sizeof text);
	for (rest = str_of(text); rest.n != 0;) {
		size_t end = str_find(rest, '\n', 0);
		uint64_t pid = 0;

		if (*count == PROCESSES_MAX || !str_to_u64(str_slice(rest, 0, end), INT32_MAX, &pid)
			|| ((pid_t)pid != getpid() && (pid_t)pid != getppid()))
			return false;
		out[(*count)++] = (pid_t)pid;
		rest = str_slice(rest, end < rest.n ? end + 1 : rest.n, rest.n);
	}
	return true;
}

static enum rc move_all(const pid_t *pids, size_t count, int to_fd, struct err *err)
{
	char text[24];
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		(void)text_fmt(text, sizeof text, "%d", pids[i]);
		rc = put(to_fd, "cgroup.procs", text, err);
	}
	return rc;
}

/* A group whose controllers are given on may hold no process itself, unless it is the root. */
static enum rc move_down(struct err *err)
{
	pid_t pids[PROCESSES_MAX];
	size_t count;
	AUTO_FD main_fd = -1;

	if (!list_ours(tree.parent_fd, pids, &count))
		return err_set(err, RC_SYSTEM,
			"other processes live in the cgroup that is delegated to us");
	if (mkdirat(tree.own_fd, MAIN, 0755) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot make a cgroup for ourselves");
	main_fd = openat(tree.own_fd, MAIN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (main_fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open the cgroup for ourselves");
	tree.moved = true;
	return move_all(pids, count, main_fd, err);
}

/* The way back, as far as others let us: a group of theirs beside ours may still need the controllers. */
static void move_up(void)
{
	AUTO_FD main_fd = openat(tree.own_fd, MAIN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t pids[PROCESSES_MAX];
	const char *all = tree.has_cpu ? "-memory -pids -cpu" : "-memory -pids";
	size_t count = 0;
	struct err ignored;

	tree.moved = false;
	if (try_put(tree.own_fd, "cgroup.subtree_control", all) != 0
		|| try_put(tree.parent_fd, "cgroup.subtree_control", all) != 0 || main_fd < 0
		|| !list_ours(main_fd, pids, &count))
		return;
	(void)move_all(pids, count, tree.parent_fd, &ignored);
}

static enum rc give_controllers(struct err *err)
{
	static const char *const wanted = "+memory +pids";
	enum rc rc = RC_OK;

	if (try_put(tree.parent_fd, "cgroup.subtree_control", wanted) == EBUSY)
		rc = move_down(err);
	if (rc == RC_OK)
		rc = put(tree.parent_fd, "cgroup.subtree_control", wanted, err);
	if (rc == RC_OK)
		rc = put(tree.own_fd, "cgroup.subtree_control", wanted, err);
	if (rc == RC_OK)
		tree.has_cpu = try_put(tree.parent_fd, "cgroup.subtree_control", "+cpu") == 0
			&& try_put(tree.own_fd, "cgroup.subtree_control", "+cpu") == 0;
	return rc;
}

static enum rc settle_in(const char *path, struct err *err)
{
	enum rc rc;

	tree.parent_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree.parent_fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open the cgroup %s", path);
	rc = check_offer(tree.parent_fd, path, err);
	if (rc == RC_OK) {
		remove_all_stale(tree.parent_fd);
		rc = make_own(tree.parent_fd, err);
	}
	if (rc == RC_OK)
		rc = give_controllers(err);
	if (rc != RC_OK)
		cgroup_close();
	return rc;
}

static enum rc read_proc(const char *path, struct buf *out, struct err *err)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	enum rc rc;

	if (fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot read %s", path);
	rc = file_read_all(fd, path, PROC_MAX, out, err);
	buf_put_char(out, '\0');
	return rc;
}

/* The group we are in, else the one above it: a service manager may have put us into a leaf of what it delegates. */
static enum rc settle(struct err *err)
{
	struct buf groups = buf_new(PROC_MAX + 1);
	struct buf mounts = buf_new(PROC_MAX + 1);
	char path[4096];
	size_t mounted_len = 0;
	enum rc rc = read_proc("/proc/self/cgroup", &groups, err);

	if (rc == RC_OK)
		rc = read_proc("/proc/self/mountinfo", &mounts, err);
	if (rc == RC_OK)
		rc = cgroup_find((const char *)groups.p, (const char *)mounts.p, path, sizeof path,
			&mounted_len, err);
	if (rc == RC_OK) {
		rc = settle_in(path, err);
		if (strlen(path) > mounted_len) {
			struct err second;

			*strrchr(path, '/') = '\0';
			if (rc != RC_OK && settle_in(path, &second) == RC_OK)
				rc = RC_OK;
			else if (rc == RC_OK)
				remove_stale_in(path);
		}
	}
	buf_free(&groups);
	buf_free(&mounts);
	return rc;
}

void cgroup_want(enum log_level level)
{
	tree.wanted = true;
	tree.level = level;
}

enum rc cgroup_open(struct err *err)
{
	enum rc rc;

	if (!tree.wanted)
		return err_set(err, RC_SYSTEM, "cgroups are not wanted here");
	if (!tree.tried) {
		tree.tried = true;
		rc = settle(&tree.why);
		if (rc != RC_OK)
			log_line(tree.level, "workers are limited by rlimits alone: %s",
				tree.why.text);
	}
	if (tree.own_fd >= 0)
		return RC_OK;
	*err = tree.why;
	return RC_SYSTEM;
}

void cgroup_close(void)
{
	if (tree.own_fd >= 0) {
		(void)remove_below(tree.own_fd);
		if (tree.moved)
			move_up();
		(void)remove_below(tree.own_fd);
		(void)unlinkat(tree.parent_fd, tree.name, AT_REMOVEDIR);
	}
	file_auto_close(&tree.own_fd);
	file_auto_close(&tree.parent_fd);
	tree.own_fd = -1;
	tree.parent_fd = -1;
}

/* ---- workers ---- */

static void name_of(uint32_t group, char out[16])
{
	(void)text_fmt(out, 16, "w%u", group);
}

static enum rc set_limits(int fd, const struct limits *l, struct err *err)
{
	char memory[24];
	char processes[16];
	char cpu[32];
	enum rc rc;

	(void)text_fmt(memory, sizeof memory, "%llu", (unsigned long long)l->memory);
	(void)text_fmt(processes, sizeof processes, "%u", l->processes);
	(void)text_fmt(cpu, sizeof cpu, "%u 100000", l->cores * 100000);
	rc = put(fd, "memory.max", memory, err);
	/* A kernel without swap accounting has no such file. */
	if (rc == RC_OK && faccessat(fd, "memory.swap.max", F_OK, 0) == 0)
		rc = put(fd, "memory.swap.max", "0", err);
	if (rc == RC_OK)
		rc = put(fd, "memory.oom.group", "1", err);
	if (rc == RC_OK)
		rc = put(fd, "pids.max", processes, err);
	if (rc == RC_OK && tree.has_cpu)
		rc = put(fd, "cpu.max", cpu, err);
	return rc;
}

uint32_t cgroup_place(enum role role, pid_t pid)
{
	AUTO_FD fd = -1;
	char name[16];
	char text[24];
	struct err err;
	enum rc rc;

	if (!tree.wanted || cgroup_open(&err) != RC_OK)
		return 0;
	name_of(++tree.last, name);
	if (mkdirat(tree.own_fd, name, 0755) == 0)
		fd = openat(tree.own_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = fd < 0 ? err_errno(&err, RC_SYSTEM, errno, "cannot make a cgroup") : RC_OK;
	if (rc == RC_OK)
		rc = set_limits(fd, &limits_of[role], &err);
	(void)text_fmt(text, sizeof text, "%d", pid);
	if (rc == RC_OK)
		rc = put(fd, "cgroup.procs", text, &err);
	if (rc == RC_OK)
		return tree.last;
	(void)unlinkat(tree.own_fd, name, AT_REMOVEDIR);
	log_line(LOG_WARN, "the %s process is limited by rlimits alone: %s", role_name(role),
		err.text);
	return 0;
}

/* "low 0\nmax 3\noom_kill 1\n": the number after the word at the beginning of a line. */
static bool any_of(const char *events, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = events; p != NULL; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, word, n) == 0 && p[n] == ' ')
			return p[n + 1] != '0';
	}
	return false;
}

bool cgroup_leave(uint32_t group)
{
	AUTO_FD fd = -1;
	char events[256] = "";
	char name[16];
	bool out_of_memory;

	if (group == 0 || tree.own_fd < 0)
		return false;
	name_of(group, name);
	fd = openat(tree.own_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	out_of_memory = any_of(look(fd, "memory.events", events, sizeof events), "oom_kill");
	(void)unlinkat(tree.own_fd, name, AT_REMOVEDIR);
	return out_of_memory;
}
