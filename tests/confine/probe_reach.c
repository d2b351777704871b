// SPDX-License-Identifier: Apache-2.0
/* Attempts at files, the network and other programs. Runs in: workers of VARIANT=confine. */
#include "base/text.h"
#include "tests/confine/probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* A path beside the canary, where everybody may create. In static memory. */
static const char *beside(const struct target *t, const char *suffix)
{
	static char path[600];

	(void)text_fmt(path, sizeof path, "%s.%s", t->file, suffix);
	return path;
}

/* One line is one attempt. */
/* clang-format off */
/* ---- files ---- */
ATTEMPT(open_file, KIND_FILE, FREE, return open(t->file, O_RDONLY);)
ATTEMPT(open_call, KIND_FILE, FREE, return syscall(SYS_open, t->file, O_RDONLY);)
ATTEMPT(openat2_file, KIND_FILE, FREE, struct open_how how = {0};
	return syscall(SYS_openat2, AT_FDCWD, t->file, &how, sizeof how);)
ATTEMPT(open_write, KIND_FILE, FREE, return open(t->file, O_WRONLY | O_APPEND);)
ATTEMPT(open_passwd, KIND_FILE, FREE, return open("/etc/passwd", O_RDONLY);)
ATTEMPT(open_root, KIND_FILE, FREE, return open("/etc", O_RDONLY | O_DIRECTORY);)
ATTEMPT(open_parent, KIND_FILE, FREE, return open("../../../../../../../etc", O_RDONLY | O_DIRECTORY);)
ATTEMPT(open_path_only, KIND_FILE, FREE, return open("/etc", O_PATH);)
ATTEMPT(open_temporary, KIND_FILE, FREE, return open("/tmp", O_TMPFILE | O_WRONLY, 0600);)
ATTEMPT(create_file, KIND_FILE, FREE, return open(beside(t, "new"), O_CREAT | O_WRONLY, 0666);)
ATTEMPT(open_own_memory, KIND_FILE, ROOT, return open("/proc/self/mem", O_RDWR);)
ATTEMPT(open_parent_memory, KIND_FILE, ROOT, char path[64];
	(void)text_fmt(path, sizeof path, "/proc/%d/mem", t->parent); return open(path, O_RDONLY);)
ATTEMPT(stat_file, KIND_FILE, FREE, struct stat st; return stat(t->file, &st);)
ATTEMPT(access_file, KIND_FILE, FREE, return access(t->file, R_OK);)
ATTEMPT(read_link, KIND_FILE, FREE, char b[64]; return readlink("/proc/self/exe", b, sizeof b);)
ATTEMPT(unlink_file, KIND_FILE, ROOT, return unlink(t->file);)
ATTEMPT(rename_file, KIND_FILE, ROOT, return rename(t->file, beside(t, "renamed"));)
ATTEMPT(link_file, KIND_FILE, ROOT, return link(t->file, beside(t, "linked"));)
ATTEMPT(symlink_file, KIND_FILE, FREE, return symlink(t->file, beside(t, "symbolic"));)
ATTEMPT(make_dir, KIND_FILE, FREE, return mkdir(beside(t, "dir"), 0700);)
ATTEMPT(make_fifo, KIND_FILE, FREE, return mkfifo(beside(t, "fifo"), 0600);)
ATTEMPT(truncate_file, KIND_FILE, FREE, return truncate(t->file, 6);)
ATTEMPT(chmod_file, KIND_FILE, ROOT, return chmod(t->file, 0777);)
ATTEMPT(watch_file, KIND_FILE, FREE, int fd = inotify_init1(0);
	return fd < 0 ? fd : inotify_add_watch(fd, t->file, IN_MODIFY);)
ATTEMPT(file_handle, KIND_FILE, ROOT, struct { struct file_handle h; char room[128]; } h = {0}; h.h.handle_bytes = 128;
	int id; return name_to_handle_at(AT_FDCWD, t->file, &h.h, &id, 0);)

/* ---- network ---- */
static long connect_to(int type, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, type, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return fd;
	if (type == SOCK_DGRAM)
		return sendto(fd, "x", 1, 0, (struct sockaddr *)&a, sizeof a);
	return connect(fd, (struct sockaddr *)&a, sizeof a);
}

static long connect_unix(const char *path, size_t path_len)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		return fd;
	memcpy(a.sun_path, path, path_len);
	return connect(
		fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_len));
}

static long send_descriptor(void)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {0};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);
	int zero = 0;

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(h), &zero, sizeof zero);
	return sendmsg(3, &m, MSG_NOSIGNAL);
}

ATTEMPT(tcp_canary, KIND_NET, FREE, return connect_to(SOCK_STREAM, t->tcp_port);)
ATTEMPT(udp_canary, KIND_NET, FREE, return connect_to(SOCK_DGRAM, t->udp_port);)
ATTEMPT(unix_abstract_canary, KIND_NET, FREE, char name[64] = {0};
	int n = snprintf(name + 1, sizeof name - 1, "certfill-probe-%d", t->parent);
	return connect_unix(name, (size_t)n + 1);)
ATTEMPT(unix_path, KIND_NET, FREE, const char *path = beside(t, "socket");
	return connect_unix(path, strlen(path) + 1);)
ATTEMPT(tcp_bind, KIND_NET, FREE, struct sockaddr_in a = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd < 0 ? fd : bind(fd, (struct sockaddr *)&a, sizeof a);)
ATTEMPT(raw_socket, KIND_NET, ROOT, return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);)
ATTEMPT(packet_socket, KIND_NET, ROOT, return socket(AF_PACKET, SOCK_RAW, 0);)

/* ---- what only seccomp can stop: sockets that lead nowhere, descriptors to our parent ---- */
ATTEMPT(netlink_socket, KIND_KERNEL, FREE, return socket(AF_NETLINK, SOCK_RAW, 0);)
ATTEMPT(udp6_socket, KIND_KERNEL, FREE, return socket(AF_INET6, SOCK_DGRAM, 0);)
ATTEMPT(socket_pair, KIND_KERNEL, FREE, int fds[2]; return socketpair(AF_UNIX, SOCK_STREAM, 0, fds);)
ATTEMPT(read_dir, KIND_KERNEL, FREE, char b[512]; return syscall(SYS_getdents64, probe_root_fd, b, sizeof b);)
ATTEMPT(send_fd, KIND_KERNEL, ROOT, return send_descriptor();)
ATTEMPT(alg_socket, KIND_KERNEL, KERNEL, return socket(AF_ALG, SOCK_SEQPACKET, 0);)
ATTEMPT(vsock_socket, KIND_KERNEL, ROOT, return socket(AF_VSOCK, SOCK_STREAM, 0);)

/* ---- other programs; success shows as an end with status 0 and no answer ---- */
ATTEMPT(exec_true, KIND_EXEC, FREE, char name[] = "true"; char *argv[] = {name, NULL};
	return execve("/bin/true", argv, NULL);)
ATTEMPT(exec_self, KIND_EXEC, ROOT, char name[] = "x"; char *argv[] = {name, NULL};
	return execve("/proc/self/exe", argv, NULL);)
