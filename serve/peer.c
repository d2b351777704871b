// SPDX-License-Identifier: Apache-2.0
/* Addresses and trusted proxies. Runs in: verify, console. */
#include "serve/peer.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const uint8_t ipv4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void set_ipv4(struct peer_address *a, const void *four)
{
	memcpy(a->ip, ipv4_prefix, sizeof ipv4_prefix);
	memcpy(a->ip + 12, four, 4);
	a->local = false;
}

static void set_ipv6(struct peer_address *a, const void *sixteen)
{
	memcpy(a->ip, sixteen, 16);
	a->local = false;
}

struct peer_address peer_of_socket(const struct sockaddr *from)
{
	struct peer_address a = {.local = true};

	if (from->sa_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, from, sizeof v4);
		set_ipv4(&a, &v4.sin_addr);
	} else if (from->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, from, sizeof v6);
		set_ipv6(&a, &v6.sin6_addr);
	}
	return a;
}

bool peer_equal(const struct peer_address *a, const struct peer_address *b)
{
	return a->local == b->local && memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

bool peer_is_ipv4(const struct peer_address *a)
{
	return memcmp(a->ip, ipv4_prefix, sizeof ipv4_prefix) == 0;
}

/* "1.2.3.4:5" and "[::1]:5" lose what is around the address. */
static struct str bare_address(struct str s)
{
	size_t colon = str_find(s, ':', 0);

	if (s.n > 0 && s.p[0] == '[')
		return str_slice(s, 1, str_find(s, ']', 0));
	if (colon < s.n && str_find(s, ':', colon + 1) == s.n)
		return str_slice(s, 0, colon);
	return s;
}

bool peer_parse(struct str text, struct peer_address *out)
{
	char cz[INET6_ADDRSTRLEN];
	struct str s = bare_address(str_trim(text));
	uint8_t ip[16];

	if (s.n == 0 || s.n >= sizeof cz || memchr(s.p, 0, s.n) != NULL)
		return false;
	text_fmt(cz, sizeof cz, STR_FMT, STR_ARG(s));
	if (inet_pton(AF_INET, cz, ip) == 1)
		set_ipv4(out, ip);
	else if (inet_pton(AF_INET6, cz, ip) == 1)
		set_ipv6(out, ip);
	else
		return false;
	return true;
}

enum rc peer_add_net(struct peer_nets *nets, struct str text, struct err *err)
{
	size_t slash = str_find(text, '/', 0);
	struct peer_net net = {.bits = 128};

	if (str_eq_cz(text, "unix")) {
		nets->unix_socket = true;
		return RC_OK;
	}
	if (nets->count == PEER_NETS_MAX)
		return err_set(err, RC_LIMIT, "more than %d trusted proxies: name networks instead",
			PEER_NETS_MAX);
	bool good = peer_parse(str_slice(text, 0, slash), &net.base);

	if (good && slash < text.n) {
		uint64_t skipped = peer_is_ipv4(&net.base) ? 96 : 0;
		uint64_t bits;

		good = str_to_u64(str_slice(text, slash + 1, text.n), 128 - skipped, &bits);
		net.bits = good ? (uint8_t)(bits + skipped) : 0;
	}
	if (!good)
		return err_set(err, RC_INPUT,
			"trusted proxy \"" STR_FMT
			"\": write an address, a network such as 10.0.0.0/8, or unix",
			STR_ARG(text));
	nets->items[nets->count++] = net;
	return RC_OK;
}

static bool is_inside(const struct peer_net *net, const struct peer_address *a)
{
	size_t whole = net->bits / 8;
	unsigned rest = net->bits % 8;

	if (memcmp(net->base.ip, a->ip, whole) != 0)
		return false;
	return rest == 0 || ((net->base.ip[whole] ^ a->ip[whole]) >> (8 - rest)) == 0;
}

bool peer_is_trusted(const struct peer_nets *nets, const struct peer_address *a)
{
	if (a->local)
		return nets->unix_socket;
	for (uint32_t i = 0; i < nets->count; i++)
		if (is_inside(&nets->items[i], a))
			return true;
	return false;
}

void peer_rate_key(const struct peer_address *a, uint8_t key[16])
{
	memcpy(key, a->ip, 16);
	if (!peer_is_ipv4(a))
		memset(key + 8, 0, 8);
}

/* Goes on leftwards while what it saw is a trusted proxy. */
static bool take_entry(const struct peer_nets *nets, struct str entry, struct peer_address *a)
{
	struct peer_address next = {.local = false};

	if (!peer_parse(entry, &next))
		return false;
	*a = next;
	return peer_is_trusted(nets, &next);
}

/* Start of the last comma-separated item before end. */
static size_t item_start(struct str list, size_t end)
{
	while (end > 0 && list.p[end - 1] != ',')
		end--;
	return end;
}

void peer_from_list(const struct peer_nets *nets, struct str list, struct peer_address *a)
{
	size_t end = list.n;

	while (end > 0) {
		size_t start = item_start(list, end);

		if (!take_entry(nets, str_slice(list, start, end), a) || start == 0)
			return;
		end = start - 1;
	}
}

/* The value of one parameter of a Forwarded element, without its quotes. */
static struct str forwarded_value(struct str element, struct str name)
{
	for (size_t at = 0; at < element.n;) {
		size_t end = str_find(element, ';', at);
		struct str pair = str_trim(str_slice(element, at, end));
		size_t equals = str_find(pair, '=', 0);
		struct str value = str_slice(pair, equals + (equals < pair.n), pair.n);

		at = end + 1;
		if (!str_eq_nocase(str_slice(pair, 0, equals), name))
			continue;
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
			value = str_slice(value, 1, value.n - 1);
		return value;
	}
	return (struct str){NULL, 0};
}

void peer_from_forwarded(
	const struct peer_nets *nets, struct str value, struct peer_address *a, bool *secure)
{
	size_t end = value.n;

	while (end > 0) {
		size_t start = item_start(value, end);
		struct str element = str_slice(value, start, end);
		struct str proto = forwarded_value(element, STR("proto"));

		if (proto.n > 0)
			*secure = str_eq_nocase(proto, STR("https"));
		if (!take_entry(nets, forwarded_value(element, STR("for")), a) || start == 0)
			return;
		end = start - 1;
	}
}

/* "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", at most 107 bytes. */
static enum rc read_v1(struct bytes in, struct peer_address *a, size_t *used, struct err *err)
{
	struct str text = bytes_text(in);
	size_t end = str_find_str(text, STR("\r\n"));

	if (end >= text.n) {
		*used = 0;
		return in.n < 107 ? RC_OK : err_set(err, RC_INPUT, "PROXY line without an end");
	}
	if (end > 105)
		return err_set(err, RC_INPUT, "PROXY line is too long");
	struct str line = str_slice(text, 6, end);
	struct peer_address from = {.local = false};

	*used = end + 2;
	if (str_starts(line, STR("UNKNOWN")))
		return RC_OK;
	bool v4 = str_starts(line, STR("TCP4 "));

	if (!v4 && !str_starts(line, STR("TCP6 ")))
		return err_set(err, RC_INPUT, "PROXY line names no family");
	struct str source = str_slice(line, 5, str_find(line, ' ', 5));

	if (!peer_parse(source, &from) || peer_is_ipv4(&from) != v4)
		return err_set(err, RC_INPUT, "PROXY line has no address");
	*a = from;
	return RC_OK;
}

static enum rc read_v2(struct bytes in, struct peer_address *a, size_t *used, struct err *err)
{
	*used = 0;
	if (in.n < 16)
		return RC_OK;
	size_t len = (size_t)in.p[14] << 8 | in.p[15];

	if (in.p[12] >> 4 != 2 || (in.p[12] & 15) > 1 || len + 16 > PEER_PROXY_MAX_LEN)
		return err_set(err, RC_INPUT, "PROXY header of an unknown kind");
	if (in.n < 16 + len)
		return RC_OK;
	*used = 16 + len;
	/* LOCAL: the proxy speaks for itself. */
	if ((in.p[12] & 15) == 0)
		return RC_OK;
	if (in.p[13] == 0x11 && len >= 12)
		set_ipv4(a, in.p + 16);
	else if (in.p[13] == 0x21 && len >= 36)
		set_ipv6(a, in.p + 16);
	else if (in.p[13] != 0x00)
		return err_set(err, RC_INPUT, "PROXY header without an address");
	return RC_OK;
}

enum rc peer_read_proxy(struct bytes in, struct peer_address *a, size_t *used, struct err *err)
{
	static const uint8_t signature[12] = {
		0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
	static const uint8_t word[6] = {'P', 'R', 'O', 'X', 'Y', ' '};
	size_t n = in.n < sizeof signature ? in.n : sizeof signature;

	*used = 0;
	if (in.n == 0)
		return RC_OK;
	if (memcmp(in.p, signature, n) == 0)
		return read_v2(in, a, used, err);
	if (memcmp(in.p, word, n < sizeof word ? n : sizeof word) == 0)
		return read_v1(in, a, used, err);
	return err_set(err, RC_INPUT, "a trusted proxy sent no PROXY header");
}
