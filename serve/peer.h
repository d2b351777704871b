// SPDX-License-Identifier: Apache-2.0
/*
 * Who is at the other end: addresses, the list of trusted proxies, and what a trusted proxy says
 * about its client (RFC 7239, X-Forwarded-For, the PROXY protocol versions 1 and 2).
 */
#ifndef SERVE_PEER_H
#define SERVE_PEER_H

#include "base/err.h"
#include "base/str.h"

#include <sys/socket.h>

/* ip: IPv6, or IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). All zero when local. */
struct peer_address {
	uint8_t ip[16];
	bool local; /* over a Unix socket, and no proxy said more */
};

/* bits: of the 128; an IPv4 /24 is 120. */
struct peer_net {
	struct peer_address base;
	uint8_t bits;
};

#define PEER_NETS_MAX 32
/* Proxies that are believed. unix_socket: so are all peers of Unix sockets. */
struct peer_nets {
	struct peer_net items[PEER_NETS_MAX];
	uint32_t count;
	bool unix_socket;
};

/* Exactly one source is believed, so that a client cannot speak in the other's place. */
enum peer_source {
	PEER_SOURCE_SOCKET, /* proxies say nothing */
	PEER_SOURCE_FORWARDED, /* RFC 7239 */
	PEER_SOURCE_X_FORWARDED_FOR, /* and X-Forwarded-Proto */
	PEER_SOURCE_PROXY, /* PROXY protocol in front of TLS or HTTP; required from trusted peers */
};

struct peer_address peer_of_socket(const struct sockaddr *from);
bool peer_equal(const struct peer_address *a, const struct peer_address *b);
bool peer_is_ipv4(const struct peer_address *a);
/* "192.0.2.1", "2001:db8::1"; brackets and a port are taken off. False when it is no address. */
bool peer_parse(struct str text, struct peer_address *out);
/* "10.0.0.0/8", "::1" or "unix". INPUT when it is none of these, LIMIT over PEER_NETS_MAX. */
enum rc peer_add_net(struct peer_nets *nets, struct str text, struct err *err) MUST_CHECK;
bool peer_is_trusted(const struct peer_nets *nets, const struct peer_address *a);
/* For one rate: an IPv4 address alone, an IPv6 address by its /64; 16 bytes. */
void peer_rate_key(const struct peer_address *a, uint8_t key[16]);

/*
 * The client by X-Forwarded-For (comma-separated) or Forwarded (elements with for=): the last address
 * that is no trusted proxy. Leaves *a when the value says nothing usable; stops at the first
 * entry that is no address.
 */
void peer_from_list(const struct peer_nets *nets, struct str list, struct peer_address *a);
void peer_from_forwarded(
	const struct peer_nets *nets, struct str value, struct peer_address *a, bool *secure);

/*
 * The PROXY protocol's header at the start of in (haproxy's proxy-protocol.txt, 2.1 and 2.2). used: its
 * length, 0 when more bytes are needed. INPUT when it is not one. Leaves *a for LOCAL and UNKNOWN.
 */
#define PEER_PROXY_MAX_LEN 536u
enum rc peer_read_proxy(
	struct bytes in, struct peer_address *a, size_t *used, struct err *err) MUST_CHECK;

#endif
