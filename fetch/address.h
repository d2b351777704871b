// SPDX-License-Identifier: Apache-2.0
/* Which addresses belong to the public network (IANA special-purpose registries, RFC 6890). */
#ifndef FETCH_ADDRESS_H
#define FETCH_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/*
 * False for loopback, private, link-local, shared, documentation, multicast and reserved addresses, and
 * for IPv6 addresses that hold such an IPv4 address. Only IPv4 and IPv6 can be public.
 */
bool address_is_public(const struct sockaddr *a);

#endif
