// SPDX-License-Identifier: Apache-2.0
/*
 * Inside of the floor: connections and exchanges. Included by the files of the floor only; routes see
 * serve/http.h. Nothing is freed while a handler runs: what routes call only marks, and the connection
 * goes on by conn_advance, from its poll handle or from the loop's list of woken connections.
 */
#ifndef SERVE_CONN_H
#define SERVE_CONN_H

#include "base/buf.h"
#include "serve/due.h"
#include "serve/guard.h"
#include "serve/http.h"
#include "serve/out.h"
#include "serve/parse.h"
#include "serve/peer.h"

#include <uv.h>

struct ssl_st;
struct listen_server;
struct listener;

enum conn_state {
	CONN_PROXY, /* from accept, where the PROXY protocol is due; leaves with its header */
	CONN_HANDSHAKE, /* leaves with TLS up */
	CONN_HEAD, /* no exchange before the first byte; leaves with a head, right or wrong */
	CONN_REQUEST, /* an exchange has a head; leaves with the answer out and the body in */
	CONN_LINGER, /* we sent our end; what still comes is thrown away */
	CONN_CLOSED, /* descriptor and TLS are gone; freed when libuv lets go of the handle */
};

/* Everything an idle connection holds, besides TLS. */
struct conn {
	uv_poll_t poll; /* first: libuv's pointer is ours */
	struct due due;
	struct conn *woken_next;
	struct listen_server *server;
	struct ssl_st *ssl;
	struct http_exchange *x;
	struct buf in; /* what came and is not used yet; holds memory only then */
	struct bytes input; /* the same, or the loop's read buffer; during conn_advance only */
	struct peer_address socket_peer;
	struct peer_address peer; /* after the PROXY protocol */
	uint64_t moved_len; /* bytes in and out, for the rate */
	uint64_t moved_before;
	uint32_t lingered_len;
	int fd;
	int events; /* of enum uv_poll_event, being watched */
	int read_block; /* what reading waits for: readable, or writable within TLS */
	int write_block;
	enum conn_state state;
	bool readable; /* the kernel said so, and nothing was read since */
	bool need_more; /* cannot go on without more bytes */
	bool blocked; /* cannot go on without room for more */
	bool busy; /* inside conn_advance */
	bool woken;
	bool trusted; /* the socket's peer is a trusted proxy */
	bool counted; /* towards its address's cap */
	bool fresh; /* had no request yet */
	bool orphan; /* libuv let go of it while it was in the woken list */
	bool broken;
	uint8_t sends; /* since conn_advance began */
	uint8_t control_records; /* of TLS, since its handshake: those that carry no data */
};

#define EXCHANGE_HEADERS_MAX 48u
#define EXCHANGE_ARENA_MAX ((size_t)2 << 20)

enum exchange_phase {
	EXCHANGE_WAITING, /* no answer yet */
	EXCHANGE_STARTED, /* head queued, more to come */
	EXCHANGE_FINISHED, /* all queued */
};

struct http_exchange {
	struct http_request request;
	struct conn *conn;
	struct arena *arena;
	struct guard_head guard;
	struct parse *parse;
	const struct http_route *route;
	void *state;
	struct buf body;
	uint64_t body_len;
	struct http_header headers[EXCHANGE_HEADERS_MAX];
	uint32_t header_count;
	uint32_t defaults_off; /* bits of default headers that were replaced */
	struct str etag;
	int64_t modified_s;
	struct out out;
	uint64_t file_len; /* of the whole file that out holds, however little of it is sent */
	uint64_t stream_left; /* of a streamed answer of known length */
	void (*ready)(struct http_exchange *x, void *app);
	void (*gone)(struct http_exchange *x, void *app);
	void (*end)(void *state);
	void *end_state;
	struct http_exchange *free_next;
	uint64_t began_ms;
	unsigned status;
	unsigned allow; /* verbs that the path has, for 405 and OPTIONS */
	enum exchange_phase phase;
	bool parsed; /* the request is well formed */
	bool body_done;
	bool body_paused;
	bool ranges;
	bool chunked; /* the answer is */
	bool events;
	bool close; /* after this exchange */
	bool aborted;
	bool starved; /* http_write said false */
};

/* Takes over fd, accepted on l. counted: the census has it of its address, and in all anyhow. False: the descriptor was closed. */
bool conn_open(struct listener *l, int own_fd, const struct peer_address *from, bool counted);
/* Moves on as far as it can. May close the connection; c must not be used after it. */
void conn_advance(struct conn *c);
/* Has conn_advance called soon, unless it is running. */
void conn_wake(struct conn *c);
/* Advances all woken ones; from the loop's prepare handle. */
void conn_advance_woken(struct listen_server *s);
/* At once, whatever was under way. */
void conn_close(struct conn *c);
/* Its time is up. */
void conn_expire(struct conn *c);
/*
 * Ends it after what is under way, which a request that came and was not read is; an idle one at once, one
 * that had no request yet after linger_ms: its first is likely on its way. May close the connection.
 */
void conn_drain(struct conn *c);
#define conn_of_due(d) ((struct conn *)(void *)((char *)(d)-offsetof(struct conn, due)))

#endif
