// SPDX-License-Identifier: Apache-2.0
/*
 * canary FILE...: what nothing may touch. In a network namespace of its own, where every IPv4 address is this
 * machine's and every name leads to one: listens on TCP, UDP and a local socket beside the first FILE, answers as a
 * name server, and watches the files being opened or read. Says "ready", then each touch in a line, until stdin ends.
 * Runs in: tests.
 */
#include "base/compiler.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKETS_MAX 64
#define DNS_PORT 53
/* RFC 1035 section 4.1.1 */
#define DNS_HEADER_LEN 12

struct ear {
	int fd;
	const char *kind;
	int port;
};

static struct ear ears[SOCKETS_MAX];
static size_t ear_count;

static bool add_ear(int fd, const char *kind, int port)
{
	if (fd < 0 || ear_count == SOCKETS_MAX)
		return false;
	ears[ear_count++] = (struct ear){fd, kind, port};
	return true;
}

static bool listen_at(int type, int port)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int fd = socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int no = 0;

	if (fd < 0 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) != 0
		|| bind(fd, (struct sockaddr *)&a, sizeof a) != 0
		|| (type == SOCK_STREAM && listen(fd, 64) != 0))
		return false;
	return add_ear(fd, type == SOCK_STREAM ? "tcp" : "udp", port);
}

static bool listen_beside(const char *file)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int n = snprintf(a.sun_path, sizeof a.sun_path, "%s.sock", file);

	if (fd < 0 || n < 0 || (size_t)n >= sizeof a.sun_path
		|| bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 64) != 0)
		return false;
	return add_ear(fd, "unix", 0);
}

/* A question gets 127.0.0.9, so that whoever asked goes on and is met again. RFC 1035 section 4. */
static void answer_name(int fd, uint8_t *m, size_t n, const struct sockaddr *who, socklen_t who_len)
{
	static const uint8_t record[] = {
		0xc0, DNS_HEADER_LEN, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 9};
	bool has_room = n + sizeof record <= 512;

	if (n < DNS_HEADER_LEN + 5 || !has_room)
		return;
	m[2] |= 0x80;
	m[7] = 1;
	m[11] = 0;
	memcpy(m + n, record, sizeof record);
	(void)sendto(fd, m, n + sizeof record, 0, who, who_len);
}

static void hear(const struct ear *e)
{
	struct sockaddr_storage who;
	socklen_t who_len = sizeof who;
	uint8_t message[512];
	ssize_t n;

	if (strcmp(e->kind, "udp") != 0) {
		int fd = accept(e->fd, NULL, NULL);

		if (fd >= 0)
			(void)close(fd);
		(void)printf("%s %d\n", e->kind, e->port);
		return;
	}
	n = recvfrom(e->fd, message, sizeof message, 0, (struct sockaddr *)&who, &who_len);
	(void)printf("udp %d\n", e->port);
	if (n > 0 && e->port == DNS_PORT)
		answer_name(e->fd, message, (size_t)n, (struct sockaddr *)&who, who_len);
}

static void hear_files(int fd)
{
	char events[4096];
	ssize_t n = read(fd, events, sizeof events);
	size_t at = 0;

	while (n > 0 && at < (size_t)n) {
		struct inotify_event e;

		memcpy(&e, events + at, sizeof e);
		(void)printf("file %d\n", e.wd);
		at += sizeof e + e.len;
	}
}

static bool open_all(int argc, char **argv, int *files)
{
	/* echo, ftp, ssh, smtp, dns, gopher, http, ntp, ldap, https, smb, and what else attacks name */
	static const int tcp[] = {7, 21, 22, 25, DNS_PORT, 70, 80, 81, 389, 443, 445, 636, 1234,
		3000, 6379, 8000, 8080, 8443, 9999};
	static const int udp[] = {DNS_PORT, 123, 161, 1900, 5353, 9999};

	for (size_t i = 0; i < ARRAY_COUNT(tcp); i++)
		if (!listen_at(SOCK_STREAM, tcp[i]))
			return false;
	for (size_t i = 0; i < ARRAY_COUNT(udp); i++)
		if (!listen_at(SOCK_DGRAM, udp[i]))
			return false;
	*files = inotify_init1(IN_CLOEXEC);
	for (int i = 1; i < argc; i++)
		if (*files < 0
			|| inotify_add_watch(*files, argv[i],
				   IN_OPEN | IN_ACCESS | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF)
				< 0)
			return false;
	return listen_beside(argv[1]);
}

int main(int argc, char **argv)
{
	struct pollfd fds[SOCKETS_MAX + 2];
	int files = -1;

	if (argc < 2 || !open_all(argc, argv, &files)) {
		perror("canary FILE...");
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	(void)puts("ready");
	for (;;) {
		for (size_t i = 0; i < ear_count; i++)
			fds[i] = (struct pollfd){.fd = ears[i].fd, .events = POLLIN};
		fds[ear_count] = (struct pollfd){.fd = files, .events = POLLIN};
		fds[ear_count + 1] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
		if (poll(fds, ear_count + 2, -1) < 0 && errno != EINTR)
			return 1;
		/* Files first: a connection that comes after a touch of a file is told after it. */
		if (fds[ear_count].revents != 0)
			hear_files(files);
		for (size_t i = 0; i < ear_count; i++)
			if (fds[i].revents != 0)
				hear(&ears[i]);
		/* What was touched before stdin ended has been told. */
		if (fds[ear_count + 1].revents != 0)
			return 0;
	}
}
