// SPDX-License-Identifier: Apache-2.0
/*
 * TLS of a listener: versions 1.2 and 1.3, ephemeral key exchange and AEAD suites only, ALPN http/1.1, no
 * renegotiation, no compression, no session resumption (nothing links two visits of a person, and no
 * ticket key has to be rotated or shared). Client certificates by choice.
 */
#ifndef SERVE_TLS_H
#define SERVE_TLS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct tls_server;
struct ssl_st;

enum tls_clients {
	TLS_CLIENTS_NONE,
	TLS_CLIENTS_ASK, /* verified when one comes; without one the route decides */
	TLS_CLIENTS_REQUIRE,
};

/* PEM texts, borrowed for the call. */
struct tls_files {
	struct bytes chain; /* leaf first */
	struct bytes key;
	struct bytes client_roots; /* unless TLS_CLIENTS_NONE */
	enum tls_clients clients;
};

/* INPUT with a sentence when a file is unreadable, the key does not fit, or the leaf has expired. */
enum rc tls_open(const struct tls_files *files, struct tls_server **t, struct err *err) MUST_CHECK;
/* Sessions from now on are as by opens; sessions there are stay as they are. */
void tls_replace(struct tls_server *t, struct tls_server **by);
void tls_close(struct tls_server **t);

/* A session for one accepted socket, with the certificate of now. Freed by tls_session_free. */
struct ssl_st *tls_session_new(struct tls_server *t, int fd);
void tls_session_free(struct ssl_st **ssl);

/* The subject of the verified client certificate (RFC 2253); empty when there is none. */
struct str tls_client_name(const struct ssl_st *ssl, struct arena *a);
/* Seconds until the leaf expires; negative when it has. For /metrics and warnings. */
int64_t tls_expires_in_s(const struct tls_server *t);

#endif
