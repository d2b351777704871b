// SPDX-License-Identifier: Apache-2.0
/* Inside of the floor: what the connections of one loop share. */
#ifndef SERVE_LOOP_H
#define SERVE_LOOP_H

#include "base/buf.h"
#include "serve/conn.h"
#include "serve/due.h"
#include "serve/listen.h"

#include <uv.h>

#define LOOP_BUFFER_LEN ((size_t)65536)
#define LOOP_SPARE_MAX 256u
#define LOOP_DATE_LEN 30u

struct listener {
	uv_poll_t poll;
	struct listen_server *server;
	struct listener *next;
	struct tls_server *tls;
	int fd;
	bool local; /* a Unix socket */
	bool paused;
};

struct listen_server {
	struct listen_config config;
	uv_loop_t loop;
	uv_timer_t tick;
	uv_prepare_t prepare;
	struct listener *listeners;
	struct due_lists due;
	struct census *own_census; /* NULL: the configured one is shared */
	struct conn *woken;
	struct http_exchange *spare; /* for the next requests */
	uint32_t spare_count;
	uint64_t file_len; /* of all files under way */
	uint32_t conn_count;
	uint32_t conn_max; /* that descriptors allow this loop */
	uint64_t drain_at_ms;
	int reserve_fd; /* given up to turn one connection away when descriptors run out */
	bool draining;
	bool closing;
	struct buf head; /* where heads of answers are put together */
	struct buf access;
	int64_t date_s;
	char date[LOOP_DATE_LEN];
	struct listen_counts counts;
	uint8_t read_buffer[LOOP_BUFFER_LEN];
	uint8_t write_buffer[LOOP_BUFFER_LEN];
};

/* IMF-fixdate of now (RFC 9110, 5.6.7); made once a second. */
struct str loop_date(struct listen_server *s);
static inline uint64_t loop_now(struct listen_server *s)
{
	return uv_now(&s->loop);
}

#endif
