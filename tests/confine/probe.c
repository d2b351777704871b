// SPDX-License-Identifier: Apache-2.0
/* Finds and makes the attempt that a PING names. Runs in: workers of VARIANT=confine. */
#include "ipc/probe.h"

#include "base/buf.h"
#include "base/text.h"
#include "tests/confine/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const struct attempt *const __start_attempts[];
extern const struct attempt *const __stop_attempts[];

int probe_memory_fd = -1;
int probe_program_fd = -1;
int probe_root_fd = -1;
int probe_self_fd = -1;
int probe_names_fd = -1;
int probe_pipe_fds[2] = {-1, -1};

static struct {
	struct file_handle head;
	unsigned char room[MAX_HANDLE_SZ];
} handle = {.head = {.handle_bytes = MAX_HANDLE_SZ}};

struct file_handle *probe_handle = &handle.head;

/* The control run: what is tried next as root ends with this process and its namespaces. */
static void make_harmless(void)
{
	const struct rlimit deep = {RLIM_INFINITY, RLIM_INFINITY};

	(void)setrlimit(RLIMIT_STACK, &deep);
	if (geteuid() != 0)
		return;
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC) != 0
		|| mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
		|| mount("none", "/mnt", "tmpfs", 0, NULL) != 0 || chdir("/mnt") != 0)
		_exit(126);
}

void probe_prepare(uint32_t layers_off)
{
	int mount_id;
	int ignored;

	probe_memory_fd = memfd_create("probe", MFD_CLOEXEC);
	probe_program_fd = open("/bin/true", O_RDONLY | O_CLOEXEC);
	probe_root_fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	probe_self_fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	probe_names_fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	/* Where one cannot be had, its attempts fail in the control run. */
	ignored = pipe2(probe_pipe_fds, O_CLOEXEC);
	ignored = name_to_handle_at(probe_memory_fd, "", probe_handle, &mount_id, AT_EMPTY_PATH);
	(void)ignored;
	if ((layers_off & ALL_LAYERS) == ALL_LAYERS)
		make_harmless();
}

static struct str next_word(struct str *rest)
{
	size_t end = str_find(*rest, ' ', 0);
	struct str word = str_slice(*rest, 0, end);

	*rest = str_slice(*rest, end + 1, rest->n);
	return word;
}

static struct target parse_target(struct str rest)
{
	struct target t = {0};
	struct str file = next_word(&rest);
	uint64_t number = 0;

	(void)text_fmt(t.file, sizeof t.file, STR_FMT, STR_ARG(file));
	if (str_to_u64(next_word(&rest), INT32_MAX, &number))
		t.parent = (pid_t)number;
	if (str_to_u64(next_word(&rest), UINT16_MAX, &number))
		t.tcp_port = (uint16_t)number;
	if (str_to_u64(next_word(&rest), UINT16_MAX, &number))
		t.udp_port = (uint16_t)number;
	return t;
}

static struct str list_attempts(struct arena *a)
{
	struct buf b = buf_new(16384);
	struct str out;

	for (const struct attempt *const *p = __start_attempts; p < __stop_attempts; p++)
		buf_fmt(&b, "%s %c %c\n", (*p)->name, (char)(*p)->kind, (char)(*p)->rights);
	out = str_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static struct str make_attempt(struct arena *a, struct str name, const struct target *t)
{
	for (const struct attempt *const *p = __start_attempts; p < __stop_attempts; p++) {
		long result;

		if (!str_eq_cz(name, (*p)->name))
			continue;
		errno = 0;
		result = (*p)->make(t);
		if (result < 0)
			return str_fmt(a, "refused %s", strerrorname_np(errno));
		return str_fmt(a, PROBE_BREACH " %ld", result);
	}
	return str_fmt(a, "unknown " STR_FMT, STR_ARG(name));
}

struct bytes probe_run(struct arena *a, struct str request)
{
	struct str rest = str_slice(request, strlen(PROBE_PREFIX), request.n);
	struct str name = next_word(&rest);
	struct target t = parse_target(rest);

	return bytes_of(str_eq_cz(name, PROBE_LIST) ? list_attempts(a) : make_attempt(a, name, &t));
}
