// SPDX-License-Identifier: Apache-2.0
/* The access log. Runs in: verify, console. */
#include "serve/access.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "serve/loop.h"

#include <openssl/ssl.h>
#include <unistd.h>

#define FULL_LEN ((size_t)16 << 10)

void access_put(struct listen_server *s, const struct http_exchange *x)
{
	struct jsonw w = jsonw_new(&s->access);
	char when[CLOCK_ISO_LEN];

	if (s->config.access_fd <= 0)
		return;
	clock_iso(clock_wall_s(), when);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "time", str_of(when));
	jsonw_key_str(&w, "method", x->parsed ? x->request.method : STR("-"));
	jsonw_key_str(&w, "route", str_of(x->route != NULL ? x->route->pattern : "-"));
	jsonw_key_i64(&w, "status", x->status);
	jsonw_key_i64(&w, "bytes", (int64_t)x->out.sent_len);
	jsonw_key_i64(&w, "ms", (int64_t)(loop_now(s) - x->began_ms));
	if (x->conn->ssl != NULL)
		jsonw_key_str(&w, "tls", str_of(SSL_get_version(x->conn->ssl)));
	if (x->guard.why != NULL)
		jsonw_key_str(&w, "refused", str_of(x->guard.why));
	jsonw_close(&w, '}');
	buf_put_char(&s->access, '\n');
	if (s->access.n > FULL_LEN)
		access_flush(s);
}

void access_flush(struct listen_server *s)
{
	if (s->access.n == 0)
		return;
	ssize_t written = write(s->config.access_fd, s->access.p, s->access.n);

	(void)written;
	buf_reset(&s->access);
}
