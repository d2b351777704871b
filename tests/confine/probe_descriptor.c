// SPDX-License-Identifier: Apache-2.0
/*
 * Attempts that begin with a descriptor: one that is open already, or a new one of a kind that leads somewhere. Runs
 * in: workers of VARIANT=confine.
 */
#include "base/text.h"
#include "ipc/worker.h"
#include "tests/confine/probe.h"

#include <arpa/inet.h>
#include <elf.h>
#include <fcntl.h>
#include <linux/fanotify.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define NEXT_FD 64 /* not in use */

static const char *replace_suffix(const struct target *t)
{
	static char path[600];

	(void)text_fmt(path, sizeof path, "%s.new", t->file);
	return path;
}

#ifdef __x86_64__
/* A program of its own, that needs nobody's libraries, written to memory and executed there: it ends with status 0. */
static long run_from_memory(void)
{
	static const uint8_t code[] = {0x31, 0xFF, 0xB8, 0xE7, 0, 0, 0, 0x0F, 0x05};
	const struct {
		Elf64_Ehdr head;
		Elf64_Phdr part;
	} front = {
		{{ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT}, ET_EXEC,
			EM_X86_64, EV_CURRENT, 0x10000 + sizeof front, sizeof front.head, 0, 0,
			sizeof front.head, sizeof front.part, 1, 0, 0, 0},
		{PT_LOAD, PF_R | PF_X, 0, 0x10000, 0, sizeof front + sizeof code,
			sizeof front + sizeof code, 4096}};
	char name[] = "memory";
	char *argv[] = {name, NULL};

	if (write(probe_memory_fd, &front, sizeof front) < 0
		|| write(probe_memory_fd, code, sizeof code) < 0)
		return -1;
	return syscall(SYS_execveat, probe_memory_fd, "", argv, NULL, AT_EMPTY_PATH);
}
#endif

/* IPv4 by the way of IPv6. */
static long connect_mapped(uint16_t port)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	(void)inet_pton(AF_INET6, "::ffff:127.0.0.1", &a.sin6_addr);
	return fd < 0 ? fd : connect(fd, (struct sockaddr *)&a, sizeof a);
}

/* Data in the first packet: no connect(2) that somebody could look at. */
static long send_without_connecting(uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return fd < 0
		? fd
		: sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&a, sizeof a);
}

static long listen_abstract(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	/* No name: the kernel gives one that nobody else has. */
	return fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a.sun_family) != 0 ? -1
										   : listen(fd, 1);
}

static long count_families(void)
{
	long count = 0;

	for (int family = 0; family < 64; family++)
		for (int type = SOCK_STREAM; type <= SOCK_PACKET; type++)
			count += socket(family, type, 0) >= 0;
	return count != 0 ? count : -1;
}

/* One line is one attempt. */
/* clang-format off */
/* ---- the root directory of outside, were it left open ---- */
ATTEMPT(open_from_root, KIND_KERNEL, FREE, return openat(probe_root_fd, "etc/passwd", O_RDONLY);)
ATTEMPT(root_enter, KIND_KERNEL, FREE, return fchdir(probe_root_fd);)
ATTEMPT(root_handle, KIND_KERNEL, ROOT, return syscall(SYS_open_by_handle_at, probe_memory_fd, probe_handle, O_RDONLY);)
ATTEMPT(root_clone, KIND_KERNEL, ROOT, return syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */);)
ATTEMPT(root_watch, KIND_KERNEL, ROOT, int fd = (int)syscall(SYS_fanotify_init, FAN_CLASS_NOTIF, O_RDONLY);
	return fd < 0 ? fd : syscall(SYS_fanotify_mark, fd, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, probe_root_fd, NULL);)
ATTEMPT(root_change, KIND_KERNEL, ROOT, uint64_t attributes[4] = {0, 0, MS_PRIVATE, 0};
	return syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, attributes, sizeof attributes);)
ATTEMPT(root_size, KIND_KERNEL, FREE, struct statfs st; return fstatfs(probe_root_fd, &st);)

/* ---- files by other calls than open(2) ---- */
ATTEMPT(make_device, KIND_FILE, ROOT, return mknod(replace_suffix(t), S_IFCHR | 0600, makedev(1, 3));)
ATTEMPT(change_owner, KIND_FILE, ROOT, return chown(t->file, 0, 0);)
ATTEMPT(set_times, KIND_FILE, FREE, return utimensat(AT_FDCWD, t->file, NULL, 0);)
ATTEMPT(file_system_size, KIND_FILE, FREE, struct statfs st; return statfs(t->file, &st);)
ATTEMPT(change_directory, KIND_FILE, FREE, return chdir("/etc");)
ATTEMPT(open_device, KIND_FILE, FREE, return open("/dev/zero", O_RDWR);)
ATTEMPT(open_terminal, KIND_FILE, FREE, return open("/dev/ptmx", O_RDWR | O_NOCTTY);)
ATTEMPT(open_setting, KIND_FILE, ROOT, return open("/proc/sys/kernel/hostname", O_WRONLY);)
ATTEMPT(open_environment, KIND_FILE, ROOT, char path[64];
	(void)text_fmt(path, sizeof path, "/proc/%d/environ", t->parent); return open(path, O_RDONLY);)
ATTEMPT(open_descriptors, KIND_FILE, ROOT, char path[64];
	(void)text_fmt(path, sizeof path, "/proc/%d/fd", t->parent); return open(path, O_RDONLY | O_DIRECTORY);)

/* ---- moving bytes between descriptors without read(2) and write(2) ---- */
ATTEMPT(send_file, KIND_KERNEL, FREE, return sendfile(probe_memory_fd, probe_program_fd, NULL, 16);)
ATTEMPT(splice_pipe, KIND_KERNEL, FREE, loff_t at = 0; return splice(probe_program_fd, &at, probe_pipe_fds[1], NULL, 16, 0);)
ATTEMPT(splice_memory, KIND_KERNEL, FREE, char b[16] = {0}; struct iovec v = {b, sizeof b};
	return vmsplice(probe_pipe_fds[1], &v, 1, 0);)
ATTEMPT(copy_range, KIND_KERNEL, FREE, return copy_file_range(probe_memory_fd, NULL, probe_memory_fd, NULL, 0, 0);)
ATTEMPT(reserve_space, KIND_KERNEL, FREE, return fallocate(probe_memory_fd, 0, 0, 4096);)
ATTEMPT(lock_descriptor, KIND_KERNEL, FREE, return flock(probe_program_fd, LOCK_SH | LOCK_NB);)
ATTEMPT(new_pipe, KIND_KERNEL, FREE, int fds[2]; return pipe(fds);)
ATTEMPT(close_many, KIND_KERNEL, FREE, return (long)syscall(SYS_close_range, NEXT_FD, NEXT_FD + 8, 0);)
ATTEMPT(replace_descriptor, KIND_KERNEL, FREE, return dup2(probe_memory_fd, NEXT_FD);)
ATTEMPT(copy_descriptor, KIND_KERNEL, FREE, return fcntl(probe_memory_fd, F_DUPFD, NEXT_FD);)
ATTEMPT(signal_by_descriptor, KIND_KERNEL, FREE, return fcntl(WORKER_CHANNEL_FD, F_SETOWN, getpid());)
ATTEMPT(timer_descriptor, KIND_KERNEL, FREE, return syscall(SYS_timerfd_create, CLOCK_MONOTONIC, 0);)
ATTEMPT(signal_descriptor, KIND_KERNEL, FREE, uint64_t none = 0; return syscall(SYS_signalfd4, -1, &none, sizeof none, 0);)
ATTEMPT(secret_memory, KIND_KERNEL, KERNEL, return syscall(SYS_memfd_secret, 0);)
#ifdef __x86_64__
ATTEMPT(exec_memory, KIND_KERNEL, FREE, return run_from_memory();)
#endif

/* ---- the channel to control ---- */
ATTEMPT(channel_peer, KIND_KERNEL, FREE, struct ucred who; socklen_t n = sizeof who;
	return getsockopt(WORKER_CHANNEL_FD, SOL_SOCKET, SO_PEERCRED, &who, &n);)
ATTEMPT(channel_option, KIND_KERNEL, FREE, int on = 1;
	return setsockopt(WORKER_CHANNEL_FD, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);)
ATTEMPT(channel_many, KIND_KERNEL, FREE, return sendmmsg(WORKER_CHANNEL_FD, NULL, 0, 0);)
ATTEMPT(channel_name, KIND_KERNEL, FREE, struct sockaddr_un a; socklen_t n = sizeof a;
	return getpeername(WORKER_CHANNEL_FD, (struct sockaddr *)&a, &n);)

/* ---- sockets of other families, and other ways with those of the internet ---- */
ATTEMPT(tcp_mapped_canary, KIND_NET, FREE, return connect_mapped(t->tcp_port);)
ATTEMPT(tcp_fast_canary, KIND_NET, FREE, return send_without_connecting(t->tcp_port);)
ATTEMPT(every_family, KIND_KERNEL, FREE, return count_families();)
ATTEMPT(unix_listener, KIND_KERNEL, FREE, return listen_abstract();)
ATTEMPT(xdp_socket, KIND_KERNEL, KERNEL, return socket(44 /* AF_XDP */, SOCK_RAW, 0);)
