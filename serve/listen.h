// SPDX-License-Identifier: Apache-2.0
/*
 * The HTTP floor of one process: one libuv loop, its listeners, its connections. HTTP/1.1 and 1.0 over
 * TCP, Unix sockets and TLS 1.2 and 1.3. Several processes share a port by SO_REUSEPORT (each binds its own
 * socket); there are no threads, so that a role may be confined without them (docs/adr).
 *
 * Order: bind (needs ids and name space), load TLS, lock down, listen_run. After lockdown nothing here
 * opens a path; certificates are reloaded from the descriptors and memory that the caller gives.
 */
#ifndef SERVE_LISTEN_H
#define SERVE_LISTEN_H

#include "base/err.h"
#include "base/str.h"
#include "serve/census.h"
#include "serve/http.h"
#include "serve/peer.h"
#include "serve/tls.h"

#include <uv.h>

struct listen_server;

/* Zero means the default. Durations in milliseconds. */
struct listen_config {
	struct http_routes routes;
	struct peer_nets proxies;
	enum peer_source source;
	/*
	 * 16,384, of all loops together; then the longest idle goes. A loop that has more than its part leaves the last
	 * sixteenth to the others, and none has more than RLIMIT_NOFILE leaves it.
	 */
	uint32_t conn_max;
	uint32_t conn_per_address_max; /* 256; trusted proxies and Unix sockets have none */
	uint32_t loops; /* that share these; 1 */
	struct census *census; /* of all of them, borrowed; NULL: one of its own */
	/* 10,000: from the first byte (or accept, handshake included) to the head's end. */
	uint32_t head_ms;
	uint32_t idle_ms; /* 60,000 between requests */
	uint32_t linger_ms; /* 2,000 for the peer to close after we did */
	uint32_t rate_ms; /* 10,000: the span over which rate_min is looked at, both directions */
	/* 500 bytes a second that the peer must send of a body, or take of an answer. */
	uint32_t rate_min;
	uint32_t wait_ms; /* 60,000 for a handler that answers later; then 503 and gone */
	uint32_t drain_ms; /* 15,000 for exchanges to end after listen_drain */
	uint32_t event_ms; /* 15,000 between comments that keep event streams alive */
	/*
	 * 128 MiB in files that are under way to peers in one loop: they may be memory, and who reads slowly keeps them
	 * long. Over it, who has been at it longest goes.
	 */
	uint32_t file_len_max;
	int access_fd; /* access log, JSON lines, borrowed; 0 or -1: none */
};

/* Where to listen. */
struct listen_place {
	struct str host; /* "127.0.0.1", "::", or a path beginning with "/" for a Unix socket */
	uint16_t port; /* 0: the kernel chooses */
	uint32_t backlog; /* 0: 1,024 */
};

/*
 * A listening socket, non-blocking, close-on-exec, SO_REUSEPORT for TCP. A dead Unix socket at the path
 * is replaced; mode 0660. INPUT when the address is none, SYSTEM with the reason when it cannot be bound.
 */
enum rc listen_bind(const struct listen_place *place, int *out, struct err *err) MUST_CHECK;
/* The port that a bound TCP socket has; 0 for a Unix socket. */
uint16_t listen_port(int fd);

/* config is copied. SYSTEM when the loop cannot be made. */
enum rc listen_new(
	const struct listen_config *config, struct listen_server **out, struct err *err) MUST_CHECK;
void listen_free(struct listen_server **out);
uv_loop_t *listen_loop(struct listen_server *s);

/*
 * Serves what connects to own_fd. tls: NULL for plain; else borrowed, and may be replaced inside by
 * tls_replace at any time: open connections keep the certificate they began with.
 */
enum rc listen_add(
	struct listen_server *s, int own_fd, struct tls_server *tls, struct err *err) MUST_CHECK;

/* Until drained. */
void listen_run(struct listen_server *s);
/*
 * Accepts what the kernel has for us and no more, ends idle connections, answers what is under way or came
 * already with Connection: close, and breaks what is left after drain_ms. Call it from the loop (a signal handle, a message).
 */
void listen_drain(struct listen_server *s);
bool listen_is_draining(const struct listen_server *s);

/* Counters since the start, for /metrics; no labels of persons. */
struct listen_counts {
	uint64_t accepted;
	uint64_t open;
	uint64_t requests;
	uint64_t malformed; /* refused by the guard or the parser */
	uint64_t answers[6]; /* by status / 100 */
	uint64_t capped; /* turned away or made to leave by a cap */
	uint64_t timed_out;
	uint64_t handshakes_failed;
	uint64_t bytes_in;
	uint64_t bytes_out;
};
void listen_counts(const struct listen_server *s, struct listen_counts *out);

#endif
