// SPDX-License-Identifier: Apache-2.0
/* Bytes of one connection, plain or through TLS. Non-blocking. */
#ifndef SERVE_TRANSPORT_H
#define SERVE_TRANSPORT_H

#include "serve/conn.h"
#include "serve/tls.h"

enum transport_step {
	TRANSPORT_DONE,
	TRANSPORT_BLOCKED, /* c->read_block or c->write_block says what for */
	TRANSPORT_ENDED, /* the peer sends no more */
	TRANSPORT_BROKEN,
};

/* c->fd begins with a handshake, by the certificate of now. */
void transport_begin_tls(struct conn *c, struct tls_server *tls);
enum transport_step transport_handshake(struct conn *c);
enum transport_step transport_read(struct conn *c, uint8_t *to, size_t room, size_t *n);
enum transport_step transport_write(struct conn *c, const uint8_t *from, size_t len, size_t *n);
/* More can be read without the kernel having more. */
bool transport_has_more(const struct conn *c);
/* Tells the peer that nothing follows; what it sends can still be read. */
void transport_end(struct conn *c);

#endif
