// SPDX-License-Identifier: Apache-2.0
/* Bytes of one connection. Runs in: verify, console. */
#include "serve/transport.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * One SSL_read() goes on through all records that carry no data. Key updates (RFC 8446, 4.6.3), or hellos of a
 * renegotiation that is refused each time, could follow each other without end: the loop would serve nobody else.
 * A peer with reasons for them has a few.
 */
#define CONTROL_RECORDS_MAX 32

static void count_record(
	int sent, int version, int what, const void *bytes, size_t len, SSL *ssl, void *own)
{
	struct conn *c = own;
	const uint8_t *type = bytes;

	(void)version;
	(void)len;
	if (sent != 0 || (what != SSL3_RT_HEADER && what != SSL3_RT_INNER_CONTENT_TYPE)
		|| *type == SSL3_RT_APPLICATION_DATA || SSL_is_init_finished(ssl) != 1)
		return;
	/* As if the peer had ended here: nothing behind it is looked at. */
	if (++c->control_records > CONTROL_RECORDS_MAX)
		SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
}

void transport_begin_tls(struct conn *c, struct tls_server *tls)
{
	c->ssl = tls_session_new(tls, c->fd);
	SSL_set_msg_callback(c->ssl, count_record);
	SSL_set_msg_callback_arg(c->ssl, c);
}

/* What OpenSSL wants, of a call that returned no more than zero. */
static enum transport_step tls_step(struct conn *c, int result, int *block)
{
	int why = SSL_get_error(c->ssl, result);

	ERR_clear_error();
	if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
		*block = why == SSL_ERROR_WANT_READ ? UV_READABLE : UV_WRITABLE;
		return TRANSPORT_BLOCKED;
	}
	return why == SSL_ERROR_ZERO_RETURN ? TRANSPORT_ENDED : TRANSPORT_BROKEN;
}

enum transport_step transport_handshake(struct conn *c)
{
	ERR_clear_error();
	int result = SSL_do_handshake(c->ssl);

	c->read_block = UV_READABLE;
	return result == 1 ? TRANSPORT_DONE : tls_step(c, result, &c->read_block);
}

enum transport_step transport_read(struct conn *c, uint8_t *to, size_t room, size_t *n)
{
	c->read_block = UV_READABLE;
	*n = 0;
	if (c->ssl != NULL) {
		ERR_clear_error();
		int result = SSL_read_ex(c->ssl, to, room, n);

		return result == 1 ? TRANSPORT_DONE : tls_step(c, result, &c->read_block);
	}
	ssize_t got = recv(c->fd, to, room, 0);

	if (got > 0) {
		*n = (size_t)got;
		return TRANSPORT_DONE;
	}
	if (got == 0)
		return TRANSPORT_ENDED;
	return errno == EAGAIN || errno == EINTR ? TRANSPORT_BLOCKED : TRANSPORT_BROKEN;
}

enum transport_step transport_write(struct conn *c, const uint8_t *from, size_t len, size_t *n)
{
	c->write_block = UV_WRITABLE;
	*n = 0;
	if (c->ssl != NULL) {
		ERR_clear_error();
		int result = SSL_write_ex(c->ssl, from, len, n);

		return result == 1 ? TRANSPORT_DONE : tls_step(c, result, &c->write_block);
	}
	ssize_t sent = send(c->fd, from, len, MSG_NOSIGNAL);

	if (sent >= 0) {
		*n = (size_t)sent;
		return TRANSPORT_DONE;
	}
	return errno == EAGAIN || errno == EINTR ? TRANSPORT_BLOCKED : TRANSPORT_BROKEN;
}

bool transport_has_more(const struct conn *c)
{
	return c->ssl != NULL && SSL_has_pending(c->ssl) == 1;
}

void transport_end(struct conn *c)
{
	if (c->ssl != NULL && SSL_is_init_finished(c->ssl)) {
		ERR_clear_error();
		(void)SSL_shutdown(c->ssl);
		ERR_clear_error();
	}
	(void)shutdown(c->fd, SHUT_WR);
}
