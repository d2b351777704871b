// SPDX-License-Identifier: Apache-2.0
/* Listening sockets. Runs in: whoever starts verify and console. */
#include "base/file.h"
#include "serve/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
};

static bool set_option(int fd, int level, int option)
{
	int on = 1;

	return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

/* The socket's address; its length, or 0 when the text is none. */
static socklen_t address_of(const struct listen_place *place, union address *out)
{
	struct peer_address a;

	memset(out, 0, sizeof *out);
	if (place->host.n > 0 && place->host.p[0] == '/') {
		if (place->host.n >= sizeof out->local.sun_path)
			return 0;
		out->local.sun_family = AF_UNIX;
		memcpy(out->local.sun_path, place->host.p, place->host.n);
		return sizeof out->local;
	}
	if (!peer_parse(place->host, &a))
		return 0;
	if (peer_is_ipv4(&a)) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(place->port);
		memcpy(&out->v4.sin_addr, a.ip + 12, 4);
		return sizeof out->v4;
	}
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons(place->port);
	memcpy(&out->v6.sin6_addr, a.ip, sizeof a.ip);
	return sizeof out->v6;
}

/* A socket that nobody listens on any more is left by a process that died. */
static void remove_dead(const union address *at, socklen_t len)
{
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;

	if (fd < 0 || lstat(at->local.sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return;
	if (connect(fd, &at->any, len) != 0 && errno == ECONNREFUSED)
		(void)unlink(at->local.sun_path);
}

static bool bind_local(int fd, const union address *at, socklen_t len)
{
	remove_dead(at, len);
	return bind(fd, &at->any, len) == 0 && chmod(at->local.sun_path, 0660) == 0;
}

/* TCP_NODELAY is inherited by what is accepted. */
static bool bind_tcp(int fd, const union address *at, socklen_t len)
{
	return set_option(fd, SOL_SOCKET, SO_REUSEADDR) && set_option(fd, SOL_SOCKET, SO_REUSEPORT)
		&& set_option(fd, IPPROTO_TCP, TCP_NODELAY) && bind(fd, &at->any, len) == 0;
}

enum rc listen_bind(const struct listen_place *place, int *out, struct err *err)
{
	union address at;
	socklen_t len = address_of(place, &at);
	int backlog = place->backlog != 0 ? (int)place->backlog : 1024;

	if (len == 0)
		return err_set(err, RC_INPUT,
			"listening on \"" STR_FMT
			"\": give an IPv4 or IPv6 address, or the absolute path of a Unix socket",
			STR_ARG(place->host));
	AUTO_FD fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool bound = fd >= 0
		&& (at.any.sa_family == AF_UNIX ? bind_local(fd, &at, len)
						: bind_tcp(fd, &at, len));

	if (!bound || listen(fd, backlog) != 0)
		return err_errno(err, RC_SYSTEM, errno, "listening on " STR_FMT " port %u",
			STR_ARG(place->host), place->port);
	*out = file_take(&fd);
	return RC_OK;
}

uint16_t listen_port(int fd)
{
	union address at = {0};
	socklen_t len = sizeof at;

	if (getsockname(fd, &at.any, &len) != 0)
		return 0;
	if (at.any.sa_family == AF_INET)
		return ntohs(at.v4.sin_port);
	return at.any.sa_family == AF_INET6 ? ntohs(at.v6.sin6_port) : 0;
}
